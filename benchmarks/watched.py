"""Run the command line and write down its own peak memory and wall clock, workers not counted.

``python -m benchmarks.watched NOTE.json ARGUMENTS…``
"""

from __future__ import annotations

import atexit
import json
import re
import sys
import time
from pathlib import Path


def peak_bytes() -> int:
    """Return the largest resident size that this process has had, in bytes."""
    try:  # this program's alone; getrusage also counts what the process was before exec
        status = Path("/proc/self/status").read_text("ascii", "replace")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]
    except (OSError, TypeError):
        import resource

        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return size if sys.platform == "darwin" else size * 1024


def main() -> None:
    """Note the figures when the command line ends the process."""
    note, started = Path(sys.argv[1]), time.perf_counter()
    sys.argv = ["cts-excel", *sys.argv[2:]]

    def write() -> None:
        seconds = time.perf_counter() - started
        note.write_text(json.dumps({"seconds": seconds, "peak": peak_bytes()}), "utf-8")

    atexit.register(write)
    from cts_excel.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
