"""Outcomes and runs as JSON, for machines: exact numbers as text, stable keys."""

from __future__ import annotations

import json
from typing import Any

from cts_excel.audit.catalogue import effect, repair, title
from cts_excel.audit.findings import Finding, Impact
from cts_excel.audit.outcome import Outcome
from cts_excel.files.numbers import plain
from cts_excel.files.visible import escape_in_json
from cts_excel.messages import language

Json = dict[str, Any]


def json_text(document: Any) -> str:
    """Return a document as JSON that a terminal shows safely."""
    return escape_in_json(json.dumps(document, ensure_ascii=False, indent=1))


def outcome_json(outcome: Outcome) -> Json:
    """Return one judged file: keys as in ``grades.csv``, findings in full."""
    score, judgement, bounds = outcome.score, outcome.judgement, outcome.bounds
    cover = outcome.audit.cover if outcome.audit else None
    return {
        "file": outcome.file,
        "sha256": outcome.sha256,
        "status": outcome.status.value,
        "organisation": cover.organisation if cover else None,
        "audit_no": cover.audit_no if cover else None,
        "audit_type": cover.audit_type if cover else None,
        "base_score": plain(score.base) if score else None,
        "deductions": plain(score.deductions) if score else None,
        "bonus": plain(score.bonus) if score else None,
        "final_score": plain(score.final) if score else None,
        "level": judgement.key if judgement else None,
        "passed": judgement.passed if judgement else None,
        "fail_reasons": list(judgement.fail_reasons) if judgement else [],
        "score_low": plain(bounds.low) if bounds else None,
        "score_high": plain(bounds.high) if bounds else None,
        "findings": [finding_json(found) for found in outcome.findings],
    }


def finding_json(found: Finding) -> Json:
    """Return one finding: keys as in ``findings.csv``, worded in the terminal's language."""
    return {
        "code": found.code,
        "severity": found.severity.key,
        "sheet": found.sheet,
        "cell": found.cell,
        "clause": found.clause,
        "title": title(found, language()),
        "found": found.found,
        "expected": found.expected,
        "repair": repair(found, language()),
        "effect": effect(found).value,
        **impact_json(found.impact),
    }


def impact_json(impact: Impact | None) -> Json:
    """Return what something does to the grade: points as text, the move of the level."""
    points = impact.points if impact else None
    return {
        "impact_points": None if points is None else plain(points),
        "impact_level": impact.level_text if impact else "",
    }
