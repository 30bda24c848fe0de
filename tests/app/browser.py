"""Chromium, driven by Playwright, and axe-core for the faults that shut people out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_applications.harness import missing

AXE = "axe-core@4.10.3"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")  # its event loop must not outlive the tests that need it
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing("chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the source of axe-core, taken from npm's registry; it is not part of the project."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    given = os.environ.get("CTS_AXE", "")
    if given:
        return Path(given).read_text("utf-8")
    if npm is None:
        missing("npm")
    command = [str(npm), "install", "--silent", "--no-audit", "--no-fund", "--no-save", AXE]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, timeout=120)
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if done.returncode or not script.is_file():
        missing("axe-core")
    return script.read_text("utf-8")


def serious_faults(page: Any, axe: str) -> list[str]:
    """Return what axe-core finds that shuts somebody out, with the elements."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    # A message that is fading in or out has less contrast than the one that is read.
    page.wait_for_function("() => !document.querySelector('.q-notification[class*=-active]')")
    found = page.evaluate("() => axe.run(document)")
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
