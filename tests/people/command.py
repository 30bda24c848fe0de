"""The command line in its own process, and the files of a run."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path


def cts_excel(*arguments: object) -> str:
    """Run a command in Chinese; returns both outputs, whatever the exit code but a crash's."""
    done = subprocess.run(
        [sys.executable, "-m", "cts_excel", "--lang", "zh", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def grade(folder: Path, output: Path, *options: object) -> dict[str, dict[str, str]]:
    """Grade a folder; returns the lines of grades.csv by path inside the folder."""
    cts_excel("grade", folder, "-o", output, *options)
    start = f"{folder.as_posix()}/"
    return {line["file"].removeprefix(start): line for line in rows_of(output / "grades.csv")}


def issued(roster: Path, output: Path) -> tuple[list[dict[str, str]], str]:
    """Issue from a roster; returns the lines of issued.csv (none if refused) and what was said."""
    said = cts_excel("template", "--roster", roster, "-o", output)
    record = output / "issued.csv"
    return (rows_of(record) if record.exists() else []), said
