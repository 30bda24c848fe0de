"""Write an audit workbook, blank or with answers: the form that assessors fill in."""

from __future__ import annotations

import os
from datetime import datetime
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from cts_excel.standard.model import Standard
from cts_excel.workbook.answers import Answers
from cts_excel.workbook.results import Results, calculate
from cts_excel.workbook.template_cover import write_cover
from cts_excel.workbook.template_identity import write_identity
from cts_excel.workbook.template_parts import Build
from cts_excel.workbook.template_ratings import write_ratings
from cts_excel.workbook.template_rubric import write_rubric
from cts_excel.workbook.template_special import write_special
from cts_excel.workbook.template_style import BASE, Formats

# A fixed date keeps two builds of the same workbook identical to the byte.
CREATED = datetime(2025, 8, 16)  # noqa: DTZ001 - the format knows no zone
_OPTIONS = {
    "in_memory": True,  # also fixes the time stamps inside the package
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": dict(BASE),
}
_BLANK = Answers()


def template_bytes(
    standard: Standard,
    *,
    answers: Answers = _BLANK,
    results: Results | None = None,
    issue_id: str = "",
    lock_prefilled: bool = False,
) -> bytes:
    """Build an audit workbook (.xlsx) for a specification; the same input gives the same bytes.

    :param answers: input cells to fill in, written by their own type, right or wrong.
    :param results: cached values of the formulas, points; calculated from the answers by default.
    :param issue_id: identifier of this copy, kept in the hidden sheet.
    :param lock_prefilled: lock the cover entries that the answers fill in.
    :raises ValueError: for more special items than 特别项 has rows.
    """
    buffer = BytesIO()
    workbook = Workbook(buffer, dict(_OPTIONS))
    results = results or calculate(standard, answers)
    build = Build(workbook, standard, answers, results, Formats(workbook), lock_prefilled)
    write_cover(build)
    write_ratings(build)
    write_special(build)
    write_rubric(build)
    write_identity(build, issue_id)
    _properties(workbook, standard)
    workbook.close()
    return buffer.getvalue()


def write_template(
    path: Path | str,
    standard: Standard,
    *,
    answers: Answers = _BLANK,
    results: Results | None = None,
    issue_id: str = "",
) -> None:
    """Write an audit workbook to a file, whole or not at all; parameters as for the bytes.

    :raises OSError: where the folder cannot be written.
    """
    content = template_bytes(standard, answers=answers, results=results, issue_id=issue_id)
    _replace(Path(path), content)


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside its final place and rename it: a failure leaves what was there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


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
