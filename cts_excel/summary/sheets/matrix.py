"""指标矩阵: audits × indicators as a heat-map; 分类得分: audits × first and second level."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.files.numbers import plain
from cts_excel.summary.figures.statistics import Spread
from cts_excel.summary.sheets.run import MATRIX_LIMIT, Run
from cts_excel.summary.writing.book import Book
from cts_excel.summary.writing.sheet import BulkSheet, Tail, double
from cts_excel.summary.writing.style import WARM, WHITE
from cts_excel.summary.writing.text import visible
from cts_excel.workbook.ooxml.addresses import column_letters

NAME = "指标矩阵"
FIXED = (("排名", 6.0), ("企业名称", 26.0), ("项目编号", 14.0), ("最终得分", 9.0))
STATISTICS = (("平均", "AVERAGE({})"), ("下四分位", "QUARTILE({},1)"),
              ("中位数", "MEDIAN({})"), ("上四分位", "QUARTILE({},3)"))  # fmt: skip
STAT_ROW = 5  # first row of the statistics; headings stand above it
FIRST_ROW = STAT_ROW + len(STATISTICS)
NOTE = (
    "数值为评分比例；条款下为分值；颜色越深越弱（50% 及以下最深，100% 为白色），"
    "浅色深色在黑白打印时同样可辨。"
    "每个二级指标的得分率列之后是其评价指标；用上方的分级按钮可折叠到二级指标。"
)


def too_large(book: Book, name: str) -> None:
    """Write the note that stands in for a sheet of too many rows."""
    note = (
        f"已评定超过 {MATRIX_LIMIT:,} 份，本表不再逐份列出；逐项评分见同一文件夹的 ratings.csv"
        "（或 Parquet 文件）。统计仍见「指标分析」。"
    )
    book.sheet(name, (30.0, 90.0), heading=name, note=note, note_rows=2)


def write(book: Book, run: Run) -> None:
    """Write the heat-map, grouped by second-level indicator."""
    if not run.small_enough:
        too_large(book, NAME)
        return
    columns = _columns(run)
    widths = [w for _h, w in FIXED] + [5.6 if place < 0 else 5.2 for _g, place in columns]
    sheet = book.sheet(NAME, widths, heading=NAME, note=NOTE)
    sheet.outline_settings(True, True, False, False)
    for n, (_group, place) in enumerate(columns, start=len(FIXED)):
        if place >= 0:
            sheet.set_column(n, n, 5.2, None, {"level": 1})
    _headings(book, sheet, run, columns)
    rows = run.figures.n
    _statistics(book, sheet, run, columns, rows)
    if not rows:
        sheet.write_string(FIRST_ROW, 1, "没有已评定的文件，无可显示。", book.format("note_line"))
    else:
        sheet.add_block(FIRST_ROW, 0, (rows, len(widths)), _rows(book, run, columns))
        heat(sheet, FIRST_ROW, len(FIXED), FIRST_ROW + rows - 1, len(widths) - 1)
    sheet.freeze_panes(FIRST_ROW, 4)
    sheet.repeat_rows(2, STAT_ROW - 1)
    sheet.print_area(0, 0, FIRST_ROW + max(1, rows) - 1, len(widths) - 1)
    sheet.set_paper(8)  # A3: fifty columns are unreadable on A4


def heat(sheet: BulkSheet, row: int, column: int, last_row: int, last_column: int) -> None:
    """Shade rates: the weaker the darker, on a scale that is the same in every run."""
    sheet.conditional_format(
        row, column, last_row, last_column,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0.5, "max_type": "num",
         "max_value": 1, "min_color": WARM, "max_color": WHITE},
    )  # fmt: skip


def _columns(run: Run) -> list[tuple[int, int]]:
    """Return (group, indicator) of each column; indicator -1 for the group's own rate."""
    sections = len(run.standard.sections)
    columns = []
    for group in range(len(run.standard.groups)):
        columns.append((group, -1))
        columns += [(group, place) for place in run.figures.group_columns[sections + group]]
    return columns


def _headings(book: Book, sheet: BulkSheet, run: Run, columns: list[tuple[int, int]]) -> None:
    heading, sub, vertical = (book.format(n) for n in ("heading", "subheading", "vertical"))
    sheet.set_row(2, 32)
    sheet.set_row(3, 44)
    for column, (title, _width) in enumerate(FIXED):
        sheet.merge_range(2, column, 4, column, title, heading)
    at = len(FIXED)
    for group, standard_group in enumerate(run.standard.groups):
        width = sum(1 for g, _i in columns if g == group)
        title = visible(standard_group.label)
        sheet.merge_range(2, at, 2, at + width - 1, title, heading)
        at += width
    for column, (_group, place) in enumerate(columns, start=len(FIXED)):
        if place < 0:
            sheet.merge_range(3, column, 4, column, "得分率", sub)
        else:
            indicator = run.standard.indicators[place]
            sheet.write_string(3, column, visible(indicator.clause), vertical)
            sheet.write_string(4, column, plain(indicator.weight), book.format("subheading"))


def _statistics(
    book: Book, sheet: BulkSheet, run: Run, columns: list[tuple[int, int]], rows: int
) -> None:
    for offset, (label, formula) in enumerate(STATISTICS):
        sheet.write_string(STAT_ROW + offset, 3, label, book.format("stat_label"))
        if not rows:
            continue
        for column, (group, place) in enumerate(columns, start=len(FIXED)):
            area = _area(column, FIRST_ROW, rows)
            found = _spread(run, group, place)
            value = (found.mean, found.q1, found.median, found.q3)[offset] if found else ""
            text = f'=IF(COUNT({area})=0,"",{formula.format(area)})'
            sheet.write_formula(STAT_ROW + offset, column, text, book.format("stat_percent"), value)


def _spread(run: Run, group: int, place: int) -> Spread | None:
    if place >= 0:
        return run.figures.indicator(place)
    return run.figures.group_spreads[len(run.standard.sections) + group][1]


def _area(column: int, first_row: int, rows: int) -> str:
    letters = column_letters(column)
    return f"{letters}${first_row + 1}:{letters}${first_row + rows}"


def fixed_tails(book: Book, run: Run) -> Iterator[list[Tail]]:
    """Yield rank, organisation, audit number and final score of each graded audit, in order."""
    text, rank, points = book.texts(), book.numbers("rank"), book.scores("points")
    for place, f in run.ranking.each(run.gathered, range(run.figures.n)):
        yield [rank(place), text(f.organisation), text(f.audit_no), points(f.final)]


def _rows(book: Book, run: Run, columns: list[tuple[int, int]]) -> Iterator[list[Tail]]:
    cell_of, mean_of = book.numbers("whole_percent"), book.numbers("mean_percent")
    tails = [cell_of("")] + [cell_of(str(p)) for p in run.gathered.percents[1:]]
    codes = run.figures.codes
    rates = run.figures.group_points[1][:, len(run.standard.sections) :]
    for row, fixed in zip(run.ranking.rows, fixed_tails(book, run), strict=True):
        own = [tails[code] for code in codes[row].tolist()]
        groups = [mean_of(double(rate)) for rate in rates[row].tolist()]
        yield fixed + [groups[g] if place < 0 else own[place] for g, place in columns]
