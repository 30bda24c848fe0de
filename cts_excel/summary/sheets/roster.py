"""未回收: workbooks of the roster that did not return, and returned ones that it does not list."""

from __future__ import annotations

from cts_excel.summary.outcomes.facts import NotReturned
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.table import Column, number, text

TITLE = "未回收"
NOTE = (
    "与发放名单核对：未回收 = 已列入发放名单而未交回；名单外交回 = 已交回而不在发放名单中；"
    "与发放不一致 = 填写内容与发放时不同。交回期限与联系方式取自发放名单；"
    "命令 cts-excel chase 按人写出催交通知。"
)
COLUMNS: list[Column[NotReturned]] = [
    text("状态", 13, lambda r: r.state, "alert_centre"),
    text("企业名称", 30, lambda r: r.organisation, "wrap"),
    text("统一社会信用代码", 21, lambda r: r.uscc),
    text("项目编号", 16, lambda r: r.audit_no, "wrap"),
    text("审核类型", 11, lambda r: r.audit_type),
    text("审核组长", 11, lambda r: r.lead_assessor, "wrap"),
    text("评审员", 11, lambda r: r.assessor, "wrap"),
    text("联系方式", 18, lambda r: r.contact, "wrap"),
    text("交回期限", 11, lambda r: r.due, "centre"),
    number("逾期天数", 9, lambda r: str(r.overdue or ""), "rank"),
    text("说明", 44, lambda r: r.remark, "wrap"),
    text("文件", 36, lambda r: r.file),
]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet, the longest overdue first, else in the roster's order."""
    rows = sorted(context.roster or (), key=lambda one: -one.overdue)
    Listing(
        title=TITLE, table="roster", first_row=3, columns=COLUMNS, note=NOTE, note_rows=2,
        count=len(rows), last_printed="说明",
        rows=lambda places: rows[places.start : places.stop],
    ).write(book, context)  # fmt: skip


SHEET = SummarySheet(TITLE, write, applies=lambda context: context.roster is not None)
