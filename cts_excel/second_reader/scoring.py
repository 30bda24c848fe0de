"""The grade, computed with fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cts_excel.second_reader.model import NOT_PASSED
from cts_excel.second_reader.standard_file import SpecialRule, StandardFile


@dataclass(frozen=True, slots=True)
class Grade:
    """Exact points and the level's key."""

    base: Fraction
    deductions: Fraction
    bonus: Fraction
    final: Fraction
    level: str


def grade(
    shares: list[tuple[Fraction, Fraction | None]],
    deductions: int,
    bonuses: int,
    standard: StandardFile,
) -> Grade:
    """Compute base, deductions, bonus, final and level (rules 1 to 4 and 7).

    :param shares: weight in points and percentage as a fraction of 1 (``None``: left out).
    :param deductions: number of entries; :param bonuses: likewise.
    """
    applicable = [(weight, share) for weight, share in shares if share is not None]
    base = sum((weight * share for weight, share in applicable), Fraction(0))
    weights = sum((weight for weight, _share in applicable), Fraction(0))
    if len(applicable) < len(shares):
        base = base / weights * standard.total if weights else Fraction(0)
    lost = _points(standard.deduction, deductions)
    won = min(_points(standard.bonus, bonuses), standard.bonus.limit)
    final = max(Fraction(0), base - lost + won)
    level = next((key for key, minimum in standard.levels if final >= minimum), NOT_PASSED)
    if lost > standard.deduction.limit:
        level = NOT_PASSED
    return Grade(base, lost, won, final, level)


def _points(rule: SpecialRule, entries: int) -> Fraction:
    return rule.points * entries
