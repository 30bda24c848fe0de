"""A workbook as grids of typed values: what every file type offers to the rooms above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cts_excel.workbook.ooxml.cells import Value

Unseen = tuple[str, str]  # address, and what hides it: a range, rows, columns, a colour


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn at one place: its corner cells (1-based column, row), pictures, text.

    ``last`` is the cell under the lower right corner, the first one if the drawing does not say.
    ``alternatives`` are the texts that stand for the pictures.
    """

    first: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)
    pictures: int = 0
    text: str = ""
    alternatives: tuple[str, ...] = ()


class Grid(Protocol):
    """The cells of one sheet."""

    @property
    def dates_from_1904(self) -> bool:
        """Whether day numbers count from 1904."""

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""

    def result(self, address: str) -> Value:
        """Return the value of a cell that holds the result of a formula of the form.

        If the file type does not tell for sure, a date is its day number, and an error is none.
        """

    def formula(self, address: str) -> str | None:
        """Return a cell's formula; ``None`` if it has none or the file type hides it."""

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text that is no formula's result."""

    def unseen(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        """Yield the cells of some columns and rows that people do not see, each once per cause.

        Not seen is what a merge covers, what stands in a hidden row or column, and a text in the
        colour of its fill.
        """

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """What floats on the sheet: pictures, and shapes that hold a text.

        :raises NotReadableError: F01 not well-formed, F05 dangerous.
        """

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not plainly blank, ascending."""

    @property
    def irregular(self) -> str:
        """What no application writes in a sheet, ``""`` for a regular one."""


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet as the workbook lists it; ``state`` is visible, hidden or veryHidden."""

    name: str
    state: str

    @property
    def hidden(self) -> bool:
        """Whether people do not see the sheet; a state that nobody knows counts as hidden."""
        return self.state not in ("visible", "")


class Workbook(Protocol):
    """A workbook: its sheets in tab order, and the grid of each."""

    sheets: tuple[SheetName, ...]

    def grid(self, index: int) -> Grid:
        """Return the grid of the sheet with a 0-based index."""

    @property
    def properties(self) -> dict[str, str]:
        """The custom document properties; empty if the file type hides them."""
