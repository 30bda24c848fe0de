"""未回收: workbooks of the roster that did not return, and returned ones that it does not list."""

from __future__ import annotations

from cts_excel.summary.outcomes.facts import NotReturned
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.table import Column, text

TITLE = "未回收"
NOTE = (
    "与发放名册核对：未回收 = 已列入名册而未交回；未发放 = 已交回而不在名册；"
    "标识不符 = 与发放时填写的不一致。"
)
COLUMNS: list[Column[NotReturned]] = [
    text("状态", 12, lambda r: r.state, "alert_centre"),
    text("企业名称", 30, lambda r: r.organisation, "wrap"),
    text("统一社会信用代码", 21, lambda r: r.uscc),
    text("项目编号", 16, lambda r: r.audit_no),
    text("审核类型", 11, lambda r: r.audit_type),
    text("审核组长", 11, lambda r: r.lead_assessor),
    text("评审员", 11, lambda r: r.assessor),
    text("说明", 44, lambda r: r.remark, "wrap"),
    text("文件", 36, lambda r: r.file),
]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet, in the roster's order."""
    rows = context.roster or ()
    Listing(
        title=TITLE, table="roster", first_row=3, columns=COLUMNS, note=NOTE, count=len(rows),
        rows=lambda places: rows[places.start : places.stop],
    ).write(book, context)  # fmt: skip


SHEET = SummarySheet(TITLE, write, applies=lambda context: context.roster is not None)
