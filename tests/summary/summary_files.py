"""Writes summaries, and reads them with openpyxl or part by part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sample_outcomes import FACTS, STANDARD

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


def heading_row(sheet: Worksheet, first_heading: str) -> tuple[Cell, ...]:
    """Return the heading row of a table."""
    return next(cells for cells in sheet.iter_rows() if cells[0].value == first_heading)


def figures_above(sheet: Worksheet) -> dict[object, object]:
    """Return the figures of all rows above the table of 评分汇总, by title."""
    (row,) = [cells for cells in sheet.iter_rows() if cells[1].value == "全部"]
    titles = sheet[row[0].row - 1]
    return dict(zip([c.value for c in titles], [c.value for c in row], strict=True))


def cell(sheet: Worksheet, first_heading: str, row: int, heading: str) -> Cell:
    """Return a cell of a table: ``row`` counts from 0 below the heading row."""
    (found,) = [head for head in heading_row(sheet, first_heading) if head.value == heading]
    return sheet.cell(found.row + 1 + row, found.column)


def parts(path: Path) -> dict[str, str]:
    """Return every XML part by name."""
    with ZipFile(path) as archive:
        return {n: archive.read(n).decode("utf-8") for n in archive.namelist()}


def formulas(path: Path) -> list[str]:
    """Return every formula of every sheet."""
    sheets = (xml for name, xml in parts(path).items() if name.startswith("xl/worksheets/sheet"))
    return [formula for xml in sheets for formula in re.findall(r"<f>([^<]*)</f>", xml)]
