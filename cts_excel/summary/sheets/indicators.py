"""指标分析: each indicator over all graded audits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from cts_excel.audit.levels import percent_shown
from cts_excel.standard.model import Indicator
from cts_excel.summary.figures.statistics import Spread
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import float_text
from cts_excel.summary.writing.table import Column, number, place_of, text
from cts_excel.summary.writing.text import shortened

TITLE = "指标分析"
FIRST_ROW = 3
WEAKEST_CLIENTS = 3
NOTE = (
    "得分率为评分比例的分布；标准差为样本标准差（n−1），四分位数含端点。“平均失分”= 分值 "
    "×（1 − 平均得分率），"
    "即各企业在该指标上平均失多少分。“与最终得分相关”为皮尔逊相关系数（−1 至 1；少于 3 "
    "份或评分全部相同时无意义，留空）；"
    "各档占比为选择该评分档的份数占比。"
)
_RATE_BAR = {"type": "data_bar", "bar_color": "#C6D6E8", "bar_solid": True, "min_type": "num",
             "min_value": 0, "max_type": "num", "max_value": 1}  # fmt: skip


class _Row(NamedTuple):
    indicator: Indicator
    rates: Spread | None
    band_shares: list[float]
    correlation: float
    weakest: str


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns, one per band of the standard among them; blank if nobody rated."""
    standard = context.standard

    def of_rates(row: _Row, value: Callable[[Spread], float]) -> str:
        return float_text(value(row.rates)) if row.rates else ""

    def rate(heading: str, width: float, value: Callable[[Spread], float]) -> Column[_Row]:
        return number(heading, width, lambda r: of_rates(r, value), "percent")

    def band(place: int, label: str) -> Column[_Row]:
        def share(row: _Row) -> str:
            return of_rates(row, lambda _rates: row.band_shares[place])

        return number(f"档 {label}", 9.5, share, "percent")

    def loss(row: _Row) -> str:
        return of_rates(row, lambda s: float(row.indicator.weight) * (1 - s.mean))

    return [
        text("条款", 9, lambda r: r.indicator.clause, "label"),
        text("二级指标", 16, lambda r: standard.group_of(r.indicator.clause).title),
        text("检查内容", 50, lambda r: r.indicator.text, "wrap"),
        number("分值", 7, lambda r: f"{r.indicator.weight:f}", "plain"),
        number("份数", 7, lambda r: str(r.rates.n if r.rates else 0), "integer"),
        rate("平均得分率", 10.5, lambda s: s.mean),
        rate("中位数", 8.5, lambda s: s.median),
        rate("标准差", 8.5, lambda s: s.deviation),
        rate("下四分位", 9.5, lambda s: s.q1),
        rate("上四分位", 9.5, lambda s: s.q3),
        rate("最低", 8, lambda s: s.low),
        rate("最高", 8, lambda s: s.high),
        number("平均失分", 9.5, loss, "points"),
        *(band(place, b.label) for place, b in enumerate(standard.bands)),
        number("与最终得分相关", 10, lambda r: _correlation(r.correlation), "ratio"),
        text("得分率最低的企业", 46, lambda r: r.weakest, "wrap"),
    ]


def _correlation(found: float) -> str:
    """Return a correlation as a number; one that would show as −0.00 is none."""
    return float_text(0.0 if abs(found) < 0.005 else found)


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    listed, count = columns(context), len(context.standard.indicators)
    (sheet,) = Listing(
        title=TITLE, table="indicators", first_row=FIRST_ROW, columns=listed, note=NOTE,
        note_rows=2, count=count, frozen=1, rows=lambda _places: _rows(context),
    ).write(book, context)  # fmt: skip
    mean, first_band = place_of(listed, "平均得分率"), place_of(listed, "平均失分") + 1
    last_band = first_band + len(context.standard.bands) - 1
    for first, last in ((mean, mean), (first_band, last_band)):
        sheet.conditional_format(FIRST_ROW + 1, first, FIRST_ROW + count, last, _RATE_BAR)


def _rows(context: SummaryContext) -> Iterator[_Row]:
    figures = context.figures
    for place, indicator in enumerate(context.standard.indicators):
        rates = figures.indicator(place)
        shares = [n / rates.n for n in figures.band_counts(place)] if rates else []
        weakest = _weakest(context, place) if rates else ""
        yield _Row(indicator, rates, shares, float(figures.correlations[place]), weakest)


def _weakest(context: SummaryContext, place: int) -> str:
    """Name the clients with the lowest rates; if many share the lowest, say how many."""
    rates = context.figures.percents[context.figures.codes[:, place]]
    known = np.flatnonzero(~np.isnan(rates))
    ordered = known[np.argsort(rates[known], kind="stable")]
    lowest = int((rates[known] == rates[ordered[0]]).sum())
    if lowest == len(known) and lowest > 1:
        return "各企业相同"
    parts = []
    for row in ordered[:WEAKEST_CLIENTS]:
        f = context.outcomes.rated_file(int(row))
        parts.append(f"{shortened(f.organisation or f.file, 16)} {percent_shown(rates[row], 0)}")
    least = percent_shown(rates[ordered[0]], 0)
    more = f"（最低 {least} 共 {lowest} 家）" if lowest > WEAKEST_CLIENTS else ""
    return "；".join(parts) + more


SHEET = SummarySheet(
    TITLE, write, guide="每项指标的分布、各档占比、与最终得分的相关、得分率最低的企业"
)
