"""特别项: every special deduction and bonus, counted by category above the list."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

from cts_excel.files.numbers import plain
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column, page_name, pages
from cts_excel.summary.writing.sheet import BulkSheet, Tail, Tall
from cts_excel.summary.writing.text import visible
from cts_excel.workbook.form.layout import RECTIFICATIONS

NAME = "特别项"
COLUMNS = (
    Column("序号", 6), Column("类型", 9), Column("类别", 32), Column("关联条款", 9.5),
    Column("事实描述", 44), Column("证据", 32), Column("整改状态", 10), Column("分值", 8),
    Column("企业名称", 27), Column("项目编号", 15), Column("状态", 9), Column("文件", 30),
)  # fmt: skip
TOTALS_ROW = 2
DEDUCTION, BONUS = "扣分", "加分"


def write(book: Book, run: Run) -> None:
    """Write the sheet and its continuations."""
    special = run.standard.special
    kinds = [(DEDUCTION, c) for c in special.deduction.categories]
    kinds += [(BONUS, c) for c in special.bonus.categories]
    note = (
        f"{special.deduction.rule}；{special.bonus.rule}。每项 "
        f"{plain(special.deduction.points)} 分；"
        "「分值」为该项按规则填写完整时的分数，加分合计超过上限的部分不计。重复文件的特别项不再列出。"
    )
    first_row = TOTALS_ROW + 2 + len(kinds)
    is_deduction = run.gathered.special_kinds
    order = array("I", sorted(range(len(is_deduction)), key=lambda n: -is_deduction[n]))
    for page, places in pages(len(order), first_row):
        sheet = book.sheet(
            page_name(NAME, page), [c.width for c in COLUMNS], heading=NAME, note=note
        )
        chosen = order[places.start : places.stop]
        _totals(book, sheet, run, kinds, chosen, first_row)
        tails = _rows(book, run, chosen)
        book.table(sheet, f"specials_{page}", first_row, COLUMNS, len(chosen), tails)
        if run.linked:
            for row, number in enumerate(chosen, start=first_row + 1):
                entry = run.gathered.special(number)
                target = run.target(run.gathered.file(entry.file_number).file)
                sheet.add_link(row, len(COLUMNS) - 1, target=target, tip="打开原文件")


def _totals(
    book: Book, sheet: BulkSheet, run: Run, kinds: list[tuple[str, str]], chosen: Sequence[int],
    first: int,
) -> None:  # fmt: skip
    heading, label, count = (book.format(n) for n in ("subheading", "total_label", "total_integer"))
    rows = max(1, len(chosen))
    areas = {c: f"${c}${first + 2}:${c}${first + 1 + rows}" for c in "BC"}
    for column, title in enumerate(("合计", "类型", "类别", "项数"), start=0):
        sheet.write_string(TOTALS_ROW, column, title, heading)
    states = RECTIFICATIONS
    entries = map(run.gathered.special, chosen)
    counts = Counter((e.deduction, e.category, e.rectification) for e in entries)
    sheet.write_string(TOTALS_ROW, 4, "其中：整改状态（" + "／".join(states) + "）", heading)
    for row, (kind, category) in enumerate(kinds, start=TOTALS_ROW + 1):
        sheet.write_string(row, 0, "", label)
        sheet.write_string(row, 1, kind, label)
        sheet.write_string(row, 2, visible(category), label)
        same = sum(n for key, n in counts.items() if key[:2] == (kind == DEDUCTION, category))
        formula = f"=COUNTIFS({areas['B']},$B{row + 1},{areas['C']},$C{row + 1})"
        sheet.write_formula(row, 3, formula, count, same)
        split = "／".join(str(counts[kind == DEDUCTION, category, s]) for s in states)
        sheet.write_string(row, 4, split, label)


def _rows(book: Book, run: Run, chosen: Sequence[int]) -> Iterator[list[Tail]]:
    text, wrap, centre, file = (book.texts(n) for n in ("text", "wrap", "centre", run.file_style))
    number, points = book.numbers("rank"), book.numbers("points_centre")
    special = run.standard.special
    for place, chosen_number in enumerate(chosen, start=1):
        entry = run.gathered.special(chosen_number)
        f = run.gathered.file(entry.file_number)
        worth = special.deduction.points if entry.deduction else special.bonus.points
        said, proof = (visible(text) for text in (entry.description, entry.evidence))
        cells = [
            number(str(place)), centre(DEDUCTION if entry.deduction else BONUS),
            wrap(entry.category), centre(entry.clause), wrap(said), wrap(proof),
            centre(entry.rectification),
            points(plain(worth) if entry.complete else ""), wrap(f.organisation),
            text(f.audit_no), centre(f.shown_status.shown), file(f.file),
        ]  # fmt: skip
        yield Tall(cells, (said, 44), (proof, 32), (entry.category, 32), (f.organisation, 27))
