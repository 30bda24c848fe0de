"""分类得分: points and rates of the first and second level, per audit and in all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cts_excel.summary.figures.statistics import Floats, Spread
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext, SummarySheet
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

TITLE = "分类得分"
STATISTICS = (("满分", ""), ("平均", "AVERAGE({})"), ("下四分位", "QUARTILE({},1)"),
              ("中位数", "MEDIAN({})"), ("上四分位", "QUARTILE({},3)"),
              ("最低", "MIN({})"), ("最高", "MAX({})"))  # fmt: skip
HEADING_ROW = 3
STAT_ROW = HEADING_ROW + 1
FIRST_ROW = STAT_ROW + len(STATISTICS)
_SCALE = 70  # percent on A3: points fill one page, rates the next
NOTE = "先得分（分），后得分率；颜色越深得分率越低。"
MORE = "得分率 = 得分 ÷ 适用分值。统计行为公式。打印时得分与得分率分页（A3）。"


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet; only its statistics if there are too many audits."""
    kinds = len(context.figures.headings)
    widths = [width for _heading, width in AUDIT_COLUMNS] + [8.6] * (2 * kinds)
    sheet = book.sheet(TITLE, widths, heading=TITLE)
    write_note(book, sheet, NOTE, MORE, len(AUDIT_COLUMNS) + kinds - 1)
    _headings(book, sheet, context)
    rows = context.figures.n if context.small_enough else 0
    _statistics(book, sheet, context, rows)
    if rows:
        sheet.add_block(FIRST_ROW, (rows, len(widths)), _rows(book, context))
        first_rate = len(AUDIT_COLUMNS) + kinds
        shade(sheet, FIRST_ROW, first_rate, FIRST_ROW + rows - 1, len(widths) - 1)
    else:
        too_many = "逐份得分见 grades.csv 与 ratings.csv。"
        note = NOTHING_GRADED if context.small_enough else too_many
        sheet.write_string(FIRST_ROW, 1, note, book.format("note_line"))
    size, rates = (FIRST_ROW, rows, len(widths)), len(AUDIT_COLUMNS) + kinds
    set_up_page(sheet, (HEADING_ROW - 1, HEADING_ROW), size, _SCALE, [rates])


def _headings(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext) -> None:
    heading, sub = book.format("heading"), book.format("subheading")
    labels, top = context.figures.headings, HEADING_ROW - 1
    write_audit_headings(book, sheet, top, HEADING_ROW)
    sheet.set_row(HEADING_ROW, 42)
    for block, title in enumerate(("得分（分）", "得分率")):
        first = len(AUDIT_COLUMNS) + block * len(labels)
        sheet.merge_range(top, first, top, first + len(labels) - 1, title, heading)
        for column, label in enumerate(labels, start=first):
            sheet.write_string(HEADING_ROW, column, cell_text(label), sub)


def _statistics(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, rows: int) -> None:
    """Write formulas over the rows; numbers if the rows are left out."""
    standard = context.standard
    weights = [float(section.weight) for section in standard.sections]
    weights += [float(group.weight) for group in standard.groups]
    for block, style_name in enumerate(("stat_points", "stat_percent1")):
        style = book.format(style_name)
        for place, weight in enumerate(weights):
            column = len(AUDIT_COLUMNS) + block * len(weights) + place
            sheet.write_number(STAT_ROW, column, 1.0 if block else weight, style)
            found = context.figures.group_spreads[place][block]
            for row, value, formula in _described(found):
                if rows:
                    text = "=" + formula.format(data_area(column, FIRST_ROW, rows))
                    sheet.write_formula(row, column, text, style, value)
                else:
                    sheet.write_number(row, column, value, style)
    for row, (label, _formula) in enumerate(STATISTICS, start=STAT_ROW):
        sheet.write_string(row, len(AUDIT_COLUMNS) - 1, label, book.format("stat_label"))


def _described(found: Spread | None) -> Iterator[tuple[int, float, str]]:
    """Yield row, value and formula of each statistic below 满分."""
    if found is None:
        return
    values = (found.mean, found.q1, found.median, found.q3, found.low, found.high)
    statistics = zip(values, STATISTICS[1:], strict=True)
    for row, (value, (_label, formula)) in enumerate(statistics, start=STAT_ROW + 1):
        yield row, value, formula


def _rows(book: WorkbookWriter, context: SummaryContext) -> Iterator[list[CellXml]]:
    """Yield the audits; a row shows as many decimals as its points need to add up exactly."""
    rate = book.number_cells("percent")
    point = {d: book.number_cells("points" if d == 2 else f"points{d}") for d in range(2, 7)}
    points, rates = context.figures.group_points
    decimals = _decimals(points)
    audits = audit_cells(book, context)
    for row, audit in zip(context.ranking.rows, audits, strict=True):
        write_points = point[decimals[row]]
        audit += [write_points(float_text(p)) for p in points[row].tolist()]
        audit += [rate(float_text(r)) for r in rates[row].tolist()]
        yield audit


def _decimals(points: Floats) -> list[int]:
    """Count the decimals, 2 to 6, with which every number of a row is shown exactly."""
    needed = np.full(len(points), 6)
    for decimals in range(5, 1, -1):
        scaled = points * 10**decimals
        needed[(np.abs(scaled - np.round(scaled)) < 1e-6).all(axis=1)] = decimals
    return [int(n) for n in needed]


SHEET = SummarySheet(TITLE, write, guide="一级、二级指标的得分与得分率")
