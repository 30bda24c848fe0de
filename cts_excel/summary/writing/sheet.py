"""A worksheet that takes large blocks of rows and links as XML, one row at a time.

xlsxwriter builds an object and an attribute list per cell; the blocks below cost about a tenth of
that and are never held in memory. Everything else (headings, formulas, charts, tables) is
xlsxwriter's own. Only ``_write_rows`` and ``_write_hyperlinks`` are extended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cts_excel.summary.writing.text import cell_xml
from cts_excel.workbook.form.style import lines
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

LAST_ROW = 1_048_576
MOST_LINKS = 65_530

Tail = str  # all of a <c> element after its address
TailMaker = Callable[[str], Tail]


class Tall(list[Tail]):
    """A row with wrapped texts; ``height``, in points, shows them whole.

    No application fits the height of a row when it opens a written file.
    """

    def __init__(self, tails: Iterable[Tail], *wrapped: tuple[str, float]) -> None:
        super().__init__(tails)
        most = max((_lines(text, width) for text, width in wrapped), default=1)
        self.height = min(409.0, 5.0 + 14.5 * most)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a cell: to a file (``target``), to a place in it or here (``location``)."""

    row: int
    column: int
    target: str
    location: str
    tip: str


@dataclass(frozen=True, slots=True)
class _Block:
    first_row: int
    rows: int
    heads: tuple[str, ...]
    tails: Iterable[list[Tail]]


class BulkSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """See the module."""

    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[_Block] = []
        self._links: list[Link] = []

    def add_block(
        self, first_row: int, first_column: int, size: tuple[int, int], tails: Iterable[list[Tail]]
    ) -> None:
        """Add ``size`` = (rows, columns) cells; ``tails`` is read when the workbook is closed.

        Blocks are added from top to bottom and share no row with cells written otherwise.
        """
        rows, columns = size
        if rows == 0:
            return
        self._check_dimensions(first_row, first_column)
        self._check_dimensions(first_row + rows - 1, first_column + columns - 1)
        letters = (column_letters(first_column + n) for n in range(columns))
        heads = tuple(f'<c r="{letter}' for letter in letters)
        self._blocks.append(_Block(first_row, rows, heads, tails))

    def add_long_table(
        self, first_row: int, rows: int, columns: int, options: dict[str, Any]
    ) -> None:
        """Make a heading row and the ``rows`` rows below it an Excel table, from column A.

        xlsxwriter remembers every cell of a table, a hundred bytes each: it is told of one row,
        and the range is put right afterwards.
        """
        self.add_table(first_row, 0, first_row + 1, columns - 1, options)
        area = f"A{first_row + 1}:{cell_address(first_row + rows, columns - 1)}"
        self.tables[-1] |= {"range": area, "a_range": area, "autofilter": area}

    def add_link(self, row: int, column: int, *, target: str = "", location: str = "",
                 tip: str = "") -> bool:  # fmt: skip
        """Make a cell a link; its text is written by other means. ``False`` at Excel's limit."""
        if len(self._links) >= MOST_LINKS or len(location) > 255 or not (target or location):
            return False
        self._links.append(Link(row, column, target, location, tip[:255]))
        return True

    def _write_rows(self) -> None:
        first, last = self.dim_rowmin, self.dim_rowmax
        following = first
        for block in self._blocks:
            self._write_rows_between(following, block.first_row - 1)
            for text in _rows_xml(block):
                self.fh.write(text)
            following = block.first_row + block.rows
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
        for link in self._links:
            text = f'<hyperlink ref="{cell_address(link.row, link.column)}"'
            if link.target:
                self.rel_count += 1
                self.external_hyper_links.append(["/hyperlink", link.target, "External"])
                text += f' r:id="rId{self.rel_count}"'
            if link.location:
                text += f' location="{escape(link.location)}"'
            tip = f' tooltip="{escape(cell_xml(link.tip))}"' if link.tip else ""
            self.fh.write(f"{text}{tip}/>")
        self._xml_end_tag("hyperlinks")


@lru_cache(maxsize=8192)
def _lines(text: str, width: float) -> int:
    if 2 * len(text) <= width - 2.5 and "\n" not in text:
        return 1
    return lines(text, width)


def texts(style: Format) -> TailMaker:
    """Return what makes text cells of a format: inline strings, never a formula, never a link."""
    blank = f'" s="{style._get_xf_index()}"/>'
    start = f'" s="{style._get_xf_index()}" t="inlineStr"><is><t xml:space="preserve">'

    def tail(text: str) -> Tail:
        return f"{start}{cell_xml(text)}</t></is></c>" if text else blank

    return tail


def numbers(style: Format) -> TailMaker:
    """Return what makes number cells from exact decimal texts; an empty text gives a blank cell."""
    start = f'" s="{style._get_xf_index()}"'

    def tail(number: str) -> Tail:
        return f"{start}><v>{number}</v></c>" if number else f"{start}/>"

    return tail


@lru_cache(maxsize=8192)  # shares of whole percents recur
def double(number: float) -> str:
    """Write a float as a number cell holds it: ``""`` for NaN, sums without binary dust."""
    return "" if number != number else repr(round(float(number), 10))


def _rows_xml(block: _Block) -> Iterator[str]:
    row = block.first_row
    heads = block.heads
    for tails in block.tails:
        row += 1
        number = str(row)
        cells = "".join([head + number + tail for head, tail in zip(heads, tails, strict=False)])
        height = f' ht="{tails.height}" customHeight="1"' if isinstance(tails, Tall) else ""
        yield f'<row r="{number}"{height}>{cells}</row>'
    if row - block.first_row != block.rows:
        raise AssertionError(f"block of {block.rows} rows got {row - block.first_row}")
