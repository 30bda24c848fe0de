"""One workbook read a second time, from its bytes to its grade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cts_excel.second_reader.cells import Sheet, UnreadableError
from cts_excel.second_reader.joining import join
from cts_excel.second_reader.model import Problem, ProblemKind, RatingRead, SecondReading
from cts_excel.second_reader.openpyxl_sheets import read_sheets
from cts_excel.second_reader.rating_table import RatingRow, rate, rating_rows
from cts_excel.second_reader.scoring import grade
from cts_excel.second_reader.special_table import Entries, special_entries
from cts_excel.second_reader.standard_file import StandardFile, read_standard_file

Reader = Callable[[bytes], list[Sheet]]


def confirm(
    content: bytes, standard_file: Path | bytes | None = None, read: Reader = read_sheets
) -> SecondReading:
    """Read a workbook (.xlsx, .xlsm) and compute its grade, sharing no code with the first reader.

    The caller has checked size and type before. What this reader does not understand is a problem
    of the reading, never an exception and never a grade. The cover is not read: it bears no points.
    :param standard_file: a TOML file or its content; the built-in specification by default.
    :param read: what opens the workbook, openpyxl by default.
    :raises OSError: if the standard file cannot be read.
    :raises ValueError: if it is no standard file.
    """
    standard = read_standard_file(standard_file)
    try:
        sheets = read(content)
    except UnreadableError as error:
        return _reading(problems=[Problem("", ProblemKind.UNREADABLE, str(error))])
    problems: list[Problem] = []
    lenient: list[str] = []
    rows = rating_rows(sheets, standard, problems)
    joined = join(rows, standard, problems)
    ratings = [(weight, _rating(row, standard, problems, lenient)) for weight, row in joined]
    deductions, bonuses = special_entries(sheets, standard, problems, lenient)
    read_ratings = tuple(rating for _weight, rating in ratings if rating is not None)
    if read_ratings and all(rating.percentage is None for rating in read_ratings):
        problems.append(Problem("", ProblemKind.NOTHING_APPLICABLE))
    if problems:
        return _reading(read_ratings, deductions, bonuses, lenient, problems)
    shares = [(weight, rating.percentage) for weight, rating in ratings if rating is not None]
    result = grade(shares, len(deductions), len(bonuses), standard)
    return SecondReading(
        result.base,
        result.deductions,
        result.bonus,
        result.final,
        result.level,
        read_ratings,
        deductions,
        bonuses,
        tuple(lenient),
        (),
    )


def _rating(
    row: RatingRow, standard: StandardFile, problems: list[Problem], lenient: list[str]
) -> RatingRead | None:
    rating = rate(row, standard, problems, lenient)
    if rating is None:
        return None
    return RatingRead(row.clause, rating.band, rating.percentage, row.band_cell, row.percent_cell)


def _reading(
    ratings: tuple[RatingRead, ...] = (),
    deductions: Entries = (),
    bonuses: Entries = (),
    lenient: list[str] | None = None,
    problems: list[Problem] | None = None,
) -> SecondReading:
    """Return a reading without a grade."""
    return SecondReading(
        None,
        None,
        None,
        None,
        "",
        ratings,
        deductions,
        bonuses,
        tuple(lenient or ()),
        tuple(problems or ()),
    )
