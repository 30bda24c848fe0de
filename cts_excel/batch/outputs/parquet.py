"""The data files as Parquet: typed, partitioned by status, streamed in groups of rows.

``parquet/grades/status=graded/part-00000.parquet`` and so on, with the columns of the CSV files;
``status`` is a partition, so it stands in the path. Texts are as they were entered, a missing
value is null. Points and percentages are decimals of 20 places: every product of a weight and a
percentage typed with up to 17 places is exact in it; what is finer (a prorated base) is rounded
half even, and what does not fit at all (a stated score beyond 10^18) is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any, Self

from cts_excel.audit.catalogue import repair
from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.errors import RunError
from cts_excel.batch.outputs.csv_lines import level_key
from cts_excel.files.atomic import whole_file
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.layout import NOT_APPLICABLE

FOLDER = "parquet"
GROUP_ROWS = 20_000  # rows that are held before they are written
PART_ROWS = 1_000_000  # rows of a file, about
_PLACES = 20
_STEP = Decimal(1).scaleb(-_PLACES)
_TOO_LARGE = Decimal(10) ** 18
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)

Row = tuple[Any, ...]
# Column and type: t text, n number, i count, d date, b truth.
_GRADES = (
    "file:t sha256:t organisation:t uscc:t audit_no:t audit_type:t lead_assessor:t assessor:t "
    "start_date:d end_date:d base_score:n deductions:n bonus:n final_score:n level:t passed:b "
    "fail_reasons:t stated_final:n stated_level:t score_low:n score_high:n errors:i warnings:i "
    "notices:i"
)
_RATINGS = "file:t clause:t weight:n band:t percent:n score:n stated_score:n evidence:t"
_FINDINGS = (
    "file:t code:t severity:t sheet:t cell:t found:t expected:t repair:t impact_points:n "
    "impact_level:t"
)


def require_pyarrow() -> None:
    """See that Parquet can be written.

    :raises RunError: where the extra is missing.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        repair = _("Install it: pip install 'cts-excel[parquet]'.")
        raise RunError("--format parquet", _("pyarrow is not installed"), repair) from None


class ParquetTables:
    """Writes outcomes as they come; use it in a ``with`` statement.

    A file appears under its name when it is whole.
    """

    def __init__(self, folder: Path, standard: Standard) -> None:
        """Write below ``folder/parquet``."""
        self._standard = standard
        self._tables = (
            _Table(folder / FOLDER / "grades", _GRADES, self._grade),
            _Table(folder / FOLDER / "ratings", _RATINGS, self._ratings),
            _Table(folder / FOLDER / "findings", _FINDINGS, _findings),
        )

    def add(self, outcome: Outcome) -> None:
        """Take a final outcome."""
        for table in self._tables:
            table.add(outcome)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        with ExitStack() as stack:
            for table in self._tables:
                stack.push(table.close)
            stack.__exit__(*error)

    def _grade(self, outcome: Outcome) -> Iterator[Row]:
        audit, score, bounds = outcome.audit, outcome.score, outcome.bounds
        counts = (*map(outcome.count, (Severity.ERROR, Severity.WARNING, Severity.NOTICE)),)
        if audit is None or score is None:
            yield (outcome.file, outcome.sha256 or None, *[None] * 19, *counts)
            return
        cover, judgement = audit.cover, outcome.judgement
        yield (
            outcome.file, outcome.sha256, *map(_text, (
                cover.organisation, cover.uscc, cover.audit_no, cover.audit_type,
                cover.lead_assessor, cover.assessor,
            )),
            cover.start_date, cover.end_date,
            *map(_number, (score.base, score.deductions, score.bonus, score.final)),
            judgement.key if judgement else None,
            judgement.passed if judgement else None,
            ";".join(r.value for r in judgement.fail_reasons) or None if judgement else None,
            _number(audit.stated.final),
            _text(level_key(audit.stated.level, self._standard)),
            _number(bounds.low if bounds else None),
            _number(bounds.high if bounds else None),
            *counts,
        )  # fmt: skip

    def _ratings(self, outcome: Outcome) -> Iterator[Row]:
        if outcome.audit is None or outcome.score is None:
            return
        for indicator, rating, item in zip(
            self._standard.indicators, outcome.audit.ratings, outcome.score.items, strict=True
        ):
            yield (
                outcome.file,
                rating.clause,
                indicator.weight,
                NOT_APPLICABLE if rating.not_applicable else _text(rating.band),
                _number(rating.percent),
                _number(item),
                _number(rating.stated_score),
                _text(rating.evidence),
            )


def _findings(outcome: Outcome) -> Iterator[Row]:
    for found in outcome.findings:
        impact = found.impact
        yield (
            outcome.file, found.code, found.severity.key,
            *map(_text, (found.sheet, found.cell, found.found, found.expected, repair(found))),
            _number(impact.points if impact else None),
            _text(impact.level_text if impact else ""),
        )  # fmt: skip


class _Table:
    """One table: a folder per status, each with parts of groups of rows."""

    def __init__(
        self, folder: Path, columns: str, rows: Callable[[Outcome], Iterator[Row]]
    ) -> None:
        self._folder, self._rows = folder, rows
        self._schema = _schema(columns)
        self._parts: dict[str, _Parts] = {}

    def add(self, outcome: Outcome) -> None:
        status = outcome.status.value
        for row in self._rows(outcome):
            if status not in self._parts:
                self._parts[status] = _Parts(self._folder / f"status={status}", self._schema)
            self._parts[status].add(row)

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
        stream = self._open.enter_context(whole_file(path))
        writer = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._writer = self._open.enter_context(writer)


def _schema(columns: str) -> Any:
    import pyarrow as pa

    types = {
        "t": pa.string(),
        "n": pa.decimal128(38, _PLACES),
        "i": pa.int32(),
        "d": pa.date32(),
        "b": pa.bool_(),
    }
    pairs = (column.split(":") for column in columns.split())
    return pa.schema([pa.field(name, types[kind]) for name, kind in pairs])


def _text(text: str) -> str | None:
    return text or None


def _number(number: Decimal | None) -> Decimal | None:
    if number is None or abs(number) >= _TOO_LARGE:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        return number.quantize(_STEP, context=_WIDE)
    return number
