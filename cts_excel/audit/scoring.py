"""Exact scores: item, base, deductions, bonus, final, and what is still possible."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation, localcontext

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Severity
from cts_excel.audit.levels import Judgement, judge
from cts_excel.audit.model import Audit, Rating
from cts_excel.standard.model import Indicator, Standard

# Wide enough for sums of weights times any doubles at 15 significant digits (the smallest ends at
# the 338th decimal, its prorated base at the 390th), so nothing is ever rounded.
EXACT = Context(prec=500, traps=[Inexact, InvalidOperation])
# Only the quotient of a prorated base can be without end: rounded downwards, it never seems to
# reach a level that it misses.
_QUOTIENT = Context(prec=60, rounding=ROUND_FLOOR)
_ZERO, _ONE = Decimal(0), Decimal(1)
# A column or block is missing or repeated, or a sheet can be read in more than one way.
_UNCERTAIN = (
    Code.COLUMN_MISSING,
    Code.SHEET_REPEATED,
    Code.COLUMN_REPEATED,
    Code.AMBIGUOUS_CONTENT,
)


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one audit; ``items`` follow the standard's indicators, ``None`` if unrated.

    ``complete`` is true if every indicator and special item counts as entered.
    """

    items: tuple[Decimal | None, ...]
    base: Decimal
    deductions: Decimal
    bonus: Decimal
    final: Decimal
    complete: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest final score still possible, with their levels."""

    low: Decimal
    high: Decimal
    low_judgement: Judgement
    high_judgement: Judgement


def item_score(indicator: Indicator, rating: Rating) -> Decimal | None:
    """Return weight x percentage in points, exact; ``None`` if the indicator is not rated."""
    if not rating.rated or rating.percent is None:
        return None
    return EXACT.multiply(indicator.weight, rating.percent)


def score(audit: Audit, standard: Standard) -> Score:
    """Score an audit exactly (clauses 3 and 5; rules 1, 3, 4 and 7).

    Unrated indicators add nothing; ``complete`` says whether there are any. A prorated base that
    does not end is rounded down at 60 digits.
    """
    items = tuple(
        item_score(indicator, rating)
        for indicator, rating in zip(standard.indicators, audit.ratings, strict=True)
    )
    deductions = deducted(audit, standard)
    bonus = granted(audit, standard, complete_only=True)
    with localcontext(EXACT):
        earned = sum((item for item in items if item is not None), _ZERO)
    base = _base(earned, applicable_weight(audit, standard), standard)
    complete = (
        all(
            item is not None or _left_out(rating, standard)
            for item, rating in zip(items, audit.ratings, strict=True)
        )
        and any(item is not None for item in items)
        and all(entry.complete for entry in (*audit.deductions, *audit.bonuses))
    )
    return Score(items, base, deductions, bonus, final_score(base, deductions, bonus), complete)


def final_score(base: Decimal, deductions: Decimal, bonus: Decimal) -> Decimal:
    """Return base - deductions + bonus, never below 0 (rule 1)."""
    with localcontext(EXACT):
        return max(_ZERO, base - deductions + bonus)


def bounds(audit: Audit, standard: Standard) -> Bounds:
    """Return the finals still possible.

    An unrated indicator may still earn anything that its chosen band allows, or anything at all
    if no band is chosen. An invalid 不适用 (not allowed, without a reason, or chosen everywhere)
    may still be rated. An incomplete special item may still count or be dropped. A sheet that is
    missing, or that can be read in more than one way, may hold anything: any rating, and any
    number of deductions.
    """
    weight, lowest, highest = _open_sums(audit, standard)
    points = standard.special.deduction.points
    most, least = points * len(audit.deductions), points * sum(e.complete for e in audit.deductions)
    some, more = (granted(audit, standard, complete_only=c) for c in (True, False))
    if not _certain(audit, audit.sheets.ratings):
        weight, lowest, highest = standard.total, _ZERO, standard.total
    low_final = final_score(_base(lowest, weight, standard), most, some)
    if not _certain(audit, audit.sheets.special):
        special = standard.special
        most, least = special.deduction.limit + special.deduction.points, _ZERO
        more, low_final = special.bonus.limit, _ZERO
    high_final = final_score(_base(highest, weight, standard), least, more)
    return Bounds(
        low_final,
        high_final,
        judge(low_final, most, standard),
        judge(high_final, least, standard),
    )


def _certain(audit: Audit, sheet: str) -> bool:
    """Tell whether a sheet is there and can be read in one way only."""
    return sheet != "" and not any(
        found.sheet == sheet
        and found.code in _UNCERTAIN
        and found.severity is Severity.ERROR
        and not found.clause
        for found in audit.findings
    )


def _open_sums(audit: Audit, standard: Standard) -> tuple[Decimal, Decimal, Decimal]:
    """Return the applicable weight with the least and the most that it may still earn, points.

    A prorated base is a weighted mean, so what may still be rated *or* left out needs no case of
    its own: leaving it out lies between rating it 0 and rating it 1.
    """
    pairs = list(zip(standard.indicators, audit.ratings, strict=True))
    if all(_left_out(rating, standard) for _indicator, rating in pairs):
        return standard.total, _ZERO, standard.total
    weight = lowest = highest = _ZERO
    with localcontext(EXACT):
        for indicator, rating in pairs:
            if _left_out(rating, standard) and not standard.states_nothing(rating.evidence):
                continue
            low, high = _range(rating, standard)
            weight += indicator.weight
            lowest += indicator.weight * low
            highest += indicator.weight * high
    return weight, lowest, highest


def deducted(audit: Audit, standard: Standard) -> Decimal:
    """Return the points deducted: one entry that states a fact, one deduction (rule 3)."""
    entries = sum(1 for entry in audit.deductions if entry.states_fact)
    return standard.special.deduction.points * entries


def granted(audit: Audit, standard: Standard, *, complete_only: bool) -> Decimal:
    """Return the bonus points that count: never more than the limit (rule 4)."""
    entries = sum(1 for e in audit.bonuses if e.complete or not complete_only)
    return min(standard.special.bonus.points * entries, standard.special.bonus.limit)


def _left_out(rating: Rating, standard: Standard) -> bool:
    """Tell whether an indicator leaves the base: 不适用, if the policy allows it (rule 7)."""
    return rating.not_applicable and standard.prorates and not rating.faulty


def _range(rating: Rating, standard: Standard) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest percentage that a rating may still get."""
    if rating.rated and rating.percent is not None:
        return rating.percent, rating.percent
    band = standard.band_by_label.get(rating.band)
    if band is None or rating.faulty:
        return _ZERO, _ONE
    return band.low, band.high


def applicable_weight(audit: Audit, standard: Standard) -> Decimal:
    """Sum the weights of the indicators that stay in the base, points."""
    left_out = (
        indicator.weight
        for indicator, rating in zip(standard.indicators, audit.ratings, strict=True)
        if _left_out(rating, standard)
    )
    return standard.total - sum(left_out, _ZERO)


def _base(earned: Decimal, applicable: Decimal, standard: Standard) -> Decimal:
    if applicable == standard.total:
        return earned
    if applicable <= 0:
        return _ZERO
    return _QUOTIENT.divide(EXACT.multiply(earned, standard.total), applicable)
