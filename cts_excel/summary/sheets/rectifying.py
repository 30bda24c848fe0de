"""整改跟踪: the corrective action of every special deduction: overdue, open, verified."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from cts_excel.summary.figures.rectifying import Action, State
from cts_excel.summary.outcomes.columns import SpecialRow
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.style import ALERT
from cts_excel.summary.writing.table import Column, number, place_of, text
from cts_excel.summary.writing.text import cell_text
from cts_excel.workbook.ooxml.addresses import column_letters

TITLE = "整改跟踪"
TOTALS_ROW, FIRST_ROW = 2, 5
NOTE = (
    "每个特别扣分项一行，逾期的在前。整改状态为“已验证”才算关闭；期限早于评定日期而未验证的为已逾期。"
    "冲突与重复文件的特别项不列。"
)


class _Row(NamedTuple):
    action: Action
    entry: SpecialRow
    file: FileRow


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns."""
    overdue = ("alert_centre", lambda r: r.action.state is State.OVERDUE)
    return [
        text("跟踪状态", 10, lambda r: r.action.state.value, "centre", other=overdue),
        number("逾期天数", 9, lambda r: str(r.action.days or ""), "rank"),
        text("企业名称", 26, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no, "wrap"),
        text("关联条款", 9.5, lambda r: r.entry.clause, "centre"),
        text("事实描述", 40, lambda r: cell_text(r.entry.description), "wrap"),
        text("整改措施", 30, lambda r: cell_text(r.entry.measure), "wrap"),
        text("责任人", 14, lambda r: cell_text(r.entry.responsible), "wrap"),
        text("整改期限", 11, lambda r: r.entry.due, "centre"),
        text("整改状态", 10, lambda r: r.entry.rectification or "未填写", "centre"),
        text("验证人", 10, lambda r: cell_text(r.entry.verifier), "wrap"),
        text("验证日期", 11, lambda r: r.entry.verified_on, "centre"),
        text("审核组长", 10, lambda r: r.file.lead_assessor, "wrap"),
        text("文件", 30, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    found, listed = context.actions, columns(context)
    letters = column_letters(place_of(listed, "跟踪状态"))

    def totals(sheet: BulkSheet, places: range) -> None:
        counts = Counter(one.state for one in found[places.start : places.stop])
        last = FIRST_ROW + 1 + max(1, len(places))
        area = f"${letters}${FIRST_ROW + 2}:${letters}${last}"
        for column, state in enumerate(State):
            formula = f'=COUNTIFS({area},"{state.value}")'
            sheet.write_string(TOTALS_ROW, column, state.value, book.format("subheading"))
            style = book.format("total_integer")
            sheet.write_formula(TOTALS_ROW + 1, column, formula, style, counts[state])

    Listing(
        title=TITLE, table="rectifying_{page}", first_row=FIRST_ROW, columns=listed, note=NOTE,
        count=len(found), tab_color=ALERT, frozen=3, last_printed="审核组长", above=totals,
        rows=lambda places: (_row(context, found[p]) for p in places),
    ).write(book, context)  # fmt: skip


def _row(context: SummaryContext, one: Action) -> _Row:
    return _Row(one, context.outcomes.special(one.number), context.outcomes.file(one.file))


SHEET = SummarySheet(
    TITLE, write, guide="特别扣分项的整改：已逾期、未关闭、已验证；没有特别扣分项时无此表",
    applies=lambda context: bool(context.actions),
)  # fmt: skip
