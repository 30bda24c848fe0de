"""A workbook as an assessor's application would have saved it."""

from __future__ import annotations

import re

from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.repack import repacked

_FORMULA_CELL = re.compile(rb"<c ([^>]*)>(<f>[^<]*</f>)<v>[^<]*</v></c>")
_TYPE = re.compile(rb' ?t="\w+"')


def filled_bytes(standard: Standard, answers: Answers, *, calculated: bool = True) -> bytes:
    """Return a filled workbook (.xlsx).

    :param calculated: with cached formula values as Excel saves them, or with none at all, as
        a program saves that never calculates (openpyxl).
    """
    content = template_bytes(standard, answers=answers)
    return content if calculated else repacked(content, _uncalculated)


def _uncalculated(_name: str, part: bytes) -> bytes:
    return _FORMULA_CELL.sub(_bare, part)


def _bare(cell: re.Match[bytes]) -> bytes:
    return b"<c " + _TYPE.sub(b"", cell[1]) + b">" + cell[2] + b"</c>"
