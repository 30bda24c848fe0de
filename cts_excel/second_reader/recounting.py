"""A grade computed once more from percentages that two readers have read alike."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from cts_excel.second_reader.comparing import Difference, StatedGrade, differing_points
from cts_excel.second_reader.scoring import grade
from cts_excel.second_reader.standard_file import read_standard_file


def recount(
    percents: Mapping[str, str],
    deductions: int,
    bonuses: int,
    stated: StatedGrade,
    standard_file: bytes | None = None,
) -> list[Difference]:
    """List the points that come out otherwise; every clause of the standard counts once.

    :param percents: decimal texts, fractions of 1 by clause, ``""`` for 不适用.
    :param deductions: number of entries; :param bonuses: likewise.
    :raises ValueError: if the standard file is none.
    """
    standard = read_standard_file(standard_file)
    named = [indicator.clause for indicator in standard.indicators]
    if sorted(named) != sorted(percents):
        missing = ", ".join(sorted({*named} ^ {*percents}))
        return [Difference("reading", stated.final, f"clause_missing {missing}")]
    shares = [
        (
            indicator.weight,
            Fraction(percents[indicator.clause]) if percents[indicator.clause] else None,
        )
        for indicator in standard.indicators
    ]
    return differing_points(grade(shares, deductions, bonuses, standard), stated)
