"""An xlsx workbook that is being written: sheets with print set-up, formats, long tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import IO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format

from cts_excel.audit.levels import decimals_shown
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.facts import RunFacts
from cts_excel.summary.writing.heights import heading_height
from cts_excel.summary.writing.sheet import (
    BulkSheet,
    CellWriter,
    CellXml,
    WrappedRow,
    number_cells,
    text_cells,
)
from cts_excel.summary.writing.style import font_size, properties, wraps
from cts_excel.summary.writing.table import Column, Kind, Row
from cts_excel.summary.writing.text import cell_text
from cts_excel.workbook.form.style import BASE

_OPTIONS = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": BASE,
}


class WorkbookWriter:
    """An xlsx workbook that is being written."""

    def __init__(self, file: IO[bytes], standard: Standard, facts: RunFacts) -> None:
        self.standard, self.facts = standard, facts
        self.workbook = xlsxwriter.Workbook(file, _OPTIONS)
        self._formats: dict[str, Format] = {}
        # Scores recur on several sheets: the cache saves 3 % of a run of 2,000 workbooks.
        self._decimals = lru_cache(maxsize=8192)(self._decimals_of)
        self.workbook.set_properties(
            {
                "title": f"{cell_text(standard.title)} 评分汇总",
                "subject": cell_text(standard.subject),
                "comments": f"cts-excel {facts.tool_version}",
                "created": facts.started.replace(tzinfo=None),
            }
        )

    def format(self, name: str) -> Format:
        """Return a named format (see :mod:`cts_excel.summary.writing.style`)."""
        if name not in self._formats:
            added = self.workbook.add_format(properties(name))
            added._get_xf_index()  # blocks refer to formats by index: fix it now
            self._formats[name] = added
        return self._formats[name]

    def text_cells(self, name: str = "text") -> CellWriter:
        """Return the writer of text cells of a named format."""
        return text_cells(self.format(name))

    def number_cells(self, name: str) -> CellWriter:
        """Return the writer of number cells of a named format."""
        return number_cells(self.format(name))

    def score_cells(self, name: str) -> Callable[[str, str], CellXml]:
        """Return the writer of score cells: of a number, with the decimals that a score needs."""
        writers: dict[str, CellWriter] = {}

        def cell(number: str, score: str) -> CellXml:
            style = self.score_style(name, score)
            writer = writers.get(style) or writers.setdefault(style, self.number_cells(style))
            return writer(number)

        return cell

    def score_style(self, name: str, score: str) -> str:
        """Name the format that shows a score with as many decimals as it needs (rule 1)."""
        decimals = self._decimals(score) if score else 2
        return name if decimals == 2 else f"{name}{decimals}"

    def _decimals_of(self, score: str) -> int:
        return decimals_shown(Decimal(score), self.standard)

    def sheet(
        self, name: str, widths: Sequence[float], *, heading: str = "", note: str = "",
        note_rows: int = 1, landscape: bool = True,
    ) -> BulkSheet:  # fmt: skip
        """Add a sheet with title, note, widths and print set-up (A4, one page wide, numbered)."""
        sheet: BulkSheet = self.workbook.add_worksheet(name, BulkSheet)
        sheet.hide_gridlines(2)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if heading:
            sheet.set_row(0, 27)
            sheet.write_string(0, 0, cell_text(heading), self.format("title"))
        if note:
            sheet.set_row(1, 15 * note_rows)
            sheet.merge_range(1, 0, 1, max(1, len(widths) - 1), "", self.format("note"))
            sheet.write_string(1, 0, cell_text(note), self.format("note"))
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.fit_to_pages(1, 0)
        name_of_spec = cell_text(f"{self.standard.title} {self.standard.edition}").replace(
            "&", "&&"
        )
        date = f"{self.facts.started:%Y-%m-%d %H:%M}"
        sheet.set_footer(f"&L&8{name_of_spec[:80]}&C&8&A  第 &P 页，共 &N 页&R&8评定 {date}")
        return sheet

    def merged(
        self, sheet: BulkSheet, row: int, columns: tuple[int, int], text: str, style: str
    ) -> None:
        """Write a text over some columns of a row, first and last; one column is not merged."""
        first, last = columns
        form = self.format(style)
        if last > first:
            sheet.merge_range(row, first, row, last, "", form)
        sheet.write_string(row, first, cell_text(text), form)

    def table(
        self, sheet: BulkSheet, name: str, first_row: int, columns: Sequence[Column[Row]],
        count: int, rows: Iterable[Row], *, least_height: float = 0.0,
    ) -> None:  # fmt: skip
        """Write an Excel table: a heading row, then ``count`` rows, or a blank one for none.

        :param least_height: points that every row is high at least; by default as its texts need.
        """
        cells = self.table_rows(columns, rows, least_height)
        if count == 0:
            text = self.text_cells()
            count, cells = 1, iter([[text("（无）")] + [text("")] * (len(columns) - 1)])
        heading = self.format("heading")
        sheet.set_row(first_row, heading_height([(c.heading, c.width) for c in columns]))
        heads = [{"header": cell_text(c.heading), "header_format": heading} for c in columns]
        options = {"name": name, "style": None, "columns": heads}
        sheet.add_long_table(first_row, count, len(columns), options)
        sheet.add_block(first_row + 1, (count, len(columns)), cells)
        sheet.freeze_panes(first_row + 1, 0)
        sheet.repeat_rows(first_row)
        sheet.print_area(0, 0, first_row + count, len(columns) - 1)

    def block(
        self, sheet: BulkSheet, first_row: int, columns: Sequence[Column[Row]], rows: Sequence[Row]
    ) -> int:
        """Write headings with rows below, no Excel table; return the row after them."""
        for place, column in enumerate(columns):
            sheet.write_string(first_row, place, cell_text(column.heading), self.format("heading"))
        sheet.add_block(first_row + 1, (len(rows), len(columns)), self.table_rows(columns, rows))
        return first_row + 1 + len(rows)

    def table_rows(
        self, columns: Sequence[Column[Row]], rows: Iterable[Row], least_height: float = 0.0
    ) -> Iterator[list[CellXml]]:
        """Yield the cells of each row of a table."""
        # Formats are numbered by first use: texts, numbers, then the second formats.
        for column in sorted(columns, key=lambda column: column.kind):
            if column.kind is not Kind.SCORE:
                self.format(column.style)
        writers = [self._cell_writer(column) for column in columns]
        wrapped = [
            (place, c.width, font_size(c.style))
            for place, c in enumerate(columns)
            if wraps(c.style)
        ]
        for row in rows:
            values = [column.value(row) for column in columns]
            cells = [w(row, v) for w, v in zip(writers, values, strict=True)]
            if wrapped:
                texts = [(values[place], width, size) for place, width, size in wrapped]
                yield WrappedRow(cells, *texts, least=least_height)
            else:
                yield cells

    def _cell_writer(self, column: Column[Row]) -> Callable[[Row, str], CellXml]:
        if column.kind is Kind.SCORE:
            score, like = self.score_cells(column.style), column.like or column.value
            return lambda row, value: score(value, like(row))
        cells = self.text_cells if column.kind is Kind.TEXT else self.number_cells
        write = cells(column.style)
        if column.missing:
            missing = self.text_cells("centre")(column.missing)
            return lambda _row, value: write(value) if value else missing
        if column.other is None:
            return lambda _row, value: write(value)
        style, applies = column.other
        other = cells(style)
        return lambda row, value: other(value) if applies(row) else write(value)

    def close(self) -> None:
        """Write everything.

        :raises OSError: where the file cannot be written.
        """
        try:
            self.workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None
