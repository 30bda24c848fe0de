"""Where the issued form has its cells, as the layout says: no test spells an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import cell_address


def cover_input(key: str) -> str:
    """Return the input cell of a cover field."""
    return cell_address(layout.cover_row(key), layout.COVER_INPUT_COLUMN)


def panel_value(field: str) -> str:
    """Return the cell of a result on 封面."""
    row = layout.COVER_FIRST_ROW + [name for name, _label in layout.PANEL].index(field)
    return cell_address(row, layout.PANEL_VALUE_COLUMN)


def rating_cell(standard: Standard, clause: str, name: str) -> str:
    """Return the cell of an indicator in a column of 评分表."""
    return cell_address(layout.rating_row(standard, clause), layout.RATING_COLUMN[name])


def indicator_rows(standard: Standard) -> range:
    """Return the rows of the indicators on 评分表, 1-based."""
    return range(layout.RATING_FIRST_ROW + 1, layout.rating_last_row(standard) + 2)


def fill_roster(path: Path, audits: Iterable[Sequence[str | None]]) -> None:
    """Fill the empty roster in: number, name and, where given, credit code of each audit."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["发放名单"]
    header = next(r for r in sheet.iter_rows() if "项目编号" in [c.value for c in r])
    places = {cell.value: cell.column for cell in header}
    columns = [places[name] for name in ("项目编号", "企业名称", "统一社会信用代码")]
    for row, audit in enumerate(audits, start=header[0].row + 1):
        for column, value in zip(columns, audit, strict=False):
            sheet.cell(row, column).value = value
    workbook.save(path)


def rate(sheet: Any, *, leave_out: str = "") -> None:
    """Rate every indicator 85% on openpyxl's 评分表; the one left out gets its band alone."""
    columns = layout.RATING_COLUMN
    for row in sheet.iter_rows(min_row=layout.RATING_HEADER_ROW + 2):
        clause = str(row[columns["clause"]].value or "")
        if re.fullmatch(r"\d(\.\d+){3}", clause):
            row[columns["band"]].value = "80%-100%"
            row[columns["percent"]].value = None if clause == leave_out else 0.85
            row[columns["evidence"]].value = "查阅记录"
