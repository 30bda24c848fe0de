"""Whether a workbook still shows the results of the blank that it was filled from.

Apache POI, ExcelJS, SheetJS and excelize store answers and leave the stored results as they were.
"""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.reference import Reference, issued_reference
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import cell_address, split_address
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value
from cts_excel.workbook.reading.locate import AuditSheets


def shows_blank_results(sheets: AuditSheets, standard: Standard) -> bool:
    """Return whether every result is the blank's, or none: then nothing was calculated (rule 9).

    Results that follow from the cover alone are left out: a blank may be issued prefilled.
    A workbook of another specification or edition, or of a format that was not kept, is not
    compared.
    """
    issued = issued_reference(sheets, standard)
    if issued is None:
        return False
    grids = {
        name: sheet.grid
        for name, sheet in (
            (layout.COVER, sheets.cover),
            (layout.RATINGS, sheets.ratings),
            (layout.SPECIAL, sheets.special),
        )
        if sheet is not None
    }
    shown = 0
    for name, address in _results(issued):
        if name not in grids:
            continue
        value = grids[name].at(address)
        blank = issued.sheets[name].grid.at(address)
        if _is_empty(value):
            continue
        if value != (0 if _is_empty(blank) else blank):
            return False
        shown += 1
    return shown > 0


def _results(issued: Reference) -> Iterator[tuple[str, str]]:
    """Yield sheet and address of each result that follows from ratings and special items."""
    for label in issued.form.panel:
        yield layout.COVER, cell_address(label.row, label.column + 1)
    for name, header_row in (
        (layout.RATINGS, issued.form.rating_header_row),
        (layout.SPECIAL, issued.form.deduction_header_row),
    ):
        for address in issued.sheets[name].formulas:
            if split_address(address)[1] > header_row:  # above it stands the headline
                yield name, address


def _is_empty(value: Value) -> bool:
    """Return whether a cell shows nothing, or holds a formula without a result."""
    fault = isinstance(value, CellFault) and value.kind is FaultKind.UNCALCULATED
    return fault or value is None or value == ""
