"""Cells of the issued workbook by what stands in them, from the layout."""

from __future__ import annotations

from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.positions import FormLayout, current_form
from cts_excel.workbook.ooxml.addresses import cell_address

STANDARD = load_standard()
CLAUSES = tuple(indicator.clause for indicator in STANDARD.indicators)


def cover(label: str, form: FormLayout | None = None) -> str:
    """Return the input cell of an entry on 封面, of the present format or another."""
    (place,) = (one for one in (form or current_form()).cover if one.text == label)
    return cell_address(place.row, place.column + 1)


def rating(column: str, number: int, form: FormLayout | None = None) -> str:
    """Return a cell of the indicator with that number, from 0, on 评分表."""
    form = form or current_form()
    return cell_address(form.rating_first_row + number, form.rating_column(column))


def ratings(column: str, first: int, last: int, form: FormLayout | None = None) -> str:
    """Return a range of a column of 评分表."""
    return f"{rating(column, first, form)}:{rating(column, last, form)}"


def deduction(number: int, form: FormLayout | None = None) -> str:
    """Return the row number of an entry of the deduction block."""
    return str((form or current_form()).deduction_header_row + number + 2)


def bonus(number: int) -> str:
    """Return the row number of an entry of the bonus block."""
    return str(current_form().bonus_header_row + number + 2)
