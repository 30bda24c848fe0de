"""A worksheet that also takes large blocks of rows and many links.

xlsxwriter builds an object and an attribute list per cell. The blocks below write XML one row at
a time and are never held in memory. They take a tenth of the time: with xlsxwriter's own cells,
指标矩阵 alone would lengthen a run of 2,000 workbooks by 7 %. Headings, formulas, charts and
tables are xlsxwriter's own; only ``_write_rows`` and ``_write_hyperlinks`` are extended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cts_excel.summary.writing.heights import height_of, text_lines
from cts_excel.summary.writing.text import cell_xml
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

LAST_ROW = 1_048_576
MOST_LINKS = 65_530
A3 = 8  # paper size, for sheets whose many columns are unreadable on A4

CellXml = str  # a <c> element from the quote after its address on: '" s="3"><v>1</v></c>'
CellWriter = Callable[[str], CellXml]


class WrappedRow(list[CellXml]):
    """A row with wrapped texts; ``height``, in points, shows them whole.

    :param wrapped: each wrapped text with its column's width and its font size.
    :param least: points of a row without a text that wraps.
    """

    def __init__(
        self, cells: Iterable[CellXml], *wrapped: tuple[str, float, float], least: float = 0.0
    ) -> None:
        super().__init__(cells)
        self.height = least or height_of(1)
        for text, width, size in wrapped:
            # No character takes more than two units: most texts need not be measured.
            if (2 * len(text) > width or "\n" in text) and (
                count := text_lines(text, width, size)
            ) > 1:
                self.height = max(self.height, height_of(count, size))


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file (``target``) and to a cell in it or in this workbook (``location``)."""

    target: str = ""
    location: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    first_row: int
    count: int
    starts: tuple[str, ...]  # of the <c> elements, up to the column letters
    rows: Iterable[list[CellXml]]


class BulkSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet with :meth:`add_block` and :meth:`add_link`."""

    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[_Block] = []
        self._links: list[tuple[int, int, Link]] = []

    def add_block(
        self, first_row: int, size: tuple[int, int], rows: Iterable[list[CellXml]]
    ) -> None:
        """Add ``size`` = (rows, columns) cells from column A on.

        ``rows`` is read when the workbook is closed. Blocks are added from top to bottom and share
        no row with cells written otherwise.
        """
        count, columns = size
        if count == 0:
            return
        self._check_dimensions(first_row, 0)
        self._check_dimensions(first_row + count - 1, columns - 1)
        starts = tuple(f'<c r="{column_letters(n)}' for n in range(columns))
        self._blocks.append(_Block(first_row, count, starts, rows))

    def add_long_table(
        self, first_row: int, rows: int, columns: int, options: dict[str, Any]
    ) -> None:
        """Make a heading row and the ``rows`` rows below it an Excel table, from column A.

        xlsxwriter keeps a hundred bytes per cell of a table. It gets a table of one row, and the
        range is corrected afterwards.
        """
        self.add_table(first_row, 0, first_row + 1, columns - 1, options)
        area = f"A{first_row + 1}:{cell_address(first_row + rows, columns - 1)}"
        self.tables[-1] |= {"range": area, "a_range": area, "autofilter": area}

    def add_link(self, row: int, column: int, link: Link) -> None:
        """Make a cell a link; its text is written by other means. Nothing at Excel's limits."""
        if len(self._links) >= MOST_LINKS or len(link.location) > 255:
            return
        if link.target or link.location:
            self._links.append((row, column, link))

    def _write_rows(self) -> None:
        first, last = self.dim_rowmin, self.dim_rowmax
        following = first
        for block in self._blocks:
            self._write_rows_between(following, block.first_row - 1)
            for text in _rows_xml(block):
                self.fh.write(text)
            following = block.first_row + block.count
        self._write_rows_between(following, last)
        self.dim_rowmin, self.dim_rowmax = first, last

    def _write_rows_between(self, first: int, last: int) -> None:
        if last >= first:
            self.dim_rowmin, self.dim_rowmax = first, last
            super()._write_rows()

    def _write_hyperlinks(self) -> None:
        if not self._links:
            return
        self._xml_start_tag("hyperlinks")
        for row, column, link in self._links:
            text = f'<hyperlink ref="{cell_address(row, column)}"'
            if link.target:
                self.rel_count += 1
                self.external_hyper_links.append(["/hyperlink", link.target, "External"])
                text += f' r:id="rId{self.rel_count}"'
            if link.location:
                text += f' location="{escape(link.location)}"'
            tip = f' tooltip="{escape(cell_xml(link.tip[:255]))}"' if link.tip else ""
            self.fh.write(f"{text}{tip}/>")
        self._xml_end_tag("hyperlinks")


def text_cells(style: Format) -> CellWriter:
    """Return the writer of a format's text cells: inline strings, never formulas or links."""
    blank = f'" s="{style._get_xf_index()}"/>'
    start = f'" s="{style._get_xf_index()}" t="inlineStr"><is><t xml:space="preserve">'

    def cell(text: str) -> CellXml:
        return f"{start}{cell_xml(text)}</t></is></c>" if text else blank

    return cell


def number_cells(style: Format) -> CellWriter:
    """Return the writer of a format's number cells, from decimal texts; ``""`` gives a blank."""
    start = f'" s="{style._get_xf_index()}"'

    def cell(number: str) -> CellXml:
        return f"{start}><v>{number}</v></c>" if number else f"{start}/>"

    return cell


def float_text(number: float | None) -> str:
    """Return a float as decimal text: ``""`` for NaN and ``None``, rounded to ten decimals."""
    return "" if number is None or number != number else repr(round(float(number), 10))


def _rows_xml(block: _Block) -> Iterator[str]:
    number = block.first_row
    for cells in block.rows:
        number += 1
        row = str(number)
        xml = "".join([f"{s}{row}{cell}" for s, cell in zip(block.starts, cells, strict=False)])
        height = f' ht="{cells.height}" customHeight="1"' if isinstance(cells, WrappedRow) else ""
        yield f'<row r="{row}"{height}>{xml}</row>'
    if number - block.first_row != block.count:
        raise AssertionError(f"block of {block.count} rows got {number - block.first_row}")
