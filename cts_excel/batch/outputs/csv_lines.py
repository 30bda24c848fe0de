"""The lines of ``grades.csv``, ``ratings.csv`` and ``findings.csv``: columns, order, forms.

Lines end in CR LF. Numbers are exact decimals without exponent or trailing zeros, percentages
fractions of 1, dates ISO 8601, truth ``true``/``false``; a missing value is an empty field.
"""

from __future__ import annotations

from decimal import Decimal

from cts_excel.audit.catalogue import repair
from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.files.numbers import plain
from cts_excel.files.visible import field
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.workbook.form.layout import NOT_APPLICABLE

_GRADES = (
    "file,sha256,status,organisation,uscc,audit_no,audit_type,lead_assessor,assessor,start_date,"
    "end_date,base_score,deductions,bonus,final_score,level,passed,fail_reasons,stated_final,"
    "stated_level,score_low,score_high,errors,warnings,notices\r\n"
)
_RATINGS = "file,clause,weight,band,percent,score,stated_score,evidence\r\n"
_FINDINGS = "file,code,severity,sheet,cell,found,expected,repair,impact_points,impact_level\r\n"
HEADERS = {"grades.csv": _GRADES, "ratings.csv": _RATINGS, "findings.csv": _FINDINGS}
_FACTS = 19  # fields of grades.csv between status and the counts
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)


def lines(outcome: Outcome, standard: Standard) -> tuple[str, str, str]:
    """Write a file's lines of the data files, in the order of :data:`HEADERS`."""
    return (
        grades_line(outcome, standard),
        ratings_lines(outcome, standard),
        findings_lines(outcome),
    )


def grades_line(outcome: Outcome, standard: Standard) -> str:
    """Write the one line of ``grades.csv`` of a file."""
    facts = _facts(outcome, standard) if outcome.audit else [""] * _FACTS
    counts = [str(outcome.count(severity)) for severity in _SEVERITIES]
    status = outcome.status.value
    return ",".join((field(outcome.file), outcome.sha256, status, *facts, *counts)) + "\r\n"


def ratings_lines(outcome: Outcome, standard: Standard) -> str:
    """Write a file's lines of ``ratings.csv``, one per indicator; none where it was rejected."""
    if outcome.audit is None or outcome.score is None:
        return ""
    file = field(outcome.file)
    lines = []
    for indicator, rating, item in zip(
        standard.indicators, outcome.audit.ratings, outcome.score.items, strict=True
    ):
        band = NOT_APPLICABLE if rating.not_applicable else rating.band
        lines.append(
            f"{file},{rating.clause},{plain(indicator.weight)},{field(band)},"
            f"{_number(rating.percent)},{_number(item)},{_number(rating.stated_score)},"
            f"{field(rating.evidence)}\r\n"
        )
    return "".join(lines)


def findings_lines(outcome: Outcome) -> str:
    """Write a file's lines of ``findings.csv``."""
    file = field(outcome.file)
    return "".join(
        ",".join(
            (
                file,
                found.code,
                found.severity.key,
                field(found.sheet),
                found.cell,
                field(found.found),
                field(found.expected),
                field(repair(found)),
                _number(found.impact.points if found.impact else None),
                field(found.impact.level_text if found.impact else ""),
            )
        )
        + "\r\n"
        for found in outcome.findings
    )


def _facts(outcome: Outcome, standard: Standard) -> list[str]:
    """Return the fields between status and counts, for a file that was read."""
    audit, score, bounds = outcome.audit, outcome.score, outcome.bounds
    judgement = outcome.judgement
    if audit is None or score is None:
        raise ValueError(outcome.file)
    cover = audit.cover
    return [
        *map(field, (cover.organisation, cover.uscc, cover.audit_no, cover.audit_type)),
        *map(field, (cover.lead_assessor, cover.assessor)),
        cover.start_date.isoformat() if cover.start_date else "",
        cover.end_date.isoformat() if cover.end_date else "",
        *map(plain, (score.base, score.deductions, score.bonus, score.final)),
        judgement.key if judgement else "",
        str(judgement.passed).lower() if judgement else "",
        ";".join(reason.value for reason in judgement.fail_reasons) if judgement else "",
        _number(audit.stated.final),
        level_key(audit.stated.level, standard),
        _number(bounds.low if bounds else None),
        _number(bounds.high if bounds else None),
    ]


def level_key(label: str, standard: Standard) -> str:
    """Return the key of a level by its label, ``""`` for a label that is none."""
    if label in standard.level_by_label:
        return standard.level_by_label[label].key
    failed = (standard.not_passed.label, standard.special.deduction.exceeded)
    return NOT_PASSED if label in failed else ""


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number)
