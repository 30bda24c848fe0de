"""From a final score to a level, decided on the exact value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED, Level, Standard

# Room for the longest exact score: scoring keeps 500 digits.
_SHOWN = Context(prec=1000, rounding=ROUND_HALF_UP)


class FailReason(StrEnum):
    """Why an audit does not pass; both can hold at once (rule 3)."""

    BELOW_MINIMUM = "below_minimum"
    DEDUCTION_LIMIT = "deduction_limit"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A recommended level (建议级别): ``level`` is ``None`` if the audit does not pass."""

    level: Level | None
    fail_reasons: tuple[FailReason, ...]
    label: str

    @property
    def passed(self) -> bool:
        """Whether a level is recommended."""
        return self.level is not None

    @property
    def key(self) -> str:
        """The level's key, ``not_passed`` if there is none."""
        return self.level.key if self.level else NOT_PASSED


def judge(final: Decimal, deductions: Decimal, standard: Standard) -> Judgement:
    """Recommend a level (clause 4; rules 2 and 3).

    :param final: exact final score, points.
    :param deductions: sum of special deductions, points.
    """
    reached = next((level for level in standard.levels if final >= level.minimum), None)
    too_many = deductions > standard.special.deduction.limit
    if reached is not None and not too_many:
        return Judgement(reached, (), reached.label)
    reasons = () if reached else (FailReason.BELOW_MINIMUM,)
    if too_many:
        reasons = (*reasons, FailReason.DEDUCTION_LIMIT)
        return Judgement(None, reasons, standard.special.deduction.exceeded)
    return Judgement(None, reasons, standard.not_passed.label)


def next_level(
    final: Decimal, deductions: Decimal, standard: Standard
) -> tuple[Level, Decimal] | None:
    """Return the level above a final score, and the points missing for it, exact.

    ``None`` at the highest level, and for an audit that fails by its deductions, which no points
    would lift.
    """
    above = [level for level in standard.levels if level.minimum > final]
    if not above or deductions > standard.special.deduction.limit:
        return None
    return above[-1], _SHOWN.subtract(above[-1].minimum, final)


def reason_text(reason: FailReason, standard: Standard) -> str:
    """Word a fail reason as the outputs show it: 低于70分, 特别扣分超限."""
    if reason is FailReason.DEDUCTION_LIMIT:
        return "特别扣分超限"
    return f"低于{plain(standard.lowest_level.minimum)}分"


def decimals_shown(score: Decimal, standard: Standard) -> int:
    """Count the decimals needed so that a score does not seem to reach a level it misses (rule 1).

    2 as a rule; more if rounding half up to 2 would move the score across a level's minimum.
    """
    reached = [score >= level.minimum for level in standard.levels]
    decimals = 2
    while [rounded_half_up(score, decimals) >= x.minimum for x in standard.levels] != reached:
        decimals += 1
    return decimals


def shown(score: Decimal, standard: Standard) -> str:
    """Write a score for people: 2 decimals, half up, more only near a level's minimum (rule 1)."""
    return f"{rounded_half_up(score, decimals_shown(score, standard)):f}"


def shown_beside(part: Decimal, final: Decimal, standard: Standard) -> str:
    """Write a part of a final score with the decimals of that score, so that both add up."""
    return f"{rounded_half_up(part, decimals_shown(final, standard)):f}"


def number_shown(number: float, decimals: int = 2) -> str:
    """Write a statistic with some decimals, half up as spreadsheets do (Python rounds to even)."""
    return f"{rounded_half_up(Decimal(repr(round(float(number), 9))), decimals):f}"


def percent_shown(share: float, decimals: int = 1) -> str:
    """Write a fraction of 1 as percent, half up as spreadsheets do."""
    return f"{number_shown(100 * float(share), decimals)}%"


def rounded_half_up(number: Decimal, decimals: int) -> Decimal:
    """Round half up (away from zero), as GB/T 8170 does for values that are only shown."""
    return number.quantize(Decimal(1).scaleb(-decimals), context=_SHOWN)
