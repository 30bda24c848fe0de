"""Clocks: what to run in turns, how long it took, which figure of many to believe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]


def seconds(work: Callable[[], object]) -> float:
    """Return the wall clock of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(repetitions: int, *works: Callable[[], object]) -> list[list[float]]:
    """Time several works one after the other, again and again, so that they share disturbances."""
    times: list[list[float]] = [[] for _work in works]
    for _repetition in range(repetitions):
        for own, work in zip(times, works, strict=True):
            own.append(seconds(work))
    return times


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured in the same turn."""
    return median(a / b for a, b in zip(over, under, strict=True))


def process(
    *arguments: str | Path, expected: Sequence[int] = (0,), cache: Path | None = None
) -> Callable[[], object]:
    """Return a work that starts Python with arguments and waits for it.

    :param cache: folder of the results of earlier runs; by default there are none.
    :raises RuntimeError: when called and the exit code is another than expected.
    """
    command = [sys.executable, *map(str, arguments)]

    def run() -> None:
        with tempfile.TemporaryDirectory() as none:
            environment = {**_compiled(), "CTS_EXCEL_CACHE": str(cache or none)}
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, check=False
            )
        if done.returncode not in expected:
            raise RuntimeError(f"{command}: {done.returncode}\n{done.stderr.decode()}")

    return run


def _compiled() -> dict[str, str]:
    """Return the environment in which Python keeps compiled modules, as an installed package has.

    The peer's libraries are compiled in any case.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def grade(
    folder: Path, output: Path, *options: str, cache: Path | None = None
) -> Callable[[], object]:
    """Return a work that grades a folder as a user would; some files are faulty: exit code 1."""
    arguments = ("-m", "cts_excel", "grade", folder, "-o", output, *options)
    return process(*arguments, expected=(0, 1), cache=cache)


def stage_seconds(folder: Path, output: Path, jobs: str) -> float:
    """Return the seconds of grading alone, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stage", folder, output, jobs]
    done = subprocess.run(
        command, cwd=ROOT, env=_compiled(), capture_output=True, check=True, text=True
    )
    return float(done.stdout)


def watched_grade(folder: Path, output: Path) -> tuple[float, int]:
    """Grade a folder; return the seconds and the parent's own peak memory in bytes."""
    note = output.with_suffix(".json")
    process("-m", "benchmarks.watched", note, "grade", folder, "-o", output, expected=(0, 1))()
    found = json.loads(note.read_text("utf-8"))
    note.unlink()
    return found["seconds"], found["peak"]
