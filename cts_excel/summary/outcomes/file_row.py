"""One input file as the sheets show it, with the reasons why it has no level."""

from __future__ import annotations

from typing import NamedTuple

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import Cover
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import reason_text
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.ranges import JOINED
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

STATUSES = tuple(Status)
_BY_ANOTHER = {Status.DUPLICATE: Code.DUPLICATE, Status.SUPERSEDED: Code.SUPERSEDED}


class FileRow(NamedTuple):
    """One input file. Scores are exact decimals as text, ``""`` if there is none.

    The fields from ``organisation`` to ``assessor`` are those of the cover (:data:`COVER_KEYS`).
    ``why`` and ``todo`` are empty for a graded file.
    """

    number: int
    status: int
    file: str
    sha256: str
    organisation: str
    uscc: str
    audit_no: str
    scope: str
    audit_type: str
    audit_method: str
    start_date: str
    end_date: str
    industry: str
    province: str
    lead_assessor: str
    assessor: str
    base: str
    deductions: str
    bonus: str
    final: str
    level: str
    level_key: str
    reasons: str
    low: str
    high: str
    low_level: str
    high_level: str
    errors: int
    warnings: int
    notices: int
    why: str
    todo: str

    @property
    def shown_status(self) -> Status:
        """The status as an enumeration member."""
        return STATUSES[self.status]

    @property
    def findings(self) -> int:
        """Number of findings of every severity."""
        return self.errors + self.warnings + self.notices


_FIELDS = FileRow._fields
COVER_KEYS = _FIELDS[_FIELDS.index("organisation") : _FIELDS.index("base")]


def _cover_text(cover: Cover | None, key: str) -> str:
    return cover.text(key) if cover else ""


def file_fields(outcome: Outcome, standard: Standard) -> tuple[str | int, ...]:
    """Return the fields of :class:`FileRow` from ``file`` on."""
    cover = outcome.audit.cover if outcome.audit else None
    score, bounds, judgement = outcome.score, outcome.bounds, outcome.judgement
    graded = outcome.status is Status.GRADED
    return (
        outcome.file,
        outcome.sha256,
        *(_cover_text(cover, key) for key in COVER_KEYS),
        plain(score.base) if score else "",
        plain(score.deductions) if score else "",
        plain(score.bonus) if score else "",
        plain(score.final) if score else "",
        judgement.label if judgement else "",
        judgement.key if judgement else "",
        "；".join(reason_text(r, standard) for r in judgement.fail_reasons) if judgement else "",
        plain(bounds.low) if bounds else "",
        plain(bounds.high) if bounds else "",
        bounds.low_judgement.label if bounds else "",
        bounds.high_judgement.label if bounds else "",
        outcome.count(Severity.ERROR),
        outcome.count(Severity.WARNING),
        outcome.count(Severity.NOTICE),
        "" if graded else _why(outcome),
        "" if graded else _todo(outcome),
    )


def _reasons(outcome: Outcome) -> list[Finding]:
    """Return one error per code, or the finding that names the file that counts instead."""
    if outcome.status in _BY_ANOTHER:
        return [f for f in outcome.findings if f.code == _BY_ANOTHER[outcome.status]]
    errors = [f for f in outcome.findings if f.severity is Severity.ERROR]
    return list({f.code: f for f in reversed(errors)}.values())[::-1]


def _why(outcome: Outcome) -> str:
    parts = []
    for reason in _reasons(outcome)[:3]:
        same = [f for f in outcome.findings if f.code == reason.code]
        places = [f.clause or f.place for f in same[:4] if f.clause or f.place]
        where = "、".join(places) + (" 等" if len(same) > 4 else "")
        cells = sum(max(1, len(f.addresses)) if f.code in JOINED else 1 for f in same)
        many = f" {cells} 处" if cells > 1 else ""
        parts.append(title(reason) + many + (f"（{where}）" if where else ""))
    more = len(_reasons(outcome)) - 3
    return "；".join(parts) + (f"；另有 {more} 类问题" if more > 0 else "")


def _todo(outcome: Outcome) -> str:
    return "\n".join(repair(reason) for reason in _reasons(outcome)[:3])
