"""Answers as the cells that a client enters, placed by the layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, SpecialAnswer, Value
from cts_excel.workbook.ooxml.addresses import cell_address


@dataclass(frozen=True)
class Cell:
    """One entry: text as it stands, a number as a float, a date as its ISO day."""

    sheet: str
    row: int
    column: int
    kind: Literal["text", "number", "date"]
    value: str | float

    @property
    def address(self) -> str:
        return cell_address(self.row, self.column)

    @property
    def order(self) -> dict[str, str | float]:
        """Return the cell as a JSON order holds it."""
        place = {"sheet": self.sheet, "address": self.address}
        return {**place, "kind": self.kind, "value": self.value}


def entered(standard: Standard, answers: Answers) -> tuple[Cell, ...]:
    """Return the cells that hold the answers; blank answers have none."""
    return tuple(_cells(standard, answers))


def _cells(standard: Standard, answers: Answers) -> Iterator[Cell]:
    for field in COVER_FIELDS:
        row = layout.cover_row(field.key)
        value = answers.cover.get(field.label)
        yield from _cell(layout.COVER, row, layout.COVER_INPUT_COLUMN, value)
    for clause, answer in answers.ratings.items():
        row = layout.rating_row(standard, clause)
        for name in layout.RATING_INPUTS:
            column = layout.RATING_COLUMN[name]
            yield from _cell(layout.RATINGS, row, column, getattr(answer, name))
    yield from _special(answers.deductions, layout.DEDUCTION_FIRST_ROW)
    yield from _special(answers.bonuses, layout.BONUS_FIRST_ROW)


def _special(items: tuple[SpecialAnswer, ...], first_row: int) -> Iterator[Cell]:
    for number, item in enumerate(items):
        for name in layout.SPECIAL_INPUTS:
            column = layout.SPECIAL_COLUMN[name]
            yield from _cell(layout.SPECIAL, first_row + number, column, getattr(item, name))


def _cell(sheet: str, row: int, column: int, value: Value) -> Iterator[Cell]:
    if isinstance(value, date):
        yield Cell(sheet, row, column, "date", value.isoformat())
    elif isinstance(value, Decimal):
        yield Cell(sheet, row, column, "number", float(value))
    elif value is not None and value != "":
        yield Cell(sheet, row, column, "text", str(value))
