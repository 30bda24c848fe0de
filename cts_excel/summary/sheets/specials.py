"""特别项: every special deduction and bonus, counted by category above the list."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cts_excel.files.numbers import plain
from cts_excel.summary.outcomes.columns import SpecialRow
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, number, text
from cts_excel.summary.writing.text import cell_text
from cts_excel.workbook.form.layout import RECTIFICATIONS

TITLE = "特别项"
TOTALS_ROW = 2
DEDUCTION, BONUS = "扣分", "加分"


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
        text("事实描述", 44, lambda r: cell_text(r.entry.description), "wrap"),
        text("证据", 32, lambda r: cell_text(r.entry.evidence), "wrap"),
        text("整改状态", 10, lambda r: r.entry.rectification, "centre"),
        number("分值", 8, lambda r: worth[r.entry.deduction] if r.entry.complete else "",
               "points_centre"),
        text("企业名称", 27, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no),
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
        entries = [outcomes.special(order[place]) for place in places]
        _totals(book, sheet, kinds, entries, first_row)

    note = (
        f"{special.deduction.rule}；{special.bonus.rule}。每项 "
        f"{plain(special.deduction.points)} 分；"
        "「分值」为该项按规则填写完整时的分数，加分合计超过上限的部分不计。重复文件的特别项不再列出。"
    )
    Listing(
        title=TITLE, table="specials_{page}", first_row=first_row, columns=columns(context),
        note=note, count=len(order), rows=lambda places: map(row, places), above=totals,
    ).write(book, context)  # fmt: skip


def _totals(
    book: WorkbookWriter, sheet: BulkSheet, kinds: list[tuple[str, str]],
    entries: Sequence[SpecialRow], first_row: int,
) -> None:  # fmt: skip
    """Count the entries by category and state of rectification."""
    heading, label, count = (book.format(n) for n in ("subheading", "total_label", "total_integer"))
    last = first_row + 1 + max(1, len(entries))
    types, categories = (f"${c}${first_row + 2}:${c}${last}" for c in "BC")
    states = "／".join(RECTIFICATIONS)
    titles = ("合计", "类型", "类别", "项数", f"其中：整改状态（{states}）")
    for column, title in enumerate(titles):
        sheet.write_string(TOTALS_ROW, column, title, heading)
    counts = Counter((e.deduction, e.category, e.rectification) for e in entries)
    by_category = Counter((e.deduction, e.category) for e in entries)
    for row, (kind, category) in enumerate(kinds, start=TOTALS_ROW + 1):
        deduction = kind == DEDUCTION
        for column, part in enumerate(("", kind, cell_text(category))):
            sheet.write_string(row, column, part, label)
        formula = f"=COUNTIFS({types},$B{row + 1},{categories},$C{row + 1})"
        sheet.write_formula(row, 3, formula, count, by_category[deduction, category])
        split = "／".join(str(counts[deduction, category, state]) for state in RECTIFICATIONS)
        sheet.write_string(row, 4, split, label)


SHEET = SummarySheet(TITLE, write, guide="全部特别扣分项与特别加分项")
