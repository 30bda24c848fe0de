"""核查问题: what is wrong, once per cause; then per file and cause, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from cts_excel.audit.catalogue import CATALOGUE, repair, shown_value, title
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.summary.outcomes.columns import FindingRow, OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import merged_width, row_height
from cts_excel.summary.writing.pages import CellLinks
from cts_excel.summary.writing.sheet import BulkSheet, Link
from cts_excel.summary.writing.style import ALERT
from cts_excel.summary.writing.table import Column, number, place_of, text
from cts_excel.summary.writing.text import cell_text, shortened
from cts_excel.workbook.ooxml.addresses import column_letters

TITLE = "核查问题"
CAUSES_ROW = 2  # headings of the causes, 0-based
NOTE = (
    "上方每类问题一行，处理办法只写一次，打印只含这一部分；下方每个文件的每类问题一行，错误在前，其次是改变级别的、"
    "改变得分的、其余警告与提示，同一文件的问题相邻。影响 = 复算 − 表内。"
    "“位置”链接到原文件的单元格，“序号”链接到评分汇总。"
)
_CAUSE_COLUMNS = (
    (1, 1, "严重程度"), (2, 2, "代码"), (3, 4, "问题"), (5, 5, "文件数"), (6, 6, "处数"),
    (7, 9, "处理办法"), (10, 12, "涉及企业"),
)  # fmt: skip
_PLACES_SHOWN, _CLIENTS_SHOWN = 3, 6


class _Row(NamedTuple):
    """The findings of one kind in one file: the gravest, and how many places in all."""

    place: int
    file: FileRow
    row: FindingRow
    finding: Finding
    where: str
    places: int


class _Cause(NamedTuple):
    severity: Severity
    code: Code
    files: tuple[int, ...]
    places: int


def order(outcomes: OutcomeColumns) -> list[list[int]]:
    """Return the numbers of findings, those of one code in one file together.

    Files by their gravest effect, then by effect.
    """
    n = len(outcomes.finding_files)
    if not n:
        return []
    effects = np.frombuffer(outcomes.finding_effects, dtype=np.float64)
    files = np.frombuffer(outcomes.finding_files, dtype=np.uint32)
    gravest = np.full(len(outcomes), np.inf)
    np.minimum.at(gravest, files, effects)
    ordered = np.lexsort((np.arange(n), effects, files, gravest[files])).tolist()
    codes = outcomes.finding_codes
    grouped: list[list[int]] = []
    for _file, numbers in groupby(ordered, key=outcomes.finding_files.__getitem__):
        by_code: dict[str, list[int]] = {}
        for one in numbers:
            by_code.setdefault(codes[one], []).append(one)
        grouped += by_code.values()
    return grouped


def first_row(outcomes: OutcomeColumns) -> int:
    """Return the row of the list's headings, below the causes."""
    return CAUSES_ROW + 3 + len(outcomes.code_counts)


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

    error = ("alert_centre", lambda r: r.finding.severity is Severity.ERROR)
    return [
        text("序号", 7, lambda r: str(r.place), context.link_style, link=grade_link),
        text("严重程度", 9.5, lambda r: r.finding.severity.shown, "centre", other=error),
        text("代码", 7, lambda r: r.row.code, "centre"),
        text("问题", 25, lambda r: title(r.finding), "wrap"),
        text("企业名称", 26, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no, "wrap"),
        text("状态", 9, lambda r: r.file.shown_status.shown, "centre"),
        text("位置", 26, lambda r: r.where, context.file_style, link=cell_link),
        number("处数", 7, lambda r: str(r.places), "rank"),
        text("实际", 18, lambda r: shortened(shown_value(r.finding, r.row.found), 60), "wrap"),
        text("应为", 18, lambda r: shortened(shown_value(r.finding, r.row.expected), 60), "wrap"),
        number("影响（分）", 10.5, lambda r: r.row.points, "signed"),
        text("级别变化", 16, lambda r: r.row.level, "wrap"),
        text("处理办法", 60, lambda r: shortened(repair(r.finding), 400), "wrap"),
        text("文件", 30, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def prepare(context: SummaryContext) -> None:
    """Tell the context where each file's findings begin."""
    outcomes = context.outcomes
    context.finding_groups = order(outcomes)
    files = (outcomes.finding_files[group[0]] for group in context.finding_groups)
    context.finding_links = CellLinks(TITLE, first_row(outcomes), files, len(outcomes))


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    outcomes, groups = context.outcomes, context.finding_groups
    listed = columns(context)
    head = first_row(outcomes)
    severities = column_letters(place_of(listed, "严重程度"))

    def above(sheet: BulkSheet, places: range) -> None:
        _causes(book, sheet, context)
        chosen = groups[places.start : places.stop]
        counts = Counter(outcomes.finding(group[0]).severity for group in chosen)
        _totals(book, sheet, severities, counts, head)

    sheets = Listing(
        title=TITLE, table="findings_{page}", first_row=head, columns=listed, note=NOTE,
        note_rows=2, count=len(groups), tab_color=ALERT, frozen=4, last_printed="级别变化",
        rows=lambda places: _rows(outcomes, groups, places), above=above,
        freeze_headings=not outcomes.code_counts,
    ).write(book, context)  # fmt: skip
    if outcomes.code_counts:  # the list below is for the screen: on paper it has no end
        sheets[0].print_area(0, 0, head - 3, place_of(listed, "级别变化"))
        sheets[0].repeat_rows(CAUSES_ROW)


def _rows(
    outcomes: OutcomeColumns, groups: Sequence[Sequence[int]], places: range
) -> Iterator[_Row]:
    for place in places:
        rows = [outcomes.finding(number) for number in groups[place]]
        row = rows[0]
        finding = Finding(
            Code(row.code), Severity(row.severity), row.sheet, row.cell, row.clause, row.found,
            row.expected,
        )  # fmt: skip
        many = sum(one.cells for one in rows)
        where = list(dict.fromkeys(filter(None, map(_where, rows))))
        shown = "、".join(where[:_PLACES_SHOWN]) + ("…" if len(where) > _PLACES_SHOWN else "")
        yield _Row(place + 1, outcomes.file(row.file_number), row, finding, shown, many)


def _where(row: FindingRow) -> str:
    place = f"{row.sheet}!{row.cell}" if row.sheet and row.cell else row.sheet
    return f"{place}（{row.clause}）" if place and row.clause else place or row.clause


def _causes(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext) -> None:
    """Write one row per cause: errors first, then the causes of most files."""
    for first, last, heading in _CAUSE_COLUMNS:
        book.merged(sheet, CAUSES_ROW, (first, last), heading, "subheading")
    widths = [column.width for column in columns(context)]
    rooms = [
        merged_width(widths[first : last + 1]) for first, last, _heading in _CAUSE_COLUMNS[-2:]
    ]
    for row, cause in enumerate(_found_causes(context.outcomes, context.finding_groups),
                                start=CAUSES_ROW + 1):  # fmt: skip
        entry = CATALOGUE[cause.code]
        style = "alert_centre" if cause.severity is Severity.ERROR else "centre"
        advice = repair(Finding(cause.code, cause.severity, found="…", expected="…"))
        sheet.write_string(row, 1, cause.severity.shown, book.format(style))
        sheet.write_string(row, 2, cause.code, book.format("centre"))
        book.merged(sheet, row, (3, 4), entry.title["zh"], "label")
        sheet.write_number(row, 5, len(cause.files), book.format("rank"))
        sheet.write_number(row, 6, cause.places, book.format("rank"))
        clients = _clients(context.outcomes, cause.files)
        book.merged(sheet, row, (7, 9), advice, "wrap")
        book.merged(sheet, row, (10, 12), clients, "wrap")
        sheet.set_row(row, row_height(*zip((advice, clients), rooms, strict=True), least=16))


def _found_causes(outcomes: OutcomeColumns, groups: Sequence[Sequence[int]]) -> list[_Cause]:
    files: dict[str, list[int]] = {}
    places: Counter[str] = Counter()
    worst: dict[str, int] = {}
    for group in groups:
        code = outcomes.finding_codes[group[0]]
        files.setdefault(code, []).append(outcomes.finding_files[group[0]])
        for one in group:
            row = outcomes.finding(one)
            places[code] += row.cells
            worst[code] = max(worst.get(code, 0), row.severity)
    found = [
        _Cause(Severity(worst[code]), Code(code), tuple(numbers), places[code])
        for code, numbers in files.items()
    ]
    return sorted(found, key=lambda one: (-one.severity, -len(one.files), one.code))


def _clients(outcomes: OutcomeColumns, files: Sequence[int]) -> str:
    """Name the first clients of a cause, and say how many files there are beyond."""
    shown = [outcomes.file(number) for number in files[:_CLIENTS_SHOWN]]
    names = "、".join(f.organisation or f.file.rpartition("/")[2] for f in shown)
    return cell_text(names) + (f" 等 {len(files)} 份" if len(files) > len(shown) else "")


def _totals(
    book: WorkbookWriter, sheet: BulkSheet, severities: str, counts: Counter[int], head: int
) -> None:
    """Count the rows of the list by severity, and those that a filter leaves."""
    first, last = head + 2, head + 1 + max(1, counts.total())
    area, codes = (f"${letters}${first}:${letters}${last}" for letters in (severities, "C"))
    figures = [
        (severity.shown, f'=COUNTIFS({area},"{severity.shown}")', counts[int(severity)])
        for severity in sorted(Severity, reverse=True)
    ]
    figures.append(("筛选后", f"=SUBTOTAL(103,{codes})", counts.total()))
    for column, (heading, formula, value) in enumerate(figures):
        at = 3 + 2 * column
        sheet.write_string(head - 1, at, heading, book.format("subheading"))
        sheet.write_formula(head - 1, at + 1, formula, book.format("total_integer"), value)


SHEET = SummarySheet(
    TITLE, write, guide="每类问题一行；再按文件逐类列出，链接到原文件单元格", prepare=prepare
)
