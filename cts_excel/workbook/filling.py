"""A workbook as an assessor's application would have saved it."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from cts_excel.standard.model import Standard
from cts_excel.workbook.answers import Answers
from cts_excel.workbook.template import template_bytes

_FORMULA_CELL = re.compile(rb"<c ([^>]*)>(<f>[^<]*</f>)<v>[^<]*</v></c>")
_TYPE = re.compile(rb' ?t="\w+"')


def filled_bytes(standard: Standard, answers: Answers, *, calculated: bool = True) -> bytes:
    """Return a filled workbook (.xlsx).

    :param calculated: with cached formula values as Excel saves them, or with none at all, as
        a program saves that never calculates (openpyxl).
    """
    content = template_bytes(standard, answers=answers)
    return content if calculated else without_results(content)


def without_results(content: bytes) -> bytes:
    """Drop the cached value of every formula from a workbook that this project wrote."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                part = _FORMULA_CELL.sub(_bare, part)
            target.writestr(entry, part)
    return buffer.getvalue()


def _bare(cell: re.Match[bytes]) -> bytes:
    return b"<c " + _TYPE.sub(b"", cell[1]) + b">" + cell[2] + b"</c>"
