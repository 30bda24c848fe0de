"""Opens a written summary with openpyxl, and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from made_outcomes import FACTS, STANDARD
from openpyxl.worksheet.worksheet import Worksheet

from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.summary import SummaryBuilder


def write(
    path: Path, outcomes: Iterable[Outcome], standard: Standard = STANDARD, **more: object
) -> Path:
    """Write a summary and return its path."""
    builder = SummaryBuilder(standard)
    for one in outcomes:
        builder.add(one)
    builder.write(path, FACTS, **more)  # type: ignore[arg-type]
    return path


def opened(path: Path, *, values: bool = True) -> openpyxl.Workbook:
    """Open with cached values, or with formulas."""
    return openpyxl.load_workbook(BytesIO(path.read_bytes()), data_only=values)


def table(sheet: Worksheet, first_heading: str) -> list[dict[str, object]]:
    """Return the rows below the heading row that begins with ``first_heading``."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] == first_heading)
    heads = [str(h) for h in rows[start] if h is not None]
    return [dict(zip(heads, row, strict=False)) for row in rows[start + 1 :] if any(row)]


def parts(path: Path) -> dict[str, str]:
    """Return every XML part by name."""
    with ZipFile(path) as archive:
        return {n: archive.read(n).decode("utf-8") for n in archive.namelist()}


def formulas(path: Path) -> list[str]:
    """Return every formula of every sheet."""
    sheets = (xml for name, xml in parts(path).items() if name.startswith("xl/worksheets/sheet"))
    return [formula for xml in sheets for formula in re.findall(r"<f>([^<]*)</f>", xml)]
