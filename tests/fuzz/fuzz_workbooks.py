"""Fuzz the judgement of single workbooks: ``python tests/fuzz/fuzz_workbooks.py --seconds 600``.

Every input is a mutation of a filled workbook. In the first half of the time bytes are spoilt: an
internal error, an escaped exception, or a judgement that takes longer than ``--slow`` seconds is a
failure. In the second half the structure is: two readers with two grades are a failure. The input
of a failure is kept in ``--keep`` and the exit code is 1. Equal ``--seed``s make equal inputs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from altering import built_in, filled  # noqa: E402 - the tests' own modules
from mutations import mutated, packed, unpacked  # noqa: E402
from two_readers import Seen, inputs  # noqa: E402

from cts_excel.batch.engines.judge import grade_one  # noqa: E402


@dataclass
class Report:
    """What a fuzzing run saw: inputs by status and code, and the failures with their inputs."""

    tried: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, bytes]] = field(default_factory=list)


def fuzz(seconds: float, seed: int, slow: float = 5.0) -> Report:
    """Mutate and judge for so many seconds; at least one input is tried."""
    report = Report()
    parts = unpacked(filled())
    end = time.monotonic() + seconds
    while not report.tried or time.monotonic() < end:
        chance = random.Random(f"{seed} {report.tried}")
        content = packed(mutated(parts, chance))
        begun = time.monotonic()
        outcome = grade_one(content, built_in())
        took = time.monotonic() - begun
        report.tried += 1
        report.statuses[outcome.status.value] += 1
        report.codes.update({found.code for found in outcome.findings})
        report.failures.extend(
            (f"{found.code}: {found.found}", content)
            for found in outcome.findings
            if found.code in ("F11", "F07")
        )
        if took > slow:
            report.failures.append((f"took {took:.1f} s", content))
    return report


def fuzz_two_readers(seconds: float, seed: int) -> Seen:
    """Mutate the structure and let both readers judge for so many seconds."""
    seen, end = Seen(), time.monotonic() + seconds
    for kind, content in inputs(seed, sys.maxsize):
        seen.add(kind, content)
        if time.monotonic() > end:
            break
    return seen


def main() -> int:
    """Fuzz as the command line says, print what was seen."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--seed", type=int, default=None, help="default: another every time")
    options.add_argument("--slow", type=float, default=5.0)
    options.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    given = options.parse_args()
    seed = int(time.time()) if given.seed is None else given.seed
    report = fuzz(given.seconds / 2, seed, given.slow)
    seen = fuzz_two_readers(given.seconds / 2, seed)
    report.failures += seen.failures
    print(f"seed {seed}: {report.tried} inputs, {len(report.failures)} failures")
    print("  " + ", ".join(f"{name} {number}" for name, number in report.statuses.most_common()))
    print("  " + ", ".join(f"{code} {number}" for code, number in report.codes.most_common()))
    print(seen)
    for number, (why, content) in enumerate(dict(reversed(report.failures)).items()):
        given.keep.mkdir(exist_ok=True)
        path = given.keep / f"{seed}-{number}.xlsx"
        path.write_bytes(content)
        print(f"FAILED {path}: {why}")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
