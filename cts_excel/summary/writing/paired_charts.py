"""Charts of two things at once: columns with a line, columns with their intervals."""

from __future__ import annotations

from math import ceil
from typing import Any

from cts_excel.summary.writing.charts import (
    GRID,
    CellRange,
    Chart,
    font,
    new_chart,
    nice_step,
)
from cts_excel.summary.writing.style import ALERT, HAIR, INK, MUTED, NAVY, STEEL

_HEADROOM = 1.5  # of the axis of counts, to the highest column


def pareto(workbook: Any, labels: CellRange, points: CellRange, shares: CellRange) -> Chart:
    """Draw points lost as columns, the greatest first, and their cumulative share as a line."""
    return _columns_and_line(
        workbook, labels, ("平均失分（分）", points, "0.00", "0.0"),
        ("累计占全部失分", shares), joined=True,
    )  # fmt: skip


def counts_and_rates(
    workbook: Any, labels: CellRange, counts: CellRange, rates: CellRange, *, most: int,
    joined: bool,
) -> Chart:  # fmt: skip
    """Draw numbers of audits as columns and their pass rates as a line, or as single marks.

    :param most: the greatest number; the columns end below the usual rates, so that neither
        hides the other.
    :param joined: groups follow each other in time, so that a line between them means something.
    """
    step = nice_step(most * _HEADROOM / 5)
    return _columns_and_line(
        workbook, labels, ("份数", counts, "#,##0", "#,##0"), ("通过率", rates), joined=joined,
        scale={"max": ceil(most * _HEADROOM / step) * step, "major_unit": step},
    )  # fmt: skip


def differences(
    workbook: Any, labels: CellRange, cells: tuple[CellRange, CellRange], unit: str,
    axis: tuple[float, float],
) -> Chart:  # fmt: skip
    """Draw differences as columns around 0, each with its interval.

    :param cells: the differences, and half the width of each interval.
    :param axis: least and greatest value that the axis shows.
    """
    chart = new_chart(workbook, "column")
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
        {"num_font": font(8, rotation=360), "line": {"color": HAIR}, "major_tick_mark": "none",
         "label_position": "low", "interval_unit": 1}
    )  # fmt: skip
    chart.set_y_axis(
        {"name": unit, "name_font": font(8, MUTED), "num_font": font(8, MUTED),
         "num_format": "+0;-0;0", "line": {"none": True}, "major_gridlines": GRID,
         "min": axis[0], "max": axis[1]}
    )  # fmt: skip
    return chart


def _columns_and_line(
    workbook: Any, labels: CellRange, columns: tuple[str, CellRange, str, str],
    shares: tuple[str, CellRange], *, joined: bool, scale: dict[str, float] | None = None,
) -> Chart:  # fmt: skip
    """Draw columns on the left axis, and fractions of 1 on the right one.

    :param columns: name, cells, number format of the labels and of the axis.
    :param scale: of the left axis, where it is not the application's choice.
    """
    name, cells, label_format, axis_format = columns
    chart = new_chart(workbook, "column")
    chart.add_series(
        {
            "name": name,
            "categories": labels.reference,
            "values": cells.reference,
            "fill": {"color": NAVY},
            "gap": 45,
            "data_labels": {"value": True, "num_format": label_format, "font": font(8)},
        }
    )
    line = new_chart(workbook, "line")
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
        {"num_font": font(7.5, rotation=360), "line": {"color": HAIR}, "major_tick_mark": "none",
         "interval_unit": 1}
    )  # fmt: skip
    quiet = {"num_font": font(8, MUTED), "line": {"none": True}, "min": 0}
    chart.set_y_axis({**quiet, **(scale or {}), "num_format": axis_format, "major_gridlines": GRID})
    line.set_y2_axis({**quiet, "max": 1, "num_format": "0%"})
    return chart
