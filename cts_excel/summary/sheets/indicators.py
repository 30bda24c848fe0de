"""指标分析: each indicator over all graded audits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import Tail, Tall, double
from cts_excel.summary.writing.text import shortened

NAME = "指标分析"
FIRST_ROW = 3
WEAKEST_CLIENTS = 3
_BEFORE = (
    Column("条款", 9), Column("二级指标", 16), Column("检查内容", 50), Column("分值", 7),
    Column("份数", 7), Column("平均得分率", 10.5), Column("中位数", 8.5), Column("标准差", 8.5),
    Column("下四分位", 9.5), Column("上四分位", 9.5), Column("最低", 8), Column("最高", 8),
    Column("平均失分", 9.5),
)  # fmt: skip
_AFTER = (Column("与最终得分相关", 10), Column("得分率最低的企业", 46))
MEAN = 5  # column of 平均得分率
NOTE = (
    "得分率为评分比例的分布；标准差为样本标准差（n−1），四分位数含端点。「平均失分」= 分值 "
    "×（1 − 平均得分率），"
    "说明该指标让企业平均丢多少分。「与最终得分相关」为皮尔逊相关系数（−1 至 1；少于 3 "
    "份或评分全同时无意义，留空）；"
    "各档占比为选择该评分档的份数占比。"
)


def columns(run: Run) -> list[Column]:
    """Return the columns: one per band of the standard among the fixed ones."""
    bands = [Column(f"档 {band.label}", 9.5) for band in run.standard.bands]
    return [*_BEFORE, *bands, *_AFTER]


def write(book: Book, run: Run) -> None:
    """Write the sheet."""
    heads = columns(run)
    sheet = book.sheet(NAME, [c.width for c in heads], heading=NAME, note=NOTE, note_rows=2)
    rows = len(run.standard.indicators)
    book.table(sheet, "indicators", FIRST_ROW, heads, rows, _rows(book, run))
    sheet.freeze_panes(FIRST_ROW + 1, 1)
    last = FIRST_ROW + rows
    bar = {"type": "data_bar", "bar_color": "#C6D6E8", "bar_solid": True, "min_type": "num",
           "min_value": 0, "max_type": "num", "max_value": 1}  # fmt: skip
    sheet.conditional_format(FIRST_ROW + 1, MEAN, last, MEAN, bar)
    first_band = len(_BEFORE)
    sheet.conditional_format(
        FIRST_ROW + 1, first_band, last, first_band + len(run.standard.bands) - 1, bar
    )


def _rows(book: Book, run: Run) -> Iterator[list[Tail]]:
    text, wrap, label = book.texts(), book.texts("wrap"), book.texts("label")
    percent, points = book.numbers("percent"), book.numbers("points")
    count, weight, ratio = (book.numbers(s) for s in ("integer", "plain", "ratio"))
    for place, indicator in enumerate(run.standard.indicators):
        found = run.figures.indicator(place)
        group = run.standard.group_of(indicator.clause)
        start = [
            label(indicator.clause), text(group.title), wrap(indicator.text),
            weight(f"{indicator.weight:f}"), count(str(found.n if found else 0)),
        ]  # fmt: skip
        if found is None:
            blank = len(_BEFORE) + len(run.standard.bands) + len(_AFTER) - len(start)
            yield Tall(start + [text("")] * blank, (indicator.text, _BEFORE[2].width))
            continue
        rates = (
            found.mean,
            found.median,
            found.deviation,
            found.q1,
            found.q3,
            found.low,
            found.high,
        )
        lost = float(indicator.weight) * (1 - found.mean)
        bands = run.figures.band_counts(place)
        weakest = _weakest(run, place)
        cells = [
            *start,
            *(percent(double(rate)) for rate in rates),
            points(double(lost)),
            *(percent(double(n / found.n)) for n in bands),
            ratio(double(run.figures.correlations[place])),
            wrap(weakest),
        ]
        yield Tall(cells, (indicator.text, _BEFORE[2].width), (weakest, _AFTER[1].width))


def _weakest(run: Run, place: int) -> str:
    """Name the clients with the lowest rates; where many share the lowest, say how many."""
    rates = run.figures.percents[run.figures.codes[:, place]]
    known = np.flatnonzero(~np.isnan(rates))
    ordered = known[np.argsort(rates[known], kind="stable")]
    lowest = int((rates[known] == rates[ordered[0]]).sum())
    if lowest == len(known) and lowest > 1:
        return "各企业相同"
    parts = []
    for row in ordered[:WEAKEST_CLIENTS]:
        f = run.gathered.file(run.gathered.rated_files[int(row)])
        parts.append(f"{shortened(f.organisation or f.file, 16)} {rates[row]:.0%}")
    more = f"（最低 {rates[ordered[0]]:.0%} 共 {lowest} 家）" if lowest > WEAKEST_CLIENTS else ""
    return "；".join(parts) + more
