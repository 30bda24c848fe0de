"""The charts of 结果: the summary's figures as ECharts, each with its figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.api import level_name
from cts_excel.app.pages.elements import attributes, sheet, text
from cts_excel.messages import _

if TYPE_CHECKING:
    from cts_excel.api import RunView

NAVY, STEEL, ALERT, INK = "#1F3A5F", "#5B84B1", "#B4471B", "#1F2A37"
_FONT = {"fontFamily": 'system-ui, "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'}
_SHORT = 14  # characters of an indicator's text beside its clause


def draw_charts(view: RunView) -> None:
    """Draw levels, distribution, second-level indicators, and the weakest indicators."""
    with ui.element("div").classes("charts"):
        _levels(view)
        _distribution(view)
        _rates(
            _("Mean rate of each second-level indicator (dark: the three lowest)"), view.groups, 420
        )
        weakest = [(f"{c} {_shortened(told)}", rate) for c, told, rate in view.weakest]
        _rates(_("The ten weakest indicators (dark: the three lowest)"), weakest, 420)


def _levels(view: RunView) -> None:
    names = [level_name(label, view.standard) for label, _n in view.levels]
    counts = [n for _label, n in view.levels]
    options = _options()
    options |= {
        "xAxis": {"type": "category", "data": names, "axisLabel": {"color": INK, "interval": 0}},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [_series("bar", counts, barMaxWidth=56)],
    }
    title = _("Levels")
    _figure(
        title, options, (_("Level"), _("Audits")), list(zip(names, map(str, counts), strict=True))
    )


def _distribution(view: RunView) -> None:
    bins = view.histogram
    if bins is None:
        return
    lines = [
        {"xAxis": float(level.minimum), "name": level_name(level.label, view.standard)}
        for level in view.standard.levels
    ]
    labelled = max(bins.counts) < 100
    data = [
        {"value": [x, n], "label": {"show": labelled and n > 0, "formatter": str(n)}}
        for x, n in zip(bins.centres, bins.counts, strict=True)
    ]
    series = _series("bar", data, barWidth="84%", silent=True)
    series["markLine"] = {
        "symbol": "none",
        "silent": True,
        "data": lines,
        "label": {"formatter": "{b}", "color": INK, "fontSize": 11},
        "lineStyle": {"color": ALERT, "type": "dashed", "width": 1.5},
    }
    options = _options()
    options["grid"]["top"] = 44
    options |= {
        "xAxis": {"type": "value", "min": bins.start, "max": bins.end, "interval": bins.step},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [series],
    }
    rows = [
        (f"{x - bins.width / 2:g}–{x + bins.width / 2:g}", str(n))
        for x, n in zip(bins.centres, bins.counts, strict=True)
        if n
    ]
    _figure(
        _("Distribution of final scores, with the levels"),
        options,
        (_("Points"), _("Audits")),
        rows,
    )


def _rates(title: str, rates: Sequence[tuple[str, float]], height: int) -> None:
    """Draw mean rates as bars, the three lowest dark."""
    if not rates:
        return
    dark = {label for label, _rate in sorted(rates, key=lambda pair: pair[1])[:3]}
    data = [
        {
            "value": rate * 100,
            "itemStyle": {"color": NAVY if name in dark else STEEL},
            "label": {"formatter": f"{rate:.1%}"},
        }
        for name, rate in rates
    ]
    series = _series("bar", data, barMaxWidth=18)
    series["label"]["position"] = "right"
    options = _options()
    options["grid"] |= {"left": 8, "right": 56, "top": 8}
    options |= {
        "xAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [name for name, _rate in rates],
            "axisLabel": {"color": INK, "fontSize": 12},
        },
        "series": [series],
    }
    rows = [(name, f"{rate:.1%}") for name, rate in rates]
    _figure(title, options, (_("Indicator"), _("Mean rate")), rows, height)


def _figure(
    title: str,
    options: dict[str, Any],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    height: int = 300,
) -> None:
    with ui.element("figure").classes("chart"):
        text("figcaption", title)
        chart = ui.echart(options).style(f"height: {height}px")
        attributes(chart, aria_hidden="true")  # the table below says the same
        with ui.element("details"):
            text("summary", _("Figures of this chart"))
            sheet(headings, rows)


def _options() -> dict[str, Any]:
    return {
        "animation": False,
        "textStyle": _FONT | {"color": INK},
        "grid": {"left": 8, "right": 24, "top": 24, "bottom": 8, "containLabel": True},
    }


def _series(kind: str, data: Sequence[Any], **more: Any) -> dict[str, Any]:
    label = {"show": True, "position": "top", "color": INK}
    return {"type": kind, "data": list(data), "itemStyle": {"color": STEEL}, "label": label} | more


def _shortened(told: str) -> str:
    return told if len(told) <= _SHORT else told[: _SHORT - 1] + "…"
