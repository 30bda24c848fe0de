"""The charts of 总览: native, bound to cells, legible in greyscale, each with alternative text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart_scatter import ChartScatter

from cts_excel.summary.style import ALERT, FONT, HAIR, INK, MUTED, NAVY, STEEL

Chart = Any


@dataclass(frozen=True, slots=True)
class Range:
    """A column of cells of a sheet, 0-based, both ends included."""

    sheet: str
    first_row: int
    last_row: int
    column: int

    @property
    def reference(self) -> list[Any]:
        """The range as xlsxwriter's charts take it."""
        return [self.sheet, self.first_row, self.column, self.last_row, self.column]


def _font(size: float, color: str = INK, **more: Any) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": color, "bold": False, **more}


def frame(chart: Chart, title: str, size: tuple[int, int]) -> Chart:
    """Give a chart its title, size and quiet frame."""
    font = _font(10.5, NAVY) | {"bold": True}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size({"width": size[0], "height": size[1]})
    chart.set_chartarea({"border": {"color": HAIR, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    return chart


def columns(workbook: Any, labels: Range, counts: Range, failed: int, unit: str) -> Chart:
    """Draw the level distribution; the last ``failed`` columns are hatched."""
    chart = workbook.add_chart({"type": "column"})
    size = labels.last_row - labels.first_row + 1
    hatch = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": ALERT, "bg_color": "#FFFFFF"},
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
         "line": {"none": True}, "major_gridlines": {"visible": True, "line": {"color": "#E6EAEF"}}, "min": 0}
    )  # fmt: skip
    return chart


@dataclass(frozen=True, slots=True)
class Histogram:
    """Cells and scale of a histogram with level lines."""

    centres: Range
    counts: Range
    lines: Range
    tops: Range
    labels: list[str]
    low: float
    high: float
    step: float
    top: float
    bar_points: float


class _FlatEnds(ChartScatter):  # type: ignore[misc]  # xlsxwriter has no types
    """A scatter chart whose lines end where they end: the format's default cap is square."""

    def _xml_start_tag(self, tag: str, attributes: list[tuple[str, Any]] = []) -> None:  # noqa: B006
        if tag == "a:ln":
            attributes = [*attributes, ("cap", "flat")]
        super()._xml_start_tag(tag, attributes)


def histogram(workbook: Any, h: Histogram) -> Chart:
    """Draw counts over a true score axis: bars are error bars, so that the level lines stand exactly.

    A column chart has no number axis, and a line at 70 would stand beside 70.
    """
    chart = workbook.add_chart({"type": "scatter"})
    chart.__class__ = _FlatEnds
    chart.add_series(
        {
            "name": "份数",
            "categories": h.centres.reference,
            "values": h.counts.reference,
            "marker": {"type": "none"},
            "line": {"none": True},
            "y_error_bars": _stem({"color": STEEL, "width": h.bar_points}),
            "data_labels": {"value": True, "position": "above", "font": _font(8)},
        }
    )
    custom = [{"value": label, "font": _font(8, ALERT)} for label in h.labels]
    chart.add_series(
        {
            "name": "级别线",
            "categories": h.lines.reference,
            "values": h.tops.reference,
            "marker": {"type": "none"},
            "line": {"none": True},
            "y_error_bars": _stem({"color": ALERT, "width": 1.25, "dash_type": "dash"}),
            "data_labels": {"value": True, "position": "above", "font": _font(8, ALERT),
                            "custom": custom},
        }
    )  # fmt: skip
    chart.set_x_axis(
        {"name": "最终得分（分）", "name_font": _font(8, MUTED), "num_font": _font(8, MUTED),
         "min": h.low, "max": h.high, "major_unit": h.step, "major_gridlines": {"visible": False},
         "line": {"color": HAIR}, "num_format": "General"}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": "份数", "name_font": _font(8, MUTED), "num_font": _font(8, MUTED), "min": 0,
         "max": h.top, "num_format": "0", "line": {"none": True},
         "major_gridlines": {"visible": True, "line": {"color": "#E6EAEF"}}}
    )  # fmt: skip
    return chart


def _stem(line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "percentage", "value": 100, "direction": "minus", "end_style": 0, "line": line}


def bars(
    workbook: Any, labels: Range, rates: Range, *, dark: set[int], previous: Range | None = None
) -> Chart:
    """Draw mean rates as horizontal bars from 0; the places in ``dark`` stand out."""
    chart = workbook.add_chart({"type": "bar"})
    size = labels.last_row - labels.first_row + 1
    strong = {"fill": {"color": NAVY}}
    chart.add_series(
        {
            "name": "本次",
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
                "name": "上次",
                "categories": labels.reference,
                "values": previous.reference,
                "pattern": {"pattern": "light_upward_diagonal", "fg_color": MUTED, "bg_color": "#FFFFFF"},
                "border": {"color": MUTED},
            }
        )  # fmt: skip
        chart.set_legend({"position": "bottom", "font": _font(8)})
    # xlsxwriter names a bar chart's axes by where they stand: y is the vertical one.
    chart.set_y_axis(
        {"reverse": True, "num_font": _font(8), "line": {"color": HAIR}, "major_tick_mark": "none",
         "interval_unit": 1}
    )  # fmt: skip
    chart.set_x_axis(
        {"min": 0, "max": 1, "num_format": "0%", "visible": False,
         "major_gridlines": {"visible": False}}
    )  # fmt: skip
    return chart
