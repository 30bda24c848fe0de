"""The charts of 总览: native, bound to cells, legible in greyscale, each with alternative text."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
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


def font(size: float, color: str = INK, **more: Any) -> dict[str, Any]:
    """Return the font of a chart's text; ``size`` is in points."""
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


def new_chart(workbook: Any, kind: str) -> Chart:
    """Add a chart of a kind: ``bar``, ``column``, ``scatter`` or ``line``."""
    chart = workbook.add_chart({"type": kind})
    chart.__class__ = _CLASSES[kind]  # add_chart takes no class, as add_worksheet does
    return chart


GRID = {"visible": True, "line": {"color": "#E6EAEF"}}
WHITE_GROUND = {"bg_color": "#FFFFFF"}
LEGEND = {"position": "bottom", "font": font(8)}


def nice_step(step: float) -> float:
    """Return the round step of an axis that is at least ``step``, and at least 1."""
    size = 10 ** floor(log10(max(step, 1)))
    return float(max(1, next(n * size for n in (1, 2, 5, 10) if n * size >= step)))


def frame(
    chart: Chart, title: str, size: tuple[int, int], legend: dict[str, Any] | None = None
) -> Chart:
    """Give a chart its title, size and quiet frame."""
    bold = font(10.5, NAVY) | {"bold": True}
    chart.set_title({"name": title, "name_font": bold, "overlay": False})
    chart.set_legend(legend or {"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": HAIR, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    return chart


def columns(workbook: Any, labels: CellRange, counts: CellRange, failed: int, unit: str) -> Chart:
    """Draw the level distribution; the last ``failed`` columns are hatched."""
    chart = new_chart(workbook, "column")
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
            "data_labels": {"value": True, "num_format": "#,##0", "font": font(9)},
        }
    )
    chart.set_x_axis({"num_font": font(9), "line": {"color": HAIR}, "major_tick_mark": "none"})
    chart.set_y_axis(
        {"name": unit, "name_font": font(8, MUTED), "num_font": font(8, MUTED),
         "num_format": "#,##0", "line": {"none": True}, "major_gridlines": GRID, "min": 0}
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
    chart = new_chart(workbook, "scatter")
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
    grey = {"name_font": font(8, MUTED), "num_font": font(8, MUTED)}
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
    own = font(8, stems.color)
    labels: dict[str, Any] = {"value": True, "position": "above", "font": own}
    if stems.labels is not None:
        labels["custom"] = [{"value": label, "font": own} for label in stems.labels]
    return {
        "name": name,
        "categories": stems.top_x.reference,
        "values": stems.top_y.reference,
        "marker": {"type": "none"},
        "line": {"none": True},
        "data_labels": labels,
    }


_BARS_TO = 1.15  # of the hidden axis: the label of a full bar stays on the picture


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
    chart = new_chart(workbook, "bar")
    bare = {"visible": False}
    size = labels.last_row - labels.first_row + 1
    strong = {"fill": {"color": NAVY}}
    shown = {"value": True, "num_format": "0.0%", "font": font(8)}
    chart.add_series(
        {
            "name": names[0],
            "categories": labels.reference,
            "values": rates.reference,
            "fill": {"color": STEEL},
            "points": [strong if n in dark else None for n in range(size)] if dark else None,
            "gap": 35 if previous is None else 25,
            # Beside a second bar a label would stand on it: there the names carry the figures.
            "data_labels": shown if previous is None else None,
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
        {"reverse": True, "num_font": font(8), "line": {"color": HAIR}, "major_tick_mark": "none",
         "interval_unit": 1}
    )  # fmt: skip
    chart.set_x_axis(
        {**bare, "min": 0, "max": _BARS_TO, "num_format": "0%", "major_gridlines": bare}
    )
    return chart
