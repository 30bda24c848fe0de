"""Another file type as grids, values only: .xls and .xlsb through calamine, .ods by ourselves."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import (
    CellFault,
    FaultKind,
    Value,
    day_number,
    number_from_float,
    trimmed,
)
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Drawn, SheetName, Unseen
from cts_excel.workbook.ooxml.ods import OdsTable, read_tables
from cts_excel.workbook.ooxml.ods_visibility import OdsVisibility, ods_visibility

_Cells = Mapping[tuple[int, int], Value]
# Name, state, the cells when asked for, and what hides them if the file type tells.
_Sheet = tuple[str, str, Callable[[], _Cells], OdsVisibility | None]


class LegacyWorkbook:
    """An .xls, .xlsb or .ods.

    Formulas are not seen, very hidden sheets look hidden, and an error cell of an .xls or .xlsb
    looks blank, so that it is reported as missing.
    """

    properties: dict[str, str] = {}  # noqa: RUF012 - never written

    def __init__(self, content: bytes, kind: str) -> None:
        self._sheets = _ods_sheets(content) if kind == "ods" else _calamine_sheets(content)
        self.sheets = tuple(SheetName(name, state) for name, state, _read, _hides in self._sheets)
        # An .xls of Gnumeric numbers its own number formats as others number those of dates.
        self._sure_of_dates = kind != "xls"
        self._grids: dict[int, LegacyGrid] = {}

    def grid(self, index: int) -> LegacyGrid:
        """Return the grid of the sheet with a 0-based index."""
        if index not in self._grids:
            _name, _state, read, hides = self._sheets[index]
            self._grids[index] = LegacyGrid(read(), hides, sure_of_dates=self._sure_of_dates)
        return self._grids[index]


def _ods_sheets(content: bytes) -> list[_Sheet]:
    return [
        (table.name, "visible" if table.visible else "hidden", partial(_ods_cells, table), hides)
        for table, hides in zip(read_tables(content), ods_visibility(content), strict=True)
    ]


def _ods_cells(table: OdsTable) -> _Cells:
    return table.cells


def _calamine_sheets(content: bytes) -> list[_Sheet]:
    with _calamine_errors():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (
                listed.name,
                "visible" if listed.visible == SheetVisibleEnum.Visible else "hidden",
                partial(_calamine_cells, book, index),
                None,
            )
            for index, listed in enumerate(book.sheets_metadata)
        ]


def _calamine_cells(book: CalamineWorkbook, index: int) -> _Cells:
    with _calamine_errors():
        rows = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
    return {
        (row, column): typed
        for row, line in enumerate(rows, start=1)
        for column, value in enumerate(line)
        if (typed := _typed(value)) is not None
    }


class LegacyGrid:
    """A sheet of typed values."""

    irregular = ""
    dates_from_1904 = False  # calamine turns day numbers into dates and does not say how

    def __init__(
        self, cells: _Cells, hides: OdsVisibility | None = None, *, sure_of_dates: bool = True
    ) -> None:
        """Take the values by 1-based row and 0-based column."""
        self._hides = hides
        self._sure_of_dates = sure_of_dates
        self._cells = {(column_letters(c), row): value for (row, c), value in cells.items()}
        self._by_address = {f"{c}{r}": value for (c, r), value in self._cells.items()}

    def result(self, address: str) -> Value:
        """Return the value of a cell that holds a formula's result; see :class:`grids.Grid`."""
        value = self.at(address)
        if isinstance(value, CellFault) and value.kind is FaultKind.ERROR_VALUE:
            return None
        return value if self._sure_of_dates else day_number(value)

    def at(self, address: str) -> Value:
        """Return the value of a cell, ``None`` for a blank one."""
        return self._by_address.get(address)

    def formula(self, address: str) -> str | None:
        """Return ``None``: these file types do not show formulas."""
        return None

    def unseen(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        """Yield the unseen cells; see :class:`grids.Grid`. An .xls or .xlsb tells of none."""
        return self._hides.unseen(letters, rows) if self._hides else iter(())

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """What floats on the sheet; see :class:`grids.Grid`. Only an .ods tells."""
        return tuple(self._hides.drawn) if self._hides else ()

    def texts(self) -> Iterator[tuple[str, int, str]]:
        """Yield (column letters, 1-based row, text) of every text."""
        for (column, row), value in self._cells.items():
            if isinstance(value, str):
                yield column, row, value

    def rows(self, letters: str) -> list[int]:
        """Return the 1-based rows of a column's cells that are not blank, ascending."""
        return sorted(row for column, row in self._cells if column == letters)


@contextmanager
def _calamine_errors() -> Iterator[None]:
    """Turn every way in which calamine fails into one error."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of its Rust code is no Exception
        problem = f"{type(error).__name__}: {error}"[:200]
        raise NotReadableError(Reason.FILE_UNREADABLE, problem) from None


def _typed(value: object) -> Value:
    if isinstance(value, str):
        return trimmed(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number_from_float(float(value))
    if isinstance(value, timedelta):
        return CellFault(FaultKind.AMBIGUOUS, str(value))
    return value  # type: ignore[return-value]  # calamine: date, datetime, time
