"""What a clerk does in the browser, for the tests that need real Chromium."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import form_cells
import openpyxl
import pytest
from app.conftest import Served
from form_cells import rate

from cts_excel import messages
from cts_excel.messages import _, use_language_here
from cts_excel.workbook.form.layout import RATINGS

AUDITS = (
    ("ZJ-2026-9001", "甲电器服务有限公司"),
    ("ZJ-2026-9002", "乙家具售后有限公司"),
    ("ZJ-2026-9003", "丙汽车服务有限公司"),  # never comes back
)
LOCALES = {"zh": "zh-CN", "en": "en-US"}
PATIENCE = 60_000  # milliseconds: a busy machine is no failure


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return what opens the app in a browser of its own; an error of the page fails the test."""
    contexts, errors = [], []

    def open_app(served: Served, language: str = "en", **more: Any) -> Any:
        use_language_here(language)
        size = {"width": 1366, "height": 768}
        context = chromium.new_context(viewport=size, locale=LOCALES[language], **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served.address)
        page.get_by_role("button", name=_("Grade all")).wait_for()
        return page

    yield open_app
    messages._here.set(None)  # the language of this test is none of the next one's
    for context in contexts:
        context.close()
    assert errors == []


def fill(source: Path, target: Path, *, leave_out: str = "") -> None:
    """Fill an issued workbook in as an assessor does."""
    given = {"审核类型": "初次认证", "审核开始日期": "2025-09-28", "审核结束日期": "2025-09-30",
             "审核组长": "张三"}  # fmt: skip
    workbook = openpyxl.load_workbook(source)
    for row in workbook["封面"].iter_rows(min_row=1, max_row=30):
        for cell, beside in pairwise(row):
            if str(cell.value) in given and beside.value is None:
                beside.value = given[str(cell.value)]
    rate(workbook[RATINGS], leave_out=leave_out)
    workbook.save(target)


def fill_roster(path: Path, *, wrong: bool) -> None:
    code = "91440106MA50000011" if wrong else None
    form_cells.fill_roster(path, [(*AUDITS[0], code), *((*audit, None) for audit in AUDITS[1:])])


def saved(page: Any, name: str, target: Path) -> Path:
    """Download what a link of the page gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    download.value.save_as(target)
    return target


def drop(page: Any, files: list[Path], place: int = 0) -> None:
    page.locator("input[type=file]:not([webkitdirectory])").nth(place).set_input_files(files)


def grade(page: Any) -> None:
    page.get_by_role("button", name=_("Grade all")).click()
    page.get_by_role("link", name=_("See the results")).wait_for()
    page.locator("table.run tbody tr").first.wait_for()


def statuses(folder: Path) -> dict[str, str]:
    run = max((folder / "output").iterdir())
    with (run / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["file"]: row["status"] for row in csv.DictReader(file)}
