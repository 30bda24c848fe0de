"""One pass over the graded audits: counts and exact sums that several sheets show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest

from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.figures.ranking import Ranking, nearest_line
from cts_excel.summary.outcomes.gathered import Gathered

NEAR = Decimal(1)  # points
SUMMED = ("base", "deductions", "bonus", "final")
_KEPT = 50  # near audits; the page shows fewer


@dataclass(frozen=True, slots=True)
class Near:
    """A graded audit near a level line: signed distance in points, the level, the file's number."""

    distance: Decimal
    level: str
    number: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by level key and fail reason, exact sums by :data:`SUMMED` field, extremes, median.

    ``near`` holds the nearest of ``near_count`` audits within 1 point of a level line.
    """

    n: int
    levels: Mapping[str, int]
    reasons: Mapping[str, int]
    sums: Mapping[str, Decimal]
    low: Decimal | None
    high: Decimal | None
    median: Decimal | None
    near: tuple[Near, ...]
    near_count: int

    @property
    def passed(self) -> int:
        """Number of audits with a level."""
        return self.n - self.levels.get(NOT_PASSED, 0)

    def mean(self, field: str) -> float | None:
        """Return the mean of a summed field."""
        return float(self.sums[field] / self.n) if self.n else None


def tally(gathered: Gathered, ranking: Ranking, standard: Standard) -> Tally:
    """Count and sum the graded audits."""
    levels: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    sums = dict.fromkeys(SUMMED, Decimal(0))
    near: list[tuple[Decimal, str, str, Near]] = []
    count = 0
    for number in ranking.graded:
        f = gathered.file(number)
        levels[f.level_key] += 1
        reasons.update(r for r in f.reasons.split("；") if r)
        for name in SUMMED:
            sums[name] += Decimal(getattr(f, name))
        distance, level = nearest_line(f, standard)
        if abs(distance) <= NEAR:
            count += 1
            near.append((abs(distance), f.organisation, f.file, Near(distance, level, number)))
            if len(near) > 4 * _KEPT:
                near = nsmallest(_KEPT, near, key=lambda item: item[:3])
    near = nsmallest(_KEPT, near, key=lambda item: item[:3])
    finals = [_final(gathered, ranking, place) for place in _middle(len(ranking.graded))]
    return Tally(
        len(ranking.graded), levels, reasons, sums,
        _end(gathered, ranking, -1), _end(gathered, ranking, 0),
        sum(finals, Decimal(0)) / len(finals) if finals else None,
        tuple(item[3] for item in near), count,
    )  # fmt: skip


def _middle(n: int) -> tuple[int, ...]:
    """Return the one or two places in the middle of a ranking."""
    if n == 0:
        return ()
    return (n // 2,) if n % 2 else (n // 2 - 1, n // 2)


def _final(gathered: Gathered, ranking: Ranking, place: int) -> Decimal:
    return Decimal(gathered.file(ranking.graded[place]).final)


def _end(gathered: Gathered, ranking: Ranking, place: int) -> Decimal | None:
    return _final(gathered, ranking, place) if ranking.graded else None
