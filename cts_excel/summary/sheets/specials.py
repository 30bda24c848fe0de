"""特别项: every special deduction and bonus, counted by category above the list."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import NamedTuple

from cts_excel.audit.model import VERIFIED
from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.summary.figures.rectifying import counted
from cts_excel.summary.outcomes.columns import SpecialRow
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, number, text
from cts_excel.summary.writing.text import cell_text
from cts_excel.workbook.ooxml.addresses import column_letters

TITLE = "特别项"
TOTALS_ROW = 2
DEDUCTION, BONUS = "扣分", "加分"


class _Kind(NamedTuple):
    deduction: bool
    category: str
    verified: bool


class _Row(NamedTuple):
    place: int
    entry: SpecialRow
    file: FileRow


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns; an incomplete entry has no points."""
    special = context.standard.special
    worth = {True: plain(special.deduction.points), False: plain(special.bonus.points)}
    return [
        number("序号", 6, lambda r: str(r.place), "rank"),
        text("类型", 9, lambda r: DEDUCTION if r.entry.deduction else BONUS, "centre"),
        text("类别", 32, lambda r: r.entry.category, "wrap"),
        text("关联条款", 9.5, lambda r: r.entry.clause, "centre"),
        text("事实描述", 40, lambda r: cell_text(r.entry.description), "wrap"),
        text("证据", 26, lambda r: cell_text(r.entry.evidence), "wrap"),
        text("整改措施", 22, lambda r: cell_text(r.entry.measure), "wrap"),
        text("责任人", 14, lambda r: cell_text(r.entry.responsible), "wrap"),
        text("整改期限", 11, lambda r: r.entry.due, "centre"),
        text("整改状态", 10, lambda r: r.entry.rectification, "centre"),
        text("验证人", 9, lambda r: cell_text(r.entry.verifier), "wrap"),
        text("验证日期", 11, lambda r: r.entry.verified_on, "centre"),
        number("分值", 8, lambda r: worth[r.entry.deduction] if r.entry.complete else "",
               "points_centre"),
        text("企业名称", 27, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no, "wrap"),
        text("状态", 9, lambda r: r.file.shown_status.shown, "centre"),
        text("文件", 30, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet, deductions first."""
    special, outcomes = context.standard.special, context.outcomes
    kinds = [(DEDUCTION, c) for c in special.deduction.categories]
    kinds += [(BONUS, c) for c in special.bonus.categories]
    first_row = TOTALS_ROW + 2 + len(kinds)
    deductions = outcomes.special_deductions
    order = array("I", sorted(range(len(deductions)), key=lambda n: -deductions[n]))

    def row(place: int) -> _Row:
        entry = outcomes.special(order[place])
        return _Row(place + 1, entry, outcomes.file(entry.file_number))

    def totals(sheet: BulkSheet, places: range) -> None:
        # Of a conflict nobody knows which file holds. No entry is kept: there may be many.
        entries = (outcomes.special(order[place]) for place in places)
        certain = Counter(
            _Kind(one.deduction, one.category, one.rectification == VERIFIED)
            for one in entries
            if counted(outcomes, one.file_number)
        )
        _totals(book, sheet, context, kinds, (certain, len(places)), first_row)

    note = (
        f"{special.deduction.rule}；{special.bonus.rule}。每项 "
        f"{plain(special.deduction.points)} 分；"
        "“分值”为该项按规则填写完整时的分数，加分合计超过上限的部分不计。"
        "重复文件的特别项不再列出；冲突文件的列出而不计入合计；"
        "待补正文件的计入合计，但不计入“评分汇总”。"
    )
    Listing(
        title=TITLE, table="specials_{page}", first_row=first_row, columns=columns(context),
        note=note, count=len(order), rows=lambda places: map(row, places), above=totals,
        last_printed="状态",
    ).write(book, context)  # fmt: skip


def _totals(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, kinds: list[tuple[str, str]],
    counts: tuple[Counter[_Kind], int], first_row: int,
) -> None:  # fmt: skip
    """Say how many entries count of each category, and how many of these are open.

    :param counts: those that count, and the number of all that are listed.
    """
    heading, label, count = (book.format(n) for n in ("subheading", "total_label", "total_integer"))
    certain, listed = counts
    last = first_row + 1 + max(1, listed)
    place = {c.heading: column_letters(n) for n, c in enumerate(columns(context))}
    types, categories, states = (
        f"${place[name]}${first_row + 2}:${place[name]}${last}" for name in ("类型", "类别", "状态")
    )
    for column, title in enumerate(("合计", "类型", "类别", "项数", "其中未关闭整改")):
        sheet.write_string(TOTALS_ROW, column, title, heading)
    for row, (kind, category) in enumerate(kinds, start=TOTALS_ROW + 1):
        deduction = kind == DEDUCTION
        for column, part in enumerate(("", kind, cell_text(category))):
            sheet.write_string(row, column, part, label)
        formula = (
            f"=COUNTIFS({types},$B{row + 1},{categories},$C{row + 1},"
            f'{states},"<>{Status.CONFLICT.shown}")'
        )
        still_open = certain[_Kind(deduction, category, verified=False)]
        closed = certain[_Kind(deduction, category, verified=True)]
        sheet.write_formula(row, 3, formula, count, still_open + closed)
        if deduction:
            sheet.write_number(row, 4, still_open, count)
        else:
            sheet.write_string(row, 4, "—", book.format("total_text"))


SHEET = SummarySheet(TITLE, write, guide="全部特别扣分项与特别加分项")
