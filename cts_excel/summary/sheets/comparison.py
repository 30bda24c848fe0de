"""对比: this run beside an earlier one, per client, per level and per indicator."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.comparing import Change, Pair, level_rank, pairs
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import BulkSheet, Tail
from cts_excel.summary.writing.text import shortened, visible

NAME = "对比"
MOST_MOVED = 8
COLUMNS = (
    Column("变动", 12), Column("企业名称", 30), Column("上次项目编号", 15),
    Column("本次项目编号", 15),
    Column("上次最终得分", 12), Column("本次最终得分", 12), Column("差值（分）", 10),
    Column("上次级别", 11), Column("本次级别", 11), Column("统一社会信用代码", 21),
)  # fmt: skip
BLOCK_ROW = 3


def write(book: Book, run: Run, previous: PreviousRun) -> None:
    """Write the sheet."""
    found = pairs(run, previous)
    note = (
        f"上次：{previous.name}（已评定 {len(previous.audits)} 份）；本次：{run.facts.run_name}"
        f"（已评定 {run.figures.n} 份）。按统一社会信用代码对应企业，没有时按企业名称；"
        "同一企业有多份时取审核结束日期最晚的一份。"
    )
    sheet = book.sheet(NAME, [c.width for c in COLUMNS], heading=NAME, note=note, note_rows=2)
    last = max(_movements(book, sheet, run, found), _moved(book, sheet, run, previous))
    first_row = last + 2
    book.table(sheet, "comparison", first_row, COLUMNS, len(found), _rows(book, run, found))
    # The blocks above are too high to freeze.
    sheet.freeze_panes(0, 2)


def _movements(book: Book, sheet: BulkSheet, run: Run, found: list[Pair]) -> int:
    """Write the matrix of level movements; return its last row."""
    labels = [level.label for level in run.standard.levels] + ["未通过"]
    keys = [level.key for level in run.standard.levels] + [NOT_PASSED]
    counts = [[0] * len(keys) for _key in keys]
    for pair in found:
        if pair.difference is not None and pair.then and pair.now:
            before, after = (
                level_rank(k, run.standard) for k in (pair.then.level, pair.now.level_key)
            )
            counts[before][after] += 1
    sheet.write_string(BLOCK_ROW - 1, 0, "级别变动（行：上次，列：本次；份）", book.format("block"))
    sheet.write_string(BLOCK_ROW, 0, "上次＼本次", book.format("heading"))
    for place, label in enumerate(labels):
        sheet.write_string(BLOCK_ROW, 1 + place, visible(label), book.format("heading"))
        sheet.write_string(BLOCK_ROW + 1 + place, 0, visible(label), book.format("subheading"))
        for other, count in enumerate(counts[place]):
            style = book.format("diagonal" if other == place else "rank")
            sheet.write_number(BLOCK_ROW + 1 + place, 1 + other, count, style)
    row = BLOCK_ROW + len(labels) + 2
    for place, change in enumerate(Change):
        count = sum(1 for pair in found if pair.change is change)
        sheet.write_string(row, place, change.value, book.format("subheading"))
        sheet.write_number(row + 1, place, count, book.format("total_integer"))
    return row + 1


def _moved(book: Book, sheet: BulkSheet, run: Run, previous: PreviousRun) -> int:
    """Write the indicators whose mean rate rose and fell most; return the last row."""
    start = BLOCK_ROW + len(run.standard.levels) + 7
    moved = []
    for place, indicator in enumerate(run.standard.indicators):
        now, then = run.figures.indicator(place), previous.rates.get(indicator.clause)
        if now is not None and then is not None:
            moved.append((now.mean - then, indicator.clause, then, now.mean))
    moved.sort()
    sheet.write_string(start - 1, 0, "变化最大的指标（平均得分率）", book.format("block"))
    if not moved:
        note = "上次运行没有 ratings.csv，或两次没有共同的指标，无可比较。"
        sheet.write_string(start, 0, note, book.format("note_line"))
        return start
    falls = [m for m in moved if m[0] < 0][:MOST_MOVED]
    rises = [m for m in reversed(moved) if m[0] > 0][:MOST_MOVED]
    row = start
    for title, listed in (("下降", falls), ("上升", rises)):
        for column, head in enumerate((title, "检查内容", "上次", "本次", "变化（百分点）")):
            sheet.write_string(row, column, head, book.format("heading"))
        for change, clause, then, now_mean in listed:
            row += 1
            text = shortened(run.standard.by_clause[clause].text, 14)
            sheet.write_string(row, 0, visible(clause), book.format("label"))
            sheet.write_string(row, 1, visible(text), book.format("text"))
            sheet.write_number(row, 2, then, book.format("percent"))
            sheet.write_number(row, 3, now_mean, book.format("percent"))
            sheet.write_number(row, 4, change, book.format("signed_percent"))
        row += 2
    return row - 1


def _rows(book: Book, run: Run, found: list[Pair]) -> Iterator[list[Tail]]:
    text, centre, alert = book.texts(), book.texts("centre"), book.texts("alert_centre")
    points, signed = book.scores("points_centre"), book.numbers("signed")
    labels = {level.key: level.label for level in run.standard.levels}
    labels[NOT_PASSED] = "未通过"
    for pair in found:
        then, now = pair.then, pair.now
        graded = now is not None and pair.change is not Change.UNGRADED
        quiet = pair.change in (Change.UP, Change.SAME, Change.NEW)
        one = now or then
        yield [
            (centre if quiet else alert)(pair.change.value), text(one.organisation if one else ""),
            text(then.audit_no if then else ""), text(now.audit_no if now else ""),
            points(plain(then.final) if then else ""), points(now.final if now and graded else ""),
            signed("" if pair.difference is None else plain(pair.difference)),
            centre(labels.get(then.level, then.level) if then else ""),
            centre(labels.get(now.level_key, "") if now and graded else ""),
            text(one.uscc if one else ""),
        ]  # fmt: skip
