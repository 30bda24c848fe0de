"""What the summary keeps of one outcome, made where the outcome is: in a worker, as a rule.

Making it costs a fair part of a judgement, and one process gathers what many have judged.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.identity import AuditKey, audit_key
from cts_excel.audit.margins import Step, margins
from cts_excel.audit.model import Audit, SpecialItem
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.file_row import STATUSES, facts

NO_BAND = 255
_CONFLICT = Code.CONFLICT
_SHOWN = 12  # steps of a way that are spelled out


class FindingExcerpt(NamedTuple):
    """A finding: ``order`` sorts by effect, the gravest first; ``row`` packs what is shown."""

    code: str
    order: float
    row: bytes


class SpecialExcerpt(NamedTuple):
    """An entry of 特别项: whether it is a deduction; ``row`` packs what is shown."""

    deduction: bool
    row: bytes


class RatedExcerpt(NamedTuple):
    """The ratings of a graded audit, in the order of the standard's indicators.

    ``percents`` are exact fractions of 1, ``""`` for 不适用; ``bands`` a byte each, the place of
    the band in the standard; ``evidence`` packs the texts, ``length`` counts their characters,
    ``blanks`` the empty ones.
    """

    percents: tuple[str, ...]
    bands: bytes
    evidence: bytes
    length: int
    blanks: int
    assessor: str
    lead: str


class NearExcerpt(NamedTuple):
    """How far a graded audit is from its lines: points, exact, ``""`` where there is no line."""

    next_level: str
    to_next: str
    above_line: str
    steps: int
    way: str


class ConflictExcerpt(NamedTuple):
    """A file that contradicts others, its audit packed; ``ready`` for a level if it stood alone."""

    key: AuditKey
    ready: bool
    audit: bytes


class Excerpt(NamedTuple):
    """One outcome; ``facts`` packs the fields of a :class:`FileRow` from ``file`` on.

    ``level`` is its label where the file is graded; ``gravity`` that of its gravest finding above
    a notice.
    """

    status: int
    facts: bytes
    level: str
    gravity: tuple[int, bool, str] | None
    findings: tuple[FindingExcerpt, ...]
    specials: tuple[SpecialExcerpt, ...]
    rated: RatedExcerpt | None
    near: NearExcerpt | None
    conflict: ConflictExcerpt | None


_PACK = msgspec.msgpack.Encoder().encode
_UNPACK = msgspec.msgpack.Decoder(Excerpt).decode


def excerpt(outcome: Outcome, standard: Standard) -> bytes:
    """Take from an outcome what the sheets show, packed."""
    graded = outcome.status is Status.GRADED and outcome.audit is not None
    gravest = outcome.findings[0] if outcome.findings else None
    return packed(
        Excerpt(
            STATUSES.index(outcome.status),
            packed(facts(outcome, standard)),
            outcome.judgement.label if graded and outcome.judgement else "",
            _gravity(gravest) if gravest and gravest.severity > Severity.NOTICE else None,
            tuple([_finding(found) for found in outcome.findings]),
            _specials(outcome),
            _rated(outcome.audit, standard) if graded and outcome.audit else None,
            _near(outcome, standard) if graded else None,
            _conflict(outcome),
        )
    )


def opened(content: bytes) -> Excerpt:
    """Unpack an excerpt.

    :raises msgspec.DecodeError: for bytes that are none.
    """
    return _UNPACK(content)


def packed(value: object) -> bytes:
    """Pack plain values; a lone surrogate, which is no text, as an escape."""
    try:
        return _PACK(value)
    except UnicodeEncodeError:
        return _PACK(_sound(msgspec.to_builtins(value, builtin_types=(bytes,))))


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {key: _sound(item) for key, item in value.items()}
    return value


def _gravity(found: Finding) -> tuple[int, bool, str]:
    severity, stands, points = found.gravity
    return severity, stands, plain(points)


def _finding(found: Finding) -> FindingExcerpt:
    impact = found.impact
    points = "" if impact is None or impact.points is None else plain(impact.points)
    level = "" if impact is None else impact.level_text
    row = (
        found.code, int(found.severity), found.sheet, found.cell, found.clause, found.found,
        found.expected, points, level,
    )  # fmt: skip
    return FindingExcerpt(found.code, _effect(found.severity, points, level), packed(row))


def _effect(severity: Severity, points: str, level: str) -> float:
    """Return a sort key: a moved level first, then what blocks a level, then points, then the rest.

    Within a class the larger number of points comes first.
    """
    size = min(abs(float(points or 0)), 9999.0)
    if level:
        grade = 0
    elif severity is Severity.ERROR:
        grade = 1
    elif size:
        grade = 2
    else:
        grade = 3 if severity is Severity.WARNING else 4
    return grade * 10_000 - size


def _specials(outcome: Outcome) -> tuple[SpecialExcerpt, ...]:
    """List the entries of 特别项; a duplicate's count with the file that it repeats."""
    if outcome.audit is None or outcome.status is Status.DUPLICATE:
        return ()
    entries = [(True, entry) for entry in outcome.audit.deductions]
    entries += [(False, entry) for entry in outcome.audit.bonuses]
    return tuple([_special(deduction, entry) for deduction, entry in entries])


def _special(deduction: bool, entry: SpecialItem) -> SpecialExcerpt:
    row = (
        deduction, entry.number, entry.category, entry.clause, entry.description, entry.evidence,
        entry.rectification, entry.complete,
    )  # fmt: skip
    return SpecialExcerpt(deduction, packed(row))


def _rated(audit: Audit, standard: Standard) -> RatedExcerpt:
    ratings = audit.ratings
    places = {band.label: place for place, band in enumerate(standard.bands)}
    lengths = [len(rating.evidence.strip()) for rating in ratings]
    return RatedExcerpt(
        tuple(["" if r.percent is None else plain(r.percent) for r in ratings]),
        bytes([places.get(rating.band, NO_BAND) for rating in ratings]),
        packed(tuple([rating.evidence for rating in ratings])),
        sum(lengths),
        lengths.count(0),
        _name(audit.cover.assessor),
        _name(audit.cover.lead_assessor),
    )


def _name(person: str) -> str:
    return " ".join(person.split())


def _near(outcome: Outcome, standard: Standard) -> NearExcerpt | None:
    found = margins(outcome, standard)
    if found is None:
        return None
    to_next, above = ("" if d is None else plain(d) for d in (found.to_next, found.above_line))
    next_level = found.next_level.label if found.next_level else ""
    return NearExcerpt(next_level, to_next, above, len(found.steps), way_text(found.steps))


def way_text(steps: tuple[Step, ...]) -> str:
    """Word a way to the next level; of a long one the first steps."""
    shown = "、".join(map(_step_text, steps[:_SHOWN]))
    return shown if len(steps) <= _SHOWN else f"{shown} 等 {len(steps)} 项"


def _step_text(step: Step) -> str:
    return f"{step.clause} {step.band_from}→{step.band_to}（+{plain(step.points)}）"


def _conflict(outcome: Outcome) -> ConflictExcerpt | None:
    """Pack the audit of a file that conflicts, to be laid beside the others (rule 12)."""
    audit = outcome.audit
    key = audit_key(audit) if outcome.status is Status.CONFLICT and audit else None
    if audit is None or key is None:
        return None
    errors = [found for found in outcome.findings if found.severity is Severity.ERROR]
    wrong = tuple(found for found in audit.findings if found.severity is Severity.ERROR)
    ready = all(found.code == _CONFLICT for found in errors)
    return ConflictExcerpt(key, ready, zlib.compress(packed(replace(audit, findings=wrong)), 1))
