"""The app as a person starts it: a server of its own, with its address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

pytest.importorskip("nicegui", reason="the extra app is not installed")
ROOT = Path(__file__).parents[2]
_START_SECONDS = 90


@dataclass
class Served:
    """A running app: its process, its folder, and the address that it printed."""

    process: subprocess.Popen[str]
    folder: Path
    address: str

    @property
    def base(self) -> str:
        return self.address.partition("/?")[0]

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)


@pytest.fixture(scope="session")
def start_app() -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(folder: Path, *options: str, stderr: IO[str] | None = None, **more: Any) -> Served:
        command = [
            *(sys.executable, "-P", "-m", "cts_excel", "app", "--no-open"),
            *("--folder", str(folder), *options),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment, **more
        )
        began = time.monotonic()
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.startswith("http://"), (line, process.poll(), time.monotonic() - began)
        served = Served(process, folder, line)
        running.append(served)
        return served

    yield start
    for served in running:
        if served.process.poll() is None:
            served.kill()


@pytest.fixture(scope="module")
def served(
    start_app: Callable[..., Served], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    found = start_app(tmp_path_factory.mktemp("work"))
    yield found
    found.end()
