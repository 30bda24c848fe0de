"""The app against the terminal: a zip dropped on the page, and how soon the page answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Bench, Line
from benchmarks.measuring import ROOT

_PAUSE = 1.0  # seconds between two clicks, as of a person in a hurry
_FILES = 2_000


def browser(bench: Bench) -> Iterator[Line]:
    """(h) A zip dropped into the app until its table stands, against ``grade`` of the same zip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return
    number = min(_FILES, bench.batch)
    archive = bench.folder / f"{number}.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(bench.workbooks(number).rglob("*.xlsx")):
            packed.write(path, path.name)
    few = sorted(bench.workbooks(number).rglob("*.xlsx"))[:9]
    own, theirs, answers = [], [], []
    for _repetition in range(max(1, bench.repetitions // 2)):
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            seconds, clicked = _dropped(program, archive, few, Path(folder))
            own.append(seconds)
            answers += clicked
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            theirs.append(_by_terminal(archive, Path(folder)))
    found = median(a / b for a, b in zip(own, theirs, strict=True))
    yield Line(
        "h", f"{number:,} workbooks as one zip dropped into the app, against the terminal",
        f"{median(own):.1f} s", f"{median(theirs):.1f} s", f"{found:.2f}×", "≤ 1.3×", found <= 1.3,
    )  # fmt: skip
    slow = sorted(answers)[int(len(answers) * 0.95)]
    yield Line(
        "h", "a click in a table meanwhile, until it shows (95 of 100)", f"{slow * 1e3:.0f} ms",
        "", f"{slow * 1e3:.0f} ms", "≤ 300 ms", slow <= 0.3,
    )  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment that knows no results of earlier runs."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")}


def _by_terminal(archive: Path, folder: Path) -> float:
    command = [sys.executable, "-m", "cts_excel", "grade", "-q", str(archive)]
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=_environment(folder), check=False)
    return time.perf_counter() - began


def _dropped(
    program: str, archive: Path, few: list[Path], folder: Path
) -> tuple[float, list[float]]:
    """Drop an archive and grade it; return the seconds, and those of each click meanwhile."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "cts_excel", "app", "--no-open", "--folder", "work"]
    server = subprocess.Popen(
        command, cwd=folder, env=_environment(folder), stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            context = chromium.new_context(locale="en-US")
            return _measured(context.new_page(), context.new_page(), address, archive, few)
    finally:
        server.terminate()
        server.wait()


def _measured(
    page: Any, other: Any, address: str, archive: Path, few: list[Path]
) -> tuple[float, list[float]]:
    page.goto(address)
    page.get_by_role("button", name="Grade all").wait_for()
    page.locator("input[type=file]").first.set_input_files(few)
    page.locator(".start .button:not([disabled])").click()
    page.locator("table.run tbody tr").first.wait_for(timeout=120_000)
    other.goto(address.partition("?")[0] + "results")  # a table to click in
    other.get_by_label("Order").select_option("final")
    page.bring_to_front()  # a page behind another one is drawn once a second
    page.reload()
    began = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(archive)
    page.get_by_text("taken.").wait_for(timeout=120_000)
    page.locator(".start .button:not([disabled])").click()
    clicks = list(_clicks(page, other))
    return time.perf_counter() - began, clicks


def _clicks(page: Any, other: Any) -> Iterator[float]:
    """Turn the table of another page upside down again and again, until this page's run ends."""
    first = "() => document.querySelector('table.run tbody tr').innerText"
    orders = ("final", "final_down")
    running = page.get_by_role("button", name="Cancel")
    running.wait_for()
    other.bring_to_front()
    while running.is_visible():
        orders = orders[::-1]
        before = other.evaluate(first)
        began = time.perf_counter()
        other.get_by_label("Order").select_option(orders[0])
        other.wait_for_function(f"(before) => ({first})() !== before", arg=before, polling=10)
        yield time.perf_counter() - began
        time.sleep(_PAUSE)
    page.locator("table.run tbody tr").first.wait_for(timeout=120_000)
