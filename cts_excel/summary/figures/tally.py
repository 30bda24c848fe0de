"""Counts and exact sums over the graded audits, made in one pass."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from statistics import median

from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.ranking import Ranking, nearest_line
from cts_excel.summary.outcomes.columns import OutcomeColumns

NEAR_POINTS = Decimal(1)  # an audit at most so far from a level line counts as near
SUMMED = ("base", "deductions", "bonus", "final")


@dataclass(frozen=True, slots=True)
class NearLine:
    """A graded audit near a level line: signed distance in points, the level, the file's number."""

    distance: Decimal
    level: str
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by level key and fail reason, exact sums by :data:`SUMMED` field, extremes, median.

    ``near`` holds the audits near a level line, the nearest first.
    """

    n: int
    levels: Mapping[str, int]
    reasons: Mapping[str, int]
    sums: Mapping[str, Decimal]
    low: Decimal | None
    high: Decimal | None
    median: Decimal | None
    near: tuple[NearLine, ...]

    @property
    def near_count(self) -> int:
        """Number of audits near a level line."""
        return len(self.near)

    @property
    def passed(self) -> int:
        """Number of audits with a level."""
        return self.n - self.levels.get(NOT_PASSED, 0)

    def mean(self, field: str) -> float | None:
        """Return the mean of a summed field; ``None`` without a graded audit."""
        return float(self.sums[field] / self.n) if self.n else None


def tally(outcomes: OutcomeColumns, ranking: Ranking) -> Tally:
    """Count and sum the graded audits."""
    levels: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    sums = dict.fromkeys(SUMMED, Decimal(0))
    finals: list[Decimal] = []
    exact = cache(Decimal)  # equal scores share one
    near = array("I")
    for number in ranking.graded:
        f = outcomes.file(number)
        levels[f.level_key] += 1
        finals.append(exact(f.final))
        reasons.update(r for r in f.reasons.split("；") if r)
        for name in SUMMED:
            sums[name] += exact(getattr(f, name))
        if abs(nearest_line(f, outcomes.standard)[0]) <= NEAR_POINTS:
            near.append(number)
    high, low = (max(finals), min(finals)) if finals else (None, None)
    return Tally(
        len(finals), levels, reasons, sums, low, high, median(finals) if finals else None,
        _nearest(outcomes, near),
    )  # fmt: skip


def _nearest(outcomes: OutcomeColumns, near: array[int]) -> tuple[NearLine, ...]:
    def by_distance(one: NearLine) -> tuple[Decimal, str, str]:
        f = outcomes.file(one.number)
        return abs(one.distance), f.organisation, f.file

    lines = (NearLine(*nearest_line(outcomes.file(n), outcomes.standard), n) for n in near)
    return tuple(sorted(lines, key=by_distance))
