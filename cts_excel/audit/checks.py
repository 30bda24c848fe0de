"""Checks on what was read and computed: small pure functions, one rule each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from cts_excel.audit.catalogue import finding
from cts_excel.audit.cell_findings import cover_finding, rating_finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import deducted
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

Check = Callable[[Audit, Standard], Iterator[Finding]]


def other_specification(audit: Audit, standard: Standard) -> Iterator[Finding]:
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


def cover_dates(audit: Audit, _standard: Standard) -> Iterator[Finding]:
    """An audit ends on the day it begins or later."""
    start, end = audit.cover.start_date, audit.cover.end_date
    if start is not None and end is not None and end < start:
        yield cover_finding(
            audit,
            Code.ENDS_BEFORE_START,
            "end_date",
            found=end.isoformat(),
            expected=start.isoformat(),
        )


def ends_in_future(audit: Audit, today: date) -> Iterator[Finding]:
    """An audit that is graded has ended (rule 11)."""
    end = audit.cover.end_date
    if end is not None and end > today:
        found, expected = end.isoformat(), today.isoformat()
        yield cover_finding(audit, Code.ENDS_IN_FUTURE, "end_date", found=found, expected=expected)


def unrated(audit: Audit, standard: Standard) -> Iterator[Finding]:
    """An indicator needs a band and a percentage (rules 5 and 7)."""
    if not (audit.columns.band and audit.columns.percent):
        return
    for rating in audit.ratings:
        if not rating.row or rating.faulty or rating.not_applicable or rating.percent is not None:
            continue
        if rating.band:
            code = Code.PERCENT_MISSING
            yield rating_finding(audit, code, rating, "percent", expected=rating.band)
        else:
            yield rating_finding(audit, Code.NOT_RATED, rating, "band")


def finer_percents(audit: Audit, _standard: Standard) -> Iterator[Finding]:
    """Whole percents are expected; finer ones score as entered (rule 5)."""
    for rating in audit.ratings:
        if rating.percent is not None and (rating.percent * 100) % 1:
            found = f"{plain(rating.percent * 100)}%"
            yield rating_finding(audit, Code.PERCENT_TOO_FINE, rating, "percent", found=found)


def evidence(audit: Audit, standard: Standard) -> Iterator[Finding]:
    """A rated indicator needs evidence, and a placeholder is none (rules 10 and 13)."""
    severity = Severity.ERROR if standard.policy.require_evidence else None
    for rating in audit.ratings:
        states_nothing = standard.states_nothing(rating.evidence) and not rating.pictures
        if rating.rated and states_nothing and audit.columns.evidence:
            code = Code.EVIDENCE_MISSING
            yield rating_finding(audit, code, rating, "evidence", severity=severity)


def not_applicable(audit: Audit, standard: Standard) -> Iterator[Finding]:
    """An indicator is left out with a reason only, and never all of them (rules 7 and 13)."""
    for rating in audit.ratings:
        if rating.not_applicable and standard.states_nothing(rating.evidence):
            yield rating_finding(audit, Code.NOT_APPLICABLE_WITHOUT_REASON, rating, "evidence")
    if all(rating.not_applicable for rating in audit.ratings):
        yield finding(Code.NOTHING_APPLICABLE, sheet=audit.sheets.ratings)


def deduction_limit(audit: Audit, standard: Standard) -> Iterator[Finding]:
    """More than the limit fails; exactly the limit needs a look (rule 3)."""
    limit = standard.special.deduction.limit
    points = deducted(audit, standard)
    if points >= limit > 0:
        code = Code.DEDUCTIONS_AT_LIMIT if points == limit else Code.DEDUCTIONS_OVER_LIMIT
        found, expected = plain(points), plain(limit)
        yield finding(code, sheet=audit.sheets.special, found=found, expected=expected)


def bonus_limit(audit: Audit, standard: Standard) -> Iterator[Finding]:
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
