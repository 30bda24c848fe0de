"""Checks on what was read and computed: small pure functions, one rule each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Audit, Rating
from cts_excel.audit.scoring import Score
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

Check = Callable[[Audit, Standard, Score], Iterator[Finding]]


def other_specification(audit: Audit, standard: Standard, _score: Score) -> Iterator[Finding]:
    """Compare the workbook's identity with the standard it is graded by."""
    identity, sheet = audit.identity, audit.sheets.identity
    found = f"{identity.standard_id} {identity.edition}".strip()
    expected = f"{standard.id} {standard.edition}"
    if found and found != expected:
        yield finding(Code.OTHER_STANDARD, sheet=sheet, found=found, expected=expected)
    elif identity.digest and identity.digest != standard.digest:
        yield finding(
            Code.INDICATOR_TABLE_DIFFERS,
            sheet=sheet,
            found=identity.digest,
            expected=standard.digest,
        )


def cover_dates(audit: Audit, _standard: Standard, _score: Score) -> Iterator[Finding]:
    """An audit ends on the day it begins or later."""
    start, end = audit.cover.start_date, audit.cover.end_date
    if start is not None and end is not None and end < start:
        yield finding(
            Code.ENDS_BEFORE_START,
            sheet=audit.sheets.cover,
            cell=audit.cover_cells.get("end_date", ""),
            found=end.isoformat(),
            expected=start.isoformat(),
        )


def unrated(audit: Audit, standard: Standard, _score: Score) -> Iterator[Finding]:
    """An indicator needs a band and a percentage (rules 5 and 7)."""
    if not (audit.columns.band and audit.columns.percent):
        return
    for rating in audit.ratings:
        if not rating.row or rating.faulty or rating.not_applicable or rating.percent is not None:
            continue
        if rating.band:
            yield _of(audit, rating, Code.PERCENT_MISSING, "percent", expected=rating.band)
        else:
            yield _of(audit, rating, Code.NOT_RATED, "band")


def finer_percents(audit: Audit, _standard: Standard, _score: Score) -> Iterator[Finding]:
    """Whole percents are expected; finer ones score as entered (rule 5)."""
    for rating in audit.ratings:
        if rating.percent is not None and (rating.percent * 100) % 1:
            found = f"{plain(rating.percent * 100)}%"
            yield _of(audit, rating, Code.PERCENT_TOO_FINE, "percent", found=found)


def evidence(audit: Audit, standard: Standard, _score: Score) -> Iterator[Finding]:
    """A rated indicator needs evidence (rule 10)."""
    severity = Severity.ERROR if standard.policy.require_evidence else None
    for rating in audit.ratings:
        if rating.rated and not rating.evidence and audit.columns.evidence:
            yield _of(audit, rating, Code.EVIDENCE_MISSING, "evidence", severity=severity)


def not_applicable(audit: Audit, _standard: Standard, _score: Score) -> Iterator[Finding]:
    """An indicator is left out with a reason only, and never all of them (rule 7)."""
    for rating in audit.ratings:
        if rating.not_applicable and not rating.evidence:
            yield _of(audit, rating, Code.NOT_APPLICABLE_WITHOUT_REASON, "evidence")
    if all(rating.not_applicable for rating in audit.ratings):
        yield finding(Code.NOTHING_APPLICABLE, sheet=audit.sheets.ratings)


def deduction_limit(audit: Audit, standard: Standard, score: Score) -> Iterator[Finding]:
    """More than the limit fails; exactly the limit needs a look (rule 3)."""
    limit = standard.special.deduction.limit
    if score.deductions >= limit > 0:
        code = Code.DEDUCTIONS_AT_LIMIT if score.deductions == limit else Code.DEDUCTIONS_OVER_LIMIT
        found, expected = plain(score.deductions), plain(limit)
        yield finding(code, sheet=audit.sheets.special, found=found, expected=expected)


def bonus_limit(audit: Audit, standard: Standard, _score: Score) -> Iterator[Finding]:
    """Bonus beyond the limit counts 0 (rule 4)."""
    bonus = standard.special.bonus
    entered = bonus.points * len(audit.bonuses)
    if entered > bonus.limit:
        yield finding(
            Code.BONUS_OVER_LIMIT,
            sheet=audit.sheets.special,
            found=plain(entered),
            expected=plain(bonus.limit),
        )


def _of(
    audit: Audit,
    rating: Rating,
    code: str,
    column: str,
    *,
    found: str = "",
    expected: str = "",
    severity: Severity | None = None,
) -> Finding:
    """Make a finding on a cell of an indicator's row."""
    return finding(
        code,
        sheet=audit.sheets.ratings,
        cell=audit.rating_cell(rating, column),
        clause=rating.clause,
        found=found,
        expected=expected,
        severity=severity,
    )


CHECKS: tuple[Check, ...] = (
    other_specification,
    cover_dates,
    unrated,
    finer_percents,
    evidence,
    not_applicable,
    deduction_limit,
    bonus_limit,
)
