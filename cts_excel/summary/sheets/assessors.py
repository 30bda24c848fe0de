"""评审员分析: rating habits of assessors and leads, how to read them, what they cannot prove."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cts_excel.summary.figures.leniency import LEAST_AUDITS, LEAST_DIFFERENCE, Habits, habits
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet, float_text
from cts_excel.summary.writing.table import Column, number, score, text
from cts_excel.summary.writing.text import cell_text

TITLE = "评审员分析"
VERDICTS = {"lenient": "偏宽，建议复核", "strict": "偏严，建议复核", "": ""}
HOW_TO_READ = (
    "如何阅读",
    "宽严差 = 此人给出的评分比例 − 其他人对相同指标给出的平均比例（先逐份求平均，"
    "再对份数求平均）；正数偏宽，负数偏严，单位为百分点。",
    "95% 区间以「份」为单位按 Welch 方法计算（同一份内的指标互相关联，不能当作独立样本）；"
    "区间越宽，说明依据越少。",
    f"只有双方各不少于 {LEAST_AUDITS} 份、差值不小于 {LEAST_DIFFERENCE * 100:.0f} 个百分点、"
    "且按比较人数收紧后（Bonferroni）的区间仍不含 0，才给出提示。",
    "整十比例占比高，说明多用 80%、90% 之类的整数；同份内标准差小或最常用比例占比高，"
    "说明各指标打分几乎一样（缺少区分）。",
    "本表不能证明什么：评审员并非随机分到企业，差异也可能来自企业本身、审核类型或地区。提示只是复核的起点，不是对个人的评价。",
)


def columns(context: SummaryContext) -> list[Column[Habits]]:
    """Return the columns, one per band of the standard among them."""

    def share(
        heading: str, width: float, of: Callable[[Habits], float | None], style: str = "percent"
    ) -> Column[Habits]:
        return number(heading, width, lambda h: float_text(of(h)), style)

    def band(place: int, label: str) -> Column[Habits]:
        return share(f"档 {label}", 9, lambda h: h.bands[place])

    def final(heading: str, width: float, of: Callable[[Habits], float]) -> Column[Habits]:
        return score(heading, width, lambda h: float_text(of(h)), "points")

    return [
        text("姓名", 14, lambda h: h.name, "label"),
        number("份数", 7, lambda h: str(h.audits), "integer"),
        final("平均最终得分", 11.5, lambda h: h.finals.mean),
        share("标准差", 8.5, lambda h: h.finals.deviation, "points"),
        final("最低", 8.5, lambda h: h.finals.low),
        final("最高", 8.5, lambda h: h.finals.high),
        share("平均评分比例", 11.5, lambda h: h.rate),
        share("宽严差", 9, lambda h: h.difference, "signed_percent"),
        share("95%区间下限", 11.5, lambda h: h.low, "signed_percent"),
        share("95%区间上限", 11.5, lambda h: h.high, "signed_percent"),
        text("提示", 18, lambda h: VERDICTS[h.verdict], "alert"),
        *(band(place, b.label) for place, b in enumerate(context.standard.bands)),
        share("整十比例占比", 11.5, lambda h: h.round_share),
        share("同份内标准差", 11.5, lambda h: h.flat),
        share("最常用比例占比", 13, lambda h: h.mode),
        share("证据平均字数", 11.5, lambda h: h.evidence_length, "decimal"),
        share("无证据占比", 9.5, lambda h: h.evidence_blank),
    ]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write a table of assessors and one of leads below the explanation."""
    listed, outcomes = columns(context), context.outcomes
    sheet = book.sheet(TITLE, [c.width for c in listed], heading=TITLE)
    row = 1
    for row, line in enumerate(HOW_TO_READ, start=1):
        sheet.write_string(row, 0, line, book.format("note_line" if row > 1 else "block"))
    row += 1
    for title, people in (("评审员", outcomes.assessors), ("审核组长", outcomes.leads)):
        found = []
        if context.figures.n:
            found = habits(context.figures, np.frombuffer(people, dtype=np.uint32))
        row = _table(book, sheet, row + 1, title, listed, found)
    sheet.print_area(0, 0, row, len(listed) - 1)


def _table(
    book: WorkbookWriter, sheet: BulkSheet, row: int, title: str, listed: list[Column[Habits]],
    found: list[Habits],
) -> int:  # fmt: skip
    """Write a table with its title; return the row after it."""
    sheet.write_string(row, 0, title, book.format("block"))
    if not found:
        sheet.write_string(row + 1, 0, NOTHING_GRADED, book.format("note_line"))
        return row + 2
    sheet.set_row(row + 1, 32)
    for place, column in enumerate(listed):
        sheet.write_string(row + 1, place, cell_text(column.heading), book.format("heading"))
    sheet.add_block(row + 2, (len(found), len(listed)), book.table_rows(listed, found))
    return row + 2 + len(found)


SHEET = SummarySheet(TITLE, write, guide="评审员与审核组长的评分习惯；附阅读说明")
