"""分类得分: points and rates of the first and second level, per audit and in all."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.summary.figures.statistics import Spread
from cts_excel.summary.sheets.matrix import FIXED, fixed_tails, heat
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book
from cts_excel.summary.writing.sheet import BulkSheet, Tail, double
from cts_excel.summary.writing.text import visible
from cts_excel.workbook.ooxml.addresses import column_letters

NAME = "分类得分"
STATISTICS = (("满分", ""), ("平均", "AVERAGE({})"), ("下四分位", "QUARTILE({},1)"),
              ("中位数", "MEDIAN({})"), ("上四分位", "QUARTILE({},3)"),
              ("最低", "MIN({})"), ("最高", "MAX({})"))  # fmt: skip
HEADING_ROW = 3
STAT_ROW = HEADING_ROW + 1
MEAN_ROW = STAT_ROW + 1
FIRST_ROW = STAT_ROW + len(STATISTICS)
NOTE = "左半为得分（分），右半为得分率（得分 ÷ 适用分值）；颜色越深得分率越低。统计行为公式。"


def rate_column(run: Run, place: int) -> int:
    """Return the column of a rate; ``place`` counts sections, then groups."""
    return len(FIXED) + len(run.figures.headings) + place


def write(book: Book, run: Run) -> None:
    """Write the sheet; beyond the documented size only its statistics."""
    kinds = len(run.figures.headings)
    widths = [w for _h, w in FIXED] + [8.6] * (2 * kinds)
    sheet = book.sheet(NAME, widths, heading=NAME, note=NOTE)
    _headings(book, sheet, run)
    rows = run.figures.n if run.small_enough else 0
    _statistics(book, sheet, run, rows)
    if rows:
        sheet.add_block(FIRST_ROW, 0, (rows, len(widths)), _rows(book, run))
        heat(sheet, FIRST_ROW, len(FIXED) + kinds, FIRST_ROW + rows - 1, len(widths) - 1)
    else:
        note = (
            "没有已评定的文件，无可显示。"
            if run.small_enough
            else "逐份得分见 grades.csv 与 ratings.csv。"
        )
        sheet.write_string(FIRST_ROW, 1, note, book.format("note_line"))
    sheet.freeze_panes(FIRST_ROW, 4)
    sheet.repeat_rows(2, HEADING_ROW)
    sheet.print_area(0, 0, FIRST_ROW + max(1, rows) - 1, len(widths) - 1)
    sheet.set_paper(8)  # A3


def _headings(book: Book, sheet: BulkSheet, run: Run) -> None:
    heading, sub = book.format("heading"), book.format("subheading")
    kinds = len(run.figures.headings)
    for column, (title, _width) in enumerate(FIXED):
        sheet.merge_range(2, column, HEADING_ROW, column, title, heading)
    sheet.set_row(HEADING_ROW, 42)
    for block, title in enumerate(("得分（分）", "得分率")):
        start = len(FIXED) + block * kinds
        sheet.merge_range(2, start, 2, start + kinds - 1, title, heading)
        for place, label in enumerate(run.figures.headings):
            sheet.write_string(HEADING_ROW, start + place, visible(label), sub)


def _statistics(book: Book, sheet: BulkSheet, run: Run, rows: int) -> None:
    kinds = len(run.figures.headings)
    weights = [float(s.weight) for s in run.standard.sections]
    weights += [float(g.weight) for g in run.standard.groups]
    for block in range(2):
        style = book.format("stat_percent1" if block else "stat_points")
        for place in range(kinds):
            column = len(FIXED) + block * kinds + place
            whole = 1.0 if block else weights[place]
            sheet.write_number(STAT_ROW, column, whole, style)
            found = run.figures.group_spreads[place][block]
            if found is None:
                continue
            for offset, (value, formula) in enumerate(_described(found), start=1):
                if rows:
                    letters = column_letters(column)
                    area = f"{letters}${FIRST_ROW + 1}:{letters}${FIRST_ROW + rows}"
                    text = "=" + formula.format(area)
                    sheet.write_formula(STAT_ROW + offset, column, text, style, value)
                else:
                    sheet.write_number(STAT_ROW + offset, column, value, style)
    for offset, (label, _formula) in enumerate(STATISTICS):
        sheet.write_string(STAT_ROW + offset, 3, label, book.format("stat_label"))


def _described(found: Spread) -> list[tuple[float, str]]:
    values = (found.mean, found.q1, found.median, found.q3, found.low, found.high)
    return [(v, formula) for v, (_l, formula) in zip(values, STATISTICS[1:], strict=True)]


def _rows(book: Book, run: Run) -> Iterator[list[Tail]]:
    points_of, rate_of = book.numbers("points"), book.numbers("percent")
    points, rates = run.figures.group_points
    for row, fixed in zip(run.ranking.rows, fixed_tails(book, run), strict=True):
        yield (
            fixed
            + [points_of(double(p)) for p in points[row].tolist()]
            + [rate_of(double(r)) for r in rates[row].tolist()]
        )
