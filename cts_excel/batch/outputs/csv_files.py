"""The data files as CSV: ``grades.csv``, ``ratings.csv``, ``specials.csv``, ``findings.csv``.

UTF-8 with byte order mark, lines end in CR LF. Numbers are exact decimals without exponent or
trailing zeros, percentages fractions of 1, dates ISO 8601, truth ``true``/``false``; a missing
value is an empty field. Texts are escaped (:mod:`cts_excel.files.csv_text`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.outputs.columns import NOT_RETURNED, TABLES, Kind, Table
from cts_excel.batch.outputs.sink import RunOutput, Sink
from cts_excel.batch.results import Prepared, Result
from cts_excel.files.atomic import atomic_write
from cts_excel.files.csv_text import escape, field
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

_BOM = b"\xef\xbb\xbf"


class CsvFiles(Sink):
    """Writes the lines that the workers have prepared."""

    name = "csv"

    def __init__(self, run: RunOutput) -> None:
        """Open one file per table in the run folder.

        :raises OSError: if a file cannot be written.
        """
        self._standard = run.standard
        self._files = ExitStack()
        with ExitStack() as opening:
            self._streams = [
                opening.enter_context(atomic_write(run.folder / table.file)) for table in TABLES
            ]
            for stream, table in zip(self._streams, TABLES, strict=True):
                stream.write(heading(table))
            self._files = opening.pop_all()

    @staticmethod
    def prepare(outcome: Outcome, standard: Standard, _content: bytes) -> Prepared:
        """Return the lines of an outcome, one text per table."""
        return tuple(lines(table, outcome, standard).encode() for table in TABLES)

    def add(self, result: Result) -> None:
        """Write the lines of one file."""
        prepared = result.prepared.get(self.name)
        texts = prepared or self.prepare(result.outcome, self._standard, b"")
        for stream, text in zip(self._streams, texts, strict=True):
            stream.write(text)

    def close(self) -> None:
        """Let all files appear under their names."""
        self._files.close()

    def discard(self, error: BaseException) -> None:
        """Remove the files that are not complete."""
        self._files.__exit__(type(error), error, error.__traceback__)


def lines(table: Table, outcome: Outcome, standard: Standard) -> str:
    """Return an outcome's lines of one table."""
    return lines_of(table, table.rows(outcome, standard))


def lines_of(table: Table, rows: Iterable[Any]) -> str:
    """Return the lines of rows of one table."""
    writers = _WRITERS[table.name]
    return "".join(
        [",".join([write(value(row)) for value, write in writers]) + "\r\n" for row in rows]
    )


def heading(table: Table) -> bytes:
    """Return the beginning of a file: byte order mark and names of the columns."""
    return _BOM + f"{','.join(table.names)}\r\n".encode()


def _text(value: str | None) -> str:
    if not value or value.isalnum():
        return value or ""
    return field(escape(value))


def _if_there(write: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "" if value is None else write(value)


_FORMS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.KEY: lambda value: value or "",
    Kind.NUMBER: _if_there(plain),
    Kind.COUNT: _if_there(str),
    Kind.DATE: _if_there(lambda value: value.isoformat()),
    Kind.TRUTH: _if_there(lambda value: str(value).lower()),
}
_WRITERS = {
    table.name: tuple((column.value, _FORMS[column.kind]) for column in table.columns)
    for table in (*TABLES, NOT_RETURNED)
}
