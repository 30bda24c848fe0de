"""The grade: pandas joins the answers with the standard, fractions compute it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from cts_excel.second_reader.model import NOT_PASSED, Problem, ProblemKind, SpecialRead
from cts_excel.second_reader.rating_table import RatingRow
from cts_excel.second_reader.standard_file import SpecialRule, StandardFile


@dataclass(frozen=True, slots=True)
class Grade:
    """Exact points and the level's key."""

    base: Fraction
    deductions: Fraction
    bonus: Fraction
    final: Fraction
    level: str


def join(
    rows: list[RatingRow], standard: StandardFile, problems: list[Problem]
) -> list[tuple[Fraction, RatingRow]]:
    """Join every indicator's weight with its one row, by clause number and never by position.

    A clause without a row, or with two, is a problem and gets none. No rows at all are no news:
    then there is no table of ratings.
    """
    if not rows:
        return []
    indicators = pd.DataFrame(
        {
            "clause": [indicator.clause for indicator in standard.indicators],
            "weight": pd.Series([i.weight for i in standard.indicators], dtype="object"),
        }
    )
    answers = pd.DataFrame(
        {
            "clause": pd.Series([row.clause for row in rows], dtype=indicators["clause"].dtype),
            "row": pd.Series(rows, dtype="object"),
        }
    )
    joined = indicators.merge(answers, on="clause", how="left", indicator=True)
    missing = joined.loc[joined["_merge"] == "left_only", "clause"]
    problems += [Problem("", ProblemKind.CLAUSE_MISSING, clause) for clause in missing]
    repeated = joined["clause"].duplicated(keep=False)
    problems += [
        Problem(row.place, ProblemKind.CLAUSE_REPEATED, row.clause)
        for row in joined.loc[repeated, "row"]
    ]
    single = joined[~repeated & (joined["_merge"] == "both")]
    return list(zip(single["weight"], single["row"], strict=True))


def grade(
    shares: list[tuple[Fraction, Fraction | None]],
    deductions: tuple[SpecialRead, ...],
    bonuses: tuple[SpecialRead, ...],
    standard: StandardFile,
) -> Grade:
    """Compute base, deductions, bonus, final and level (rules 1 to 4 and 7).

    :param shares: weight in points and percentage as a fraction of 1 (``None``: left out).
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


def _points(rule: SpecialRule, entries: tuple[SpecialRead, ...]) -> Fraction:
    return rule.points * len(entries)
