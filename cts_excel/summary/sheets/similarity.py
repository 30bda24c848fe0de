"""雷同线索: pairs of unusually similar audits, and how to read them; no accusation."""

from __future__ import annotations

from typing import NamedTuple

from cts_excel.summary.figures.similarity import (
    MOST_AUDITS,
    MOST_PAIRS,
    SIMILAR,
    SimilarPair,
)
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, number, text
from cts_excel.summary.writing.text import shortened

TITLE = "雷同线索"
FIRST_ROW = 6
HOW_TO_READ = (
    "这里列出不同企业之间证据文字或评分过于相似的审核，供人工查看；不构成对任何人的指控。",
    f"“相似证据”为同一条款下相似度不低于 {SIMILAR:.0f}% 的证据条数；"
    "四分之一以上（或 30 份以上）审核共有的文字视为套话，不作线索。",
    "“随机预期”为按本次各指标的评分分布，两份审核凭巧合相同的项数；远高于此数才列出。",
    "正当的原因很多：同一集团的企业、同一评审员的惯用表述、统一模板、同类业务。请先看原文，再下结论。",
)


class _Row(NamedTuple):
    a: FileRow
    b: FileRow
    pair: SimilarPair

    @property
    def reasons(self) -> str:
        reasons = (("证据", self.pair.by_text), ("评分", self.pair.by_score))
        return "、".join(reason for reason, applies in reasons if applies)


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns."""
    style = context.file_style
    return [
        text("线索", 10, lambda r: r.reasons, "centre"),
        text("企业甲", 25, lambda r: r.a.organisation, "wrap"),
        text("评审员甲", 10, lambda r: r.a.assessor, "wrap"),
        text("企业乙", 25, lambda r: r.b.organisation, "wrap"),
        text("评审员乙", 10, lambda r: r.b.assessor, "wrap"),
        number("相似证据条数", 11, lambda r: str(r.pair.texts), "rank"),
        number("可比证据条数", 11, lambda r: str(r.pair.compared), "rank"),
        number("相同评分项数", 11, lambda r: str(r.pair.same), "rank"),
        number("共同评分项数", 11, lambda r: str(r.pair.rated), "rank"),
        number("随机预期项数", 11, lambda r: f"{r.pair.expected:.1f}", "decimal_centre"),
        text("示例条款", 10, lambda r: r.pair.clause, "centre"),
        text("共同文字（甲的原文）", 50, lambda r: shortened(r.pair.shared, 150), "wrap"),
        text("文件甲", 32, lambda r: r.a.file, style, link=lambda r: context.file_link(r.a.file)),
        text("文件乙", 32, lambda r: r.b.file, style, link=lambda r: context.file_link(r.b.file)),
    ]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet; a note instead if there are too many audits."""

    def explain(sheet: BulkSheet, places: range | None = None) -> None:
        for row, line in enumerate(HOW_TO_READ, start=1):
            sheet.write_string(row, 0, line, book.format("note_line"))
        if places is not None and len(places) == MOST_PAIRS:
            note = f"只列出最相似的 {MOST_PAIRS} 对。"
            sheet.write_string(FIRST_ROW - 1, 0, note, book.format("note_line"))

    listed = columns(context)
    if context.figures.n > MOST_AUDITS:
        sheet = book.sheet(TITLE, [column.width for column in listed], heading=TITLE)
        explain(sheet)
        note = f"已评定超过 {MOST_AUDITS:,} 份，本次未作两两比较。"
        sheet.write_string(FIRST_ROW, 0, note, book.format("note_line"))
        return
    pairs = context.similar_pairs
    file = context.outcomes.rated_file
    Listing(
        title=TITLE, table="alike", first_row=FIRST_ROW, columns=listed, count=len(pairs),
        rows=lambda places: (_Row(file(p.a), file(p.b), p) for p in pairs), above=explain,
        last_printed="共同文字（甲的原文）",
    ).write(book, context)  # fmt: skip


SHEET = SummarySheet(TITLE, write, guide="不同企业之间过于相似的证据或评分；仅供查看")
