"""The charts of 总览; their numbers stand on the hidden sheet of chart data."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

from cts_excel.audit.levels import number_shown, percent_shown
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.headline import mean_rates
from cts_excel.summary.figures.histogram import histogram
from cts_excel.summary.figures.losses import losses, short_text
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext
from cts_excel.summary.writing import charts, paired_charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.charts import Axes, Stems
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.style import ALERT, INK, STEEL
from cts_excel.summary.writing.text import cell_text

TITLE = "总览"
COLUMN_PIXELS, ROW_PIXELS = 49, 20  # the page fits a screen of 1920 × 1080 at 100 %
UPPER_ROW, LOWER_ROW = 9, 22  # first rows of the two bands of charts and panels
_UPPER_ROWS, _LOWER_ROWS = 12, 16
_CHART_COLUMNS = 16
MOST_LOSSES = 8


def draw(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext) -> None:
    """Draw the four charts, or say that there is nothing to show."""
    if not context.figures.n:
        nothing, last = book.format("nothing"), _CHART_COLUMNS - 1
        for row, rows in ((UPPER_ROW, _UPPER_ROWS), (LOWER_ROW, _LOWER_ROWS)):
            sheet.merge_range(row, 0, row + rows - 1, last, "", nothing)
            sheet.write_string(row, 0, NOTHING_GRADED, nothing)
        return
    _insert(sheet, (UPPER_ROW, 0), (_UPPER_ROWS, 7), _levels(book, context),
            "级别分布", "级别分布（份）")  # fmt: skip
    _insert(sheet, (UPPER_ROW, 7), (_UPPER_ROWS, 9), _finals(book, context),
            "最终得分分布", "最终得分分布与级别线")  # fmt: skip
    _insert(sheet, (LOWER_ROW, 0), (_LOWER_ROWS, 7), _groups(book, context),
            "二级指标平均得分率", "二级指标平均得分率（由低到高）")  # fmt: skip
    _insert(sheet, (LOWER_ROW, 7), (_LOWER_ROWS, 9), _losses(book, context),
            "失分最多的指标", "失分最多的指标（平均每份失分，分）", charts.LEGEND)  # fmt: skip


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


def _levels(book: WorkbookWriter, context: SummaryContext) -> tuple[charts.Chart, str]:
    levels = context.standard.levels
    labels = [*(level.label for level in levels), "未通过"]
    keys = [*(level.key for level in levels), NOT_PASSED]
    counts = [context.tally.levels.get(key, 0) for key in keys]
    formulas = []
    if context.one_grade_sheet:
        columns = context.grade_cells.columns
        areas = [columns["建议级别"]] * len(levels) + [columns["是否通过"]]
        pairs = zip(areas, labels, strict=True)
        formulas = [f'=COUNTIFS({area},"{cell_text(label)}")' for area, label in pairs]
    names = context.chart_data.add("级别", labels)
    values = context.chart_data.add("份数", [float(count) for count in counts], formulas)
    text = "，".join(f"{label} {count} 份" for label, count in zip(labels, counts, strict=True))
    return charts.columns(book.workbook, names, values, 1, "份数"), text


def _finals(book: WorkbookWriter, context: SummaryContext) -> tuple[charts.Chart, str]:
    finals = context.figures.finals
    minima = [level.minimum for level in context.standard.levels]
    bins = histogram(finals, minima)
    width, centres, most = bins.width, bins.centres, max(bins.counts)
    unit = charts.nice_step(max(2.0, float(most)) / 4)
    top = ceil(max(2.0, float(most)) * 1.18 / unit) * unit
    labels = [cell_text(level.label) for level in context.standard.levels]
    points = 9 * COLUMN_PIXELS * 0.84 * 0.75 / len(bins.counts)  # across a bin
    stroke = round(points * 0.84 * 4) / 4
    filled = [(x, float(n)) for x, n in zip(centres, bins.counts, strict=True) if n]
    bars = _stems(context, f"份数（段宽 {width:g} 分）", filled, INK)
    tops = [(float(minimum), top * 0.93) for minimum in minima]
    lines = _stems(context, "级别线", tops, ALERT)
    chart = charts.histogram(
        book.workbook,
        (
            replace(bars, line={"color": STEEL, "width": stroke}, labelled=most < 100),
            replace(
                lines, line={"color": ALERT, "width": 1.25, "dash_type": "dash"}, labels=labels
            ),
        ),
        Axes(bins.start, bins.end, bins.step, top),
    )
    modal = bins.counts.index(most)
    text = (
        f"{len(finals)} 份，每段 {width:g} 分，最多的一段为 {centres[modal] - width / 2:g}–"
        f"{centres[modal] + width / 2:g} 分（{most} 份）；虚线为各级别的最低分"
    )
    return chart, text


def _stems(
    context: SummaryContext, name: str, tops: list[tuple[float, float]], color: str
) -> Stems:
    """Give the data of vertical strokes and of their labels."""
    data = context.chart_data
    x = data.add(f"{name}：分", [x for x, _top in tops for _n in range(3)])
    y = data.add("高", [y for _x, top in tops for y in (0.0, top, float("nan"))])
    top_x = data.add("标注：分", [x for x, _top in tops])
    top_y = data.add(name, [top for _x, top in tops])
    return Stems(x, y, top_x, top_y, {}, None, color, True)


def _groups(book: WorkbookWriter, context: SummaryContext) -> tuple[charts.Chart, str]:
    """Draw the second level, the weakest first."""
    rates, groups = [float(r) for r in mean_rates(context.figures)], context.standard.groups
    order = sorted((n for n, r in enumerate(rates) if r == r), key=lambda n: (rates[n], n))
    names = context.chart_data.add("二级指标", [groups[n].label for n in order])
    values = context.chart_data.add("平均得分率", [rates[n] for n in order])
    dark = set(range(3)) if order and rates[order[0]] < rates[order[-1]] else set()
    chart = charts.bars(book.workbook, names, values, dark=dark)
    return chart, "，".join(f"{groups[n].label} {percent_shown(rates[n])}" for n in order)


def _losses(book: WorkbookWriter, context: SummaryContext) -> tuple[charts.Chart, str]:
    """Draw where points are lost, as a Pareto chart."""
    found = losses(context.figures)[:MOST_LOSSES]
    texts = [
        f"{one.indicator.clause} {short_text(one.indicator, context.standard)}" for one in found
    ]
    names = context.chart_data.add("失分最多的指标", texts or ["没有失分"])
    points = context.chart_data.add("平均失分", [one.points for one in found] or [0.0])
    shares = context.chart_data.add("累计占比", [one.cumulative for one in found] or [0.0])
    text = "，".join(f"{one.indicator.clause} {number_shown(one.points)} 分" for one in found)
    return paired_charts.pareto(book.workbook, names, points, shares), text or "没有失分"
