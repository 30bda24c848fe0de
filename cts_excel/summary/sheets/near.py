"""临界分析: how far each graded audit is from its lines, and the shortest way to the next level."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cts_excel.summary.outcomes.excerpt import NearExcerpt, packed
from cts_excel.summary.outcomes.gathered import Records
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import Tail, Tall

NAME = "临界分析"
FIRST_ROW = 3
COLUMNS = (
    Column("企业名称", 28), Column("项目编号", 15), Column("审核组长", 10), Column("评审员", 10),
    Column("最终得分", 9.5), Column("建议级别", 10), Column("高于本级线", 10), Column("上一级", 10),
    Column("距上一级", 9.5), Column("最少指标数", 9), Column("升一级的最短途径", 62),
    Column("文件", 34),
)  # fmt: skip
NOTE = (
    "按距上一级由近到远。「最短途径」为提高到下一评分档下限即可升级的最少指标；空白表示各指标仅升一档仍不足。"
    "供复核与改进参考，不是改动评分的建议。"
)
_WAY = 10  # place of the way among the columns


class Near:
    """Margins of the graded audits in compact form, by arrival; kept up to a number of audits."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._records = Records()

    def add(self, found: NearExcerpt | None, number: int) -> None:
        """Take the margins of a file, where it has any and there are not too many already."""
        if found is not None and len(self._records) < self._most:
            self._records.append(packed((number, *found)))

    def in_order(self) -> list[tuple[int, str, str, str, int, str]]:
        """Return number, next level, distance, reserve, indicators and way: the nearest first."""
        every = [tuple(self._records[n]) for n in range(len(self._records))]
        return sorted(every, key=lambda r: (r[2] == "", Decimal(r[2] or 0), r[0]))


def write(book: Book, run: Run, near: Near) -> None:
    """Write the sheet; beyond the documented size a note that says so."""
    sheet = book.sheet(NAME, [c.width for c in COLUMNS], heading=NAME, note=NOTE, note_rows=2)
    if not run.small_enough:
        note = "已评定的文件过多，本次未逐份列出；得分见 grades.csv。"
        sheet.write_string(FIRST_ROW, 0, note, book.format("note_line"))
        return
    records = near.in_order()
    book.table(sheet, "near", FIRST_ROW, COLUMNS, len(records), _rows(book, run, records))
    sheet.freeze_panes(FIRST_ROW + 1, 1)
    sheet.print_area(0, 0, FIRST_ROW + max(1, len(records)), len(COLUMNS) - 2)
    if run.linked:
        for row, record in enumerate(records, start=FIRST_ROW + 1):
            target = run.target(run.gathered.file(record[0]).file)
            sheet.add_link(row, len(COLUMNS) - 1, target=target, tip="打开原文件")


def _rows(
    book: Book, run: Run, records: list[tuple[int, str, str, str, int, str]]
) -> Iterator[list[Tail]]:
    text, wrap, centre = book.texts(), book.texts("wrap"), book.texts("centre")
    file, count, points = (
        book.texts(run.file_style),
        book.numbers("rank"),
        book.scores("points_centre"),
    )
    for number, next_level, to_next, above_line, steps, way in records:
        f = run.gathered.file(number)
        cells = [
            wrap(f.organisation), text(f.audit_no), text(f.lead_assessor), text(f.assessor),
            points(f.final), centre(f.level), points(f.final, above_line),
            centre(next_level or "—"), points(f.final, to_next),
            count(str(steps)) if steps else centre("—"), wrap(way), file(f.file),
        ]  # fmt: skip
        yield Tall(cells, (f.organisation, 28), (way, COLUMNS[_WAY].width))
