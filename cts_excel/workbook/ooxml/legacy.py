"""An older file type (.xls, .xlsb, .ods) as grids, read through calamine: values only."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import (
    CellFault,
    FaultKind,
    Value,
    number_from_float,
    trimmed,
)
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import SheetName


class LegacyWorkbook:
    """An .xls, .xlsb or .ods.

    Formulas are not seen, very hidden sheets look hidden, and an error cell looks blank, so that
    it is reported as missing.
    """

    properties: dict[str, str] = {}  # noqa: RUF012 - never written

    def __init__(self, content: bytes) -> None:
        with _calamine_errors():
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self.sheets = tuple(
                SheetName(s.name, "visible" if s.visible == SheetVisibleEnum.Visible else "hidden")
                for s in self._workbook.sheets_metadata
            )
        self._grids: dict[int, LegacyGrid] = {}

    def grid(self, index: int) -> LegacyGrid:
        """Return the grid of the sheet with a 0-based index."""
        if index not in self._grids:
            with _calamine_errors():
                sheet = self._workbook.get_sheet_by_index(index)
                rows = sheet.to_python(skip_empty_area=False)
            self._grids[index] = LegacyGrid(rows)
        return self._grids[index]


class LegacyGrid:
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
