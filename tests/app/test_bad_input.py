"""What goes wrong on a clerk's machine: one clear sentence each, and nothing lost.

A port in use and a folder that cannot be written stand in ``test_serve.py``, a file that the
browser cannot read in ``test_in_browser.py``.
"""

from __future__ import annotations

import asyncio
import errno
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from app.conftest import Served

from cts_excel.app import serve
from cts_excel.app.pages.frame import Screen
from cts_excel.app.wording import told
from cts_excel.batch.errors import output_error


@pytest.mark.parametrize("answer", [False, webbrowser.Error("none"), OSError("none")])
def test_a_browser_that_cannot_open_leaves_the_address(
    monkeypatch: pytest.MonkeyPatch, answer: bool | Exception
) -> None:
    def open_it(_address: str) -> bool:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(webbrowser, "open", open_it)
    said: list[str] = []
    serve._open_browser("http://127.0.0.1:1/", said.append)
    assert said[-1] == "No browser could be opened. Copy the address into one."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "x", "output/a"), "output/a: no space left on the disk"),
        (PermissionError(errno.EACCES, "x", "input/a.xlsx"),
         "input/a.xlsx: no permission, or open in another program (close it in Excel)"),
        (OSError(errno.EROFS, "x", "issued"), "issued: the disk is read-only"),
    ],
)  # fmt: skip
def test_a_handler_of_a_page_that_fails_says_one_sentence(error: OSError, sentence: str) -> None:
    said: list[str] = []
    nothing: Any = None
    screen = Screen(nothing, nothing, nothing, "en", {})
    screen.tell = lambda line, *, good=False: said.append(line)  # type: ignore[method-assign]

    def fails() -> None:
        raise error

    asyncio.run(screen.handle(fails)())
    assert said == [sentence]


def test_a_disk_that_fills_up_while_grading_is_told_without_options() -> None:
    line = told(output_error("output/a", OSError(errno.ENOSPC, "full")))
    assert line.startswith("output/a: no space left on the disk.")
    assert line.endswith("Nothing that was graded is lost: mend this, then grade again.")


@pytest.mark.slow
def test_a_page_of_an_earlier_start_is_told_and_shown_nothing(
    start_app: Callable[..., Served], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work")
    port = served.host.rpartition(":")[2]
    with httpx.Client(base_url=served.base, follow_redirects=True, timeout=60) as client:
        assert client.get("/", params={"token": served.token}).status_code == 200
        assert served.end() == 0
        again = start_app(tmp_path / "work", "--port", port)
        for path in ("/", "/results", f"/?token={served.token}"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "This page belongs to an earlier start of cts-excel" in answer.text
            assert "Nothing that was finished is lost." in answer.text
            assert str(tmp_path) not in answer.text
        assert client.get("/", params={"token": again.token}).status_code == 200
    assert again.end() == 0
