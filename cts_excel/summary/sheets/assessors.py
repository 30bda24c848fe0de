"""评审员分析: habits of assessors and leads, with how to read them and what they cannot prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cts_excel.summary.figures.leniency import LEAST_AUDITS, LEAST_DIFFERENCE, Habits, habits
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import BulkSheet, Tail, double
from cts_excel.summary.writing.text import visible

NAME = "评审员分析"
_BEFORE = (
    Column("姓名", 14), Column("份数", 7), Column("平均最终得分", 11.5), Column("标准差", 8.5),
    Column("最低", 8.5), Column("最高", 8.5), Column("平均评分比例", 11.5),
    Column("宽严差", 9), Column("95%区间下限", 11.5), Column("95%区间上限", 11.5),
    Column("提示", 18),
)  # fmt: skip
_AFTER = (
    Column("整十比例占比", 11.5), Column("同份内标准差", 11.5), Column("最常用比例占比", 13),
    Column("证据平均字数", 11.5), Column("无证据占比", 9.5),
)  # fmt: skip
SHOWN = {"lenient": "偏宽，建议复核", "strict": "偏严，建议复核", "": ""}
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


def columns(run: Run) -> list[Column]:
    """Return the columns, one per band among them."""
    return [*_BEFORE, *(Column(f"档 {b.label}", 9) for b in run.standard.bands), *_AFTER]


def write(book: Book, run: Run) -> None:
    """Write both tables below the explanation."""
    heads = columns(run)
    sheet = book.sheet(NAME, [c.width for c in heads], heading=NAME)
    row = 1
    for place, line in enumerate(HOW_TO_READ):
        sheet.write_string(row, 0, line, book.format("note_line" if place else "block"))
        row += 1
    g = run.gathered
    for title, people in (("评审员", g.assessors), ("审核组长", g.leads)):
        found = habits(run.figures, np.frombuffer(people, dtype=np.uint32)) if run.figures.n else []
        row = _block(book, sheet, row + 1, title, heads, found)
    sheet.print_area(0, 0, row, len(heads) - 1)


def _block(
    book: Book, sheet: BulkSheet, row: int, title: str, heads: Sequence[Column], found: list[Habits]
) -> int:
    sheet.write_string(row, 0, title, book.format("block"))
    if not found:
        sheet.write_string(row + 1, 0, "没有已评定的文件，无可显示。", book.format("note_line"))
        return row + 2
    sheet.set_row(row + 1, 32)
    for column, head in enumerate(heads):
        sheet.write_string(row + 1, column, visible(head.heading), book.format("heading"))
    sheet.add_block(row + 2, 0, (len(found), len(heads)), _rows(book, found))
    return row + 2 + len(found)


def _rows(book: Book, found: list[Habits]) -> Iterator[list[Tail]]:
    label, alert = book.texts("label"), book.texts("alert")
    count, points, percent = (book.numbers(n) for n in ("integer", "points", "percent"))
    final = book.scores("points")
    signed, length = book.numbers("signed_percent"), book.numbers("decimal")
    for h in found:
        difference, low, high = (
            "" if v is None else double(v) for v in (h.difference, h.low, h.high)
        )
        yield [
            label(h.name), count(str(h.audits)), final(double(h.finals.mean)),
            points(double(h.finals.deviation)), final(double(h.finals.low)),
            final(double(h.finals.high)), percent(double(h.rate)), signed(difference),
            signed(low), signed(high), alert(SHOWN[h.verdict]),
            *(percent(double(share)) for share in h.bands), percent(double(h.round_share)),
            percent(double(h.flat)), percent(double(h.mode)), length(double(h.evidence_length)),
            percent(double(h.evidence_blank)),
        ]  # fmt: skip
