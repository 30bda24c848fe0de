"""The columns of the data files: name, type and origin of each, in one place.

CSV, Parquet, data frames, ``--previous``, ``report`` and ``verify`` all follow these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from cts_excel.audit.catalogue import repair
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import Judgement
from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.scoring import Score
from cts_excel.standard.model import NOT_PASSED, Indicator, Standard
from cts_excel.workbook.form.layout import NOT_APPLICABLE


class Kind(Enum):
    """The type of a column's values; any of them may be missing (``None``)."""

    TEXT = auto()  # ``str`` from outside, or in no fixed vocabulary
    KEY = auto()  # ``str`` without a character that could need quoting: digests, codes, keys
    NUMBER = auto()  # exact ``Decimal``: points, or a fraction of 1
    COUNT = auto()  # ``int``
    DATE = auto()  # ``datetime.date``
    TRUTH = auto()  # ``bool``


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and how its value is taken from a row.

    A ``later`` one was appended after others were in use: the data of an older run lack it.
    """

    name: str
    kind: Kind
    value: Callable[[Any], Any]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A data file: its name without extension, its columns, and how an outcome gives its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Outcome, Standard], Iterator[Any]]

    @property
    def file(self) -> str:
        """The name of the CSV file."""
        return f"{self.name}.csv"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def always(self) -> tuple[str, ...]:
        """The names of the columns that the data of every run have."""
        return tuple(column.name for column in self.columns if not column.later)

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        """Return the names of the columns of one type."""
        return tuple(column.name for column in self.columns if column.kind is kind)


class _FileRow(NamedTuple):
    """One input file."""

    outcome: Outcome
    standard: Standard


class _RatingRow(NamedTuple):
    """One indicator of one file."""

    file: str
    indicator: Indicator
    rating: Rating
    score: Any


class _SpecialRow(NamedTuple):
    """One entry of 特别项 of one file."""

    file: str
    kind: str
    item: SpecialItem
    points: Any


class _FindingRow(NamedTuple):
    """One finding of one file."""

    file: str
    finding: Finding


def _files(outcome: Outcome, standard: Standard) -> Iterator[_FileRow]:
    yield _FileRow(outcome, standard)


def _ratings(outcome: Outcome, standard: Standard) -> Iterator[_RatingRow]:
    if outcome.audit is None or outcome.score is None:
        return
    for indicator, rating, score in zip(
        standard.indicators, outcome.audit.ratings, outcome.score.items, strict=True
    ):
        yield _RatingRow(outcome.file, indicator, rating, score)


def _specials(outcome: Outcome, standard: Standard) -> Iterator[_SpecialRow]:
    if outcome.audit is None:
        return
    special = standard.special
    for kind, rule, items in (
        (DEDUCTION, special.deduction, outcome.audit.deductions),
        (BONUS, special.bonus, outcome.audit.bonuses),
    ):
        for item in items:
            yield _SpecialRow(outcome.file, kind, item, rule.points if item.complete else None)


def _findings(outcome: Outcome, _standard: Standard) -> Iterator[_FindingRow]:
    for finding in outcome.findings:
        yield _FindingRow(outcome.file, finding)


def level_key(label: str, standard: Standard) -> str:
    """Return the key of a level by its label, ``""`` for a label that is none."""
    if label in standard.level_by_label:
        return standard.level_by_label[label].key
    failed = (standard.not_passed.label, standard.special.deduction.exceeded)
    return NOT_PASSED if label in failed else ""


def _read(name: str, kind: Kind, value: Callable[[Audit], Any], *, later: bool = False) -> Column:
    """Return a column that a rejected file leaves empty."""
    return Column(name, kind, lambda row: row.outcome.audit and value(row.outcome.audit), later)


def _cover(name: str, kind: Kind = Kind.TEXT, *, later: bool = False) -> Column:
    return _read(name, kind, lambda audit: getattr(audit.cover, name), later=later)


def _scored(name: str, value: Callable[[Score], Any]) -> Column:
    return Column(name, Kind.NUMBER, lambda row: row.outcome.score and value(row.outcome.score))


def _judged(name: str, kind: Kind, value: Callable[[Judgement], Any]) -> Column:
    def taken(row: _FileRow) -> Any:
        judgement = row.outcome.judgement
        return None if judgement is None else value(judgement)

    return Column(name, kind, taken)


def _counted(name: str, severity: Severity) -> Column:
    return Column(name, Kind.COUNT, lambda row: row.outcome.count(severity))


def _stated_level(row: _FileRow) -> str | None:
    audit = row.outcome.audit
    return None if audit is None else level_key(audit.stated.level, row.standard)


DEDUCTION, BONUS = "deduction", "bonus"

GRADES = Table(
    "grades",
    (
        Column("file", Kind.TEXT, lambda row: row.outcome.file),
        Column("sha256", Kind.KEY, lambda row: row.outcome.sha256),
        Column("status", Kind.KEY, lambda row: row.outcome.status.value),
        _cover("organisation"),
        _cover("uscc"),
        _cover("audit_no"),
        _cover("audit_type"),
        _cover("lead_assessor"),
        _cover("assessor"),
        _cover("start_date", Kind.DATE),
        _cover("end_date", Kind.DATE),
        _scored("base_score", lambda score: score.base),
        _scored("deductions", lambda score: score.deductions),
        _scored("bonus", lambda score: score.bonus),
        _scored("final_score", lambda score: score.final),
        _judged("level", Kind.KEY, lambda judgement: judgement.key),
        _judged("passed", Kind.TRUTH, lambda judgement: judgement.passed),
        _judged("fail_reasons", Kind.KEY, lambda j: ";".join(r.value for r in j.fail_reasons)),
        _read("stated_final", Kind.NUMBER, lambda audit: audit.stated.final),
        Column("stated_level", Kind.KEY, _stated_level),
        Column("score_low", Kind.NUMBER, lambda row: row.outcome.bounds and row.outcome.bounds.low),
        Column(
            "score_high", Kind.NUMBER, lambda row: row.outcome.bounds and row.outcome.bounds.high
        ),
        _counted("errors", Severity.ERROR),
        _counted("warnings", Severity.WARNING),
        _counted("notices", Severity.NOTICE),
        _cover("scope", later=True),
        _cover("audit_method", later=True),
        _cover("industry", later=True),
        _cover("province", later=True),
        _cover("team_members", later=True),
        _cover("conclusion", later=True),
        _cover("strengths", later=True),
        _cover("improvements", later=True),
    ),
    _files,
)
RATINGS = Table(
    "ratings",
    (
        Column("file", Kind.TEXT, lambda row: row.file),
        Column("clause", Kind.KEY, lambda row: row.rating.clause),
        Column("weight", Kind.NUMBER, lambda row: row.indicator.weight),
        Column(
            "band",
            Kind.TEXT,
            lambda row: NOT_APPLICABLE if row.rating.not_applicable else row.rating.band,
        ),
        Column("percent", Kind.NUMBER, lambda row: row.rating.percent),
        Column("score", Kind.NUMBER, lambda row: row.score),
        Column("stated_score", Kind.NUMBER, lambda row: row.rating.stated_score),
        Column("evidence", Kind.TEXT, lambda row: row.rating.evidence_shown),
    ),
    _ratings,
)
SPECIALS = Table(
    "specials",
    (
        Column("file", Kind.TEXT, lambda row: row.file),
        Column("kind", Kind.KEY, lambda row: row.kind),
        Column("number", Kind.COUNT, lambda row: row.item.number),
        Column("category", Kind.TEXT, lambda row: row.item.category),
        Column("clause", Kind.TEXT, lambda row: row.item.clause),
        Column("description", Kind.TEXT, lambda row: row.item.description),
        Column("evidence", Kind.TEXT, lambda row: row.item.evidence_shown),
        Column("rectification", Kind.TEXT, lambda row: row.item.rectification),
        Column("points", Kind.NUMBER, lambda row: row.points),
        Column("measure", Kind.TEXT, lambda row: row.item.measure),
        Column("responsible", Kind.TEXT, lambda row: row.item.responsible),
        Column("due", Kind.DATE, lambda row: row.item.due),
        Column("verifier", Kind.TEXT, lambda row: row.item.verifier),
        Column("verified_on", Kind.DATE, lambda row: row.item.verified_on),
    ),
    _specials,
)
FINDINGS = Table(
    "findings",
    (
        Column("file", Kind.TEXT, lambda row: row.file),
        Column("code", Kind.KEY, lambda row: str(row.finding.code)),
        Column("severity", Kind.KEY, lambda row: row.finding.severity.key),
        Column("sheet", Kind.TEXT, lambda row: row.finding.sheet),
        Column("cell", Kind.TEXT, lambda row: row.finding.cell),
        Column("found", Kind.TEXT, lambda row: row.finding.found),
        Column("expected", Kind.TEXT, lambda row: row.finding.expected),
        Column("repair", Kind.TEXT, lambda row: repair(row.finding)),
        Column(
            "impact_points",
            Kind.NUMBER,
            lambda row: row.finding.impact and row.finding.impact.points,
        ),
        Column(
            "impact_level",
            Kind.TEXT,
            lambda row: row.finding.impact and row.finding.impact.level_text,
        ),
    ),
    _findings,
)
TABLES = (GRADES, RATINGS, SPECIALS, FINDINGS)

# Written only for a run with a roster; its rows come from the campaign, not from one outcome.
NOT_RETURNED = Table(
    "not_returned",
    (
        Column("state", Kind.TEXT, lambda line: line.state),
        Column("organisation", Kind.TEXT, lambda line: line.cover.organisation),
        Column("uscc", Kind.TEXT, lambda line: line.cover.uscc),
        Column("audit_no", Kind.TEXT, lambda line: line.cover.audit_no),
        Column("audit_type", Kind.TEXT, lambda line: line.cover.audit_type),
        Column("lead_assessor", Kind.TEXT, lambda line: line.cover.lead_assessor),
        Column("assessor", Kind.TEXT, lambda line: line.cover.assessor),
        Column("contact", Kind.TEXT, lambda line: line.contact),
        Column("due", Kind.DATE, lambda line: line.due),
        Column("file", Kind.TEXT, lambda line: line.file),
        Column("remark", Kind.TEXT, lambda line: line.remark),
    ),
    lambda _outcome, _standard: iter(()),
)
