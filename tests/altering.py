"""Returned workbooks for tests: filled from small tables, altered cell by cell in the raw XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.grading import grade
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.read_audit import read_audit

COVER = {
    "企业名称": "南京某某电器有限公司",
    "统一社会信用代码": "91310000775785552L",
    "认证范围": "家用电器的售后服务",
    "项目编号": "ZJ-2025-0001",
    "审核类型": "初次认证",
    "审核方式": "现场",
    "审核开始日期": date(2025, 9, 28),
    "审核结束日期": date(2025, 9, 30),
    "审核组长": "张三",
    "评审员": "李四",
}


@lru_cache(maxsize=1)
def built_in() -> Standard:
    """Return the built-in specification."""
    return load_standard()


def answers(
    standard: Standard | None = None,
    *,
    band: str = "80%-100%",
    percent: Any = Decimal("0.85"),
    cover: Mapping[str, Any] | None = None,
    ratings: Mapping[str, RatingAnswer] | None = None,
    deductions: tuple[SpecialAnswer, ...] = (),
    bonuses: tuple[SpecialAnswer, ...] = (),
) -> Answers:
    """Return whole answers: every indicator alike, but for those named."""
    standard = standard or built_in()
    alike = {i.clause: RatingAnswer(band, percent, "查阅记录") for i in standard.indicators}
    return Answers({**COVER, **(cover or {})}, {**alike, **(ratings or {})}, deductions, bonuses)


@lru_cache(maxsize=1)
def filled() -> bytes:
    """Return a whole workbook: 85% throughout, 85 points, 三星级."""
    return filled_bytes(built_in(), answers())


@dataclass(frozen=True)
class Raw:
    """A cell's raw XML: attributes and inner elements."""

    attributes: str = ""
    inner: str = ""


def error(value: str) -> Raw:
    """Return a cell with an error value."""
    return Raw(' t="e"', f"<v>{value}</v>")


def as_date(serial: float) -> Raw:
    """Return a number shown as a date: the style is that of the start date on 封面."""
    return Raw(f' s="{date_style()}"', f"<v>{serial}</v>")


@lru_cache(maxsize=1)
def date_style() -> str:
    address = entry_cell("审核开始日期")
    cell = re.search(rf'<c r="{address}" s="(\d+)"', part(filled(), sheet_part(layout.COVER)))
    assert cell is not None
    return cell[1]


def entry_cell(label: str) -> str:
    """Return the address of an input cell of 封面."""
    (key,) = (field.key for field in COVER_FIELDS if field.label == label)
    return cell_address(layout.cover_row(key), layout.COVER_INPUT_COLUMN)


def panel_cell(name: str) -> str:
    """Return the address of a result on 封面."""
    place = [field for field, _label in layout.PANEL].index(name)
    return cell_address(layout.COVER_FIRST_ROW + place, layout.PANEL_VALUE_COLUMN)


def rating_cell(column: str, number: int = 0) -> str:
    """Return the address of a column's cell in the row of the indicator with a 0-based number."""
    return cell_address(layout.RATING_FIRST_ROW + number, layout.RATING_COLUMN[column])


def part(content: bytes, name: str) -> str:
    """Return a part of a package as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def with_parts(content: bytes, edits: Mapping[str, Callable[[str], str] | None]) -> bytes:
    """Return a package with parts edited, or left out where the edit is ``None``."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as written:
        for entry in source.infolist():
            edit = edits.get(entry.filename, str)
            if edit is not None:
                written.writestr(entry, edit(source.read(entry).decode()))
    return target.getvalue()


def sheet_part(sheet: str) -> str:
    """Return the part name of an issued sheet."""
    return f"xl/worksheets/sheet{layout.SHEETS.index(sheet) + 1}.xml"


def put(content: bytes, sheet: str, cells: Mapping[str, Any]) -> bytes:
    """Set cells of a sheet; ``None`` blanks one, :class:`Raw` is taken as it stands."""

    def edit(xml: str) -> str:
        for address, value in cells.items():
            pattern = re.compile(rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')
            made, count = pattern.subn(lambda m, v=value, a=address: _cell(a, m[1] or "", v), xml)
            assert count == 1, f"{sheet}!{address} stands {count} times"
            xml = made
        return xml

    named = {listed.name: listed.part for listed in Package(content).sheets}
    return with_parts(content, {named.get(sheet, sheet_part(sheet)): edit})


def _cell(address: str, style: str, value: Any) -> str:
    if value is None:
        return f'<c r="{address}"{style}/>'
    if isinstance(value, Raw):
        style = "" if " s=" in value.attributes else style
        return f'<c r="{address}"{style}{value.attributes}>{value.inner}</c>'
    if isinstance(value, bool):
        return f'<c r="{address}"{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{address}"{style} t="inlineStr">{text}</c>'
    return f'<c r="{address}"{style}><v>{value}</v></c>'


def openpyxl_edit(content: bytes, edit: Callable[[Any], None]) -> bytes:
    """Return the workbook as openpyxl saves it after an edit; formulas lose their results."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    edit(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def judged(content: bytes, standard: Standard | None = None, kind: str = "xlsx") -> Outcome:
    """Read and grade a workbook."""
    standard = standard or built_in()
    audit = read_audit(content, standard, kind=kind)
    return grade(audit, standard, file="a.xlsx", sha256="0" * 64)


def found(outcome: Outcome, *leave_out: str) -> list[tuple[str, str]]:
    """Return (code, cell) of what reading found, but for some codes; alterations left out."""
    return [
        (f.code, f.cell)
        for f in outcome.findings
        if f.code not in leave_out and not f.code.startswith("A")
    ]
