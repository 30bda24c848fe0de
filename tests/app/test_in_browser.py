"""The app in real Chromium: from roster to corrected file, in both languages, by keyboard alone."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from app.browser import axe, chromium, serious_faults
from app.clerk import (
    AUDITS,
    PATIENCE,
    drop,
    fill,
    fill_roster,
    grade,
    opened,
    saved,
    statuses,
)
from app.conftest import Served
from form_cells import rate

from cts_excel.api import load_standard
from cts_excel.demo import write_demo
from cts_excel.messages import _, ngettext
from cts_excel.workbook.form.layout import RATING_COLUMN, RATING_HEADER_ROW, RATINGS

__all__ = ["axe", "chromium", "opened"]
pytestmark = [pytest.mark.real_application, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
STANDARD = load_standard()
VIEWS = ("/", "/?options=1", "/issue", "/results", "/history", "/check?options=1")


def test_from_roster_to_corrected_file(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work")
    page = opened(served, "zh")

    page.get_by_role("link", name=_("Issue"), exact=True).click()
    roster = saved(page, _("Download the empty roster"), tmp_path / "发放名单.xlsx")
    fill_roster(roster, wrong=True)
    drop(page, [roster])
    page.get_by_text("91440106MA50000011").wait_for()  # the fault, at its cell
    assert not list(served.folder.glob("issued/*/*.xlsx"))
    fill_roster(roster, wrong=False)
    drop(page, [roster])
    page.get_by_role("button", name=_("Issue the workbooks")).click()
    blanks = saved(page, _("Download all as one zip"), tmp_path / "blanks.zip")
    with zipfile.ZipFile(blanks) as archive:
        assert "issued.csv" in archive.namelist()
        archive.extractall(tmp_path / "blanks")
    issued = sorted((tmp_path / "blanks").glob("*.xlsx"))
    assert len(issued) == len(AUDITS)

    back = tmp_path / "back"
    write_demo(back, STANDARD, 58)
    fill(issued[0], back / issued[0].name)
    fill(issued[1], back / issued[1].name, leave_out="5.3.2.2")
    files = sorted(back.glob("*.xlsx"))
    assert len(files) == 60
    page.get_by_role("link", name=_("Grade"), exact=True).click()
    drop(page, files)
    page.get_by_text(
        ngettext("{} workbook is here.", "{} workbooks are here.", 60).format(60)
    ).wait_for()
    grade(page)
    first = statuses(served.folder)
    assert len(first) == 60
    faulty = f"input/{issued[1].name}"
    assert first[faulty] == "needs_correction"

    page.get_by_label(_("Search"), exact=True).fill(AUDITS[1][0])
    row = page.locator("table.run tbody tr", has_text=AUDITS[1][0])
    page.wait_for_function("() => document.querySelectorAll('table.run tbody tr').length === 1")
    row.get_by_role("button").click()
    details = page.get_by_role("dialog")
    details.get_by_text("R02").wait_for()
    with page.expect_download() as download:
        details.get_by_role("link", name=_("Download the marked copy to send back")).click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    assert download.value.suggested_filename == issued[1].name
    workbook = openpyxl.load_workbook(marked)
    rate(workbook[RATINGS])
    corrected = tmp_path / "corrected" / issued[1].name
    corrected.parent.mkdir()
    workbook.save(corrected)
    details.locator("input[type=file]").set_input_files(corrected)
    details.locator(".chip.graded").wait_for()  # judged at once
    details.get_by_role("button", name=_("Grade all again")).click()
    page.wait_for_function("() => !document.querySelector('[role=dialog]')")
    page.get_by_role("link", name=_("See the results")).wait_for()
    second = statuses(served.folder)
    assert second[faulty] == "superseded"
    assert len(second) == 61

    page.get_by_role("link", name=_("See the results")).click()
    page.locator("figure.chart").nth(3).wait_for()
    page.get_by_role("heading", name=_("To be reviewed ({})").partition(" (")[0][:3]).wait_for()
    page.get_by_role("cell", name=AUDITS[2][0]).wait_for()  # not back
    page.locator(".reminder summary").first.click()
    assert AUDITS[2][1] in page.locator(".reminder pre").first.inner_text()
    summary = saved(page, _("Summary workbook"), tmp_path / "summary.xlsx")
    assert "总览" in openpyxl.load_workbook(summary, read_only=True).sheetnames
    returned = saved(page, _("Workbooks to send back (zip)"), tmp_path / "returned.zip")
    waiting = sum(1 for status in second.values() if status == "needs_correction")
    assert len(zipfile.ZipFile(returned).namelist()) == waiting
    grades = saved(page, "grades.csv", tmp_path / "grades.csv")

    command = [sys.executable, "-P", "-m", "cts_excel", "grade", "-q", "-o", str(tmp_path / "cli")]
    command += ["--roster", str(max(served.folder.glob("issued/*/issued.csv")))]
    subprocess.run(command, cwd=served.folder, check=False, env={"PYTHONPATH": str(ROOT)})
    assert grades.read_bytes() == (tmp_path / "cli" / "grades.csv").read_bytes()
    assert served.end() == 0


def test_in_english_by_keyboard_alone(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path, axe: str
) -> None:
    served = start_app(tmp_path / "work")
    page = opened(served, "en")
    write_demo(tmp_path / "back", STANDARD, 12)
    files = sorted((tmp_path / "back").glob("*.xlsx"))

    def tab_to(name: str, role: str = "button") -> None:
        wanted = page.get_by_role(role, name=name, exact=True).first
        for _step in range(60):
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name}")

    page.on("filechooser", lambda _chooser: None)  # before the first one is asked for
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == _("Skip to the content")
    page.keyboard.press("Enter")
    tab_to(_("Choose files"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(files)
    page.get_by_text("12 workbooks are here.").wait_for()
    tab_to(_("Grade all"))
    page.keyboard.press("Enter")
    page.locator("table.run tbody tr").first.wait_for()
    assert serious_faults(page, axe) == []
    tab_to(_("Status"), "combobox")
    while page.evaluate("() => document.activeElement.value") != "needs_correction":
        page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.querySelector('table.run .needs_correction') && "
                           "!document.querySelector('table.run tr.graded')")  # fmt: skip
    name = page.locator("table.run tbody button").first.inner_text()
    tab_to(name)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("table").first.wait_for()
    page.wait_for_timeout(400)  # the dialog has faded in
    assert serious_faults(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("() => document.activeElement.textContent") == name  # back where it was
    assert set(statuses(served.folder)) == {f"input/{path.name}" for path in files}
    for view in VIEWS:
        page.goto(served.base + view)
        page.wait_for_timeout(700)
        assert serious_faults(page, axe) == [], view


def test_what_workbooks_and_names_hold_is_text(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    """HTML, Markdown and ``javascript:`` in names and cells stay letters on every page."""
    evil = '<img src=x onerror="window.planted=1"> [a](javascript:window.planted=1) **b** {{7*7}}'
    served = start_app(tmp_path / "work")
    (tmp_path / "back").mkdir()
    write_demo(tmp_path / "demo", STANDARD, 4)
    for number, path in enumerate(sorted((tmp_path / "demo").glob("*.xlsx"))):
        workbook = openpyxl.load_workbook(path)
        cover = workbook["封面"]
        for row in cover.iter_rows(min_row=1, max_row=30):
            for cell, beside in pairwise(row):
                if cell.value in ("企业名称", "评审员", "审核组长"):
                    beside.value = evil
        sheet = workbook[RATINGS]
        sheet.cell(RATING_HEADER_ROW + 4, RATING_COLUMN["percent"] + 1, evil)
        name = f"<b onmouseover=window.planted=1>{number}' onerror=alert(1) x.xlsx"
        workbook.save(tmp_path / "back" / name)
    page = opened(served, "en")
    drop(page, sorted((tmp_path / "back").iterdir()))
    page.get_by_text("4 workbooks are here.").wait_for()
    grade(page)
    page.locator("table.run tbody button").first.click()
    page.get_by_role("dialog").get_by_text("onerror").first.wait_for()
    _nothing_planted(page)
    page.goto(served.base + "/results")
    page.locator("table.run tbody tr").first.wait_for()
    _nothing_planted(page)
    page.goto(served.base + "/check")
    drop(page, sorted((tmp_path / "back").iterdir())[:1])
    page.locator(".answer .chip").wait_for()
    _nothing_planted(page)
    page.goto(served.base + "/results?run=<img src=x onerror=window.planted=1>")
    page.locator("table.run tbody tr").first.wait_for()
    _nothing_planted(page)


def _nothing_planted(page: Any) -> None:
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.planted") is None
    assert page.locator("img, b, #content a[href^='javascript']").count() == 0
    assert "{{7*7}}" in page.locator("body").inner_text()  # not worked out either


def test_a_closed_page_loses_nothing_and_a_killed_server_goes_on(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    write_demo(tmp_path / "work" / "input", STANDARD, 60)
    served = start_app(tmp_path / "work")
    page = opened(served, "en")
    page.get_by_role("button", name=_("Grade all")).click()
    page.get_by_text(re.compile(r"[1-9]\d* of 60 files are graded")).wait_for()
    page.close()
    page = opened_again(page.context, served)
    page.get_by_text(re.compile(r"of 60 files are graded|Finished|writing the summary")).wait_for()
    served.kill()
    page.get_by_role("alert").get_by_text("does not answer").wait_for()
    again = start_app(tmp_path / "work")
    later = opened(again, "en")
    if not statuses_of_finished(tmp_path / "work"):
        later.get_by_role("button", name=_("Go on")).click()
    later.locator("table.run tbody tr").first.wait_for()
    assert len(statuses(tmp_path / "work")) == 60
    assert len(list((tmp_path / "work" / "output").iterdir())) == 1


def opened_again(context: Any, served: Served) -> Any:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(served.base)
    return page


def statuses_of_finished(folder: Path) -> bool:
    return any((run / "run.json").exists() for run in (folder / "output").iterdir())


def test_folders_and_drops_come_in_with_their_names(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work")
    page = opened(served, "en")
    for name in ("资料/甲部/1.xlsx", "资料/2.xlsx", "资料/~$2.xlsx", "资料/.DS_Store"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    page.locator("input[webkitdirectory]").set_input_files(tmp_path / "资料")
    page.get_by_text("2 workbooks are here.").wait_for()
    dropped = page.evaluate_handle(
        "() => { const it = new DataTransfer(); it.items.add(new File(['x'], '丙.xlsx'));"
        " return it; }"
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    page.get_by_text("3 workbooks are here.").wait_for()
    files = {p.relative_to(served.folder / "input").as_posix() for p in _files(served)}
    assert files == {"资料/甲部/1.xlsx", "资料/2.xlsx", "丙.xlsx"}


def _files(served: Served) -> list[Path]:
    return [path for path in (served.folder / "input").rglob("*") if path.is_file()]


def test_fifty_tabs_are_answered(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    served = start_app(tmp_path / "work")
    page = opened(served, "en")
    tabs = [page.context.new_page() for _number in range(49)]
    for tab in tabs:
        tab.goto(served.base + "/check", wait_until="commit")
    tabs[-1].get_by_text("No workbook was dropped yet.").wait_for()
    write_demo(tmp_path / "work" / "input", STANDARD, 2)
    page.get_by_text("2 workbooks are here.").wait_for()  # seen by itself: the folder is watched


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_taken(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    write_demo(tmp_path / "back", STANDARD, 3)
    files = sorted((tmp_path / "back").glob("*.xlsx"))
    served = start_app(tmp_path / "work")
    page = opened(served, "en")

    def refuse(route: Any) -> None:  # as a browser does when Excel holds a file
        refused = files[0].name in route.request.url
        route.abort("accessdenied") if refused else route.continue_()

    page.route("**/upload?*", refuse)
    drop(page, files)
    page.get_by_role("alert").get_by_text(
        f"{files[0].name}: it could not be read or sent"
    ).wait_for()
    page.get_by_text("2 workbooks are here.").wait_for()
    page.unroute("**/upload?*")
    drop(page, files[:1])
    page.get_by_text("3 workbooks are here.").wait_for()
    assert page.locator(".trouble:visible").count() == 0
    assert served.end() == 0
