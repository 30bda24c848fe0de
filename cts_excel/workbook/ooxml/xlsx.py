"""An .xlsx or .xlsm as grids, read from its raw parts.

A worksheet part has two readers with the same result. The fast path accepts the exact usual form
only and accounts for every character. Everything else goes through a real XML parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache

from cts_excel.workbook.ooxml.cells import (
    CellFault,
    FaultKind,
    Value,
    decode_escapes,
    image_name,
    parse_number,
    picture,
    serial_to_datetime,
    trimmed,
    typed_value,
    unescaped,
)
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.expat_path import expat_path
from cts_excel.workbook.ooxml.fast_path import fast_path
from cts_excel.workbook.ooxml.grids import Drawn, SheetName, Unseen
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.ooxml.pictures import SheetPictures
from cts_excel.workbook.ooxml.raw_sheet import (
    COLUMN,
    FORMULA,
    FORMULA_TAG,
    INLINE,
    ROW,
    STYLE,
    TYPE,
    VALUE,
    RawCell,
    RawSheet,
)
from cts_excel.workbook.ooxml.shared_formulas import first_cells, shared_tokens
from cts_excel.workbook.ooxml.sheet_settings import SheetSettings, read_settings
from cts_excel.workbook.ooxml.strings import shared_strings
from cts_excel.workbook.ooxml.styles import date_styles
from cts_excel.workbook.ooxml.visibility import Visibility
from cts_excel.workbook.ooxml.xml_parser import UNKNOWN_REFERENCE


def read_sheet(name: str, content: bytes) -> RawSheet:
    """Read a worksheet part.

    :param name: the part's name, for messages.
    :raises NotReadableError: F01 not well-formed, F04 too many cells, F05 document type.
    """
    return fast_path(content) or expat_path(name, content)


class XlsxWorkbook:
    """An .xlsx or .xlsm."""

    def __init__(self, content: bytes, parts: Mapping[str, bytes] | None = None) -> None:
        self.package = Package(content, parts)
        self.sheets = tuple(SheetName(s.name, s.state) for s in self.package.sheets)
        self._grids: dict[int, XlsxGrid] = {}

    def grid(self, index: int) -> XlsxGrid:
        """Return the grid of the sheet with a 0-based index."""
        if index not in self._grids:
            part = self.package.sheets[index].part
            raw = read_sheet(part, self.package.part(part))
            self._grids[index] = XlsxGrid(raw, self, SheetPictures(self.package, part))
        return self._grids[index]

    @property
    def properties(self) -> dict[str, str]:
        """The custom document properties."""
        return self.package.custom_properties

    @cached_property
    def strings(self) -> dict[str, str | None]:
        """The shared strings by index, as cells write it; see :func:`strings.shared_strings`."""
        return shared_strings(self.package.shared_strings)


class XlsxGrid:
    """A sheet whose cells are interpreted when asked for."""

    def __init__(self, raw: RawSheet, book: XlsxWorkbook, pictures: SheetPictures) -> None:
        self.raw, self.pictures = raw, pictures
        self._cells, self._ambiguous = raw.cells, raw.ambiguous
        self._styles_part = book.package.styles_part
        self._strings, self._dates = book.strings, date_styles(self._styles_part)
        self.dates_from_1904 = book.package.dates_from_1904
        self._rows: dict[str, list[int]] = {}

    @property
    def irregular(self) -> str:
        """What no application writes in a sheet, ``""`` for a regular one."""
        if self.raw.ambiguous:
            return self.raw.ambiguous[min(self.raw.ambiguous)]
        return self.raw.irregular

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""
        cell = self._cells.get(address)
        if cell is None:
            return None
        kind, value = cell[TYPE], cell[VALUE]
        if self._ambiguous and address in self._ambiguous:
            return CellFault(FaultKind.AMBIGUOUS, self._ambiguous[address])
        if (cell[FORMULA_TAG] or kind == "e") and (shown := self._picture(address, cell)):
            return shown
        if kind == "s":
            text = self._strings.get(value)
            return text if text is not None or value in self._strings else self._shared(value)
        if kind == "str":
            return own_text(value, escaped=self.raw.escaped)
        if kind == "inlineStr":
            return own_text(cell[INLINE], escaped=self.raw.escaped)
        if not value:
            return self._without_value(cell)
        if kind not in ("", "n"):
            return typed_value(kind, self._text(value))
        read = parse_number(value)
        if cell[STYLE] in self._dates and isinstance(read, Decimal):
            return serial_to_datetime(read, from_1904=self.dates_from_1904)
        return read

    def result(self, address: str) -> Value:
        """Return the value of a cell that holds the result of a formula of the form."""
        return self.at(address)

    @cached_property
    def settings(self) -> SheetSettings:
        """What the sheet holds besides cells.

        :raises NotReadableError: F01 not well-formed.
        """
        return read_settings(self.raw.outer_xml)

    @cached_property
    def visibility(self) -> Visibility:
        """What hides cells.

        :raises NotReadableError: F01 not well-formed.
        """
        return Visibility(self.raw, self.settings, self._styles_part)

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """What floats on the sheet; see :class:`grids.Grid`."""
        return self.pictures.drawn

    def unseen(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        """Yield the unseen cells; see :class:`grids.Grid`."""
        return self.visibility.unseen(letters, rows)

    def formula(self, address: str) -> str | None:
        """Return a cell's formula without ``=``; of a shared one, as it is in this cell."""
        cell = self._cells.get(address)
        if cell is None or not cell[FORMULA_TAG]:
            return None
        if cell[FORMULA]:
            return self._text(cell[FORMULA])
        shared = shared_tokens(cell, self._first_cells, escaped=self.raw.escaped)
        return "".join(map(str, shared))

    @cached_property
    def _first_cells(self) -> dict[str, RawCell]:
        return first_cells(self._cells)

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text, formula results left out."""
        for address, cell in self._cells.items():
            kind = cell[TYPE]
            if kind == "s":
                text = self._strings.get(cell[VALUE])
                if text:
                    yield cell[COLUMN], int(cell[ROW]), text
            elif kind in ("inlineStr", "str") and not cell[FORMULA_TAG]:
                value = self.at(address)
                if isinstance(value, str):
                    yield cell[COLUMN], int(cell[ROW]), value

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not plainly blank, ascending."""
        if letters not in self._rows:  # only two or three of ten columns are asked for
            get, raw = self._cells.get, self.raw
            numbers: Iterable[int] = raw.row_attributes
            if raw.irregular:  # then cells may be outside their rows
                numbers = sorted({int(cell[ROW]) for cell in self._cells.values()})
            self._rows[letters] = [
                number
                for number in numbers
                if (cell := get(f"{letters}{number}")) is not None
                and (cell[VALUE] or cell[INLINE] or cell[FORMULA_TAG])
            ]
        return self._rows[letters]

    def _without_value(self, cell: RawCell) -> CellFault | None:
        if cell[FORMULA_TAG]:
            return CellFault(FaultKind.UNCALCULATED, f"={self._text(cell[FORMULA])}")
        return None

    def _picture(self, address: str, cell: RawCell) -> CellFault | None:
        """Return what a cell shows in which WPS or Excel has put a picture."""
        formula = cell[FORMULA]
        name = image_name(self._text(formula)) if "DISPIMG" in formula.upper() else None
        if name is not None:
            return picture(name, is_there=self.pictures.named(name))
        if cell[TYPE] == "e" and self.pictures.in_cell(address):
            return picture("", is_there=True)
        return None

    def _text(self, text: str) -> str:
        return _resolved(text) if self.raw.escaped else text

    def _shared(self, index: str) -> Value:
        if not index:
            return None
        return CellFault(FaultKind.AMBIGUOUS, f"string {index[:20]}")


@lru_cache(maxsize=4096)  # printed texts recur in every workbook
def own_text(stored: str, *, escaped: bool) -> str | None:
    """Return a text that a cell holds itself, ``None`` for a blank one.

    :param escaped: whether it still holds XML's character references.
    :raises NotReadableError: F01 for a reference that XML does not know.
    """
    return trimmed(decode_escapes(_resolved(stored) if escaped else stored))


def _resolved(text: str) -> str:
    if "&" in text and UNKNOWN_REFERENCE.search(text):
        raise NotReadableError(Reason.FILE_UNREADABLE, text[:40])
    return unescaped(text)
