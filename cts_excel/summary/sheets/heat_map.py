"""Parts that 指标矩阵 and 分类得分 share: the columns that name an audit, and the shading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cts_excel.summary.sheets.context import SummaryContext
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.sheet import A3, BulkSheet, CellXml
from cts_excel.summary.writing.style import WARM, WHITE
from cts_excel.workbook.ooxml.addresses import column_letters

AUDIT_COLUMNS = (("排名", 6.0), ("企业名称", 28.0), ("项目编号", 15.0), ("最终得分", 9.0))


def write_note(book: WorkbookWriter, sheet: BulkSheet, short: str, more: str, last: int) -> None:
    """Write the note below the title: ``short`` on every page, ``more`` on the first one.

    :param last: the last column of the first page.
    """
    first = len(AUDIT_COLUMNS)
    sheet.set_row(1, 15)
    book.merged(sheet, 1, (0, first - 1), short, "note")
    book.merged(sheet, 1, (first, last), more, "note")


def audit_cells(book: WorkbookWriter, context: SummaryContext) -> Iterator[list[CellXml]]:
    """Yield the cells of :data:`AUDIT_COLUMNS` for each graded audit, in order of rank.

    A long name is shown smaller, not on two lines: a page holds many audits.
    """
    text, rank = book.text_cells("shrunk"), book.number_cells("rank")
    points = book.score_cells("points")
    for place, f in context.ranking.ranked_files(context.outcomes, range(context.figures.n)):
        cells = [rank(place), text(f.organisation), text(f.audit_no), points(f.final, f.final)]
        yield cells


def write_audit_headings(book: WorkbookWriter, sheet: BulkSheet, row: int, last_row: int) -> None:
    """Write the headings of :data:`AUDIT_COLUMNS`, over several rows."""
    for column, (title, _width) in enumerate(AUDIT_COLUMNS):
        sheet.merge_range(row, column, last_row, column, title, book.format("heading"))


def shade(sheet: BulkSheet, row: int, column: int, last_row: int, last_column: int) -> None:
    """Shade rates: the weaker the darker, on a scale that is the same in every run."""
    sheet.conditional_format(
        row, column, last_row, last_column,
        {"type": "2_color_scale", "min_type": "num", "min_value": 0.5, "max_type": "num",
         "max_value": 1, "min_color": WARM, "max_color": WHITE},
    )  # fmt: skip


def set_up_page(
    sheet: BulkSheet, headings: tuple[int, int], size: tuple[int, int, int], scale: int,
    breaks: Sequence[int],
) -> None:  # fmt: skip
    """Freeze and repeat the headings, and print on A3, on as many pages as stay readable.

    :param size: first row of the audits, their number, and the number of columns.
    :param scale: percent at which it is printed.
    :param breaks: columns that begin a new page.
    """
    first, rows, columns = size
    sheet.freeze_panes(first, len(AUDIT_COLUMNS))
    sheet.repeat_rows(*headings)
    sheet.repeat_columns(0, len(AUDIT_COLUMNS) - 1)
    sheet.set_paper(A3)
    sheet.set_print_scale(scale)
    sheet.center_horizontally()
    if rows:
        sheet.print_area(0, 0, first + rows - 1, columns - 1)
        sheet.set_v_pagebreaks(list(breaks))
    else:  # nothing but headings: one page of them says it
        sheet.print_area(0, 0, first, breaks[0] - 1 if breaks else columns - 1)


def data_area(column: int, first_row: int, rows: int) -> str:
    """Return a column's cells for a formula, rows absolute: ``E$10:E$40``."""
    letters = column_letters(column)
    return f"{letters}${first_row + 1}:{letters}${first_row + rows}"
