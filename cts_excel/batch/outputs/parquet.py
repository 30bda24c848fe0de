"""The data files as Parquet: typed, partitioned by status, streamed in groups of rows.

``parquet/grades/status=graded/part-00000.parquet`` and so on, with the columns of the CSV files;
``status`` is a partition, so it stands in the path. Texts are as they were entered, a missing
value is null. Points and percentages are decimals of 20 places: every product of a weight and a
percentage typed with up to 17 places is exact in it; what is finer (a prorated base) is rounded
half even, and what does not fit at all (a stated score beyond 10^18) is null.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.errors import RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.columns import TABLES, Column, Kind, Table
from cts_excel.batch.outputs.sink import RunOutput, Sink
from cts_excel.batch.results import Result
from cts_excel.files.atomic import atomic_write
from cts_excel.messages import _
from cts_excel.standard.model import Standard

FOLDER = "parquet"
GROUP_ROWS = 20_000  # rows that are held before they are written
PART_ROWS = 1_000_000  # rows of a file, about
_PLACES = 20
_STEP = Decimal(1).scaleb(-_PLACES)
_TOO_LARGE = Decimal(10) ** 18
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)

_PARTITION = "status"  # a column that stands in the path
Row = tuple[Any, ...]


def require_pyarrow() -> None:
    """See that Parquet can be written.

    :raises RunError: where the extra is missing.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        repair = _("Install it: pip install 'cts-excel[parquet]'.")
        raise RunError("--format parquet", _("pyarrow is not installed"), repair) from None


class ParquetTables(Sink):
    """Writes ``parquet/`` in the run folder; a file appears under its name when it is complete."""

    name = "parquet"

    def __init__(self, run: RunOutput) -> None:
        """Open nothing yet: the first row of each status opens its file."""
        folder = run.folder / FOLDER
        self._tables = [_Writer(folder / table.name, table, run.standard) for table in TABLES]

    @classmethod
    def wanted(cls, options: RunOptions) -> bool:
        """Tell whether the run was asked for Parquet."""
        return options.parquet

    def add(self, result: Result) -> None:
        """Write the rows of one file."""
        for table in self._tables:
            table.add(result.outcome)

    def close(self) -> None:
        """Complete all files."""
        self._end(None)

    def discard(self, error: BaseException) -> None:
        """Remove the files that are not complete."""
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        with ExitStack() as stack:
            for table in self._tables:
                stack.push(table.close)
            if error is not None:
                stack.__exit__(type(error), error, error.__traceback__)


class _Writer:
    """Writes one table: a folder per status, each with parts of groups of rows."""

    def __init__(self, folder: Path, table: Table, standard: Standard) -> None:
        self._folder, self._table, self._standard = folder, table, standard
        self._columns = [column for column in table.columns if column.name != _PARTITION]
        self._values = [(column.value, _FORMS.get(column.kind, _as_is)) for column in self._columns]
        self._parts: dict[str, _Parts] = {}

    def add(self, outcome: Outcome) -> None:
        status = outcome.status.value
        for row in self._table.rows(outcome, self._standard):
            if status not in self._parts:
                schema = _schema(self._columns)
                self._parts[status] = _Parts(self._folder / f"{_PARTITION}={status}", schema)
            self._parts[status].add(tuple(form(value(row)) for value, form in self._values))

    def close(self, *error: Any) -> None:
        with ExitStack() as stack:
            for parts in self._parts.values():
                stack.push(parts.close)
            stack.__exit__(*error)


class _Parts:
    """The files of one table and status, one open at a time."""

    def __init__(self, folder: Path, schema: Any) -> None:
        self._folder, self._schema = folder, schema
        self._held: list[Row] = []
        self._number = self._written = 0
        self._open = ExitStack()
        self._writer: Any = None

    def add(self, row: Row) -> None:
        self._held.append(row)
        if len(self._held) == GROUP_ROWS:
            self._flush()

    def close(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None and self._held:
            self._flush()
        self._open.__exit__(kind, error, trace)

    def _flush(self) -> None:
        import pyarrow as pa

        if self._writer is None:
            self._start()
        columns = zip(*self._held, strict=True)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._written += len(self._held)
        self._held.clear()
        if self._written >= PART_ROWS:
            self._open.close()
            self._writer = None
            self._number, self._written = self._number + 1, 0

    def _start(self) -> None:
        import pyarrow.parquet as pq

        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"part-{self._number:05d}.parquet"
        self._open = ExitStack()
        stream = self._open.enter_context(atomic_write(path))
        writer = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._writer = self._open.enter_context(writer)


def _schema(columns: list[Column]) -> Any:
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.KEY: pa.string(),
        Kind.NUMBER: pa.decimal128(38, _PLACES),
        Kind.COUNT: pa.int32(),
        Kind.DATE: pa.date32(),
        Kind.TRUTH: pa.bool_(),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


def _text(text: str | None) -> str | None:
    return text or None


def _number(number: Decimal | None) -> Decimal | None:
    if number is None or abs(number) >= _TOO_LARGE:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        return number.quantize(_STEP, context=_WIDE)
    return number


def _as_is(value: Any) -> Any:
    return value


_FORMS: dict[Kind, Callable[[Any], Any]] = {Kind.TEXT: _text, Kind.KEY: _text, Kind.NUMBER: _number}
