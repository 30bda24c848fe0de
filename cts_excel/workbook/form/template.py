"""Write an audit workbook, blank or with answers: the form that assessors fill in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from cts_excel.files.atomic import replace_file
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.cover import write_cover
from cts_excel.workbook.form.identity import write_identity
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint
from cts_excel.workbook.form.parts import FormBuilder
from cts_excel.workbook.form.ratings import write_ratings
from cts_excel.workbook.form.results import calculate
from cts_excel.workbook.form.rubric import write_rubric
from cts_excel.workbook.form.special import write_special
from cts_excel.workbook.form.style import BASE, Formats
from cts_excel.workbook.ooxml.repack import repacked, sheet_part

# A fixed date keeps two builds of the same workbook identical to the byte.
CREATED = datetime(2025, 8, 16)  # noqa: DTZ001 - the format knows no zone
_OPTIONS = {
    "in_memory": True,  # also fixes the time stamps inside the package
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": dict(BASE),
}
_FIXED_ROW = re.compile(rb'(<row r="(\d+)"[^>]*) customHeight="1"')
_BLANK = Answers()


def template_bytes(
    standard: Standard,
    *,
    answers: Answers = _BLANK,
    issue_id: str = "",
    lock_prefilled: bool = False,
    imprint: Imprint = NO_IMPRINT,
) -> bytes:
    """Build an audit workbook (.xlsx) for a specification; the same input gives the same bytes.

    :param answers: input cells to fill in; each value is written by its own type, valid or not.
    :param issue_id: identifier of this copy, kept in the hidden sheet.
    :param lock_prefilled: lock the cover fields that the answers fill in.
    :param imprint: what the issuing body prints on its forms.
    :raises ValueError: for more special items than 特别项 has rows.
    """
    buffer = BytesIO()
    workbook = Workbook(buffer, dict(_OPTIONS))
    results, formats = calculate(standard, answers), Formats(workbook)
    form = FormBuilder(workbook, standard, answers, results, formats, lock_prefilled, imprint)
    write_cover(form)
    write_ratings(form)
    write_special(form)
    write_rubric(form)
    write_identity(form, issue_id)
    _properties(workbook, standard)
    workbook.close()
    return repacked(buffer.getvalue(), _let_rows_grow(standard))


def write_template(
    path: Path | str,
    standard: Standard,
    *,
    answers: Answers = _BLANK,
    issue_id: str = "",
    imprint: Imprint = NO_IMPRINT,
) -> None:
    """Write an audit workbook to a file, complete or not at all; parameters as for the bytes.

    :raises OSError: if the folder cannot be written.
    """
    content = template_bytes(standard, answers=answers, issue_id=issue_id, imprint=imprint)
    replace_file(Path(path), content)


def _let_rows_grow(standard: Standard) -> Callable[[str, bytes], bytes]:
    """Return an edit of parts that lets the rows with inputs grow with their text.

    The computed height stays, but without the mark that a person set it: Excel, WPS and
    LibreOffice then fit the row again as soon as its text changes.
    """
    ratings = range(layout.RATING_FIRST_ROW, layout.rating_last_row(standard) + 1)
    special = (
        *range(layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_TOTAL_ROW),
        *range(layout.BONUS_FIRST_ROW, layout.BONUS_TOTAL_ROW),
    )
    rows = {
        sheet_part(layout.SHEETS.index(name)): {str(row + 1).encode() for row in numbers}
        for name, numbers in (
            (layout.COVER, layout.cover_rows_that_grow()),
            (layout.RATINGS, ratings),
            (layout.SPECIAL, special),
        )
    }

    def freed(row: re.Match[bytes], part: str) -> bytes:
        return row[1] if row[2] in rows[part] else row[0]

    def edit(part: str, content: bytes) -> bytes:
        return _FIXED_ROW.sub(lambda row: freed(row, part), content) if part in rows else content

    return edit


def _properties(workbook: Workbook, standard: Standard) -> None:
    workbook.set_properties(
        {
            "title": f"{standard.title} 审核工作簿",
            "subject": f"{standard.subject} {standard.edition}".strip(),
            "author": standard.publisher,
            "company": standard.publisher,
            "category": "审核工作簿",
            "keywords": standard.basis,
            "created": CREATED,
        }
    )
    workbook.set_calc_mode("auto")
