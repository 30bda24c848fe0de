"""The raw cells of a sheet as both paths return them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import lt

from cts_excel.workbook.ooxml.addresses import column_number

# (column, row, style, type, formula tag, formula, value, inline text). If the sheet is
# ``escaped``, the texts still hold XML's character references.
RawCell = tuple[str, str, str, str, str, str, str, str]
COLUMN, ROW, STYLE, TYPE, FORMULA_TAG, FORMULA, VALUE, INLINE = range(8)

MAX_CELLS = 1_000_000  # per sheet that is read; an issued one has 0.7 thousand
_HIDDEN = re.compile(r' hidden="(?:1|true)"| ht="0*(?:\.[0-4][0-9]*|\.?)"')


@dataclass(frozen=True)
class RawSheet:
    """Cells of a sheet by address, e.g. ``F17``.

    ``ambiguous`` holds addresses that stand more than once or whose cell has more than one reading,
    with what is there; ``irregular`` says what else no application writes (rows out of order, a
    cell outside its row), ``""`` for a regular sheet;
    ``row_attributes`` are the raw attributes of each row, by its number; ``outer_xml`` is the XML
    outside the cells.
    """

    cells: dict[str, RawCell]
    ambiguous: Mapping[str, str]
    irregular: str
    row_attributes: dict[int, str]
    outer_xml: str
    escaped: bool

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The last row and column that hold a cell, 1-based."""
        cells = self.cells.values()
        rows = max(map(int, {cell[ROW] for cell in cells}), default=0)
        columns = max(map(column_number, {cell[COLUMN] for cell in cells}), default=0)
        return rows, columns

    @property
    def area(self) -> int:
        """How many cells lie from A1 to the farthest row and column; 0 for an irregular sheet."""
        if self.irregular or self.ambiguous:
            return 0
        columns = map(column_number, {cell[COLUMN] for cell in self.cells.values()})
        return max(self.row_attributes, default=0) * max(columns, default=0)

    @cached_property
    def hidden_rows(self) -> list[int]:
        """The rows that are hidden or have no height."""
        return [row for row, own in self.row_attributes.items() if own and _HIDDEN.search(own)]


def ascending(rows: Sequence[tuple[int, str]]) -> bool:
    """Return whether rows stand in the order of their numbers."""
    numbers = [number for number, _attributes in rows]
    return all(map(lt, numbers, numbers[1:]))
