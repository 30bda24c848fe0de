"""“More options” as a clerk uses them, and the table of the run at work, in real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from app.browser import chromium
from app.clerk import drop, fill, fill_roster, grade, opened, statuses
from app.conftest import Served
from batch.hostile import encrypted

from cts_excel.api import load_standard
from cts_excel.demo import write_demo
from cts_excel.workbook.issuing.key_file import new_key
from cts_excel.workbook.issuing.roster_form import write_roster_template

__all__ = ["chromium", "opened"]
pytestmark = [pytest.mark.real_application, pytest.mark.slow]
PASSWORD = "Geheim-42"


def _type(page: Any, password: str, told: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text(told).wait_for()
    assert page.get_by_label("Password", exact=True).input_value() == ""


def test_a_password_lets_a_workbook_in_and_is_kept_nowhere(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    (work / "input").mkdir(parents=True)
    (work / "input" / "a.xlsx").write_bytes(encrypted(PASSWORD))
    served = start_app(work)
    page = opened(served, "en")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))

    grade(page)  # without it: refused, and the way to the passwords is shown
    assert statuses(work) == {"input/a.xlsx": "rejected"}
    page.locator("table.run tbody button").first.click()
    details = page.get_by_role("dialog")
    details.get_by_text("Type its password under “More options”").wait_for()
    assert "--password-file" not in details.inner_text()
    details.get_by_role("link", name="To “More options”").click()
    page.get_by_label("Password", exact=True).wait_for()  # unfolded
    _type(page, "wrong", "1 password is known.")
    _type(page, PASSWORD, "2 passwords are known.")
    page.get_by_text("More options · 2 passwords").wait_for()
    page.get_by_role("button", name="Grade all").click()
    page.locator("table.run tr.graded").wait_for()
    assert statuses(work) == {"input/a.xlsx": "graded"}

    page.goto(f"{served.base}/check")
    drop(page, [work / "input" / "a.xlsx"])
    page.locator(".answer .chip.graded").wait_for()
    page.goto(f"{served.base}/history")
    page.get_by_role("button", name="Verify").first.click()
    page.get_by_text("1 of 1 file confirmed.").wait_for()

    page.goto(f"{served.base}/check?options=1")
    page.get_by_role("button", name="Forget the passwords").click()
    page.get_by_text("No password is known.").wait_for()
    page.locator("#options summary").click()  # folded again
    drop(page, [work / "input" / "a.xlsx"])
    page.locator(".answer .chip.rejected").wait_for()
    page.get_by_role("link", name="To “More options”").click()
    assert page.evaluate("() => document.activeElement.type") == "password"
    page.goto(f"{served.base}/history")
    page.get_by_role("button", name="Verify").first.click()
    page.get_by_text("the run used a password").wait_for()

    assert not [one for one in addresses if PASSWORD in one or "wrong" in one]
    assert PASSWORD not in page.content()
    assert served.end() == 0
    written = [path for path in work.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert not [path for path in written if PASSWORD.encode() in path.read_bytes()]


def test_the_settings_file_is_told_and_followed(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    write_demo(work / "input", load_standard(), 2)
    (work / "input" / "old.xlsx").write_bytes(next((work / "input").glob("*.xlsx")).read_bytes())
    (work / "cts-excel.toml").write_text('[grade]\nexclude = "*old*"\n', "utf-8")
    served = start_app(work)
    page = opened(served, "en")
    page.get_by_text("2 workbooks are here. 1 other file is passed over.").wait_for()
    page.get_by_text("More options · cts-excel.toml").click()
    page.get_by_text('exclude = "*old*"').wait_for()
    grade(page)
    assert len(statuses(work)) == 2
    assert "input/old.xlsx" not in statuses(work)
    (work / "cts-excel.toml").write_text("[grade]\nexclud = 1\n", "utf-8")
    page.get_by_role("button", name="Grade all").click()
    page.get_by_text("no such option 'exclud'").wait_for()  # one sentence, and nothing begun
    page.goto(served.base)
    page.get_by_role("alert").get_by_text("no such option 'exclud'").wait_for()


def test_the_table_of_a_run_at_work_is_sorted_and_filtered(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    write_demo(work / "input", load_standard(), 60)
    for path in sorted((work / "input").glob("*.xlsx")):  # so many that it is still at work
        for number in range(9):
            shutil.copyfile(path, path.with_name(f"{number}-{path.name}"))
    (work / "cts-excel.toml").write_text("jobs = 1\n", "utf-8")
    served = start_app(work)
    page = opened(served, "en")
    page.get_by_role("button", name="Grade all").click()
    rows = page.locator("table.at-work tbody tr")
    rows.nth(24).wait_for()
    assert page.locator("table.run").count() == 0
    page.get_by_role("combobox", name="Order", exact=True).select_option("file")
    sorted_names = """() => { const names = [...document.querySelectorAll(
        "table.at-work tbody td:first-child")].map((it) => it.textContent);
        return names.length === 25 && names.every((it, at) => !at || names[at - 1] <= it); }"""
    page.wait_for_function(sorted_names)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("A run was stopped.").wait_for()
    rejected = "() => document.querySelectorAll('table.at-work tr:not(.rejected) td').length === 0"
    graded = """() => { const rows = [...document.querySelectorAll("table.at-work tbody tr")];
        return rows.length && rows.every((row) => row.classList.contains("graded")); }"""
    for status, only in (("rejected", rejected), ("graded", graded)):
        page.get_by_role("combobox", name="Status", exact=True).select_option(status)
        page.wait_for_function(only)
    page.get_by_label("Search", exact=True).fill("no such file")
    page.get_by_text("No file fits.").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("graded before the stop").wait_for()
    page.locator("table.run tbody tr").first.wait_for()
    assert page.locator("table.at-work").count() == 0
    assert len(statuses(work)) == len(list((work / "input").glob("*.xlsx")))


def test_a_key_proves_what_was_issued_and_is_asked_for_when_verifying(
    start_app: Callable[..., Served], opened: Callable[..., Any], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    new_key(work / "campaign.key")
    new_key(tmp_path / "foreign.key")
    served = start_app(work)
    page = opened(served, "en")
    page.goto(f"{served.base}/issue")
    roster = tmp_path / "roster.xlsx"
    write_roster_template(roster, load_standard())
    fill_roster(roster, wrong=False)
    drop(page, [roster])
    key = page.get_by_role("combobox", name="Proof of issue, with the key", exact=True)
    key.wait_for()
    assert key.locator("option").all_inner_texts() == ["campaign.key", "none"]
    key.select_option("campaign.key")
    page.get_by_role("button", name="Issue the workbooks").click()
    page.get_by_role("link", name="Download all as one zip").wait_for()
    issued = sorted(work.glob("issued/*/*.xlsx"))[0]
    fill(issued, work / "input" / issued.name)
    write_demo(work / "input", load_standard(), 2)  # without the proof

    page.goto(served.base)
    page.get_by_text("More options · proof of issue checked").wait_for()  # the same key
    page.get_by_text("3 workbooks are here.").wait_for()
    grade(page)
    found = statuses(work)
    assert found[f"input/{issued.name}"] == "graded"
    assert list(found.values()).count("graded") == 1
    page.goto(f"{served.base}/history")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("3 of 3 files confirmed.").wait_for()
    page.goto(f"{served.base}/?options=1")
    page.get_by_role("combobox", name="Check it with the key", exact=True).select_option("")
    page.goto(f"{served.base}/history")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("the run used a key of issue").wait_for()
    assert served.end() == 0
