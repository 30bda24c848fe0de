"""What a worker hands back for a file: its outcome and rendered lines, ready to be stored."""

from __future__ import annotations

from typing import Any

import msgspec

from cts_excel.audit.identity import AuditKey, audit_key
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.outputs.csv_lines import lines
from cts_excel.files.visible import visible
from cts_excel.workbook.returned.files import Made


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The beginning of a record: what is needed to compare files. ``number``: place in the run."""

    number: int
    file: str
    sha256: str
    status: Status
    key: AuditKey | None


class Record(Head, frozen=True, array_like=True):
    """One file's result: its packed outcome, what is made of it, its lines of the data files."""

    outcome: bytes
    excerpt: bytes
    made: Made | None
    grades: bytes
    ratings: bytes
    findings: bytes


_PACK = msgspec.msgpack.Encoder()
_HEAD = msgspec.msgpack.Decoder(Head)
_RECORD = msgspec.msgpack.Decoder(Record)
_OUTCOME = msgspec.msgpack.Decoder(Outcome)


def pack(number: int, outcome: Outcome, rules: Rules, made: Made | None = None) -> bytes:
    """Pack a file's outcome with its excerpt, what is sent back, its lines of the data files."""
    try:
        return _pack(number, outcome, rules, made)
    except UnicodeEncodeError:  # a lone surrogate somewhere: made visible everywhere
        return _pack(number, _all_visible(outcome), rules, made)


def unpack_head(packed: bytes | memoryview) -> Head:
    """Unpack only the beginning of a record.

    :raises msgspec.DecodeError: for bytes that are no record.
    """
    return _HEAD.decode(packed)


def unpack(packed: bytes | memoryview) -> Record:
    """Unpack a record; its outcome stays packed.

    :raises msgspec.DecodeError: for bytes that are no record.
    """
    return _RECORD.decode(packed)


def outcome_of(record: Record) -> Outcome:
    """Unpack a record's outcome."""
    return _OUTCOME.decode(record.outcome)


def _pack(number: int, outcome: Outcome, rules: Rules, made: Made | None) -> bytes:
    audit = outcome.audit
    grades, ratings, findings = lines(outcome, rules.standard)
    return _PACK.encode(
        Record(
            number=number,
            file=outcome.file,
            sha256=outcome.sha256,
            status=outcome.status,
            key=audit_key(audit) if audit else None,
            outcome=_PACK.encode(outcome),
            excerpt=rules.excerpt(outcome, rules.standard) if rules.excerpt else b"",
            made=made,
            grades=grades.encode(),
            ratings=ratings.encode(),
            findings=findings.encode(),
        )
    )


def _all_visible(outcome: Outcome) -> Outcome:
    return msgspec.convert(_shown(msgspec.to_builtins(outcome)), Outcome)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value
