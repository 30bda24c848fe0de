"""The excerpt of one outcome: what the summary keeps of it.

Workers make excerpts: made in the parent process, they took a quarter of a run.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Audit, SpecialItem
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.file_row import STATUSES, file_fields

NO_BAND = 255
CLASS, LEVEL_MOVED = 10_000.0, 1  # width of a class of effects; the class of a changed level
ACTION_KEYS = ("measure", "responsible", "due", "verifier", "verified_on")


class FindingExcerpt(NamedTuple):
    """A finding: ``effect`` is a sort key, the gravest smallest; ``row`` packs what is shown."""

    code: str
    effect: float
    row: bytes


class SpecialExcerpt(NamedTuple):
    """An entry of 特别项; ``row`` packs what is shown."""

    deduction: bool
    row: bytes


class RatingsExcerpt(NamedTuple):
    """The ratings of a graded audit, in the order of the standard's indicators.

    ``percents`` are exact fractions of 1 as text, ``""`` for 不适用. ``bands`` holds a byte per
    rating, the place of the band in the standard. ``evidence`` packs the texts, ``length`` counts
    their characters, ``blanks`` counts the empty ones.
    """

    percents: tuple[str, ...]
    bands: bytes
    evidence: bytes
    length: int
    blanks: int
    assessor: str
    lead: str


class ConflictExcerpt(NamedTuple):
    """A conflicting file with its audit, packed and compressed.

    ``name`` is equal for all files of the conflict. ``gradable`` is true if the conflict is the
    file's only error.
    """

    name: str
    gradable: bool
    audit: bytes


class Excerpt(NamedTuple):
    """One outcome; ``file`` packs the fields of a :class:`FileRow` from ``file`` on.

    ``level`` is the label of a graded file's level. ``gravity`` is that of the gravest finding
    above a notice.
    """

    status: int
    file: bytes
    level: str
    gravity: tuple[int, bool, str] | None
    findings: tuple[FindingExcerpt, ...]
    specials: tuple[SpecialExcerpt, ...]
    ratings: RatingsExcerpt | None
    conflict: ConflictExcerpt | None


_PACK = msgspec.msgpack.Encoder().encode
_UNPACK = msgspec.msgpack.Decoder(Excerpt).decode


def excerpt(outcome: Outcome, standard: Standard) -> bytes:
    """Return what the summary shows of an outcome, packed."""
    graded = outcome.status is Status.GRADED and outcome.audit is not None
    gravest = outcome.findings[0] if outcome.findings else None
    return pack(
        Excerpt(
            STATUSES.index(outcome.status),
            pack(file_fields(outcome, standard)),
            outcome.judgement.label if graded and outcome.judgement else "",
            _gravity(gravest) if gravest and gravest.severity > Severity.NOTICE else None,
            tuple([_finding(found) for found in outcome.findings]),
            _specials(outcome),
            _ratings(outcome.audit, standard) if graded and outcome.audit else None,
            _conflict(outcome),
        )
    )


def opened(content: bytes) -> Excerpt:
    """Unpack an excerpt.

    :raises msgspec.DecodeError: if the bytes are not an excerpt.
    """
    return _UNPACK(content)


def pack(value: object) -> bytes:
    """Pack plain values; lone surrogates, which UTF-8 cannot hold, become escapes."""
    try:
        return _PACK(value)
    except UnicodeEncodeError:
        return _PACK(_encodable(msgspec.to_builtins(value, builtin_types=(bytes,))))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
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
    return FindingExcerpt(found.code, _effect(found.severity, points, level), pack(row))


def _effect(severity: Severity, points: str, level: str) -> float:
    """Return a sort key: errors, changed level, changed points, warnings, notices.

    Within a class the larger number of points comes first.
    """
    size = min(abs(float(points or 0)), CLASS - 1)
    if severity is Severity.ERROR:
        effect = 0
    elif level:
        effect = LEVEL_MOVED
    elif size:
        effect = 2
    else:
        effect = 3 if severity is Severity.WARNING else 4
    return effect * CLASS - size


def _specials(outcome: Outcome) -> tuple[SpecialExcerpt, ...]:
    """List the entries of 特别项; none of a file that another one stands for (rules 12, 14)."""
    if outcome.audit is None or outcome.status in (Status.DUPLICATE, Status.SUPERSEDED):
        return ()
    entries = [(True, entry) for entry in outcome.audit.deductions]
    entries += [(False, entry) for entry in outcome.audit.bonuses]
    return tuple([_special(deduction, entry) for deduction, entry in entries])


def _special(deduction: bool, entry: SpecialItem) -> SpecialExcerpt:
    texts = entry.texts
    row = (
        deduction, entry.number, entry.category, entry.clause, entry.description,
        entry.evidence_shown, entry.rectification,
        *(texts[key] for key in ACTION_KEYS), entry.complete,
    )  # fmt: skip
    return SpecialExcerpt(deduction, pack(row))


def _ratings(audit: Audit, standard: Standard) -> RatingsExcerpt:
    ratings = audit.ratings
    places = {band.label: place for place, band in enumerate(standard.bands)}
    lengths = [len(rating.evidence.strip()) for rating in ratings]
    blanks = sum(not length and not r.pictures for r, length in zip(ratings, lengths, strict=True))
    return RatingsExcerpt(
        tuple(["" if r.percent is None else plain(r.percent) for r in ratings]),
        bytes([places.get(rating.band, NO_BAND) for rating in ratings]),
        pack(tuple([rating.evidence_shown for rating in ratings])),
        sum(lengths),
        blanks,
        _name(audit.cover.assessor),
        _name(audit.cover.lead_assessor),
    )


def _name(person: str) -> str:
    return " ".join(person.split())


def _conflict(outcome: Outcome) -> ConflictExcerpt | None:
    """Pack the audit of a conflicting file, to compare it with the others (rule 12)."""
    audit = outcome.audit
    if audit is None or outcome.status is not Status.CONFLICT or not outcome.conflict:
        return None
    gradable = all(
        found.code in (Code.CONFLICT, Code.ISSUE_ID_SHARED)
        for found in outcome.findings
        if found.severity is Severity.ERROR
    )
    errors = tuple(found for found in audit.findings if found.severity is Severity.ERROR)
    compressed = zlib.compress(pack(replace(audit, findings=errors)), 1)
    return ConflictExcerpt(outcome.conflict, gradable, compressed)
