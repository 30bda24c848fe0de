"""Puts the charts on 总览, with the cells that they are bound to right of the printed page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import ceil, floor
from typing import Any

import numpy as np

from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.headline import mean_rates
from cts_excel.summary.sheets import grades
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing import charts
from cts_excel.summary.writing.book import Book
from cts_excel.summary.writing.charts import Axes, Range, Stems
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.style import ALERT, INK, STEEL
from cts_excel.summary.writing.text import shortened, visible

NAME = "总览"
DATA = 26  # first column of the chart data
_PIXEL, _ROW = 49, 24
_UPPER, _LOWER = (9, 12), (22, 16)  # first row and rows of the two bands of charts
WEAKEST = 10
_WIDTHS = (0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)


def draw(book: Book, sheet: BulkSheet, run: Run) -> None:
    """Draw the four charts, or say that there is nothing to show."""
    style = book.format("note_line")
    sheet.write_string(2 - 1, DATA, "图表数据（左侧各图引用，请勿删除）", style)
    if not run.figures.n:
        for row, rows in (_UPPER, _LOWER):
            sheet.merge_range(row, 0, row + rows - 1, 15, "", book.format("nothing"))
            sheet.write_string(row, 0, "没有已评定的文件，无可显示。", book.format("nothing"))
        return
    upper, lower = (rows * _ROW - 2 for _first, rows in (_UPPER, _LOWER))
    _insert(sheet, _UPPER[0], 0, _levels(book, sheet, run), "级别分布", "级别分布（份）",
            (7 * _PIXEL - 4, upper))  # fmt: skip
    _insert(sheet, _UPPER[0], 7, _finals(book, sheet, run), "最终得分分布",
            "最终得分分布与级别线", (9 * _PIXEL - 4, upper))  # fmt: skip
    _insert(sheet, _LOWER[0], 0, _groups(book, sheet, run), "二级指标平均得分率",
            "二级指标平均得分率（深色为最弱三项）", (8 * _PIXEL - 4, lower),
            _legend(run))  # fmt: skip
    _insert(sheet, _LOWER[0], 8, _weakest(book, sheet, run), "最弱的十项指标",
            "最弱的十项指标（平均得分率）", (8 * _PIXEL - 4, lower))  # fmt: skip


def _legend(run: Run) -> dict[str, Any] | None:
    return charts.LEGEND if run.previous and run.previous.rates else None


def _insert(
    sheet: BulkSheet, row: int, column: int, drawn: tuple[charts.Chart, str], kind: str, title: str,
    size: tuple[int, int], legend: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    chart, description = drawn
    charts.frame(chart, title, size, legend)
    options = {"description": f"{kind}：{description}", "object_position": 2}
    sheet.insert_chart(row, column, chart, options)


def _column(
    book: Book,
    sheet: BulkSheet,
    column: int,
    title: str,
    values: list[str] | list[float],
    row: int = 3,
) -> Range:
    style = book.format("note_line")
    sheet.write_string(row - 1, column, title, style)
    for n, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(row + n, column, visible(value), style)
        elif value == value:
            sheet.write_number(row + n, column, value, style)
    return Range(NAME, row, row + len(values) - 1, column)


def _levels(book: Book, sheet: BulkSheet, run: Run) -> tuple[charts.Chart, str]:
    standard = run.standard
    keys = [level.key for level in standard.levels] + [NOT_PASSED]
    labels = [level.label for level in standard.levels] + ["未通过"]
    counts = [run.tally.levels.get(key, 0) for key in keys]
    names = _column(book, sheet, DATA, "级别", labels)
    style = book.format("note_line")
    sheet.write_string(2, DATA + 1, "份数", style)
    for n, count in enumerate(counts):
        heading = "建议级别" if n < len(standard.levels) else "是否通过"
        area = grades.column_range(run, heading)
        formula = f'=COUNTIFS({area},"{visible(labels[n])}")'
        if run.one_grade_sheet:
            sheet.write_formula(3 + n, DATA + 1, formula, style, count)
        else:
            sheet.write_number(3 + n, DATA + 1, count, style)
    values = Range(NAME, 3, 2 + len(counts), DATA + 1)
    text = "，".join(f"{label} {count} 份" for label, count in zip(labels, counts, strict=True))
    return charts.columns(book.workbook, names, values, 1, "份数"), text


def _finals(book: Book, sheet: BulkSheet, run: Run) -> tuple[charts.Chart, str]:
    finals = run.figures.finals
    minima = [float(level.minimum) for level in run.standard.levels]
    low, high = min(float(finals.min()), minima[-1]), max(float(finals.max()), minima[0])
    width = _bin_width(high - low, [level.minimum for level in run.standard.levels])
    step = _axis_step(high - low)
    # Room for the label of the lowest line, and an axis whose figures are whole.
    start = max(0.0, floor((low - width / 2) / step) * step)
    bins = ceil(ceil((high - start) / step) * step / width)
    places = np.minimum(np.floor((finals - start) / width + 1e-9).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    centres = [start + (n + 0.5) * width for n in range(bins)]
    unit = _nice(max(2.0, float(counts.max())) / 4)
    top = ceil(max(2.0, float(counts.max())) * 1.18 / unit) * unit
    labels = [visible(level.label) for level in run.standard.levels]
    stroke = round(9 * _PIXEL * 0.84 * 0.75 / bins * 0.84 * 4) / 4  # points across a bin
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
    book: Book,
    sheet: BulkSheet,
    column: int,
    name: str,
    tops: list[tuple[float, float]],
    color: str,
) -> Stems:
    """Write the cells of vertical strokes and of their labels."""
    row = 12
    xs = [x for x, _top in tops for _n in range(3)]
    ys = [y for _x, top in tops for y in (0.0, top, float("nan"))]
    x = _column(book, sheet, column, f"{name}：分", xs, row)
    y = _column(book, sheet, column + 1, "高", ys, row)
    top_x = _column(book, sheet, column + 2, "标注：分", [x for x, _top in tops], row)
    top_y = _column(book, sheet, column + 3, name, [top for _x, top in tops], row)
    return Stems(x, y, top_x, top_y, {}, None, color, True)


def _bin_width(span: float, minima: list[Decimal]) -> float:
    """Return the smallest width of at most 32 bins, if possible one that every level line fits."""
    wide_enough = [w for w in _WIDTHS if span / w <= 32] or [_WIDTHS[-1]]
    fitting = (w for w in wide_enough if all(m % Decimal(str(w)) == 0 for m in minima))
    return next(fitting, wide_enough[0])


def _axis_step(span: float) -> float:
    return next((s for s in (1.0, 2.0, 5.0, 10.0, 20.0) if span / s <= 8), 50.0)


def _nice(step: float) -> float:
    size = 10 ** floor(np.log10(max(step, 1)))
    return float(max(1, next(n * size for n in (1, 2, 5, 10) if n * size >= step)))


def _groups(book: Book, sheet: BulkSheet, run: Run) -> tuple[charts.Chart, str]:
    rates = [float(r) for r in mean_rates(run)]
    labels = [group.label for group in run.standard.groups]
    names = _column(book, sheet, DATA + 5, "二级指标", labels)
    values = _column(book, sheet, DATA + 6, "平均得分率", rates)
    known = [n for n, rate in enumerate(rates) if rate == rate]
    dark = set(sorted(known, key=lambda n: rates[n])[:3])
    before = None
    if run.previous and run.previous.rates:
        earlier = [run.previous.rates.get(g.clause, float("nan")) for g in run.standard.groups]
        before = _column(book, sheet, DATA + 7, "上次", earlier)
    chart = charts.bars(book.workbook, names, values, dark=dark, previous=before)
    text = "，".join(f"{labels[n]} {rates[n]:.1%}" for n in known)
    return chart, text


def _weakest(book: Book, sheet: BulkSheet, run: Run) -> tuple[charts.Chart, str]:
    found = [
        (spread.mean, place)
        for place in range(run.figures.width)
        if (spread := run.figures.indicator(place))
    ]
    weakest = sorted(found)[:WEAKEST]
    indicators = [run.standard.indicators[place] for _rate, place in weakest]
    labels = [f"{i.clause} {shortened(i.text, 13)}" for i in indicators]
    names = _column(book, sheet, DATA + 8, "最弱指标", labels)
    values = _column(book, sheet, DATA + 9, "平均得分率", [rate for rate, _place in weakest])
    text = "，".join(
        f"{i.clause} {rate:.1%}" for i, (rate, _place) in zip(indicators, weakest, strict=True)
    )
    return charts.bars(book.workbook, names, values, dark=set()), text
