"""Draw the pictures of the app anew: every view, in both languages, in real Chromium.

Run by ``make pictures``; needs ``chromium`` on the path.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
from PIL import Image
from playwright.sync_api import sync_playwright

from cts_excel.demo import write_demo
from cts_excel.messages import _, use_language
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.issuing.roster_form import write_roster_template

IMAGES = Path(__file__).with_name("images")
SIZE = {"width": 1366, "height": 768}
TALL = {"width": 1366, "height": 1500}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
FOLDERS = {"en": r"D:\\audits", "zh": r"D:\\审核"}  # what the pictures show instead of ours
COLOURS = 128
FILES = 400  # so many take long enough for a picture of a run at work


def main() -> None:
    """Go through the app as a clerk does, and keep what is seen."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("chromium is not on the path; install it.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for language in LOCALES:
            use_language(language)
            with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "work") as address:
                page = browser.new_context(viewport=SIZE, locale=LOCALES[language]).new_page()
                page.goto(address)
                walk(page, language, Path(folder))
        browser.close()


@contextmanager
def served(work: Path) -> Iterator[str]:
    """Run the app in a folder; give its address."""
    command = [sys.executable, "-m", "cts_excel", "app", "--no-open", "--folder", str(work)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None  # noqa: S101 - a pipe
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def walk(page: Any, language: str, folder: Path) -> None:
    """Show every view with something in it."""

    def keep(name: str, place: str = "") -> None:
        page.wait_for_timeout(600)
        shown = f"""() => {{ const it = document.querySelector(".brand .folder");
            it.textContent = it.textContent.replace(/[^：\\s]*work$/, "{FOLDERS[language]}"); }}"""
        page.evaluate(shown)
        target = IMAGES / f"app-{name}-{language}.png"
        (page.locator(place) if place else page).screenshot(path=target)
        Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)

    def view(name: str) -> None:
        page.get_by_role("link", name=name, exact=True).first.click()
        page.wait_for_timeout(800)

    page.get_by_role("button", name=_("Grade all"), exact=True).wait_for()
    issuing(page, folder, view, keep)
    view(_("Grade"))
    write_demo(folder / "back", load_standard())
    drop(page, sorted((folder / "back").glob("*.xlsx")))
    page.get_by_text("60").first.wait_for()
    grade(page)
    keep("grade")
    page.locator("tr.needs_correction .row-link").first.click()
    page.get_by_role("dialog").wait_for()
    keep("details")
    page.keyboard.press("Escape")
    view(_("Results"))
    page.locator("figure.chart canvas").nth(3).wait_for()
    page.set_viewport_size(TALL)
    keep("results")
    page.set_viewport_size(SIZE)
    view(_("Check one"))
    drop(page, sorted((folder / "back").glob("*.xlsx"))[1:2])
    page.locator(".answer .chip").wait_for()
    keep("check")
    view(_("Grade"))
    write_demo(folder / "work" / "input" / "more", load_standard(), FILES)
    page.wait_for_timeout(5000)
    page.get_by_role("button", name=_("Grade all"), exact=True).click()
    page.get_by_text(re.compile(rf"\b[12]\d\d\D+{FILES + 60}\b")).wait_for()
    keep("busy")
    page.get_by_text(re.compile(rf"{FILES}.*output|{FILES + 60}.*output")).wait_for(timeout=600_000)
    view(_("History"))
    keep("history")


def issuing(
    page: Any, folder: Path, view: Callable[[str], None], keep: Callable[[str], None]
) -> None:
    """Drop a roster with one fault."""
    view(_("Issue"))
    roster = folder / "roster.xlsx"
    write_roster_template(roster, load_standard())
    workbook = openpyxl.load_workbook(roster)
    sheet = workbook["发放名单"]
    header = next(r for r in sheet.iter_rows() if "项目编号" in [c.value for c in r])
    columns = {cell.value: cell.column for cell in header}
    audits = (("甲电器服务有限公司", ""), ("乙家具售后有限公司", "91440106MA50000011"),
              ("丙汽车服务有限公司", ""))  # fmt: skip
    for number, (name, code) in enumerate(audits, start=1):
        row = header[0].row + number
        sheet.cell(row, columns["项目编号"]).value = f"ZJ-2026-{number:03d}"
        sheet.cell(row, columns["企业名称"]).value = name
        sheet.cell(row, columns["统一社会信用代码"]).value = code or None
    workbook.save(roster)
    drop(page, [roster])
    page.locator(".faults").first.wait_for()
    keep("issue")


def drop(page: Any, files: list[Path]) -> None:
    """Choose files as if they were dropped."""
    chooser = page.locator("input[type=file]:not([webkitdirectory])").first
    chooser.set_input_files([os.fspath(file) for file in files])


def grade(page: Any) -> None:
    """Grade what came in, and wait for the table."""
    page.get_by_role("button", name=_("Grade all"), exact=True).click()
    page.locator("table.run tbody tr").first.wait_for(timeout=600_000)
    page.evaluate("() => window.scrollTo(0, 0)")


if __name__ == "__main__":
    main()
