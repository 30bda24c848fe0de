"""What was altered in a returned .xlsx or .xlsm, compared with what was issued.

The same reader reads both sides; the issued side is the blank of its format. What applications
change when they save is no alteration: fonts, widths, the spelling of formulas, very hidden that
becomes hidden.
"""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.cells import cell_alterations
from cts_excel.workbook.alterations.package import package_alterations
from cts_excel.workbook.alterations.pairing import WorkbookPair
from cts_excel.workbook.alterations.policies import issued_under, policy_finding, rules_unknown
from cts_excel.workbook.alterations.reference import is_for, issued_reference, reference
from cts_excel.workbook.alterations.sheets import sheet_alterations
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets


def alterations(book: XlsxWorkbook, sheets: AuditSheets, standard: Standard) -> list[Finding]:
    """List what was altered. If the workbook cannot be read closely enough, one finding says so.

    A workbook of another specification or edition, or of a format that was not kept, is only
    searched for what no issued workbook holds: macros, links, hidden rows, missing protection.
    """
    try:
        issued = issued_reference(sheets, standard)
        if issued is None:
            return [*_not_compared(sheets, standard), *_foreign(book, sheets, standard)]
        return list(_compared(WorkbookPair(book, sheets, issued), sheets, standard))
    except NotReadableError as error:
        return [finding(Code.ALTERATIONS_NOT_SCANNED, found=error.found)]


def _compared(pair: WorkbookPair, sheets: AuditSheets, standard: Standard) -> Iterator[Finding]:
    then = issued_under(pair, sheets.stated, standard)
    yield from policy_finding(then, sheets.stated, standard)
    unknown = rules_unknown(then, sheets.stated)
    if then is not standard and (issued := issued_reference(sheets, then)) is not None:
        pair = WorkbookPair(pair.book, sheets, issued)
    yield from package_alterations(pair, sheets, compare=not unknown)
    for one in pair.pairs:
        yield from sheet_alterations(pair, one, compare=True)
        if not (unknown and one.issued.name == layout.IDENTITY):  # its lists follow the rules
            yield from cell_alterations(pair, one)


def _foreign(book: XlsxWorkbook, sheets: AuditSheets, standard: Standard) -> Iterator[Finding]:
    pair = WorkbookPair(book, sheets, reference(standard))
    yield from package_alterations(pair, sheets, compare=False)
    for one in pair.pairs:
        yield from sheet_alterations(pair, one, compare=False)


def _not_compared(sheets: AuditSheets, standard: Standard) -> Iterator[Finding]:
    """Say of a workbook of ours, of an earlier format, that its blank was not kept."""
    if sheets.form.known and is_for(sheets.stated, standard):
        yield finding(
            Code.FORMAT_NOT_COMPARED, found=sheets.form.version, expected=layout.FORMAT_VERSION
        )
