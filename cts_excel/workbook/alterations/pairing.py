"""A returned workbook paired with the issued one, sheet by sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cts_excel.workbook.alterations.moves import Moves, find_moves
from cts_excel.workbook.alterations.reference import Reference, SheetReference
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets


@dataclass(frozen=True, slots=True)
class SheetPair:
    """An issued sheet, and the name and grid that it has in the returned workbook."""

    issued: SheetReference
    name: str
    grid: XlsxGrid


class WorkbookPair:
    """A returned workbook beside the issued one; ``pairs`` are the issued sheets that are there."""

    def __init__(self, book: XlsxWorkbook, sheets: AuditSheets, reference: Reference) -> None:
        self.book, self.reference = book, reference
        found = _returned_sheets(book, sheets)
        self.pairs = tuple(
            SheetPair(reference.sheets[issued], *found[issued])
            for issued in layout.SHEETS
            if issued in found
        )

    @cached_property
    def grids(self) -> dict[str, XlsxGrid]:
        """Returned grids by issued sheet name."""
        return {pair.issued.name: pair.grid for pair in self.pairs}

    @cached_property
    def issued_names(self) -> dict[str, str]:
        """Issued names by returned ones."""
        return {pair.name: pair.issued.name for pair in self.pairs}

    @cached_property
    def moves(self) -> dict[str, Moves]:
        """What moved, by issued sheet name."""
        return {pair.issued.name: find_moves(pair.issued.grid, pair.grid) for pair in self.pairs}


def _returned_sheets(book: XlsxWorkbook, sheets: AuditSheets) -> dict[str, tuple[str, XlsxGrid]]:
    found = {}
    four = (sheets.cover, sheets.ratings, sheets.special, sheets.identity)
    names = (layout.COVER, layout.RATINGS, layout.SPECIAL, layout.IDENTITY)
    for issued, sheet in zip(names, four, strict=True):
        if sheet is not None and isinstance(sheet.grid, XlsxGrid):
            found[issued] = (sheet.name, sheet.grid)
    for index, listed in enumerate(book.sheets):
        if listed.name == layout.RUBRIC and layout.RUBRIC not in found:
            found[layout.RUBRIC] = (listed.name, book.grid(index))
    return found
