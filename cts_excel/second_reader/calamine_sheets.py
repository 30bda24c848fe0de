"""calamine opens the workbook: values only, quickly, by a reader in another language.

It tells no formula, no style and nothing that is hidden, and an error value looks blank. Its
tables are dense: a caller knows how far a sheet's cells reach before it asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from cts_excel.second_reader.cells import (
    Cell,
    Sheet,
    UnreadableError,
    Value,
    sheet_of,
)
from cts_excel.second_reader.model import ProblemKind
from cts_excel.second_reader.spelling import decoded, fifteen_digits, visible

Rows = Sequence[Sequence[Any]]


class AnswerBook:
    """A workbook as calamine reads it."""

    def __init__(self, content: bytes) -> None:
        """Open it.

        :raises UnreadableError: if calamine cannot.
        """
        self._book = _guarded(lambda: CalamineWorkbook.from_filelike(BytesIO(content)))
        self.names: list[str] = self._book.sheet_names

    def rows(self, name: str) -> Rows:
        """Return the values of a sheet from its cell A1 on; ``""`` stands for a blank.

        :raises UnreadableError: if calamine cannot read it, or there is no such sheet.
        """
        rows: Rows = _guarded(
            lambda: self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        )
        return rows


def read_values(content: bytes) -> list[Sheet]:
    """Read the filled cells of every sheet as if all were seen and none was a formula.

    :raises UnreadableError: if calamine cannot read the content.
    """
    book = AnswerBook(content)
    return [_sheet(name, book.rows(name)) for name in book.names]


class _AllSeen:
    """calamine does not tell what is hidden."""

    def shows(self, row: int, column: int, style: int) -> bool:
        return True


SEEN = _AllSeen()


def _sheet(name: str, rows: Rows) -> Sheet:
    return sheet_of(
        name,
        (
            Cell(name, row, column, value, 0, SEEN)
            for row, line in enumerate(rows, 1)
            for column, raw in enumerate(line, 1)
            if raw != "" and (value := _value(raw)) is not None
        ),
    )


def _value(raw: object) -> Value | None:
    if isinstance(raw, str):
        text = decoded(raw)
        return text if visible(text) else None
    if isinstance(raw, bool):
        return ProblemKind.LOGICAL
    if isinstance(raw, int | float):
        number = fifteen_digits(raw)
        return ProblemKind.NOT_A_NUMBER if number is None else number
    return ProblemKind.DATE if isinstance(raw, date | time | timedelta) else None


def _guarded(call: Callable[[], Any]) -> Any:
    """Turn every way in which calamine fails into one error."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of its Rust code is no Exception
        raise UnreadableError(f"{type(error).__name__}: {error}"[:200]) from None
