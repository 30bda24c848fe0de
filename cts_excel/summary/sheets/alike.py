"""雷同线索: pairs of audits that are unusually alike, with how to read them; no accusation."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.summary.figures.alike import ALIKE, LIMIT, SHOWN, Alike, find_alike, rated_file
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import Tail, Tall
from cts_excel.summary.writing.text import shortened

NAME = "雷同线索"
FIRST_ROW = 6
COLUMNS = (
    Column("线索", 10), Column("企业甲", 25), Column("评审员甲", 10), Column("企业乙", 25),
    Column("评审员乙", 10), Column("相似证据条数", 11), Column("可比证据条数", 11),
    Column("相同评分项数", 11), Column("共同评分项数", 11), Column("随机预期项数", 11),
    Column("示例条款", 10), Column("共同文字（甲的原文）", 50), Column("文件甲", 32),
    Column("文件乙", 32),
)  # fmt: skip
HOW_TO_READ = (
    "这里列出不同企业之间证据文字或评分过于相似的审核，供人查看；它不是对任何人的指控。",
    f"「相似证据」为同一条款下相似度不低于 {ALIKE:.0f}%（rapidfuzz ratio）的证据条数；"
    "四分之一以上（或 30 份以上）审核共有的文字视为套话，不作线索。",
    "「随机预期」为按本次各指标的评分分布，两份审核凭巧合相同的项数；远高于它才列出。",
    "正当的原因很多：同一集团的企业、同一评审员的惯用表述、统一模板、同类业务。请先看原文，再下结论。",
)


def write(book: Book, run: Run) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME, [c.width for c in COLUMNS], heading=NAME)
    for row, line in enumerate(HOW_TO_READ, start=1):
        sheet.write_string(row, 0, line, book.format("note_line"))
    if run.figures.n > LIMIT:
        note = f"已评定超过 {LIMIT:,} 份，本次未作两两比较。"
        sheet.write_string(FIRST_ROW, 0, note, book.format("note_line"))
        return
    found = find_alike(run.figures)
    if len(found) == SHOWN:
        note = f"只列出最相似的 {SHOWN} 对。"
        sheet.write_string(FIRST_ROW - 1, 0, note, book.format("note_line"))
    book.table(sheet, "alike", FIRST_ROW, COLUMNS, len(found), _rows(book, run, found))
    sheet.print_area(0, 0, FIRST_ROW + max(1, len(found)), len(COLUMNS) - 3)
    for row, pair in enumerate(found, start=FIRST_ROW + 1):
        for column, rated in ((len(COLUMNS) - 2, pair.a), (len(COLUMNS) - 1, pair.b)):
            target = run.target(rated_file(run.gathered, rated).file)
            sheet.add_link(row, column, target=target, tip="打开原文件")


def _rows(book: Book, run: Run, found: list[Alike]) -> Iterator[list[Tail]]:
    text, wrap, centre = book.texts(), book.texts("wrap"), book.texts("centre")
    file, count, decimal = book.texts(run.file_style), book.numbers("rank"), book.numbers("decimal")
    for pair in found:
        a, b = (rated_file(run.gathered, row) for row in (pair.a, pair.b))
        kind = "、".join(k for k, yes in (("证据", pair.by_text), ("评分", pair.by_score)) if yes)
        shared = shortened(pair.shared, 150)
        cells = [
            centre(kind), wrap(a.organisation), text(a.assessor), wrap(b.organisation),
            text(b.assessor), count(str(pair.texts)), count(str(pair.compared)),
            count(str(pair.same)), count(str(pair.rated)), decimal(f"{pair.expected:.1f}"),
            centre(pair.clause), wrap(shared), file(a.file), file(b.file),
        ]  # fmt: skip
        yield Tall(cells, (a.organisation, 25), (b.organisation, 25), (shared, 50))
