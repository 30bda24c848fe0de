"""Open a workbook of any file type."""

from __future__ import annotations

from collections.abc import Mapping

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Workbook
from cts_excel.workbook.ooxml.legacy import LegacyWorkbook
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook

_XLSX = ("xlsx", "xlsm")
_LEGACY = ("xls", "ods", "xlsb")


def open_workbook(content: bytes, kind: str, parts: Mapping[str, bytes] | None = None) -> Workbook:
    """Open a workbook; ``kind`` is ``xlsx``, ``xlsm``, ``xls``, ``ods`` or ``xlsb``.

    :param parts: see :class:`~cts_excel.workbook.ooxml.package.Package`.
    :raises NotReadableError: F01, F03, F04, F05, F08, F09.
    """
    if kind not in _XLSX + _LEGACY:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, kind)
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY)
    return XlsxWorkbook(content, parts) if kind in _XLSX else LegacyWorkbook(content, kind)
