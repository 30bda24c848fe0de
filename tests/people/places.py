"""Cells of the issued workbook by what stands in them, from the layout."""

from __future__ import annotations

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import cell_address

STANDARD = load_standard()
CLAUSES = tuple(indicator.clause for indicator in STANDARD.indicators)


def cover(label: str) -> str:
    """Return the input cell of an entry on 封面."""
    (key,) = (field.key for field in COVER_FIELDS if field.label == label)
    return cell_address(layout.cover_row(key), layout.COVER_INPUT_COLUMN)


def rating(column: str, number: int) -> str:
    """Return a cell of the indicator with that number, from 0, on 评分表."""
    return cell_address(layout.RATING_FIRST_ROW + number, layout.RATING_COLUMN[column])


def ratings(column: str, first: int, last: int) -> str:
    """Return a range of a column of 评分表."""
    return f"{rating(column, first)}:{rating(column, last)}"


def deduction(number: int) -> str:
    """Return the row number of an entry of the deduction block."""
    return str(layout.DEDUCTION_FIRST_ROW + number + 1)


def bonus(number: int) -> str:
    """Return the row number of an entry of the bonus block."""
    return str(layout.BONUS_FIRST_ROW + number + 1)
