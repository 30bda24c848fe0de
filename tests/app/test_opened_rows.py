"""A page names the row that it wants opened: only a number of the table is taken."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from cts_excel.app.pages import run_table
from cts_excel.app.pages.run_table import RunTable


@pytest.mark.parametrize(
    ("named", "opened"),
    [
        (0, [0]), (1, [1]), (2, []), (-1, []), (True, []), (1.0, []), ("1", []), (None, []),
        ({"file": "/etc/passwd"}, []), ("../../secret.xlsx", []),
    ],
)  # fmt: skip
def test_only_a_number_of_the_table_opens_details(
    monkeypatch: pytest.MonkeyPatch, named: Any, opened: list[int]
) -> None:
    async def work_out(_view: Any) -> None:
        pass

    calls: list[int] = []
    monkeypatch.setattr(run_table, "open_details", lambda *given: calls.append(given[2]))
    table = object.__new__(RunTable)
    place = SimpleNamespace(work_out=work_out)
    table._screen = SimpleNamespace(desk=SimpleNamespace(place=place))  # type: ignore[assignment]
    table._view = SimpleNamespace(grades=({}, {}))  # type: ignore[assignment]
    asyncio.run(table._open(named))
    assert calls == opened
