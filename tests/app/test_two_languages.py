"""Pages in two languages at once: a task's language is none of another one's."""

from __future__ import annotations

import asyncio

from cts_excel.audit.naming import status_name
from cts_excel.audit.outcome import Status
from cts_excel.messages import language, use_language_here


def test_two_tasks_speak_their_own_languages() -> None:
    async def page(code: str) -> tuple[str, str]:
        use_language_here(code)
        await asyncio.sleep(0)  # the other one chooses meanwhile
        in_thread = await asyncio.to_thread(status_name, Status.GRADED)
        return language(), in_thread

    async def both() -> list[tuple[str, str]]:
        return list(await asyncio.gather(page("zh-CN"), page("en-US")))

    before = language()
    assert asyncio.run(both()) == [("zh", "已评定"), ("en", "graded")]
    assert language() == before
