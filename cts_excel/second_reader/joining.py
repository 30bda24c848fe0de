"""pandas joins the answers with the standard."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from cts_excel.second_reader.model import Problem, ProblemKind
from cts_excel.second_reader.rating_table import RatingRow
from cts_excel.second_reader.standard_file import StandardFile


def join(
    rows: list[RatingRow], standard: StandardFile, problems: list[Problem]
) -> list[tuple[Fraction, RatingRow]]:
    """Join every indicator's weight with its one row, by clause number and never by position.

    A clause without a row, or with two, is a problem and gets none. No rows at all are no news:
    then there is no table of ratings.
    """
    if not rows:
        return []
    clauses = pd.Index([row.clause for row in rows], dtype="object")
    repeated = clauses.duplicated(keep=False)
    problems += [
        Problem(row.place, ProblemKind.CLAUSE_REPEATED, row.clause)
        for row, twice in zip(rows, repeated, strict=True)
        if twice
    ]
    single = [row for row, twice in zip(rows, repeated, strict=True) if not twice]
    named = pd.Index([indicator.clause for indicator in standard.indicators], dtype="object")
    places = clauses[~repeated].get_indexer(named)
    joined = []
    for indicator, place in zip(standard.indicators, places, strict=True):
        if place >= 0:
            joined.append((indicator.weight, single[place]))
        elif indicator.clause not in clauses:
            problems.append(Problem("", ProblemKind.CLAUSE_MISSING, indicator.clause))
    return joined
