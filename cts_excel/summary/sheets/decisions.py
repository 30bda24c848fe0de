"""认证决定: one row per graded audit for the committee, to fill in or to sign on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from cts_excel.summary.outcomes import decisions as form
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.style import NAVY
from cts_excel.summary.writing.table import Column, number, place_of, score, text
from cts_excel.summary.writing.text import shortened

NOTE = (
    "每次已评定的审核一行；浅黄色单元格由认证决定人员填写。“同意”即按建议级别，“降级”须填写更低的决定级别，"
    "“补充审核”与“不予认证”不填决定级别。由本人签字或在另存的 decisions.xlsx 中填写。"
)
LEAST_HEIGHT = 46.0  # points: room for a signature
_FIRST_ROW = form.HEADING_ROW + 1


def columns(context: SummaryContext) -> list[Column[FileRow]]:
    """Return the columns: what is known, what the committee fills in, and which audit it is."""

    def nothing(_file: FileRow) -> str:
        return ""

    def days(f: FileRow) -> str:
        return f.start_date if f.start_date == f.end_date else f"{f.start_date}\n{f.end_date}"

    def open_actions(f: FileRow) -> str:
        return str(context.open_actions.get(f.number, 0) or "")

    return [
        text("企业名称", 17, lambda f: f.organisation, "small_wrap"),
        text("统一社会信用代码", 10.5, lambda f: f.uscc, "small_wrap"),
        text("项目编号", 9, lambda f: f.audit_no, "small_wrap"),
        text("认证范围", 24, lambda f: shortened(f.scope, 90), "small_wrap"),
        text("审核类型", 6.5, lambda f: f.audit_type, "small_wrap"),
        text("审核方式", 6.5, lambda f: f.audit_method, "small_wrap"),
        text("审核日期", 10.5, days, "small_wrap"),
        score("最终得分", 7.5, lambda f: f.final, "points_centre"),
        text(form.RECOMMENDED, 7.5, lambda f: f.level, "bold_centre"),
        text("需复核", 17, lambda f: context.review_text(f.number), "small_alert"),
        number("未关闭整改", 8.7, open_actions, "rank"),
        text("复核人", 8, nothing, "input_wrap"),
        text(form.DECISION, 8.5, nothing, "input_centre"),
        text(form.LEVEL, 8, nothing, "input_centre"),
        text(form.MAKER, 8, nothing, "input_wrap"),
        text(form.OPINION, 13, nothing, "input_wrap"),
        text("签字", 10, nothing, "input_wrap"),
        number(form.DAY, 10.5, nothing, "input_date"),
        text(form.KEY, 12, lambda f: f.sha256, "panel_small"),
    ]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet, in the order of 评分汇总."""
    listed = columns(context)
    sheet = book.sheet(form.TITLE, [c.width for c in listed], heading=form.TITLE, note=NOTE,
                       note_rows=2)  # fmt: skip
    sheet.set_tab_color(NAVY)
    count = len(context.ranking.graded)
    if not count:
        sheet.write_string(form.HEADING_ROW, 0, NOTHING_GRADED, book.format("note_line"))
        sheet.print_area(0, 0, form.HEADING_ROW, len(listed) - 2)
        return
    book.table(sheet, "decisions", form.HEADING_ROW, listed, count, _files(context),
               least_height=LEAST_HEIGHT)  # fmt: skip
    key = place_of(listed, form.KEY)
    sheet.set_column(key, key, 12, None, {"hidden": 1})
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.print_area(0, 0, _FIRST_ROW + count - 1, key - 1)
    _choices(sheet, context, listed, _FIRST_ROW + count - 1)


def _files(context: SummaryContext) -> Iterator[FileRow]:
    return map(context.outcomes.file, context.ranking.graded)


def _choices(
    sheet: BulkSheet, context: SummaryContext, listed: list[Column[FileRow]], last: int
) -> None:
    """Offer the decisions and the levels, and take only dates as dates."""
    lists = {
        form.DECISION: [word.value for word in form.Word],
        form.LEVEL: [level.label for level in context.standard.levels],
    }
    for heading, source in lists.items():
        place = place_of(listed, heading)
        rule = {"validate": "list", "source": source, "error_title": heading,
                "error_message": "请从下拉列表中选择。"}  # fmt: skip
        sheet.data_validation(_FIRST_ROW, place, last, place, rule)
    place = place_of(listed, form.DAY)
    sheet.data_validation(
        _FIRST_ROW, place, last, place,
        {"validate": "date", "criteria": "between", "minimum": "=DATE(2000,1,1)",
         "maximum": "=DATE(2099,12,31)", "error_title": form.DAY,
         "error_message": "请填写日期，如 2025-12-01。"},
    )  # fmt: skip


def write_form(file: IO[bytes], context: SummaryContext) -> None:
    """Write the sheet as a workbook of its own."""
    book = WorkbookWriter(file, context.standard, context.facts)
    write(book, context)
    book.close()


SHEET = SummarySheet(
    form.TITLE, write, guide="每次审核一行，供认证决定人员填写决定、级别与意见并签字"
)
