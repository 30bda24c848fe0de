"""The sheets of a workbook as grids of typed values, whatever the file type."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import (
    Fault,
    FaultKind,
    Value,
    decoded,
    moment,
    number,
    of_float,
    of_kind,
    trimmed,
    unescaped,
)
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.package import UNKNOWN_REFERENCE, Package
from cts_excel.workbook.ooxml.raw_sheet import (
    COLUMN,
    FORMULA,
    FORMULA_TAG,
    INLINE,
    ROW,
    STYLE,
    TYPE,
    VALUE,
    RawSheet,
)
from cts_excel.workbook.ooxml.scan import scan_sheet
from cts_excel.workbook.ooxml.strings import shared_strings

_FIRST_INDEXES = tuple(map(str, range(2048)))  # an issued workbook has some hundred strings
_KINDS = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods", "xlsb": "xlsb"}


class Grid(Protocol):
    """The cells of one sheet."""

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""

    def formula(self, address: str) -> str | None:
        """Return a cell's formula, ``None`` where it holds none or the file type hides it."""

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text, formula results left out."""

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not plainly blank, ascending."""

    @property
    def irregular(self) -> str:
        """What no application writes in a sheet, ``""`` for a regular one."""


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet as the workbook lists it; ``state`` is visible, hidden or veryHidden."""

    name: str
    state: str


class Book(Protocol):
    """A workbook: its sheets in tab order, and the grid of each when asked for."""

    sheets: tuple[SheetName, ...]

    def grid(self, index: int) -> Grid:
        """Return the grid of the sheet at a 0-based place."""

    @property
    def properties(self) -> dict[str, str]:
        """The custom document properties; empty where the file type hides them."""


def open_book(content: bytes, kind: str, parts: Mapping[str, bytes] | None = None) -> Book:
    """Open a workbook; ``kind`` is ``xlsx``, ``xlsm``, ``xls``, ``ods`` or ``xlsb``.

    :param parts: see :class:`~cts_excel.workbook.ooxml.package.Package`.

    :raises NotReadableError: F01, F03, F04, F05, F08, F09.
    """
    if kind not in _KINDS:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, kind)
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY)
    return RawBook(content, parts) if _KINDS[kind] == "xlsx" else ValueBook(content)


def _indexes(count: int) -> Iterable[str]:
    """Return the first numbers as cells write them."""
    return _FIRST_INDEXES[:count] if count <= len(_FIRST_INDEXES) else map(str, range(count))


class RawBook:
    """An .xlsx or .xlsm, read from its raw parts."""

    def __init__(self, content: bytes, parts: Mapping[str, bytes] | None = None) -> None:
        self.package = Package(content, parts)
        self.sheets = tuple(SheetName(s.name, s.state) for s in self.package.sheets)
        self._grids: dict[int, RawGrid] = {}

    def grid(self, index: int) -> RawGrid:
        """Return the grid of the sheet at a 0-based place."""
        if index not in self._grids:
            part = self.package.sheets[index].part
            raw = scan_sheet(part, self.package.part(part))
            self._grids[index] = RawGrid(raw, self)
        return self._grids[index]

    @property
    def properties(self) -> dict[str, str]:
        """The custom document properties."""
        return self.package.custom_properties

    @cached_property
    def strings(self) -> dict[str, str | None]:
        """The shared strings by index, as cells write it."""
        table = shared_strings(self.package.shared_strings)
        return dict(zip(_indexes(len(table)), table, strict=True))


class RawGrid:
    """A sheet read from its raw part, its cells interpreted when asked for."""

    def __init__(self, raw: RawSheet, book: RawBook) -> None:
        self.raw = raw
        self._cells, self._ambiguous = raw.cells, raw.ambiguous
        self._strings, self._dates = book.strings, book.package.date_styles
        self._from_1904 = book.package.dates_from_1904
        self._rows: dict[str, list[int]] = {}

    @property
    def irregular(self) -> str:
        """What no application writes in a sheet, ``""`` for a regular one."""
        if self.raw.ambiguous:
            return f"2 × {min(self.raw.ambiguous)}"
        return self.raw.irregular

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""
        cell = self._cells.get(address)
        if cell is None:
            return None
        kind, value = cell[TYPE], cell[VALUE]
        if self._ambiguous and address in self._ambiguous:
            return Fault(FaultKind.AMBIGUOUS, f"2 × {address}")
        if kind == "s":
            text = self._strings.get(value)
            return text if text is not None or value in self._strings else self._shared(value)
        if kind == "str":
            return trimmed(decoded(self._text(value)))
        if kind == "inlineStr":
            return trimmed(decoded(self._text(cell[INLINE])))
        if not value:
            if cell[FORMULA_TAG]:
                return Fault(FaultKind.UNCALCULATED, f"={self._text(cell[FORMULA])}")
            return None
        if kind not in ("", "n"):
            return of_kind(kind, self._text(value))
        read = number(value)
        if cell[STYLE] in self._dates and isinstance(read, Decimal):
            return moment(read, from_1904=self._from_1904)
        return read

    def formula(self, address: str) -> str | None:
        """Return a cell's formula as stored, without ``=``; ``""`` where it shares another's."""
        cell = self._cells.get(address)
        if cell is None or not cell[FORMULA_TAG]:
            return None
        return self._text(cell[FORMULA])

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text, formula results left out."""
        for address, cell in self._cells.items():
            kind = cell[TYPE]
            if kind == "s":
                text = self._strings.get(cell[VALUE])
                if text:
                    yield cell[COLUMN], int(cell[ROW]), text
            elif kind == "inlineStr":
                value = self.at(address)
                if isinstance(value, str):
                    yield cell[COLUMN], int(cell[ROW]), value

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not plainly blank, ascending."""
        if letters not in self._rows:  # one column at a time: two or three of ten are asked for
            get, raw = self._cells.get, self.raw
            numbers: Iterable[int] = raw.row_attributes
            if raw.irregular:  # then cells may stand outside their rows
                numbers = sorted({int(cell[ROW]) for cell in self._cells.values()})
            self._rows[letters] = [
                number
                for number in numbers
                if (cell := get(f"{letters}{number}")) is not None
                and (cell[VALUE] or cell[INLINE] or cell[FORMULA_TAG])
            ]
        return self._rows[letters]

    def _text(self, text: str) -> str:
        if "&" not in text or not self.raw.escaped:
            return text
        if UNKNOWN_REFERENCE.search(text):
            raise NotReadableError(Reason.FILE_UNREADABLE, text[:40])
        return unescaped(text)

    def _shared(self, index: str) -> Value:
        if not index:
            return None
        return Fault(FaultKind.AMBIGUOUS, f"string {index[:20]}")


class ValueBook:
    """An older file type, read through calamine: values only.

    Formulas stay unseen, very hidden sheets look hidden, and an error cell looks blank, so that it
    is reported as missing.
    """

    properties: dict[str, str] = {}  # noqa: RUF012 - never written

    def __init__(self, content: bytes) -> None:
        with _calamine():
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self.sheets = tuple(
                SheetName(s.name, "visible" if s.visible == SheetVisibleEnum.Visible else "hidden")
                for s in self._workbook.sheets_metadata
            )
        self._grids: dict[int, ValueGrid] = {}

    def grid(self, index: int) -> ValueGrid:
        """Return the grid of the sheet at a 0-based place."""
        if index not in self._grids:
            with _calamine():
                sheet = self._workbook.get_sheet_by_index(index)
                rows = sheet.to_python(skip_empty_area=False)
            self._grids[index] = ValueGrid(rows)
        return self._grids[index]


class ValueGrid:
    """A sheet of typed values."""

    irregular = ""

    def __init__(self, rows: Sequence[Sequence[object]]) -> None:
        self._cells: dict[tuple[str, int], Value] = {}
        for row, line in enumerate(rows, start=1):
            for column, value in enumerate(line):
                typed = _typed(value)
                if typed is not None:
                    self._cells[column_letters(column), row] = typed
        self._by_address = {f"{c}{r}": value for (c, r), value in self._cells.items()}

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""
        return self._by_address.get(address)

    def formula(self, address: str) -> str | None:
        """Return ``None``: these file types do not show formulas."""
        return None

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text."""
        for (column, row), value in self._cells.items():
            if isinstance(value, str):
                yield column, row, value

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not blank, ascending."""
        return sorted(row for column, row in self._cells if column == letters)


class _calamine:  # noqa: N801 - used as a context
    """Turn every way in which calamine fails into one error."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        # A panic of its Rust code is a BaseException, and no Exception.
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit):
            return
        raise NotReadableError(
            Reason.FILE_UNREADABLE, f"{type(error).__name__}: {error}"[:200]
        ) from None


def _typed(value: object) -> Value:
    if isinstance(value, str):
        return trimmed(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return of_float(float(value))
    if isinstance(value, timedelta):
        return Fault(FaultKind.AMBIGUOUS, str(value))
    return value  # type: ignore[return-value]  # calamine: date, datetime, time
