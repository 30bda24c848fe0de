"""``python -m benchmarks``: measure, print one table, with ``--write`` put it into the docs."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import ALL, Bench, Line
from benchmarks.in_browser import browser
from benchmarks.made_workbooks import originals
from benchmarks.measuring import ROOT
from cts_excel.standard.loading import load_standard

_FIGURES = (*ALL, browser)
DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: make bench -->", "<!-- end of what was measured -->"
HEAD = ("", "what", "ours", "peer", "figure", "bar", "")


def main() -> int:
    """Measure what was asked for; exit 1 where a bar is missed."""
    options = _options()
    compileall.compile_dir(ROOT / "cts_excel", quiet=1)  # as an installed package is
    sizes = (100, 1_000, 10_000, 100_000) if options.full else (100, 1_000, 10_000)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as folder:
        standard = load_standard()
        print("making the originals …", file=sys.stderr)
        made = originals(standard, 20 if options.quick else 200)
        bench = (
            Bench(Path(folder), standard, made, (20, 60), batch=60, repetitions=1)
            if options.quick
            else Bench(Path(folder), standard, made, sizes, repetitions=options.repetitions)
        )
        for figure in _FIGURES:
            if not options.only or figure.__name__ in options.only:
                for line in figure(bench):
                    print(_row(_cells(line)), flush=True)
                    lines.append(line)
    print(f"\n{machine()}")
    missed = [line for line in lines if line.met is False]
    print(f"bars met: {sum(1 for line in lines if line.met)}, missed: {len(missed)}")
    if options.write:
        _write(lines)
    return 1 if missed else 0


def machine() -> str:
    """Describe the machine in one line."""
    model = platform.processor() or platform.machine()
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
        names = [x.partition(":")[2].strip() for x in text.splitlines() if "model name" in x]
        model = names[0] if names else model
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
        room = f", {memory:.0f} GiB of memory"
    except (OSError, ValueError, AttributeError):
        room = ""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} processors ({model}){room}, {platform.system()}, {python}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--full", action="store_true", help="also 100,000 workbooks (4 GB of disk)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to try it out")
    parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT.relative_to(ROOT)}")
    parser.add_argument("--repetitions", type=int, default=5, help="turns of each figure (5)")
    parser.add_argument("--only", nargs="+", choices=[figure.__name__ for figure in _FIGURES])
    parser.add_argument("--folder", type=Path, help="where the workbooks go while it measures")
    return parser.parse_args()


def _cells(line: Line) -> tuple[str, ...]:
    verdict = {True: "met", False: "MISSED", None: ""}[line.met]
    return (line.mark, line.what, line.ours, line.peer, line.figure, line.bar, verdict)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _write(lines: list[Line]) -> None:
    """Replace the measured part of the document."""
    before, _begin, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _measured, _end, after = rest.partition(END)
    table = [_row(HEAD), _row(["---"] * len(HEAD)), *(_row(_cells(line)) for line in lines)]
    day = datetime.now(UTC).date().isoformat()
    text = "\n".join([BEGIN, "", f"{day}, {machine()}", "", *table, "", END])
    DOCUMENT.write_text(before + text + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
