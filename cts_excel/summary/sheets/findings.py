"""核查问题: every finding with its effect, place and repair, files with the gravest first."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cts_excel.audit.catalogue import repair, shown_value, title
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.summary.outcomes.columns import FindingRow, OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.pages import CellLinks
from cts_excel.summary.writing.sheet import BulkSheet, Link
from cts_excel.summary.writing.style import ALERT
from cts_excel.summary.writing.table import Column, number, place_of, text
from cts_excel.summary.writing.text import shortened
from cts_excel.workbook.ooxml.addresses import column_letters

TITLE = "核查问题"
TOTALS_ROW, FIRST_ROW = 2, 5
NOTE = (
    "按影响排序：改变级别的在前，其次是使文件不能评定的错误、改变得分的、其余警告与提示；"
    "同一文件的问题相邻，以其最重的一条定先后。影响 = 复算 − 申报。「位置」"
    "链接到原文件的单元格，「序号」链接到评分汇总。"
)


class _Row(NamedTuple):
    place: int
    file: FileRow
    row: FindingRow
    finding: Finding


def order(outcomes: OutcomeColumns) -> array[int]:
    """Return finding numbers: files by gravest effect, then by effect."""
    n = len(outcomes.finding_files)
    if not n:
        return array("I")
    effects = np.frombuffer(outcomes.finding_effects, dtype=np.float64)
    files = np.frombuffer(outcomes.finding_files, dtype=np.uint32)
    gravest = np.full(len(outcomes), np.inf)
    np.minimum.at(gravest, files, effects)
    ordered = np.lexsort((np.arange(n), effects, files, gravest[files]))
    return array("I", ordered.astype(np.uint32).tobytes())


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns."""

    def cell_link(row: _Row) -> Link:
        target, sheet, cells = context.target(row.file.file), row.row.sheet, row.finding.addresses
        if not (target and sheet and cells):
            return Link()
        quoted = sheet.replace("'", "''")
        return Link(target, f"'{quoted}'!{cells[0]}", "打开原文件的单元格")

    def grade_link(row: _Row) -> Link:
        return Link(location=context.grade_links.location(row.file.number), tip="查看评分汇总")

    def place(row: FindingRow) -> str:
        return f"{row.sheet}!{row.cell}" if row.sheet and row.cell else row.sheet

    error = ("alert_centre", lambda r: r.finding.severity is Severity.ERROR)
    return [
        text("序号", 7, lambda r: str(r.place), context.link_style, link=grade_link),
        text("严重程度", 9.5, lambda r: r.finding.severity.shown, "centre", other=error),
        text("代码", 7, lambda r: r.row.code, "centre"),
        text("问题", 24, lambda r: title(r.finding), "wrap"),
        text("企业名称", 26, lambda r: r.file.organisation),
        text("项目编号", 15, lambda r: r.file.audit_no),
        text("状态", 9, lambda r: r.file.shown_status.shown, "centre"),
        text("条款", 9, lambda r: r.row.clause, "centre"),
        text("位置", 13, lambda r: place(r.row), context.file_style, link=cell_link),
        text("实际", 22, lambda r: shortened(shown_value(r.finding, r.row.found), 200), "wrap"),
        text("应为", 22, lambda r: shortened(shown_value(r.finding, r.row.expected), 200), "wrap"),
        number("影响（分）", 10.5, lambda r: r.row.points, "signed"),
        text("级别变化", 16, lambda r: r.row.level),
        text("处理办法", 52, lambda r: shortened(repair(r.finding), 400), "wrap"),
        text("文件", 30, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def prepare(context: SummaryContext) -> None:
    """Tell the context where each file's findings begin."""
    files = (context.outcomes.finding_files[number] for number in order(context.outcomes))
    context.finding_links = CellLinks(TITLE, FIRST_ROW, files, len(context.outcomes))


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    outcomes, ordered = context.outcomes, order(context.outcomes)
    listed = columns(context)
    severities = column_letters(place_of(listed, "严重程度"))

    def totals(sheet: BulkSheet, places: range) -> None:
        chosen = ordered[places.start : places.stop]
        counts = Counter(outcomes.finding(finding).severity for finding in chosen)
        _totals(book, sheet, severities, counts)

    Listing(
        title=TITLE, table="findings_{page}", first_row=FIRST_ROW, columns=listed, note=NOTE,
        note_rows=2, count=len(ordered), tab_color=ALERT, frozen=4, last_printed="处理办法",
        rows=lambda places: _rows(outcomes, ordered, places), above=totals,
    ).write(book, context)  # fmt: skip


def _rows(outcomes: OutcomeColumns, ordered: Sequence[int], places: range) -> Iterator[_Row]:
    for place in places:
        row = outcomes.finding(ordered[place])
        finding = Finding(
            Code(row.code), Severity(row.severity), row.sheet, row.cell, row.clause, row.found,
            row.expected,
        )  # fmt: skip
        yield _Row(place + 1, outcomes.file(row.file_number), row, finding)


def _totals(book: WorkbookWriter, sheet: BulkSheet, severities: str, counts: Counter[int]) -> None:
    """Count the findings by severity, and those that a filter leaves."""
    first, last = FIRST_ROW + 2, FIRST_ROW + 1 + max(1, counts.total())
    area, codes = (f"${letters}${first}:${letters}${last}" for letters in (severities, "C"))
    figures = [
        (severity.shown, f'=COUNTIFS({area},"{severity.shown}")', counts[int(severity)])
        for severity in sorted(Severity, reverse=True)
    ]
    figures.append(("筛选后", f"=SUBTOTAL(103,{codes})", counts.total()))
    for column, (heading, formula, value) in enumerate(figures, start=3):
        sheet.write_string(TOTALS_ROW, column, heading, book.format("subheading"))
        sheet.write_formula(TOTALS_ROW + 1, column, formula, book.format("total_integer"), value)


SHEET = SummarySheet(
    TITLE, write, guide="全部核查问题，按影响排序，链接到原文件单元格", prepare=prepare
)
