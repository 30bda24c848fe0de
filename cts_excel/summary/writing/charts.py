"""The charts of 总览: native, bound to cells, legible in greyscale, each with alternative text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.chart_column import ChartColumn
from xlsxwriter.chart_line import ChartLine
from xlsxwriter.chart_scatter import ChartScatter

from cts_excel.summary.writing.style import ALERT, FONT, HAIR, INK, MUTED, NAVY, STEEL
from cts_excel.workbook.ooxml.addresses import column_letters

Chart = Any


@dataclass(frozen=True, slots=True)
class CellRange:
    """A column of cells of a sheet, 0-based, both ends included."""

    sheet: str
    first_row: int
    last_row: int
    column: int

    @property
    def reference(self) -> list[Any]:
        """The range as xlsxwriter's charts take it."""
        return [self.sheet, self.first_row, self.column, self.last_row, self.column]

    @property
    def formula(self) -> str:
        """The range as a formula, for error bars."""
        letters = column_letters(self.column)
        return f"='{self.sheet}'!${letters}${self.first_row + 1}:${letters}${self.last_row + 1}"


def _font(size: float, color: str = INK, **more: Any) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": color, "bold": False, **more}


_FULL_TURN = 360 * 60_000  # in the units of the format


class _ChartFixes:
    """Adds what xlsxwriter leaves out of a chart: flat lines, fonts of Chinese text, level labels.

    Labels with a rotation of 0 wrap instead of turning; xlsxwriter writes none: 360 stands for it.
    The format's default line cap is square, which would lengthen the bars of the histogram.
    """

    def _xml_start_tag(self, tag: str, attributes: list[tuple[str, Any]] = []) -> None:  # noqa: B006
        if tag == "a:ln":
            attributes = [*attributes, ("cap", "flat")]
        super()._xml_start_tag(tag, attributes)  # type: ignore[misc]

    def _xml_empty_tag(self, tag: str, attributes: list[tuple[str, Any]] = []) -> None:  # noqa: B006
        if tag == "a:bodyPr":
            attributes = [(k, 0 if v == _FULL_TURN else v) for k, v in attributes]
        super()._xml_empty_tag(tag, attributes)  # type: ignore[misc]
        if tag == "a:latin":
            super()._xml_empty_tag("a:ea", attributes)  # type: ignore[misc]


class _Bars(_ChartFixes, ChartBar):  # type: ignore[misc]  # xlsxwriter has no types
    pass


class _Columns(_ChartFixes, ChartColumn):  # type: ignore[misc]
    pass


class _Scatter(_ChartFixes, ChartScatter):  # type: ignore[misc]
    pass


class _Lines(_ChartFixes, ChartLine):  # type: ignore[misc]
    pass


_CLASSES = {"bar": _Bars, "column": _Columns, "scatter": _Scatter, "line": _Lines}


def _new(workbook: Any, kind: str) -> Chart:
    chart = workbook.add_chart({"type": kind})
    chart.__class__ = _CLASSES[kind]  # add_chart takes no class, as add_worksheet does
    return chart


GRID = {"visible": True, "line": {"color": "#E6EAEF"}}
WHITE_GROUND = {"bg_color": "#FFFFFF"}
LEGEND = {"position": "bottom", "font": _font(8)}


def frame(
    chart: Chart, title: str, size: tuple[int, int], legend: dict[str, Any] | None = None
) -> Chart:
    """Give a chart its title, size and quiet frame."""
    font = _font(10.5, NAVY) | {"bold": True}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_legend(legend or {"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": HAIR, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    return chart


def columns(workbook: Any, labels: CellRange, counts: CellRange, failed: int, unit: str) -> Chart:
    """Draw the level distribution; the last ``failed`` columns are hatched."""
    chart = _new(workbook, "column")
    size = labels.last_row - labels.first_row + 1
    hatch = {"pattern": {**WHITE_GROUND, "pattern": "wide_upward_diagonal", "fg_color": ALERT},
             "border": {"color": ALERT}}  # fmt: skip
    points = [None] * (size - failed) + [hatch] * failed
    chart.add_series(
        {
            "name": "份数",
            "categories": labels.reference,
            "values": counts.reference,
            "fill": {"color": NAVY},
            "points": points,
            "gap": 60,
            "data_labels": {"value": True, "font": _font(9)},
        }
    )
    chart.set_x_axis({"num_font": _font(9), "line": {"color": HAIR}, "major_tick_mark": "none"})
    chart.set_y_axis(
        {"name": unit, "name_font": _font(8, MUTED), "num_font": _font(8, MUTED), "num_format": "0",
         "line": {"none": True}, "major_gridlines": GRID, "min": 0}
    )  # fmt: skip
    return chart


@dataclass(frozen=True, slots=True)
class Stems:
    """Vertical strokes: (x, 0), (x, top), then a row without y, for each; tops and their labels."""

    x: CellRange
    y: CellRange
    top_x: CellRange
    top_y: CellRange
    line: dict[str, Any]
    labels: list[str] | None  # None: the tops' own values
    color: str
    labelled: bool  # three figures do not fit above a bar: then the axis must do


@dataclass(frozen=True, slots=True)
class Axes:
    """Scales of the histogram: scores from ``low`` to ``high`` by ``step``, counts to ``top``."""

    low: float
    high: float
    step: float
    top: float


def histogram(workbook: Any, strokes: tuple[Stems, Stems], axes: Axes) -> Chart:
    """Draw counts over a true score axis, as strokes, so that the level lines stand exactly.

    A column chart has no number axis: a line at 70 would stand beside 70. Error bars would do in
    Excel, but LibreOffice draws their caps.
    """
    chart = _new(workbook, "scatter")
    for name, stems in zip(("份数", "级别线"), strokes, strict=True):
        chart.add_series(
            {
                "name": name,
                "categories": stems.x.reference,
                "values": stems.y.reference,
                "marker": {"type": "none"},
                "line": stems.line,
            }
        )
        if stems.labelled:
            chart.add_series(_labels(f"{name}（标注）", stems))
    grey = {"name_font": _font(8, MUTED), "num_font": _font(8, MUTED)}
    chart.set_x_axis(
        {"name": "最终得分（分）", **grey, "min": axes.low, "max": axes.high,
         "major_unit": axes.step, "major_gridlines": {"visible": False}, "line": {"color": HAIR},
         "num_format": "General"}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": "份数", **grey, "min": 0, "max": axes.top, "num_format": "0",
         "line": {"none": True},
         "major_gridlines": GRID}
    )  # fmt: skip
    return chart


def _labels(name: str, stems: Stems) -> dict[str, Any]:
    """Return the series, unseen but for its labels, at the tops of the strokes."""
    font = _font(8, stems.color)
    labels: dict[str, Any] = {"value": True, "position": "above", "font": font}
    if stems.labels is not None:
        labels["custom"] = [{"value": label, "font": font} for label in stems.labels]
    return {
        "name": name,
        "categories": stems.top_x.reference,
        "values": stems.top_y.reference,
        "marker": {"type": "none"},
        "line": {"none": True},
        "data_labels": labels,
    }


def bars(
    workbook: Any,
    labels: CellRange,
    rates: CellRange,
    *,
    dark: set[int],
    previous: CellRange | None = None,
    names: tuple[str, str] = ("本次", "上次"),
) -> Chart:
    """Draw mean rates as horizontal bars from 0; the places in ``dark`` stand out."""
    chart = _new(workbook, "bar")
    bare = {"visible": False}
    size = labels.last_row - labels.first_row + 1
    strong = {"fill": {"color": NAVY}}
    chart.add_series(
        {
            "name": names[0],
            "categories": labels.reference,
            "values": rates.reference,
            "fill": {"color": STEEL},
            "points": [strong if n in dark else None for n in range(size)] if dark else None,
            "gap": 35 if previous is None else 25,
            "data_labels": {"value": True, "num_format": "0.0%", "font": _font(8)},
        }
    )
    if previous is not None:
        chart.add_series(
            {
                "name": names[1],
                "categories": labels.reference,
                "values": previous.reference,
                "pattern": {**WHITE_GROUND, "pattern": "light_upward_diagonal", "fg_color": MUTED},
                "border": {"color": MUTED},
            }
        )  # fmt: skip
    # xlsxwriter names a bar chart's axes by where they stand: y is the vertical one.
    chart.set_y_axis(
        {"reverse": True, "num_font": _font(8), "line": {"color": HAIR}, "major_tick_mark": "none",
         "interval_unit": 1}
    )  # fmt: skip
    chart.set_x_axis({**bare, "min": 0, "max": 1, "num_format": "0%", "major_gridlines": bare})
    return chart


def pareto(workbook: Any, labels: CellRange, points: CellRange, shares: CellRange) -> Chart:
    """Draw points lost as columns, the greatest first, and their cumulative share as a line."""
    return _columns_and_line(
        workbook, labels, ("平均失分（分）", points, "0.00", "0.0"),
        ("累计占全部失分", shares), joined=True,
    )  # fmt: skip


def counts_and_rates(
    workbook: Any, labels: CellRange, counts: CellRange, rates: CellRange, *, joined: bool
) -> Chart:
    """Draw numbers of audits as columns and their pass rates as a line, or as single marks.

    :param joined: groups follow each other in time, so that a line between them means something.
    """
    return _columns_and_line(
        workbook, labels, ("份数", counts, "0", "0"), ("通过率", rates), joined=joined
    )


def differences(
    workbook: Any, labels: CellRange, cells: tuple[CellRange, CellRange], unit: str,
    axis: tuple[float, float],
) -> Chart:  # fmt: skip
    """Draw differences as columns around 0, each with its interval.

    :param cells: the differences, and half the width of each interval.
    :param axis: least and greatest value that the axis shows.
    """
    chart = _new(workbook, "column")
    values, interval = cells[0], cells[1].formula
    chart.add_series(
        {
            "name": "差",
            "categories": labels.reference,
            "values": values.reference,
            "fill": {"color": STEEL},
            "gap": 80,
            "y_error_bars": {"type": "custom", "plus_values": interval, "minus_values": interval,
                             "line": {"color": INK, "width": 1}},
        }
    )  # fmt: skip
    chart.set_x_axis(
        {"num_font": _font(8, rotation=360), "line": {"color": HAIR}, "major_tick_mark": "none",
         "label_position": "low", "interval_unit": 1}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": unit, "name_font": _font(8, MUTED), "num_font": _font(8, MUTED),
         "num_format": "+0;-0;0", "line": {"none": True}, "major_gridlines": GRID,
         "min": axis[0], "max": axis[1]}
    )  # fmt: skip
    return chart


def _columns_and_line(
    workbook: Any, labels: CellRange, columns: tuple[str, CellRange, str, str],
    shares: tuple[str, CellRange], *, joined: bool,
) -> Chart:  # fmt: skip
    """Draw columns on the left axis, and fractions of 1 on the right one.

    :param columns: name, cells, number format of the labels and of the axis.
    """
    name, cells, label_format, axis_format = columns
    chart = _new(workbook, "column")
    chart.add_series(
        {
            "name": name,
            "categories": labels.reference,
            "values": cells.reference,
            "fill": {"color": NAVY},
            "gap": 45,
            "data_labels": {"value": True, "num_format": label_format, "font": _font(8)},
        }
    )
    line = _new(workbook, "line")
    stroke: dict[str, Any] = {"color": ALERT, "width": 1.5} if joined else {"none": True}
    line.add_series(
        {
            "name": shares[0],
            "categories": labels.reference,
            "values": shares[1].reference,
            "y2_axis": True,
            "line": stroke,
            "marker": {"type": "circle", "size": 4 if joined else 7, "fill": {"color": ALERT},
                       "border": {"color": ALERT}},
        }
    )  # fmt: skip
    chart.combine(line)
    chart.set_x_axis(
        {"num_font": _font(7.5, rotation=360), "line": {"color": HAIR}, "major_tick_mark": "none",
         "interval_unit": 1}
    )  # fmt: skip
    quiet = {"num_font": _font(8, MUTED), "line": {"none": True}, "min": 0}
    chart.set_y_axis({**quiet, "num_format": axis_format, "major_gridlines": GRID})
    line.set_y2_axis({**quiet, "max": 1, "num_format": "0%"})
    return chart
