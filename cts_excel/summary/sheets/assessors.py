"""评审员分析: who rates apart from the others, in words and a picture; statistics are folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from cts_excel.audit.identity import folded_people
from cts_excel.summary.figures.leniency import (
    LEAST_AUDITS,
    LEAST_DIFFERENCE,
    NOBODY,
    Habits,
    habits,
)
from cts_excel.summary.figures.workload import Workload, workloads
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext, SummarySheet
from cts_excel.summary.writing import charts, paired_charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet, float_text
from cts_excel.summary.writing.table import Column, number, place_of, score, text
from cts_excel.summary.writing.text import cell_text

TITLE = "评审员分析"
VERDICTS = {"lenient": "偏宽，建议复核", "strict": "偏严，建议复核", "": ""}
DIFFERENCE, HINT = "评分松紧度差（百分点）", "提示"
MOST_CHARTED = 24
_CHART_ROWS, _CHART_PIXELS = 14, (860, 270)
_SCALE = 84  # percent: the unfolded columns fill a page
HOW_TO_READ = (
    "如何阅读",
    "评分松紧度差 = 此人给出的评分比例 − 其他人对相同指标给出的平均比例（先逐份求平均，"
    "再对份数求平均）；正数偏宽，负数偏严，单位为百分点。",
    "95% 区间以“份”为单位按 Welch 方法计算（同一份内的指标互相关联，不能当作独立样本）；"
    "区间越宽，说明依据越少。",
    f"只有双方各不少于 {LEAST_AUDITS} 份、差值不小于 {LEAST_DIFFERENCE * 100:.0f} 个百分点、"
    "且按比较人数收紧后（Bonferroni）的区间仍不含 0，才给出提示。",
    "“退回补正”为待补正的文件数，“错误数”为其全部文件的错误合计；交回日期不在工作簿中，因此不统计交回用时。",
    "折叠的统计列：整十分占比高，说明多用 80%、90% 之类的整十比例；"
    "同份内标准差小或最常用比例占比高，说明各指标评分几乎一样（缺少区分）。",
    "仅提示复核方向：评审员并非随机分到企业，差异也可能来自企业本身、审核类型或地区，不是对个人的评价。",
)


class _Person(NamedTuple):
    """One person: what was handed in, and the rating habits if anything was graded."""

    work: Workload
    habits: Habits | None


def columns(context: SummaryContext) -> list[Column[_Person]]:
    """Return the columns that a manager reads, then the statistics, which are folded away."""
    return [
        text("姓名", 16, lambda p: p.work.name or NOBODY, "label_wrap"),
        number("文件数", 8, lambda p: str(p.work.files), "rank"),
        number("已评定", 8, lambda p: str(p.work.graded), "rank"),
        number("通过率", 9, lambda p: float_text(p.work.pass_rate), "percent_centre"),
        score("平均最终得分", 12, lambda p: float_text(p.habits.finals.mean if p.habits else None)),
        number("退回补正", 9, lambda p: str(p.work.returned), "rank"),
        number("错误数", 8, lambda p: str(p.work.errors), "rank"),
        number(DIFFERENCE, 13, lambda p: _points(p.habits.difference if p.habits else None),
               "signed_decimal"),
        text("95% 区间（百分点）", 17, _interval, "centre"),
        text(HINT, 18, lambda p: VERDICTS[p.habits.verdict] if p.habits else "", "alert"),
        *_statistics(context),
    ]  # fmt: skip


def _statistics(context: SummaryContext) -> list[Column[_Person]]:
    def share(
        heading: str, width: float, of: Callable[[Habits], float], style: str = "percent"
    ) -> Column[_Person]:
        return number(heading, width, lambda p: float_text(of(p.habits)) if p.habits else "", style)

    def band(place: int, label: str) -> Column[_Person]:
        return share(f"档 {label}", 9, lambda h: h.bands[place])

    return [
        share("标准差", 8.5, lambda h: h.finals.deviation, "points"),
        score("最低", 8.5, lambda p: float_text(p.habits.finals.low if p.habits else None)),
        score("最高", 8.5, lambda p: float_text(p.habits.finals.high if p.habits else None)),
        share("平均评分比例", 11.5, lambda h: h.rate),
        *(band(place, b.label) for place, b in enumerate(context.standard.bands)),
        share("整十分占比", 11.5, lambda h: h.round_share),
        share("同份内标准差", 11.5, lambda h: h.flat),
        share("最常用比例占比", 13, lambda h: h.mode),
        share("证据平均字数", 11.5, lambda h: h.evidence_length, "decimal"),
        share("无证据占比", 9.5, lambda h: h.evidence_blank),
    ]


def _points(share: float | None) -> str:
    """Return a fraction as percentage points with one decimal, so that nothing shows as −0.0."""
    return "" if share is None else float_text(round(100 * share, 1) + 0.0)


def _interval(person: _Person) -> str:
    found = person.habits
    if found is None or found.low is None or found.high is None:
        return ""
    low, high = (round(100 * end, 1) + 0.0 for end in (found.low, found.high))
    return f"{low:+.1f} ～ {high:+.1f}"


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write a block for assessors and one for leads: sentences, chart, table."""
    listed, outcomes = columns(context), context.outcomes
    sheet = book.sheet(TITLE, [c.width for c in listed], heading=TITLE)
    _fold(sheet, listed)
    row, starts = 1, []
    blocks: tuple[tuple[str, Sequence[int], Callable[[FileRow], str]], ...] = (
        ("评审员", outcomes.assessors, lambda f: f.assessor),
        ("审核组长", outcomes.leads, lambda f: f.lead_assessor),
    )
    for title, people, of in blocks:
        found = _people(context, np.array(people, dtype=np.uint32), of)
        if _charted(found):
            starts.append(row)
        row = _block(book, sheet, context, row, title, listed, found) + 1
    for at, line in enumerate(HOW_TO_READ, start=row):
        sheet.write_string(at, 0, line, book.format("note_line" if at > row else "block"))
    sheet.print_area(0, 0, row + len(HOW_TO_READ) - 1, place_of(listed, HINT))
    sheet.set_print_scale(_SCALE)
    sheet.center_horizontally()
    if len(starts) > 1:  # without charts one page holds both
        sheet.set_h_pagebreaks(starts[1:])


def _fold(sheet: BulkSheet, listed: list[Column[_Person]]) -> None:
    """Fold the statistics away; the button above the columns opens them."""
    first = place_of(listed, HINT) + 1
    for place in range(first, len(listed)):
        sheet.set_column(place, place, listed[place].width, None, {"level": 1, "hidden": True})
    sheet.set_column(len(listed), len(listed), None, None, {"collapsed": True})


def _people(
    context: SummaryContext, people: np.ndarray, of: Callable[[FileRow], str]
) -> list[_Person]:
    """Return everyone who handed in a file, those with most first."""
    described = habits(context.figures, people) if context.figures.n else []
    by_name = {"" if h.name == NOBODY else folded_people(h.name): h for h in described}
    found = [
        _Person(work, by_name.get(name)) for name, work in workloads(context.outcomes, of).items()
    ]
    return sorted(found, key=lambda p: (-p.work.graded, -p.work.files, p.work.name))


def _block(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, row: int, title: str,
    listed: list[Column[_Person]], found: list[_Person],
) -> int:  # fmt: skip
    """Write sentences, chart and table; return the row after them."""
    sheet.write_string(row, 0, title, book.format("block"))
    if not found:
        sheet.write_string(row + 1, 0, NOTHING_GRADED, book.format("note_line"))
        return row + 2
    row += 1
    for row, line in enumerate(_sentences(found), start=row):  # noqa: B020
        sheet.write_string(row, 0, line, book.format("plain_text"))
    row += 1
    if charted := _charted(found):
        _chart(book, sheet, context, row, title, charted)
        row += _CHART_ROWS
    sheet.set_row(row, 32)
    return book.block(sheet, row, listed, found)


def _charted(found: list[_Person]) -> list[_Person]:
    """Return the people whom the chart shows: those with an interval."""
    return [p for p in found if p.habits and p.habits.low is not None][:MOST_CHARTED]


def _sentences(found: list[_Person]) -> list[str]:
    """Say what is noticeable of whom, in one sentence each."""
    said = []
    for person in found:
        h = person.habits
        if h and h.verdict and h.difference is not None:
            side = "高" if h.difference > 0 else "低"
            said.append(
                f"{h.name}：{h.audits} 份审核的评分比其他人对相同指标的评分平均{side} "
                f"{abs(round(100 * h.difference, 1)):.1f} 个百分点"
                f"（95% 区间 {_interval(person)}），{VERDICTS[h.verdict]}。"
            )
    return [cell_text(line) for line in said] or ["没有需要提示的人员。"]


def _chart(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, row: int, title: str,
    people: list[_Person],
) -> None:  # fmt: skip
    """Draw the difference to the others with its interval."""
    data = context.chart_data
    known = [h for p in people if (h := p.habits) and h.difference is not None]
    middle = [100 * (h.difference or 0.0) for h in known]
    half = [50 * ((h.high or 0.0) - (h.low or 0.0)) for h in known]
    labels = data.add(title, [h.name for h in known])
    values, halves = data.add("评分松紧度差", middle), data.add("区间的一半", half)
    ends = [100 * end for h in known for end in (h.low or 0.0, h.high or 0.0)]
    axis = (floor(min(ends) - 0.5), ceil(max(ends) + 0.5))  # the intervals stay on the picture
    chart = paired_charts.differences(book.workbook, labels, (values, halves), "百分点", axis)
    charts.frame(chart, f"{title}：评分松紧度差与 95% 区间（百分点）", _CHART_PIXELS)
    described = "，".join(f"{h.name} {m:+.1f}" for h, m in zip(known, middle, strict=True))
    sheet.insert_chart(row, 0, chart, {"description": f"{title}评分松紧度差：{described}"[:900]})


SHEET = SummarySheet(
    TITLE, write, guide="评审员与审核组长的评分松紧、通过率、退回补正；统计列已折叠，附阅读说明"
)
