"""A second, independent reader that confirms grades: openpyxl reads, pandas joins, fractions count.

It shares no code with the first reader, so that the two share no bug. Importing it loads pandas
and openpyxl (about a second): import it only where a grade is to be confirmed.
"""

from __future__ import annotations

from cts_excel.second_reader.comparing import Difference, StatedGrade, compare
from cts_excel.second_reader.confirming import confirm
from cts_excel.second_reader.model import Problem, ProblemKind, SecondReading

__all__ = [
    "Difference",
    "Problem",
    "ProblemKind",
    "SecondReading",
    "StatedGrade",
    "compare",
    "confirm",
]
