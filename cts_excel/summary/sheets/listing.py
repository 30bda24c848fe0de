"""A sheet that is one list: the same steps for each, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic

from cts_excel.summary.sheets.context import SummaryContext
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.pages import page_name, pages
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, Row, place_of


def _nothing(_sheet: BulkSheet, _places: range) -> None:
    """Write nothing above the list."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """A list with its columns and its place on the sheet.

    ``table`` names the Excel table; only a list with ``{page}`` in that name continues on further
    sheets. ``first_row`` holds the headings, 0-based.
    ``frozen`` counts columns that stay in view. ``last_printed`` is the heading of the last column
    on paper; all by default. ``freeze_headings`` is false for a list with much above it. ``above``
    writes what stands between note and headings.
    """

    title: str
    table: str
    first_row: int
    columns: list[Column[Row]]
    rows: Callable[[range], Iterable[Row]]
    count: int
    note: str = ""
    note_rows: int = 1
    tab_color: str = ""
    frozen: int = 0
    last_printed: str = ""
    freeze_headings: bool = True
    above: Callable[[BulkSheet, range], None] = field(default=_nothing)

    def write(self, book: WorkbookWriter, context: SummaryContext) -> list[BulkSheet]:
        """Write the list; return its sheet, and further ones beyond Excel's limit of rows."""
        if "{page}" not in self.table:
            return [self._write_page(book, context, 1, range(self.count))]
        return [
            self._write_page(book, context, page, places)
            for page, places in pages(self.count, self.first_row)
        ]

    def _write_page(
        self, book: WorkbookWriter, context: SummaryContext, page: int, places: range
    ) -> BulkSheet:
        columns, first = self.columns, self.first_row
        sheet = book.sheet(
            page_name(self.title, page), [c.width for c in columns], heading=self.title,
            note=self.note, note_rows=self.note_rows,
        )  # fmt: skip
        if self.tab_color:
            sheet.set_tab_color(self.tab_color)
        self.above(sheet, places)
        table = self.table.format(page=page)
        book.table(sheet, table, first, columns, len(places), self.rows(places))
        sheet.freeze_panes(first + 1 if self.freeze_headings else 0, self.frozen)
        if self.last_printed:
            last = place_of(columns, self.last_printed)
            sheet.print_area(0, 0, first + max(1, len(places)), last)
        links = [(n, column.link) for n, column in enumerate(columns) if column.link]
        if context.linked and links:
            for row, record in enumerate(self.rows(places), start=first + 1):
                for n, link in links:
                    sheet.add_link(row, n, link(record))
        return sheet
