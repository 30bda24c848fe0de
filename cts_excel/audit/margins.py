"""Near the line: how far a graded audit is from the next level and from losing its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from math import gcd, lcm

from cts_excel.audit.model import Rating
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.scoring import EXACT, applicable_weight
from cts_excel.standard.model import Band, Level, Standard

# Beyond so many units in the sums (whole percents of whole weights make some thousand), the least
# of equally short lists is no longer searched for.
_MOST_UNITS = 2_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One indicator raised to the low edge of its next band; percentages are fractions of 1.

    ``points`` is what that adds to the indicator's own score.
    """

    clause: str
    band_from: str
    band_to: str
    percent_from: Decimal
    percent_to: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Margins:
    """Distances of one graded audit, exact points.

    ``next_level`` and ``to_next`` are ``None`` at the highest level, and if there are too many
    special deductions whatever the score. ``above_line`` is how many points may be lost before the
    level is; ``None`` without a level. ``steps`` is empty if no next bands reach the next level.
    """

    next_level: Level | None
    to_next: Decimal | None
    above_line: Decimal | None
    steps: tuple[Step, ...]


def margins(outcome: Outcome, standard: Standard) -> Margins | None:
    """Measure a graded audit (clause 4); ``None`` for an outcome without a level or a fail.

    The next band of an indicator is the first whose low edge lies above its percentage. The list
    is as short as can be; of equally short ones that with the fewest points, then the first in
    the order of clauses.
    """
    score, judgement = outcome.score, outcome.judgement
    if score is None or judgement is None or outcome.audit is None:
        return None
    above_line = None
    if judgement.level is not None:
        with localcontext(EXACT):
            above_line = score.final - judgement.level.minimum
    wanted = _next(score.final, standard)
    if wanted is None or score.deductions > standard.special.deduction.limit:
        return Margins(None, None, above_line, ())
    with localcontext(EXACT):
        to_next = wanted.minimum - score.final
        # Every point of an indicator is total / applicable points of a prorated base.
        earned = sum((item for item in score.items if item is not None), Decimal(0))
        applicable = applicable_weight(outcome.audit, standard)
        base = wanted.minimum + score.deductions - score.bonus
        needed = base * applicable - earned * standard.total
        offered = _offered(outcome.audit.ratings, standard)
        gains = [points * standard.total for *_step, points in offered]
    # Steps are built only for chosen places: building them all takes most of the time.
    chosen = (offered[place] for place in shortest(gains, needed))
    steps = tuple(
        Step(rating.clause, rating.band, band.label, percent, band.low, points)
        for rating, percent, band, points in chosen
    )
    return Margins(wanted, to_next, above_line, steps)


def shortest(gains: Sequence[Decimal], needed: Decimal) -> tuple[int, ...]:
    """Choose the fewest gains whose sum is at least ``needed``; empty if all together are too few.

    Of equally few, those with the least sum, then the first in order.
    :param gains: positive amounts; :param needed: positive, in the same unit.
    """
    with localcontext(EXACT):
        largest = sorted(range(len(gains)), key=lambda n: (-gains[n], n))
        reached, count = Decimal(0), 0
        while reached < needed and count < len(gains):
            reached += gains[largest[count]]
            count += 1
    if reached < needed or not count:
        return ()
    greedy = tuple(sorted(largest[:count]))
    units, limit = _units(gains, needed)
    if sum(units[number] for number in greedy) > _MOST_UNITS:
        return greedy
    return _least(units, limit, count)


def _units(gains: Sequence[Decimal], needed: Decimal) -> tuple[list[int], int]:
    """Write amounts as whole numbers of their common unit."""
    ratios = [amount.as_integer_ratio() for amount in (*gains, needed)]
    unit = lcm(*(below for _above, below in ratios))
    whole = [above * (unit // below) for above, below in ratios]
    common = gcd(*whole)
    return [amount // common for amount in whole[:-1]], whole[-1] // common


def _least(units: list[int], limit: int, count: int) -> tuple[int, ...]:
    """Choose ``count`` numbers with the least sum not below ``limit``, the first in order.

    ``reach[n][c]`` has bit *s* set if ``c`` of the numbers from place ``n`` on sum to ``s``.
    """
    reach: list[list[int]] = [[1, *([0] * count)]]
    for unit in reversed(units):
        after = reach[-1]
        reach.append([1, *(after[c] | (after[c - 1] << unit) for c in range(1, count + 1))])
    reach.reverse()
    above = reach[0][count] >> limit
    rest = limit + (above & -above).bit_length() - 1
    chosen: list[int] = []
    for number, unit in enumerate(units):
        left = count - len(chosen)
        if left and rest >= unit and reach[number + 1][left - 1] >> (rest - unit) & 1:
            chosen.append(number)
            rest -= unit
    return tuple(chosen)


def _next(final: Decimal, standard: Standard) -> Level | None:
    return next((level for level in reversed(standard.levels) if level.minimum > final), None)


def _offered(
    ratings: Sequence[Rating], standard: Standard
) -> list[tuple[Rating, Decimal, Band, Decimal]]:
    """List every rating that has a next band, with its percentage, that band and what it adds."""
    rising = sorted(standard.bands, key=lambda band: band.low)
    lows = [band.low for band in rising]
    offered = []
    for indicator, rating in zip(standard.indicators, ratings, strict=True):
        percent = rating.percent
        if percent is None or not rating.rated:
            continue
        place = bisect_right(lows, percent)
        if place < len(rising):
            points = indicator.weight * (lows[place] - percent)
            offered.append((rating, percent, rising[place], points))
    return offered
