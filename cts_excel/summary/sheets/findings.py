"""核查问题: every finding with its effect, place and repair, the files with the gravest first."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.summary.outcomes.gathered import FindingRow
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column, Places, page_name, pages
from cts_excel.summary.writing.sheet import BulkSheet, Tail, Tall
from cts_excel.summary.writing.style import ALERT
from cts_excel.summary.writing.text import shortened
from cts_excel.workbook.ooxml.addresses import column_letters

NAME = "核查问题"
TOTALS_ROW, FIRST_ROW = 2, 5
COLUMNS = (
    Column("序号", 7), Column("严重程度", 9.5), Column("代码", 7), Column("问题", 24),
    Column("企业名称", 26), Column("项目编号", 15), Column("状态", 9), Column("条款", 9),
    Column("位置", 13), Column("实际", 22), Column("应为", 22), Column("影响（分）", 10.5),
    Column("级别变化", 16), Column("处理办法", 52), Column("文件", 30),
)  # fmt: skip
_WIDTH = {column.heading: column.width for column in COLUMNS}
PLACE = {column.heading: n for n, column in enumerate(COLUMNS)}
NOTE = (
    "按影响排序：改变级别的在前，其次是使文件不能评定的错误、改变得分的、其余警告与提示；"
    "同一文件的问题相邻，以其最重的一条定先后。影响 = 复算 − 申报。「位置」"
    "链接到原文件的单元格，「序号」链接到评分汇总。"
)


def order(run: Run) -> array[int]:
    """Return finding numbers as the sheet lists them: files by gravest effect, then by effect."""
    g = run.gathered
    n = len(g.findings)
    if not n:
        return array("I")
    effect = np.frombuffer(g.finding_order, dtype=np.float64)
    files = np.frombuffer(g.finding_files, dtype=np.uint32)
    worst = np.full(len(g.statuses), np.inf)
    np.minimum.at(worst, files, effect)
    ordered = np.lexsort((np.arange(n), effect, files, worst[files]))
    return array("I", ordered.astype(np.uint32).tobytes())


def assign_places(run: Run, ordered: Sequence[int]) -> None:
    """Record where each file's findings begin, so that other sheets can link there."""
    places = Places(NAME, FIRST_ROW + 1, len(run.gathered.statuses))
    for place, number in enumerate(ordered):
        places.note(run.gathered.finding_files[number], place)
    run.finding_places = places


def write(book: Book, run: Run, ordered: Sequence[int]) -> None:
    """Write the sheet and its continuations."""
    for page, places in pages(len(ordered), FIRST_ROW):
        sheet = book.sheet(
            page_name(NAME, page), [c.width for c in COLUMNS], heading=NAME, note=NOTE, note_rows=2
        )
        sheet.set_tab_color(ALERT)
        _totals(book, sheet, run, places, ordered)
        rows = ordered[places.start : places.stop]
        tails = _rows(book, run, rows, places.start)
        book.table(sheet, f"findings_{page}", FIRST_ROW, COLUMNS, len(rows), tails)
        sheet.freeze_panes(FIRST_ROW + 1, 4)
        sheet.print_area(0, 0, FIRST_ROW + max(1, len(rows)), PLACE["处理办法"])
        if run.linked:
            _links(sheet, run, rows)


def _rows(book: Book, run: Run, rows: Sequence[int], start: int) -> Iterator[list[Tail]]:
    text, wrap, centre = book.texts(), book.texts("wrap"), book.texts("centre")
    alert, link = book.texts("alert_centre"), book.texts(run.place_style)
    file = book.texts(run.file_style)
    signed = book.numbers("signed")
    for place, number in enumerate(rows, start=start + 1):
        row = run.gathered.finding(number)
        f = run.gathered.file(row.file_number)
        finding = _finding(row)
        severe = finding.severity is Severity.ERROR
        where = f"{row.sheet}!{row.cell}" if row.sheet and row.cell else row.sheet
        action = shortened(repair(finding), 400)
        shown, due = shortened(row.found, 200), shortened(row.expected, 200)
        cells = [
            link(str(place)), (alert if severe else centre)(finding.severity.shown),
            centre(row.code), wrap(title(finding)), text(f.organisation), text(f.audit_no),
            centre(f.shown_status.shown), centre(row.clause), file(where), wrap(shown), wrap(due),
            signed(row.points), text(row.level), wrap(action), file(f.file),
        ]  # fmt: skip
        yield Tall(
            cells, (title(finding), _WIDTH["问题"]), (shown, _WIDTH["实际"]),
            (due, _WIDTH["应为"]), (action, _WIDTH["处理办法"]),
        )  # fmt: skip


def _links(sheet: BulkSheet, run: Run, rows: Sequence[int]) -> None:
    for row, number in enumerate(rows, start=FIRST_ROW + 1):
        finding = run.gathered.finding(number)
        place = run.grade_places.cell(finding.file_number)
        sheet.add_link(row, 0, location=place, tip="查看评分汇总")
        target = run.target(run.gathered.file(finding.file_number).file)
        if not target:
            continue
        if finding.sheet and finding.cell:
            quoted = finding.sheet.replace("'", "''")
            sheet.add_link(
                row, PLACE["位置"], target=target, location=f"'{quoted}'!{finding.cell}",
                tip="打开原文件的单元格",
            )  # fmt: skip
        sheet.add_link(row, PLACE["文件"], target=target, tip="打开原文件")


def _totals(book: Book, sheet: BulkSheet, run: Run, places: range, ordered: Sequence[int]) -> None:
    letters = column_letters(PLACE["严重程度"])
    area = f"${letters}${FIRST_ROW + 2}:${letters}${FIRST_ROW + 1 + max(1, len(places))}"
    counts = Counter(run.gathered.finding(ordered[place]).severity for place in places)
    for column, severity in zip((3, 4, 5), sorted(Severity, reverse=True), strict=True):
        sheet.write_string(TOTALS_ROW, column, severity.shown, book.format("subheading"))
        sheet.write_formula(
            TOTALS_ROW + 1, column, f'=COUNTIFS({area},"{severity.shown}")',
            book.format("total_integer"), counts[int(severity)],
        )  # fmt: skip
    numbers = f"$C${FIRST_ROW + 2}:$C${FIRST_ROW + 1 + max(1, len(places))}"
    sheet.write_string(TOTALS_ROW, 6, "筛选后", book.format("subheading"))
    sheet.write_formula(
        TOTALS_ROW + 1, 6, f"=SUBTOTAL(103,{numbers})", book.format("total_integer"), len(places)
    )


def _finding(row: FindingRow) -> Finding:
    return Finding(
        Code(row.code),
        Severity(row.severity),
        row.sheet,
        row.cell,
        row.clause,
        row.found,
        row.expected,
    )
