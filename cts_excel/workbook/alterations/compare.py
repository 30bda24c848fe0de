"""What was altered in a returned .xlsx or .xlsm, compared with what was issued.

Both sides come from the same scanner; the issued one is the template itself. What applications
change when they save, fonts, widths, the writing of formulas, very hidden becoming hidden, is no
alteration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Identity
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.cells import cell_alterations
from cts_excel.workbook.alterations.moves import Moves, find_moves
from cts_excel.workbook.alterations.package import package_alterations
from cts_excel.workbook.alterations.reference import Reference, SheetReference, reference
from cts_excel.workbook.alterations.sheets import sheet_alterations
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets


@dataclass(slots=True)
class Returned:
    """A returned workbook beside the issued one; ``sheets`` by issued name: name now, grid."""

    book: XlsxWorkbook
    sheets: dict[str, tuple[str, XlsxGrid]]
    reference: Reference
    moved: dict[str, Moves] | None = None

    @property
    def renamed(self) -> dict[str, str]:
        """Issued names by returned ones."""
        return {name: issued for issued, (name, _grid) in self.sheets.items()}

    def moves(self) -> dict[str, Moves]:
        """Return what moved, by issued sheet name; found out once, and only when asked for."""
        if self.moved is None:
            issued = self.reference.sheets
            self.moved = {n: find_moves(issued[n].grid, g) for n, (_, g) in self.sheets.items()}
        return self.moved

    def moved_on(self, issued: str) -> Moves:
        """Return what moved on one sheet, by its issued name."""
        return self.moves()[issued]

    def pairs(self) -> Iterator[tuple[SheetReference, str, XlsxGrid]]:
        """Yield each issued sheet that is there, with its name and grid now."""
        for issued in layout.SHEETS:
            if issued in self.sheets:
                yield self.reference.sheets[issued], *self.sheets[issued]


def alterations(
    book: XlsxWorkbook, places: AuditSheets, identity: Identity, standard: Standard
) -> list[Finding]:
    """List what was altered; one finding says so where the workbook cannot be scanned.

    A workbook of another specification, edition or format is only looked at for what no issued
    workbook holds: macros, links, hidden rows, missing protection.
    """
    try:
        returned = Returned(book, _sheets(book, places), reference(standard))
        comparable = _same_kind(identity, standard)
        found = list(
            package_alterations(book, places, identity, returned.reference, compare=comparable)
        )
        for issued, name, grid in returned.pairs():
            moved = partial(returned.moved_on, issued.name) if comparable else None
            found += sheet_alterations(issued, name, grid, moved)
            if comparable:
                found += cell_alterations(returned, issued, name, grid)
    except NotReadableError as error:
        return [finding(Code.ALTERATIONS_NOT_SCANNED, found=error.found)]
    return found


def _same_kind(identity: Identity, standard: Standard) -> bool:
    stated = (
        identity.format_version,
        identity.standard_id,
        identity.edition,
        identity.digest,
    )
    ours = (layout.FORMAT_VERSION, standard.id, standard.edition, standard.digest)
    return all(not a or a == b for a, b in zip(stated, ours, strict=True))


def _sheets(book: XlsxWorkbook, places: AuditSheets) -> dict[str, tuple[str, XlsxGrid]]:
    found = {}
    four = (places.cover, places.ratings, places.special, places.identity)
    names = (layout.COVER, layout.RATINGS, layout.SPECIAL, layout.IDENTITY)
    for issued, place in zip(names, four, strict=True):
        if place is not None and isinstance(place.grid, XlsxGrid):
            found[issued] = (place.name, place.grid)
    for index, sheet in enumerate(book.sheets):
        if sheet.name == layout.RUBRIC and layout.RUBRIC not in found:
            found[layout.RUBRIC] = (sheet.name, book.grid(index))
    return found
