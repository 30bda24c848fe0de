"""Filled cells of worksheets, whichever library has read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from cts_excel.second_reader.model import ProblemKind

Value = str | Fraction | ProblemKind  # a ProblemKind says why the cell holds no usable value


class UnreadableError(Exception):
    """A library cannot read the workbook; the message says what it stumbled over."""


class Hiding(Protocol):
    """What keeps a person from seeing a cell of one sheet."""

    def shows(self, row: int, column: int, style: int) -> bool:
        """Tell whether the value of a cell is to be seen."""


@lru_cache(maxsize=512)
def column_letters(number: int) -> str:
    """Return the letters of a 1-based column."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: sheet, 1-based row and column, value, and what may hide it."""

    sheet: str
    row: int
    column: int
    value: Value
    style: int
    hiding: Hiding

    @property
    def address(self) -> str:
        """Where the cell stands, ``sheet!F17``."""
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"

    @property
    def seen(self) -> bool:
        """Whether a person who looks at the sheet sees the value."""
        return self.hiding.shows(self.row, self.column, self.style)

    @property
    def text(self) -> str:
        """The value as a text: a number in plain digits, ``""`` if there is no usable value."""
        if isinstance(self.value, ProblemKind):
            return ""
        return self.value if isinstance(self.value, str) else f"{float(self.value):.15g}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of one worksheet by (row, column).

    ``pictured`` are ranges that a floating picture covers: first row and column, last ones.
    """

    name: str
    cells: dict[tuple[int, int], Cell]
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    pictured: list[tuple[int, int, int, int]] = field(default_factory=list)

    def at(self, row: int, column: int | None) -> Cell | None:
        """Return a filled cell, ``None`` for a blank one or a column that is missing."""
        return None if column is None else self.cells.get((row, column))

    def has_picture(self, row: int, column: int | None) -> bool:
        """Tell whether a picture is in a cell or floats over it."""
        cell = self.at(row, column)
        return (cell is not None and cell.value is ProblemKind.PICTURE) or any(
            top <= row <= bottom and left <= (column or 0) <= right
            for top, left, bottom, right in self.pictured
        )


def sheet_of(name: str, cells: Iterable[Cell]) -> Sheet:
    """Return a sheet of filled cells; a cell that stands twice is ambiguous."""
    sheet = Sheet(name, {})
    for cell in cells:
        place = cell.row, cell.column
        if place in sheet.cells:
            cell = replace(cell, value=ProblemKind.AMBIGUOUS)
        sheet.cells[place] = cell
    for (row, _column), cell in sorted(sheet.cells.items()):
        sheet.rows.setdefault(row, []).append(cell)
    return sheet
