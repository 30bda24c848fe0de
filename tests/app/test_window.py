"""``--window``: closing the window ends the program; a window that cannot be shown is no end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from app.conftest import ROOT

pytestmark = pytest.mark.slow
_PATIENCE = 90.0
# pywebview as the program sees it: it shows a page until the file ``close`` is there.
WEBVIEW = """
import os, pathlib, time
settings = {}
def create_window(title, url, **size):
    global shown
    shown = url
def start():
    if "FAILS" in os.environ:
        raise RuntimeError("no display")
    assert settings["ALLOW_DOWNLOADS"] is True
    here = pathlib.Path(os.environ["WINDOW"])
    (here / "pid").write_text(str(os.getpid()))
    (here / "shown.part").write_text(shown)
    (here / "shown.part").rename(here / "shown")
    while not (here / "close").exists():
        time.sleep(0.02)
"""
BROWSER = (
    '#!/bin/sh\necho "$1" > "$WINDOW/browser.part"\nmv "$WINDOW/browser.part" "$WINDOW/browser"\n'
)


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """Return a folder in which a window and a browser say what they show."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "webview.py").write_text(WEBVIEW)
    browser = tmp_path / "browser.sh"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    return tmp_path


@pytest.fixture
def start(desktop: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def started(*, modules: bool = True, **more: str) -> subprocess.Popen[str]:
        path = f"{ROOT}{os.pathsep}{desktop / 'modules'}" if modules else str(ROOT)
        environment = {
            **os.environ, "PYTHONPATH": path, "WINDOW": str(desktop), "LANGUAGE": "en",
            "BROWSER": f"{desktop / 'browser.sh'} %s", **more,
        }  # fmt: skip
        command = [sys.executable, "-P", "-m", "cts_excel", "app", "--window"]
        process = subprocess.Popen(
            [*command, "--folder", str(desktop / "work")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        running.append(process)
        return process

    yield started
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


def when_there(path: Path, process: subprocess.Popen[str]) -> str:
    end = time.monotonic() + _PATIENCE
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return path.read_text().strip()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_closing_the_window_ends_server_and_command(
    desktop: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    process = start()
    address = when_there(desktop / "shown", process)
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        assert client.get(address).status_code == 200
    arguments = Path(f"/proc/{(desktop / 'pid').read_text()}/cmdline")
    if arguments.exists():  # other users of the machine see it
        assert "token" not in arguments.read_text()
    (desktop / "close").touch()
    said, told = process.communicate(timeout=40)
    assert process.returncode == 0
    assert said.count("\n") == 1
    assert told == "Closing the window ends the program.\n"
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
    assert not (desktop / "browser").exists()


def test_ctrl_c_closes_the_window_too(
    desktop: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    process = start()
    when_there(desktop / "shown", process)
    process.send_signal(signal.SIGINT)
    _said, told = process.communicate(timeout=40)
    assert process.returncode == 0
    assert "Traceback" not in told
    assert not alive(int((desktop / "pid").read_text()))


@pytest.mark.parametrize("modules", [True, False])
def test_without_a_window_a_browser_opens(
    desktop: Path, start: Callable[..., subprocess.Popen[str]], modules: bool
) -> None:
    process = start(modules=modules, FAILS="1")
    address = when_there(desktop / "browser", process)
    assert httpx.get(address, follow_redirects=True, timeout=60).status_code == 200
    process.send_signal(signal.SIGINT)
    _said, told = process.communicate(timeout=40)
    assert process.returncode == 0
    why = "could not be shown" if modules else "pip install pywebview"
    assert why in told
    assert told.count("\n") == (3 if modules else 2), told
