"""未评定: every file without a rank, why it has none, and what to do."""

from __future__ import annotations

from cts_excel.audit.outcome import Status
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import PENDING, SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.style import ALERT
from cts_excel.summary.writing.table import Column, number, score, text

_BY_ANOTHER = (Status.SUPERSEDED, Status.DUPLICATE)  # another file counts: nothing to do
STATUSES = (Status.CONFLICT, Status.NEEDS_CORRECTION, Status.REJECTED, *_BY_ANOTHER)
NOTE = (
    "本表文件不参与排名与统计。“目前得分”只含已有效填写的部分；“可能最低／最高”为补正后仍可能得到的最终得分及级别。"
    "已更正的文件已由“处理办法”所列文件替代，重复文件与已计入的文件答案相同，均无需处理。"
)


def columns(context: SummaryContext) -> list[Column[FileRow]]:
    """Return the columns."""
    done = ("bold_centre", lambda f: f.shown_status in _BY_ANOTHER)
    return [
        text("状态", 9, lambda f: f.shown_status.shown, "alert_centre", other=done),
        text("企业名称", 28, lambda f: f.organisation, "wrap"),
        text("项目编号", 15, lambda f: f.audit_no, "wrap"),
        text("审核组长", 10, lambda f: f.lead_assessor, "wrap"),
        text("评审员", 10, lambda f: f.assessor, "wrap"),
        score("目前得分", 9.5, lambda f: f.final),
        score("可能最低", 9.5, lambda f: f.low),
        score("可能最高", 9.5, lambda f: f.high),
        text("最低级别", 10, lambda f: f.low_level, "centre"),
        text("最高级别", 10, lambda f: f.high_level, "centre"),
        number("错误数", 8, lambda f: str(f.errors), "rank"),
        text("原因", 38, lambda f: f.why, "wrap"),
        text("处理办法", 46, lambda f: f.todo, "wrap"),
        text("核查问题", 9.5, lambda f: f"{f.findings} 条" if f.findings else "",
             context.link_style, other=("text", lambda f: not f.findings),
             link=lambda f: context.findings_link(f.number)),
        text("文件", 34, lambda f: f.file, context.file_style,
             link=lambda f: context.file_link(f.file)),
    ]  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    numbers = [n for status in STATUSES for n in context.outcomes.numbers(status)]
    Listing(
        title=PENDING, table="pending_{page}", first_row=3, columns=columns(context), note=NOTE,
        count=len(numbers), rows=lambda places: (context.outcomes.file(numbers[p]) for p in places),
        tab_color=ALERT, frozen=2, last_printed="处理办法",
    ).write(book, context)  # fmt: skip


SHEET = SummarySheet(PENDING, write, guide="待补正、冲突、拒收、已更正、重复文件及原因")
