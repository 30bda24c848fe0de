"""对比: this run beside an earlier one, per client, per level and per indicator."""

from __future__ import annotations

from decimal import Decimal

from cts_excel.audit.levels import decimals_shown
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.client_changes import (
    Change,
    ClientChange,
    Moved,
    level_rank,
    moved_indicators,
)
from cts_excel.summary.figures.losses import short_text
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import ONE_LINE
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, score, text
from cts_excel.summary.writing.text import cell_text

TITLE = "对比"
BLOCK_ROW = 3
MOST_MOVED = 8  # indicators in either direction
FAILED = "未通过"
_LABEL, _COUNTS = (0, 1), 2  # columns of the level matrix: labels, then counts of equal width
_CONTENT = (1, 2)


def columns(context: SummaryContext) -> list[Column[ClientChange]]:
    """Return the columns."""
    labels = {level.key: level.label for level in context.standard.levels} | {NOT_PASSED: FAILED}

    def earlier_level(one: ClientChange) -> str:
        return labels.get(one.earlier.level, one.earlier.level) if one.earlier else ""

    def graded(one: ClientChange) -> FileRow | None:
        return None if one.change is Change.UNGRADED else one.current

    def final(one: ClientChange) -> str:
        f = graded(one)
        return f.final if f else ""

    def finer(one: ClientChange) -> str:
        """Return the score of the two that is shown with more decimals."""
        finals = [final(one), plain(one.earlier.final) if one.earlier else ""]
        known = [text for text in finals if text]
        return max(known, key=lambda text: decimals_shown(Decimal(text), context.standard))

    def level(one: ClientChange) -> str:
        f = graded(one)
        return labels.get(f.level_key, "") if f else ""

    worse = ("alert_centre", lambda c: c.change in (Change.DOWN, Change.UNGRADED, Change.ABSENT))
    return [
        text("变动", 12, lambda c: c.change.value, "centre", other=worse),
        text("企业名称", 30, lambda c: c.client.organisation, "wrap"),
        text("上次项目编号", 18, lambda c: c.earlier.audit_no if c.earlier else "",
             "wrap"),
        text("本次项目编号", 18, lambda c: c.current.audit_no if c.current else "",
             "wrap"),
        score("上次最终得分", 12, lambda c: plain(c.earlier.final) if c.earlier else ""),
        score("本次最终得分", 12, final),
        score("差值（分）", 10, lambda c: "" if c.difference is None else plain(c.difference),
              "signed_centre", like=finer),
        text("上次级别", 11, earlier_level, "centre"),
        text("上次认证决定", 12, lambda c: c.earlier.decided if c.earlier else "", "centre"),
        text("本次级别", 11, level, "centre"),
        text("统一社会信用代码", 21, lambda c: c.client.uscc),
    ]  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet; only for a run with an earlier one."""
    previous = context.previous
    if previous is None:
        return
    listed = columns(context)
    changes = context.changes
    both = sum(1 for one in changes if one.difference is not None)
    note = (
        f"上次：{previous.name}（已评定 {len(previous.audits)} 份）；"
        f"本次已评定 {context.figures.n} 份；两次均已评定、可以比较的企业 {both} 家，其余只列出。"
        "按统一社会信用代码对应企业，没有时按企业名称；同一企业有多份时取审核结束日期最晚的一份。"
        "差值按所示分数计算。"
    )
    sheet = book.sheet(TITLE, [c.width for c in listed], heading=TITLE, note=note, note_rows=2)
    last = max(
        _level_changes(book, sheet, context, changes),
        _most_moved(book, sheet, context, previous),
    )
    book.table(sheet, "comparison", last + 2, listed, len(changes), changes,
               least_height=ONE_LINE)  # fmt: skip
    sheet.freeze_panes(0, 2)  # the blocks above are too high to freeze


def _level_changes(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, changes: list[ClientChange]
) -> int:
    """Write the matrix of earlier and current levels, and the changes; return the last row."""
    standard = context.standard
    labels = [level.label for level in standard.levels] + [FAILED]
    counts = [[0] * len(labels) for _label in labels]
    for one in changes:
        if one.difference is not None and one.earlier and one.current:
            before = level_rank(one.earlier.level, standard)
            counts[before][level_rank(one.current.level_key, standard)] += 1
    sheet.write_string(BLOCK_ROW - 1, 0, "级别变动（行：上次，列：本次；份）", book.format("block"))
    book.merged(sheet, BLOCK_ROW, _LABEL, "上次＼本次", "heading")
    for place, label in enumerate(labels):
        row = BLOCK_ROW + 1 + place
        sheet.write_string(BLOCK_ROW, _COUNTS + place, cell_text(label), book.format("heading"))
        book.merged(sheet, row, _LABEL, label, "subheading")
        for other, count in enumerate(counts[place]):
            style = book.format("diagonal" if other == place else "rank")
            sheet.write_number(row, _COUNTS + other, count, style)
    row = BLOCK_ROW + len(labels) + 2
    book.merged(sheet, row, _LABEL, "企业变动", "subheading")
    book.merged(sheet, row + 1, _LABEL, "家数", "total_text")
    for place, change in enumerate(Change, start=_COUNTS):
        count = sum(1 for one in changes if one.change is change)
        sheet.write_string(row, place, change.value, book.format("subheading"))
        sheet.write_number(row + 1, place, count, book.format("total_integer"))
    return row + 1


def _most_moved(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, previous: PreviousRun
) -> int:
    """Write the indicators whose mean rate fell and rose most; return the last row."""
    row = BLOCK_ROW + len(context.standard.levels) + 7
    title = "变化最大的指标（两次均已评定的企业的平均得分率）"
    sheet.write_string(row - 1, 0, title, book.format("block"))
    if not previous.rates or not any(one.difference is not None for one in context.changes):
        note = "上次评定没有 ratings.csv，或没有两次均已评定的企业，无法比较。"
        sheet.write_string(row, 0, note, book.format("note_line"))
        return row
    moved = moved_indicators(context.figures, previous, context.changes)
    if not moved:
        sheet.write_string(row, 0, "没有变化。", book.format("note_line"))
        return row
    falls = [m for m in moved if m.change < 0][:MOST_MOVED]
    rises = sorted((m for m in moved if m.change > 0), key=lambda m: (-m.change, m.clause))
    for title, listed in (("下降", falls), ("上升", rises[:MOST_MOVED])):
        if listed:
            row = _moved(book, sheet, context, row, title, listed) + 1
    return row - 1


def _moved(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, row: int, title: str,
    listed: list[Moved],
) -> int:  # fmt: skip
    """Write the indicators that moved in one direction; return the row after them."""
    sheet.set_row(row, 32)
    sheet.write_string(row, 0, title, book.format("heading"))
    book.merged(sheet, row, _CONTENT, "检查内容", "heading")
    for column, head in enumerate(("上次", "本次", "变化\n（百分点）"), start=_CONTENT[1] + 1):
        sheet.write_string(row, column, head, book.format("heading"))
    for row, one in enumerate(listed, start=row + 1):  # noqa: B020
        content = short_text(context.standard.by_clause[one.clause], context.standard)
        sheet.write_string(row, 0, cell_text(one.clause), book.format("label"))
        book.merged(sheet, row, _CONTENT, content, "text")
        rate, column = book.format("percent_centre"), _CONTENT[1] + 1
        sheet.write_number(row, column, float(one.then) / 100, rate)
        sheet.write_number(row, column + 1, float(one.now) / 100, rate)
        sheet.write_number(row, column + 2, float(one.change), book.format("signed_decimal"))
    return row + 1


SHEET = SummarySheet(TITLE, write, applies=lambda context: context.previous is not None)
