"""Print the seconds that grading alone takes, from the first worker's start to the last record.

``python -m benchmarks.stage FOLDER OUTPUT JOBS``
"""

from __future__ import annotations

import sys
import time

from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run
from cts_excel.grade_run import FORMATS
from cts_excel.standard.loading import load_standard


def main() -> None:
    """Grade, and stop the clock when all files are done."""
    folder, output, jobs = sys.argv[1:]
    options = RunOptions((folder,), output, jobs=int(jobs))
    with Run.create(options, load_standard(), FORMATS) as run:
        clock: list[float] = []
        for _result in run.results(lambda _done, _total: clock.append(time.perf_counter())):
            break
    print(clock[-1] - clock[0])


if __name__ == "__main__":
    main()
