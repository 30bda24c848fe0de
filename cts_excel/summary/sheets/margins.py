"""临界分析: distances of each graded audit to its level lines, the nearest first."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from cts_excel.summary.outcomes.columns import MarginsRow
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.table import Column, number, score, text

TITLE = "临界分析"
FIRST_ROW = 3
NOTE = (
    "按距上一级由近到远。「最短途径」为提高到下一评分档下限即可升级的最少指标；空白表示各指标仅升一档仍不足。"
    "供复核与改进参考，不是改动评分的建议。"
)
_TOO_MANY = "已评定的文件过多，本次未逐份列出；得分见 grades.csv。"


class _Row(NamedTuple):
    file: FileRow
    margins: MarginsRow


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns."""
    return [
        text("企业名称", 28, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no),
        text("审核组长", 10, lambda r: r.file.lead_assessor),
        text("评审员", 10, lambda r: r.file.assessor),
        score("最终得分", 9.5, lambda r: r.file.final),
        text("建议级别", 10, lambda r: r.file.level, "centre"),
        score("高于本级线", 10, lambda r: r.margins.above_line, like=lambda r: r.file.final),
        text("上一级", 10, lambda r: r.margins.next_level or "—", "centre"),
        score("距上一级", 9.5, lambda r: r.margins.to_next, like=lambda r: r.file.final),
        number("最少指标数", 9, lambda r: str(r.margins.steps or ""), "rank", missing="—"),
        text("升一级的最短途径", 62, lambda r: r.margins.steps_text, "wrap"),
        text("文件", 34, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def _nearest_first(row: MarginsRow) -> tuple[bool, Decimal, int]:
    return row.to_next == "", Decimal(row.to_next or 0), row.file_number


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet; a note instead if there are too many audits."""
    listed = columns(context)
    if not context.small_enough:
        widths = [column.width for column in listed]
        sheet = book.sheet(TITLE, widths, heading=TITLE, note=NOTE, note_rows=2)
        sheet.write_string(FIRST_ROW, 0, _TOO_MANY, book.format("note_line"))
        return
    margins = sorted(context.outcomes.margins(), key=_nearest_first)
    Listing(
        title=TITLE, table="near", first_row=FIRST_ROW, columns=listed, note=NOTE, note_rows=2,
        count=len(margins), frozen=1, last_printed="升一级的最短途径",
        rows=lambda places: (
            _Row(context.outcomes.file(margins[p].file_number), margins[p]) for p in places
        ),
    ).write(book, context)  # fmt: skip


SHEET = SummarySheet(TITLE, write, guide="每份审核距上下级线的分数，升一级所需的最少指标")
