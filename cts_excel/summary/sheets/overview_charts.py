"""The charts of 总览, with the cells of their data right of the printed page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import ceil, floor
from typing import Any

import numpy as np

from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.headline import mean_rates
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext
from cts_excel.summary.writing import charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.charts import Axes, CellRange, Stems
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.style import ALERT, INK, STEEL
from cts_excel.summary.writing.text import cell_text, shortened

TITLE = "总览"
COLUMN_PIXELS, ROW_PIXELS = 49, 24
UPPER_ROW, LOWER_ROW = 9, 22  # first rows of the two bands of charts and panels
_UPPER_ROWS, _LOWER_ROWS = 12, 16
_CHART_COLUMNS = 16
DATA = 26  # first column of the chart data
DATA_ROW, STEM_ROW = 3, 12  # first rows of data; headings stand above
WEAKEST = 10
_BIN_WIDTHS = (0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)


def draw(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext) -> None:
    """Draw the four charts, or say that there is nothing to show."""
    style = book.format("note_line")
    sheet.write_string(DATA_ROW - 2, DATA, "图表数据（左侧各图引用，请勿删除）", style)
    if not context.figures.n:
        nothing, last = book.format("nothing"), _CHART_COLUMNS - 1
        for row, rows in ((UPPER_ROW, _UPPER_ROWS), (LOWER_ROW, _LOWER_ROWS)):
            sheet.merge_range(row, 0, row + rows - 1, last, "", nothing)
            sheet.write_string(row, 0, NOTHING_GRADED, nothing)
        return
    legend = charts.LEGEND if context.previous and context.previous.rates else None
    _insert(sheet, (UPPER_ROW, 0), (_UPPER_ROWS, 7), _levels(book, sheet, context),
            "级别分布", "级别分布（份）")  # fmt: skip
    _insert(sheet, (UPPER_ROW, 7), (_UPPER_ROWS, 9), _finals(book, sheet, context),
            "最终得分分布", "最终得分分布与级别线")  # fmt: skip
    _insert(sheet, (LOWER_ROW, 0), (_LOWER_ROWS, 8), _groups(book, sheet, context),
            "二级指标平均得分率", "二级指标平均得分率（深色为最弱三项）", legend)  # fmt: skip
    _insert(sheet, (LOWER_ROW, 8), (_LOWER_ROWS, 8), _weakest(book, sheet, context),
            "最弱的十项指标", "最弱的十项指标（平均得分率）")  # fmt: skip


def _insert(
    sheet: BulkSheet, cell: tuple[int, int], size: tuple[int, int],
    drawn: tuple[charts.Chart, str], kind: str, title: str, legend: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Insert a chart over ``size`` = (rows, columns) cells."""
    chart, description = drawn
    rows, columns = size
    charts.frame(chart, title, (columns * COLUMN_PIXELS - 4, rows * ROW_PIXELS - 2), legend)
    options = {"description": f"{kind}：{description}", "object_position": 2}
    sheet.insert_chart(*cell, chart, options)


def _column(
    book: WorkbookWriter, sheet: BulkSheet, column: int, title: str,
    values: list[str] | list[float], row: int = DATA_ROW,
) -> CellRange:  # fmt: skip
    """Write a column of chart data below its heading; NaN leaves a cell empty."""
    style = book.format("note_line")
    sheet.write_string(row - 1, column, title, style)
    for at, value in enumerate(values, start=row):
        if isinstance(value, str):
            sheet.write_string(at, column, cell_text(value), style)
        elif value == value:
            sheet.write_number(at, column, value, style)
    return CellRange(TITLE, row, row + len(values) - 1, column)


def _levels(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext
) -> tuple[charts.Chart, str]:
    levels = context.standard.levels
    labels = [*(level.label for level in levels), "未通过"]
    keys = [*(level.key for level in levels), NOT_PASSED]
    counts = [context.tally.levels.get(key, 0) for key in keys]
    names = _column(book, sheet, DATA, "级别", labels)
    values = _column(book, sheet, DATA + 1, "份数", [float(count) for count in counts])
    if context.one_grade_sheet:
        columns = context.grade_cells.columns
        for place, label in enumerate(labels):
            area = columns["建议级别" if place < len(levels) else "是否通过"]
            formula, style = f'=COUNTIFS({area},"{cell_text(label)}")', book.format("note_line")
            sheet.write_formula(DATA_ROW + place, DATA + 1, formula, style, counts[place])
    text = "，".join(f"{label} {count} 份" for label, count in zip(labels, counts, strict=True))
    return charts.columns(book.workbook, names, values, 1, "份数"), text


def _finals(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext
) -> tuple[charts.Chart, str]:
    finals = context.figures.finals
    minima = [float(level.minimum) for level in context.standard.levels]
    low, high = min(float(finals.min()), minima[-1]), max(float(finals.max()), minima[0])
    width = _bin_width(high - low, [level.minimum for level in context.standard.levels])
    step = _axis_step(high - low)
    # Room for the label of the lowest line, and an axis whose figures are whole.
    start = max(0.0, floor((low - width / 2) / step) * step)
    bins = ceil(ceil((high - start) / step) * step / width)
    places = np.minimum(np.floor((finals - start) / width + 1e-9).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    centres = [start + (n + 0.5) * width for n in range(bins)]
    unit = _nice(max(2.0, float(counts.max())) / 4)
    top = ceil(max(2.0, float(counts.max())) * 1.18 / unit) * unit
    labels = [cell_text(level.label) for level in context.standard.levels]
    stroke = round(9 * COLUMN_PIXELS * 0.84 * 0.75 / bins * 0.84 * 4) / 4  # points across a bin
    filled = [(x, float(n)) for x, n in zip(centres, counts, strict=True) if n]
    bars = _stems(book, sheet, DATA, f"份数（段宽 {width:g} 分）", filled, INK)
    lines = _stems(book, sheet, DATA + 11, "级别线", [(m, top * 0.93) for m in minima], ALERT)
    chart = charts.histogram(
        book.workbook,
        (
            replace(
                bars, line={"color": STEEL, "width": stroke}, labelled=bool(counts.max() < 100)
            ),
            replace(
                lines, line={"color": ALERT, "width": 1.25, "dash_type": "dash"}, labels=labels
            ),
        ),
        Axes(start, start + bins * width, step, top),
    )
    modal = int(np.argmax(counts))
    text = (
        f"{len(finals)} 份，每段 {width:g} 分，最多的一段为 {centres[modal] - width / 2:g}–"
        f"{centres[modal] + width / 2:g} 分（{counts[modal]} 份）；虚线为各级别的最低分"
    )
    return chart, text


def _stems(
    book: WorkbookWriter, sheet: BulkSheet, column: int, name: str,
    tops: list[tuple[float, float]], color: str,
) -> Stems:  # fmt: skip
    """Write the cells of vertical strokes and of their labels."""
    row = STEM_ROW
    xs = [x for x, _top in tops for _n in range(3)]
    ys = [y for _x, top in tops for y in (0.0, top, float("nan"))]
    x = _column(book, sheet, column, f"{name}：分", xs, row)
    y = _column(book, sheet, column + 1, "高", ys, row)
    top_x = _column(book, sheet, column + 2, "标注：分", [x for x, _top in tops], row)
    top_y = _column(book, sheet, column + 3, name, [top for _x, top in tops], row)
    return Stems(x, y, top_x, top_y, {}, None, color, True)


def _bin_width(span: float, minima: list[Decimal]) -> float:
    """Return the smallest width of at most 32 bins, if possible one that every level line fits."""
    wide_enough = [w for w in _BIN_WIDTHS if span / w <= 32] or [_BIN_WIDTHS[-1]]
    fitting = (w for w in wide_enough if all(m % Decimal(str(w)) == 0 for m in minima))
    return next(fitting, wide_enough[0])


def _axis_step(span: float) -> float:
    return next((s for s in (1.0, 2.0, 5.0, 10.0, 20.0) if span / s <= 8), 50.0)


def _nice(step: float) -> float:
    size = 10 ** floor(np.log10(max(step, 1)))
    return float(max(1, next(n * size for n in (1, 2, 5, 10) if n * size >= step)))


def _groups(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext
) -> tuple[charts.Chart, str]:
    rates = [float(r) for r in mean_rates(context.figures)]
    labels = [group.label for group in context.standard.groups]
    names = _column(book, sheet, DATA + 5, "二级指标", labels)
    values = _column(book, sheet, DATA + 6, "平均得分率", rates)
    known = [n for n, rate in enumerate(rates) if rate == rate]
    dark = set(sorted(known, key=lambda n: rates[n])[:3])
    before = None
    if context.previous and context.previous.rates:
        earlier = [
            context.previous.rates.get(g.clause, float("nan")) for g in context.standard.groups
        ]
        before = _column(book, sheet, DATA + 7, "上次", earlier)
    chart = charts.bars(book.workbook, names, values, dark=dark, previous=before)
    text = "，".join(f"{labels[n]} {rates[n]:.1%}" for n in known)
    return chart, text


def _weakest(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext
) -> tuple[charts.Chart, str]:
    found = [
        (spread.mean, place)
        for place in range(context.figures.width)
        if (spread := context.figures.indicator(place))
    ]
    weakest = sorted(found)[:WEAKEST]
    indicators = [context.standard.indicators[place] for _rate, place in weakest]
    labels = [f"{i.clause} {shortened(i.text, 13)}" for i in indicators]
    names = _column(book, sheet, DATA + 8, "最弱指标", labels)
    values = _column(book, sheet, DATA + 9, "平均得分率", [rate for rate, _place in weakest])
    text = "，".join(
        f"{i.clause} {rate:.1%}" for i, (rate, _place) in zip(indicators, weakest, strict=True)
    )
    return charts.bars(book.workbook, names, values, dark=set()), text
