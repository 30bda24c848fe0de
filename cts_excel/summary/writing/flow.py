"""A page of text blocks: every row as high as its texts, and page breaks where they read well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import merged_width, row_height, text_lines
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.text import cell_text

MOST_LINES = 24  # of one row: Excel's highest row is 409 points
_PAGE = (842.0, 595.0)  # points of A4, landscape
_MARGINS = (58.0, 80.0)  # points, across and down
_WIDEST_UNIT = 6.3  # points of a unit of column width in the widest font
_SURE = 0.97  # of a page: heights are rounded to pixels
LEAST_LAST = 140.0  # points that the last page holds, if there is more than one


class PrintSize(NamedTuple):
    """At how many percent a sheet is printed, and the points of rows that a page then holds."""

    scale: int
    room: float


def print_size(widths: Sequence[float], *, landscape: bool, most: int) -> PrintSize:
    """Return at how many percent the columns fit an A4 page, whatever the font; ``most`` at most.

    Page breaks of our own need it: Excel ignores them on a sheet that it fits to pages.
    """
    across, down = _PAGE if landscape else _PAGE[::-1]
    needed = sum(_WIDEST_UNIT * (width + 1) for width in widths)
    across, down = across - _MARGINS[0], down - _MARGINS[1]
    scale = min(most, int(100 * across / needed))
    return PrintSize(scale, _SURE * 100 * down / scale)


class Part(NamedTuple):
    """A text or number over some columns of a row, both ends included."""

    first: int
    last: int
    value: str | float
    style: str


@dataclass(frozen=True, slots=True)
class _RowHeight:
    height: float
    keep: bool  # on one page with the next row


class Flow:
    """Writes rows from top to bottom of a sheet; no text is cut, a long one takes several rows.

    :param scale: percent at which the sheet is printed, whatever its length.
    :param room: points of rows that a printed page holds at that scale.
    """

    def __init__(
        self, book: WorkbookWriter, sheet: BulkSheet, widths: Sequence[float], *, scale: int,
        room: float,
    ) -> None:  # fmt: skip
        self._book, self._sheet, self._widths, self._room = book, sheet, widths, room
        self._rows: list[_RowHeight] = []
        sheet.set_print_scale(scale)
        sheet.center_horizontally()

    @property
    def row(self) -> int:
        """The next row, 0-based."""
        return len(self._rows)

    def add(self, *parts: Part, least: float = 20.0, keep: bool = False) -> None:
        """Write a row; with ``keep`` it stays on one page with the next."""
        pieces = [
            _pieces(part.value, self._width(part)) if isinstance(part.value, str) else [part.value]
            for part in parts
        ]
        for number in range(max(map(len, pieces), default=1)):
            texts = [
                part._replace(value=own[number] if number < len(own) else "")
                for part, own in zip(parts, pieces, strict=True)
            ]
            self._write(texts, least, keep=keep)

    def gap(self, height: float = 8.0) -> None:
        """Leave some room."""
        self._sheet.set_row(self.row, height)
        self._rows.append(_RowHeight(height, keep=False))

    def picture_rows(self, count: int, height: float) -> int:
        """Make room for a chart that stays on one page; return its first row."""
        first = self.row
        for number in range(count):
            self._sheet.set_row(self.row, height)
            self._rows.append(_RowHeight(height, keep=number < count - 1))
        return first

    def finish(self, repeated: tuple[int, int] | None = None) -> None:
        """Set the print area and the page breaks.

        :param repeated: first and last row that every page repeats.
        """
        room = self._room
        if repeated is not None:
            self._sheet.repeat_rows(*repeated)
            room -= sum(row.height for row in self._rows[repeated[0] : repeated[1] + 1])
        breaks = page_breaks([(row.height, row.keep) for row in self._rows], room)
        if breaks:
            self._sheet.set_h_pagebreaks(breaks)
        self._sheet.print_area(0, 0, max(0, self.row - 1), len(self._widths) - 1)

    def _width(self, part: Part) -> float:
        return merged_width(self._widths[part.first : part.last + 1])

    def _write(self, parts: Sequence[Part], least: float, *, keep: bool) -> None:
        row = self.row
        for part in parts:
            style = self._book.format(part.style)
            if part.last > part.first:
                self._sheet.merge_range(row, part.first, row, part.last, "", style)
            if isinstance(part.value, str):
                self._sheet.write_string(row, part.first, cell_text(part.value), style)
            else:
                self._sheet.write_number(row, part.first, part.value, style)
        wrapped = [(p.value, self._width(p)) for p in parts if isinstance(p.value, str)]
        height = row_height(*wrapped, least=least)
        self._sheet.set_row(row, height)
        self._rows.append(_RowHeight(height, keep))


def _pieces(text: str, width: float) -> list[str]:
    """Divide a text so that each piece takes at most :data:`MOST_LINES` lines."""
    found: list[str] = []
    rest = cell_text(text)
    while text_lines(rest, width) > MOST_LINES:
        cut = _longest(rest, width)
        found.append(rest[:cut].rstrip("\n"))
        rest = rest[cut:].lstrip("\n")
    return [*found, rest]


def _longest(text: str, width: float) -> int:
    """Return how many characters of a text fit into :data:`MOST_LINES` lines."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_lines(text[:middle], width) <= MOST_LINES:
            low = middle
        else:
            high = middle - 1
    return low


def page_breaks(rows: Sequence[tuple[float, bool]], room: float) -> list[int]:
    """Return the rows that begin a new page.

    A heading stays with what follows it, and the last page holds :data:`LEAST_LAST` points if
    rows of the page before can come over.

    :param rows: height in points of each row, and whether it stays with the next one.
    :param room: points that a page holds; a block that is higher is divided.
    """
    starts = [0]
    while (following := _page_end(rows, starts[-1], room)) < len(rows):
        starts.append(following)
    if len(starts) > 1:
        starts[-1] = _earlier(rows, starts[-2], starts[-1], room)
    return starts[1:]


def _page_end(rows: Sequence[tuple[float, bool]], start: int, room: float) -> int:
    """Return the first row after the page that begins with ``start``."""
    used, end = 0.0, start
    while end < len(rows) and (used + rows[end][0] <= room or end == start):
        used += rows[end][0]
        end += 1
    if end == len(rows):
        return end
    best = end
    while best > start + 1 and rows[best - 1][1]:
        best -= 1
    return end if best == start + 1 and rows[start][1] else best


def _earlier(rows: Sequence[tuple[float, bool]], page: int, last: int, room: float) -> int:
    """Move the last page's first row up until the page is no orphan."""
    used, best = sum(height for height, _keep in rows[last:]), last
    start = last
    while used < LEAST_LAST and start > page + 1 and used + rows[start - 1][0] <= room:
        start -= 1
        used += rows[start][0]
        if not rows[start - 1][1]:
            best = start
    return best
