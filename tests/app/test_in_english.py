"""Every page in English: what is Chinese on it comes from a workbook, a roster or the standard."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from app.browser import chromium
from app.clerk import AUDITS, drop, fill, fill_roster, grade, opened, statuses
from app.conftest import Served

from cts_excel.api import load_standard
from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.demo import write_demo
from cts_excel.workbook.issuing.roster_form import write_roster_template

__all__ = ["chromium", "opened"]
pytestmark = [pytest.mark.real_application, pytest.mark.slow]
STANDARD = load_standard()
CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+")
# What a person reads or hears: texts, and what screen readers say. A text of Chinese for others
# to read, such as a reminder, says so by its language.
TOLD = """() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { found.push(node.textContent); return; }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) return;
    if ((node.getAttribute("lang") || "").startsWith("zh") || node.lang === "zh") return;
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return [document.title, ...found];
}"""


def test_no_page_says_in_chinese_what_is_ours(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work")
    page = opened(served, "en")
    seen: dict[str, set[str]] = {}

    def look(where: str) -> None:
        page.wait_for_timeout(700)
        seen[where] = {text.strip() for text in page.evaluate(TOLD)}

    for view in ("/", "/issue", "/results", "/history", "/check"):
        page.goto(served.base + view)
        look(f"{view} empty")

    roster = tmp_path / "roster.xlsx"
    write_roster_template(roster, STANDARD)
    fill_roster(roster, wrong=True)
    page.goto(served.base + "/issue")
    drop(page, [roster])
    page.locator(".faults").first.wait_for()
    look("/issue faults")
    fill_roster(roster, wrong=False)
    drop(page, [roster])
    page.get_by_role("button", name="Issue the workbooks").click()
    page.get_by_role("link", name="Download all as one zip").wait_for()
    look("/issue issued")

    _return_some(served.folder, tmp_path)
    page.goto(served.base)
    number = len(list((served.folder / "input").glob("*.xlsx")))
    page.get_by_text(f"{number} workbooks are here.").wait_for()
    grade(page)
    look("/ full")
    earlier = max((served.folder / "output").iterdir())
    for file, status in statuses(served.folder).items():
        if status != "graded":
            page.get_by_label("Search", exact=True).fill(Path(file).name)
            opening = page.locator("table.run tbody button", has_text=Path(file).name)
            page.wait_for_timeout(500)
            opening.first.click()
            page.get_by_role("dialog").get_by_role("table").first.wait_for()
            look(f"/ {file}")
            page.keyboard.press("Escape")
            page.get_by_role("dialog").wait_for(state="hidden")
    page.goto(served.base + "/results")
    page.locator("figure.chart").nth(3).wait_for()
    page.get_by_role("heading", name="Not back, or not as issued (").wait_for()
    look("/results")

    next((served.folder / "input").glob("*9001*.xlsx")).unlink()
    page.goto(served.base)
    page.get_by_text(f"{number - 1} workbooks are here.").wait_for()
    page.get_by_role("button", name="Grade all").click()
    page.get_by_text(f"Finished: {number - 1} files").wait_for()
    (earlier / "findings.csv").write_bytes((earlier / "findings.csv").read_bytes() + b"x")
    page.goto(served.base + "/history")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("columnheader", name="Score then").wait_for()
    page.get_by_role("button", name="Verify").last.click()
    page.get_by_text("files confirmed").wait_for()
    look("/history")
    page.goto(served.base + "/check")
    drop(page, [next(p for p in (served.folder / "input").glob("*.xlsx"))])
    page.locator(".answer .chip").wait_for()
    look("/check")

    data = sorted(_data(served.folder), key=len, reverse=True)
    strange = {
        (where, text) for where, texts in seen.items() for text in texts if _ours(text, data)
    }
    assert sorted(strange) == []


def _return_some(folder: Path, scratch: Path) -> None:
    """Put back: one as issued, one of another client, one unreadable, and many never issued."""
    (issued,) = (folder / "issued").iterdir()
    first, second, third = sorted(issued.glob("*.xlsx"))
    fill(first, folder / "input" / first.name)
    fill(second, scratch / second.name, leave_out="5.3.2.2")
    workbook = openpyxl.load_workbook(scratch / second.name)
    for row in workbook["封面"].iter_rows(min_row=1, max_row=30):
        for cell in row:
            if cell.value == AUDITS[1][1]:
                cell.value = "丁服务有限公司"
    workbook.save(folder / "input" / second.name)
    (folder / "input" / third.name).write_bytes(b"no workbook")
    write_demo(scratch / "demo", STANDARD, 40)
    for path in (scratch / "demo").glob("*.xlsx"):
        shutil.copy(path, folder / "input")


def _ours(text: str, data: list[str]) -> str:
    """Return the Chinese of a text that stands in no data."""
    if not CHINESE.search(text):
        return ""
    for known in data:
        text = text.replace(known, " ")
    return " ".join(CHINESE.findall(text))


def _data(folder: Path) -> Iterator[str]:
    """Yield the texts that come from workbooks, rosters, the standard and the form."""
    yield "中文"  # the name of the other language
    yield "统一社会信用代码"  # the roster's own heading: it tells where the fault is
    for run in (folder / "output").iterdir():
        for name, columns in (
            ("grades.csv", "file organisation uscc audit_no audit_type lead_assessor assessor"),
            ("findings.csv", "file sheet found expected"),
            ("not_returned.csv", "organisation audit_no lead_assessor file"),
        ):
            with (run / name).open(encoding="utf-8-sig", newline="") as stream:
                for row in csv.DictReader(line for line in stream if line != "x"):
                    texts = [row[column] or "" for column in columns.split()]
                    yield from (text for text in texts if CHINESE.search(text))
                    yield from (Path(text).name for text in texts[:1] if CHINESE.search(text))
    for indicator in STANDARD.indicators:
        yield indicator.text
        yield indicator.text[:13]  # shortened in a chart
    yield from (group.label for group in STANDARD.groups)
    for number, name in AUDITS:
        yield f"{number}_{name}.xlsx"
        yield name
    # The form's own words, which a finding must name to be of use.
    for entry in CATALOGUE.values():
        for text in entry.repair["en"], entry.title["en"]:
            yield from CHINESE.findall(text)
