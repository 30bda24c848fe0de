"""From a typed audit to its outcome: score, bounds, findings, status, level."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from cts_excel.audit.catalogue import effect, finding
from cts_excel.audit.checks import CHECKS, ends_in_future
from cts_excel.audit.codes import Code
from cts_excel.audit.echoes import without_echoes
from cts_excel.audit.findings import Effect, Finding, Severity
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.proof import Key, issue_findings
from cts_excel.audit.ranges import one_per_cause
from cts_excel.audit.scoring import Bounds, bounds, score
from cts_excel.audit.totals import against_answers, against_own_items, impact_of, with_impacts
from cts_excel.standard.model import Standard

_EFFECTS = tuple(Effect)  # the gravest first
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def grade(
    audit: Audit,
    standard: Standard,
    *,
    file: str,
    sha256: str,
    key: Key | None = None,
    today: date | None = None,
) -> Outcome:
    """Grade one audit: ``graded`` if no error withholds the level.

    :param file: the path as listed; :param sha256: of the file's content, hex.
    :param key: if given, a workbook that it did not issue for this audit gets no level.
    :param today: the day of the run; without it no audit ends in the future.
    """
    result = score(audit, standard)
    found = [*audit.findings]
    for check in CHECKS:
        found.extend(check(audit, standard))
    if today is not None:
        found.extend(ends_in_future(audit, today))
    if key is not None:
        found.extend(issue_findings(audit, standard, key))
    whole = result.complete and not any(f.severity is Severity.ERROR for f in found)
    judgement = judge(result.final, result.deductions, standard) if whole else None
    found.extend(against_answers(audit, standard, result, judgement))
    found.extend(against_own_items(audit, standard, found))
    limits = (
        bounds(audit, standard)
        if judgement is None
        else Bounds(result.final, result.final, judgement, judgement)
    )
    status = Status.NEEDS_CORRECTION if judgement is None else Status.GRADED
    found = with_impacts(found, impact_of(result, judgement, standard))
    ordered = in_order(one_per_cause(without_echoes(found)), audit)
    return Outcome(file, sha256, status, audit, result, limits, judgement, ordered)


def without_level(outcome: Outcome, why: Finding, standard: Standard) -> Outcome:
    """Take the level from a graded outcome: ``why`` is an error that was found afterwards."""
    audit = outcome.audit
    return replace(
        outcome,
        status=Status.NEEDS_CORRECTION,
        judgement=None,
        bounds=None if audit is None else bounds(audit, standard),
        findings=in_order([why, *outcome.findings], audit),
    )


def rejected(file: str, sha256: str, code: Code, *, found: str = "", expected: str = "") -> Outcome:
    """Return the outcome of a file that could not be read or is not accepted."""
    why = finding(code, found=found, expected=expected)
    return Outcome(file, sha256, Status.REJECTED, None, None, None, None, (why,))


def in_order(findings: list[Finding], audit: Audit | None = None) -> tuple[Finding, ...]:
    """Sort findings: gravest first, then by impact and effect, then by place."""
    names = _sheet_names(audit)
    return tuple(sorted(findings, key=lambda f: _rank(f, names)))


def _sheet_names(audit: Audit | None) -> dict[str, int]:
    if audit is None:
        return {}
    sheets = audit.sheets
    names = (sheets.cover, sheets.ratings, sheets.special, sheets.identity)
    return {name: place for place, name in enumerate(names, start=1) if name}


def _rank(found: Finding, sheets: dict[str, int]) -> tuple[object, ...]:
    match = _CELL.match(found.cell)  # of several cells, the first
    row, column = (int(match[2]), match[1].rjust(3)) if match else (0, "")
    return (
        *found.gravity,
        _EFFECTS.index(effect(found)),
        sheets.get(found.sheet, 9 if found.sheet else 0),
        row,
        column,
        found.code,
        found.sheet,
        found.clause,
        found.found,
    )
