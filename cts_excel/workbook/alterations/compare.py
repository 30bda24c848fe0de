"""What was altered in a returned .xlsx or .xlsm, compared with what was issued.

The same reader reads both sides; the issued side is the template itself. What applications change
when they save is no alteration: fonts, widths, the spelling of formulas, very hidden that becomes
hidden.
"""

from __future__ import annotations

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Identity
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.cells import cell_alterations
from cts_excel.workbook.alterations.package import package_alterations
from cts_excel.workbook.alterations.pairing import WorkbookPair
from cts_excel.workbook.alterations.policies import issued_standard, policy_finding
from cts_excel.workbook.alterations.reference import is_issued_kind, reference
from cts_excel.workbook.alterations.sheets import sheet_alterations
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets


def alterations(
    book: XlsxWorkbook, sheets: AuditSheets, identity: Identity, standard: Standard
) -> list[Finding]:
    """List what was altered. If the workbook cannot be read closely enough, one finding says so.

    A workbook of another specification, edition or format is only searched for what no issued
    workbook holds: macros, links, hidden rows, missing protection.
    """
    try:
        pair = WorkbookPair(book, sheets, reference(standard))
        comparable = is_issued_kind(identity, standard)
        found: list[Finding] = []
        if comparable and (issued := issued_standard(pair, standard)) is not standard:
            pair = WorkbookPair(book, sheets, reference(issued))
            found += policy_finding(issued, standard)
        found += package_alterations(pair, sheets, identity, compare=comparable)
        for one in pair.pairs:
            found += sheet_alterations(pair, one, compare=comparable)
            if comparable:
                found += cell_alterations(pair, one)
    except NotReadableError as error:
        return [finding(Code.ALTERATIONS_NOT_SCANNED, found=error.found)]
    return found
