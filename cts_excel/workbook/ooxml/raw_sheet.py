"""The raw cells of a sheet: type, style, formula, cached value, and what is irregular in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import lt

from cts_excel.workbook.ooxml.addresses import column_number

# (column, row, style, type, formula tag, formula, value, inline text); texts still escaped where
# the sheet is ``escaped``, so a RawCell is read through :func:`cts_excel.workbook.ooxml.cells`.
RawCell = tuple[str, str, str, str, str, str, str, str]
COLUMN, ROW, STYLE, TYPE, FORMULA_TAG, FORMULA, VALUE, INLINE = range(8)

MAX_CELLS = 1_000_000  # per sheet that is read; an issued one has 0.7 thousand

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_MERGE = re.compile(r'<(?:\w+:)?mergeCell ref="([A-Z0-9:]+)"')


@dataclass(frozen=True)
class RawSheet:
    """Cells of a sheet by address, e.g. ``F17``.

    ``ambiguous`` holds addresses that stand more than once; ``irregular`` says what else no
    application writes (rows out of order, a cell outside its row), ``""`` for a regular sheet;
    ``row_attributes`` are the raw attributes of each row; ``around`` is the XML outside the cells.
    """

    cells: dict[str, RawCell]
    ambiguous: frozenset[str]
    irregular: str
    row_attributes: dict[int, str]
    around: str
    escaped: bool

    @property
    def protected(self) -> bool:
        """Whether the sheet carries a protection element."""
        return "sheetProtection" in self.around

    @cached_property
    def merges(self) -> tuple[str, ...]:
        """The merged ranges."""
        return tuple(_MERGE.findall(self.around))

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The true last row and column, 1-based; the dimension element is not believed."""
        rows = max((int(cell[ROW]) for cell in self.cells.values()), default=0)
        columns = max((column_number(cell[COLUMN]) for cell in self.cells.values()), default=0)
        return rows, columns


def ascending(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether rows stand in the order of their numbers."""
    numbers = [number for number, _attributes in rows]
    return all(map(lt, numbers, numbers[1:]))
