"""指标矩阵: audits × indicators as a heat-map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cts_excel.files.numbers import plain
from cts_excel.standard.model import parent
from cts_excel.summary.figures.statistics import Spread
from cts_excel.summary.sheets.context import (
    MATRIX_LIMIT,
    NOTHING_GRADED,
    SummaryContext,
    SummarySheet,
)
from cts_excel.summary.sheets.heat_map import (
    AUDIT_COLUMNS,
    audit_cells,
    data_area,
    set_up_page,
    shade,
    write_audit_headings,
    write_note,
)
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet, CellXml, float_text
from cts_excel.summary.writing.text import cell_text

TITLE = "指标矩阵"
STATISTICS = (("平均", "AVERAGE({})"), ("下四分位", "QUARTILE({},1)"),
              ("中位数", "MEDIAN({})"), ("上四分位", "QUARTILE({},3)"))  # fmt: skip
HEADING_ROW = 2
STAT_ROW = HEADING_ROW + 3
FIRST_ROW = STAT_ROW + len(STATISTICS)
NOTE = "数值为评分比例，颜色越深越弱；条款下为分值。"
MORE = (
    "50% 及以下最深，100% 为白色，黑白打印时同样可辨。每个二级指标的得分率列之后是其评价指标；"
    "用上方的分级按钮可折叠到二级指标。打印按一级指标分页（A3）。"
)
_SCALE = 68  # percent on A3: the widest first-level indicator fits a page
_TOO_MANY = (
    f"已评定超过 {MATRIX_LIMIT:,} 份，本表不再逐份列出；逐项评分见同一文件夹的 ratings.csv"
    "（或 Parquet 文件）。统计仍见“指标分析”。"
)


class _Column(NamedTuple):
    """A rate of a second-level indicator (place ``group``), or of one of its indicators."""

    group: int
    indicator: int | None


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the heat-map, grouped by second-level indicator; a note instead of too many rows."""
    if not context.small_enough:
        book.sheet(TITLE, (30.0, 90.0), heading=TITLE, note=_TOO_MANY, note_rows=2)
        return
    columns = _columns(context)
    widths = [width for _heading, width in AUDIT_COLUMNS]
    widths += [5.6 if column.indicator is None else 5.2 for column in columns]
    starts = _section_starts(context, columns)
    sheet = book.sheet(TITLE, widths, heading=TITLE)
    write_note(book, sheet, NOTE, MORE, (starts[0] if starts else len(widths)) - 1)
    sheet.outline_settings(True, True, False, False)
    for place, column in enumerate(columns, start=len(AUDIT_COLUMNS)):
        if column.indicator is not None:
            sheet.set_column(place, place, 5.2, None, {"level": 1})
    _headings(book, sheet, context, columns)
    rows = context.figures.n
    _statistics(book, sheet, context, columns, rows)
    if rows:
        sheet.add_block(FIRST_ROW, (rows, len(widths)), _rows(book, context, columns))
        shade(sheet, FIRST_ROW, len(AUDIT_COLUMNS), FIRST_ROW + rows - 1, len(widths) - 1)
    else:
        sheet.write_string(FIRST_ROW, 1, NOTHING_GRADED, book.format("note_line"))
    size = (FIRST_ROW, rows, len(widths))
    set_up_page(sheet, (HEADING_ROW, STAT_ROW - 1), size, _SCALE, starts)


def _columns(context: SummaryContext) -> list[_Column]:
    sections = len(context.standard.sections)
    columns = []
    for group in range(len(context.standard.groups)):
        places = context.figures.group_columns[sections + group]
        columns += [_Column(group, place) for place in (None, *places)]
    return columns


def _section_starts(context: SummaryContext, columns: list[_Column]) -> list[int]:
    """Return the columns with which the second and later first-level indicators begin."""
    groups = context.standard.groups
    sections = [parent(groups[column.group].clause) for column in columns]
    return [
        place + len(AUDIT_COLUMNS)
        for place in range(1, len(sections))
        if sections[place] != sections[place - 1]
    ]


def _headings(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, columns: list[_Column]
) -> None:
    heading, sub, vertical = (book.format(n) for n in ("heading", "subheading", "vertical"))
    top, clauses, weights = range(HEADING_ROW, STAT_ROW)
    sheet.set_row(top, 32)
    sheet.set_row(clauses, 44)
    write_audit_headings(book, sheet, top, weights)
    first = len(AUDIT_COLUMNS)
    for place, group in enumerate(context.standard.groups):
        width = sum(1 for column in columns if column.group == place)
        sheet.merge_range(top, first, top, first + width - 1, cell_text(group.label), heading)
        first += width
    for place, column in enumerate(columns, start=len(AUDIT_COLUMNS)):
        if column.indicator is None:
            sheet.merge_range(clauses, place, weights, place, "得分率", sub)
        else:
            indicator = context.standard.indicators[column.indicator]
            sheet.write_string(clauses, place, cell_text(indicator.clause), vertical)
            sheet.write_string(weights, place, plain(indicator.weight), sub)


def _statistics(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, columns: list[_Column],
    rows: int,
) -> None:  # fmt: skip
    for offset, (label, formula) in enumerate(STATISTICS):
        row = STAT_ROW + offset
        sheet.write_string(row, len(AUDIT_COLUMNS) - 1, label, book.format("stat_label"))
        if not rows:
            continue
        for place, column in enumerate(columns, start=len(AUDIT_COLUMNS)):
            area = data_area(place, FIRST_ROW, rows)
            found = _spread(context, column)
            value = (found.mean, found.q1, found.median, found.q3)[offset] if found else ""
            text = f'=IF(COUNT({area})=0,"",{formula.format(area)})'
            sheet.write_formula(row, place, text, book.format("stat_percent"), value)


def _spread(context: SummaryContext, column: _Column) -> Spread | None:
    if column.indicator is not None:
        return context.figures.indicator(column.indicator)
    return context.figures.group_spreads[len(context.standard.sections) + column.group][1]


def _rows(
    book: WorkbookWriter, context: SummaryContext, columns: list[_Column]
) -> Iterator[list[CellXml]]:
    rate, mean = book.number_cells("whole_percent"), book.number_cells("mean_percent")
    by_code = [rate(""), *(rate(str(percent)) for percent in context.outcomes.percents[1:])]
    codes = context.figures.codes
    means = context.figures.group_points[1][:, len(context.standard.sections) :]
    audits = audit_cells(book, context)
    for row, audit in zip(context.ranking.rows, audits, strict=True):
        own = [by_code[code] for code in codes[row].tolist()]
        groups = [mean(float_text(rate)) for rate in means[row].tolist()]
        audit += [groups[c.group] if c.indicator is None else own[c.indicator] for c in columns]
        yield audit


SHEET = SummarySheet(TITLE, write, guide="审核 × 指标的评分比例热力图，含均值与四分位数")
