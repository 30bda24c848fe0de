"""The workbook under construction: sheets with print set-up, formats, tables over many rows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format

from cts_excel.audit.levels import decimals_shown
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.facts import RunFacts
from cts_excel.summary.writing.sheet import LAST_ROW, BulkSheet, Tail, TailMaker, numbers, texts
from cts_excel.summary.writing.style import properties
from cts_excel.summary.writing.text import visible
from cts_excel.workbook.form.style import BASE

_OPTIONS = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": BASE,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, width in characters."""

    heading: str
    width: float


class Book:
    """An xlsx under construction."""

    def __init__(self, file: IO[bytes], standard: Standard, facts: RunFacts) -> None:
        self.standard, self.facts = standard, facts
        self.workbook = xlsxwriter.Workbook(file, _OPTIONS)
        self._formats: dict[str, Format] = {}
        # A score stands on several sheets, mostly soon after another.
        self._decimals = lru_cache(maxsize=8192)(self._decimals_of)
        self.workbook.set_properties(
            {
                "title": f"{visible(standard.title)} 评分汇总",
                "subject": visible(standard.subject),
                "comments": f"cts-excel {facts.tool_version}",
                "created": facts.started.replace(tzinfo=None),
            }
        )

    def format(self, name: str) -> Format:
        """Return a named format (see :mod:`cts_excel.summary.writing.style`)."""
        if name not in self._formats:
            made = self.workbook.add_format(properties(name))
            made._get_xf_index()  # blocks are written by index: fix it now
            self._formats[name] = made
        return self._formats[name]

    def texts(self, name: str = "text") -> TailMaker:
        """Return the maker of text cells of a named format."""
        return texts(self.format(name))

    def numbers(self, name: str) -> TailMaker:
        """Return the maker of number cells of a named format."""
        return numbers(self.format(name))

    def scores(self, name: str) -> Callable[..., Tail]:
        """Return the maker of score cells: with the decimals that each score needs (rule 1).

        A second text, where given, is shown with the decimals that the first one needs.
        """
        makers: dict[str, TailMaker] = {}

        def make(score: str, shown: str | None = None) -> Tail:
            style = self.score_style(name, score)
            maker = makers.get(style) or makers.setdefault(style, self.numbers(style))
            return maker(score if shown is None else shown)

        return make

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
            sheet.write_string(0, 0, visible(heading), self.format("title"))
        if note:
            sheet.set_row(1, 15 * note_rows)
            sheet.merge_range(1, 0, 1, max(1, len(widths) - 1), "", self.format("note"))
            sheet.write_string(1, 0, visible(note), self.format("note"))
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.fit_to_pages(1, 0)
        name_of_spec = visible(f"{self.standard.title} {self.standard.edition}").replace("&", "&&")
        date = f"{self.facts.started:%Y-%m-%d %H:%M}"
        sheet.set_footer(f"&L&8{name_of_spec[:80]}&C&8&A  第 &P 页，共 &N 页&R&8评定 {date}")
        return sheet

    def table(
        self, sheet: BulkSheet, name: str, first_row: int, columns: Sequence[Column],
        rows: int, tails: Iterable[list[Tail]],
    ) -> None:  # fmt: skip
        """Write an Excel table: a heading row, then ``rows`` rows (one, blank, for none)."""
        if rows == 0:
            rows, tails = 1, [[self.texts()("（无）")] + [self.texts()("")] * (len(columns) - 1)]
        heading = self.format("heading")
        sheet.set_row(first_row, 30)
        heads = [{"header": visible(c.heading), "header_format": heading} for c in columns]
        options = {"name": name, "style": None, "columns": heads}
        sheet.add_long_table(first_row, rows, len(columns), options)
        sheet.add_block(first_row + 1, 0, (rows, len(columns)), tails)
        sheet.freeze_panes(first_row + 1, 0)
        sheet.repeat_rows(first_row)
        sheet.print_area(0, 0, first_row + rows, len(columns) - 1)

    def close(self) -> None:
        """Write everything.

        :raises OSError: where the file cannot be written.
        """
        try:
            self.workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None


class Places:
    """Where each file begins on a sheet and its continuations; 8 bytes a file."""

    def __init__(self, name: str, first_row: int, files: int) -> None:
        self._name, self._first_row = name, first_row
        self._at = array("q", bytes(8 * files))  # place in the list + 1; 0: nowhere

    def note(self, number: int, place: int) -> None:
        """Record the place of a file in the list; the first one counts."""
        if not self._at[number]:
            self._at[number] = place + 1

    def cell(self, number: int) -> str:
        """Return a link's location, ``'核查问题 (2)'!A17``; ``""`` for a file not listed."""
        if not self._at[number]:
            return ""
        page, row = divmod(self._at[number] - 1, LAST_ROW - self._first_row)
        return f"'{page_name(self._name, page + 1)}'!A{self._first_row + row + 1}"


def pages(total: int, first_row: int) -> Iterator[tuple[int, range]]:
    """Cut rows into sheets of at most Excel's number of rows: yield page number and rows."""
    room = LAST_ROW - first_row - 1
    for page, start in enumerate(range(0, max(total, 1), room), start=1):
        yield page, range(start, min(start + room, total))


def page_name(name: str, page: int) -> str:
    """Return the name of a continuation sheet: ``核查问题``, ``核查问题 (2)``."""
    return name if page == 1 else f"{name} ({page})"
