"""The result of one file: how a worker hands it over, how it is stored, what the sinks get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Gravity, Severity
from cts_excel.audit.identity import audit_key
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.proof import bare
from cts_excel.files.visible import visible
from cts_excel.standard.model import Standard

Prepared = tuple[bytes, ...]
# Makes a part of an output from (outcome, standard, content of the file); ``None``: later.
Prepare = Callable[[Outcome, Standard, bytes], Prepared | None]


# What another day, or a quieter machine, could find otherwise.
_PASSING = (Code.ENDS_IN_FUTURE, Code.TIMED_OUT, Code.WORKER_DIED, Code.INTERNAL_ERROR)


class Verdict(StrEnum):
    """What the second reader says of a graded file."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    OTHER_TYPE = "other_type"  # it reads .xlsx and .xlsm only


class Parting(NamedTuple):
    """A quantity on which the readers differ, both values, and the cell where they part."""

    quantity: str
    first: str
    second: str
    cell: str


class Confirmation(NamedTuple):
    """A second, independent reading of one file.

    ``lenient`` names the cells that only a lenient reader takes, such as a text ``８５％``.
    """

    verdict: Verdict
    lenient: tuple[str, ...] = ()
    partings: tuple[Parting, ...] = ()


class StoredResult(NamedTuple):
    """A result as it is stored.

    ``number`` is the file's place in the run. ``occasion`` is equal for files that may be the same
    audit, ``None`` if nothing names the audit. ``issue_id`` is the bare one, ``""`` if there is
    none. ``corrects`` are the SHA-256 of the files that a marked copy was made from. ``body`` is
    packed, see :class:`Result`. ``valid_from`` is the first day (ISO 8601) on which the file would
    be judged the same, ``""`` if that is not sure at any time.
    """

    number: int
    file: str
    sha256: str
    status: str
    occasion: int | None
    issue_id: str
    corrects: str
    body: bytes
    valid_from: str = ""


class _Body(NamedTuple):
    """What is packed: ``outcome`` is packed once more, for few sinks need it."""

    level: str
    gravity: Gravity | None
    outcome: bytes
    prepared: dict[str, Prepared]
    confirmation: Confirmation | None


_PACK = msgspec.msgpack.Encoder()
_BODY = msgspec.msgpack.Decoder(_Body)
_OUTCOME = msgspec.msgpack.Decoder(Outcome)


@dataclass(slots=True)
class Result:
    """The final result of one file.

    ``level`` is the label of the level of a graded file, else ``""``. ``gravity`` is that of its
    gravest finding above a notice. ``prepared`` holds, by the name of a sink, what a worker has
    made for it; a sink makes what is missing. ``confirmation`` is ``None`` if no second reader has
    read the file.
    """

    file: str
    sha256: str
    status: Status
    level: str
    gravity: Gravity | None
    prepared: Mapping[str, Prepared] = field(default_factory=dict)
    confirmation: Confirmation | None = None
    _packed: bytes = b""
    _outcome: Outcome | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """The whole outcome, unpacked when it is first asked for."""
        if self._outcome is None:
            self._outcome = _OUTCOME.decode(self._packed)
        return self._outcome


def result_of(outcome: Outcome, confirmation: Confirmation | None = None) -> Result:
    """Return the result of an outcome for which nothing is prepared."""
    return Result(
        outcome.file,
        outcome.sha256,
        outcome.status,
        _level(outcome),
        _gravity(outcome),
        confirmation=confirmation,
        _outcome=outcome,
    )


def store_result(
    number: int,
    outcome: Outcome,
    standard: Standard,
    preparations: Mapping[str, Prepare],
    content: bytes = b"",
    confirmation: Confirmation | None = None,
) -> StoredResult:
    """Pack an outcome together with what is prepared for the sinks.

    :param content: the file's bytes, if its marked copy may be prepared here.
    """
    prepared = _prepared(outcome, standard, preparations, content)
    try:
        packed = _PACK.encode(outcome)
    except UnicodeEncodeError:  # a lone surrogate: no store and no output could hold it
        outcome = _all_visible(outcome)
        prepared = _prepared(outcome, standard, preparations, content)
        packed = _PACK.encode(outcome)
    key = audit_key(outcome.audit) if outcome.audit else None
    occasion = None if key is None else int.from_bytes(key.occasion[:8], "little", signed=True)
    body = _PACK.encode(_Body(_level(outcome), _gravity(outcome), packed, prepared, confirmation))
    issue_id = bare(outcome.audit.identity.issue_id) if outcome.audit else ""
    corrects = " ".join(outcome.audit.corrects) if outcome.audit else ""
    status = outcome.status.value
    return StoredResult(
        number,
        outcome.file,
        outcome.sha256,
        status,
        occasion,
        issue_id,
        corrects,
        body,
        _valid_from(outcome),
    )


def _valid_from(outcome: Outcome) -> str:
    """Return since when an outcome holds; see :class:`StoredResult`.

    It depends on the day of the run if the audit ends later, and on the machine if the file was
    given up.
    """
    if any(found.code in _PASSING for found in outcome.findings):
        return ""
    end = outcome.audit.cover.end_date if outcome.audit else None
    return (end or date.min).isoformat()


def _prepared(
    outcome: Outcome, standard: Standard, preparations: Mapping[str, Prepare], content: bytes
) -> dict[str, Prepared]:
    made = {name: prepare(outcome, standard, content) for name, prepare in preparations.items()}
    return {name: parts for name, parts in made.items() if parts is not None}


def load_result(stored: StoredResult) -> Result:
    """Return a result as it was stored.

    :raises msgspec.DecodeError: if the bytes are no result.
    """
    body = _BODY.decode(stored.body)
    status = Status(stored.status)
    return Result(
        stored.file,
        stored.sha256,
        status,
        body.level,
        body.gravity,
        body.prepared,
        body.confirmation,
        body.outcome,
    )


def _level(outcome: Outcome) -> str:
    graded = outcome.status is Status.GRADED and outcome.judgement is not None
    return outcome.judgement.label if graded and outcome.judgement else ""


def _gravity(outcome: Outcome) -> Gravity | None:
    if not outcome.findings or outcome.findings[0].severity is Severity.NOTICE:
        return None
    return outcome.findings[0].gravity


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
