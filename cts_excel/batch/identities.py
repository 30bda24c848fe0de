"""What must be known of each file to tell it from the others, and what they share (rule 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.identity import (
    AuditKey,
    answers_digest,
    audit_key,
    same_audits,
    same_occasions,
)
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.proof import bare

_NAMED = 5  # other files that a finding names; the rest are counted
# The entry of the cover that a finding is about.
_ENTRIES = {
    Code.OTHER_ASSESSOR: "assessor",
    Code.CREDIT_CODES_DIFFER: "uscc",
    Code.ISSUE_ID_SHARED: "audit_no",
}
Remark = tuple[int, Finding]  # number of the file, and the finding


@dataclass(frozen=True, slots=True)
class AuditIdentity:
    """What must be known of a file to tell it from the others.

    ``issue_id`` is the bare one, ``""`` if there is none; ``level`` is ``""`` without a level.
    """

    key: AuditKey
    answers: bytes
    file: str
    status: Status = Status.GRADED
    issue_id: str = ""
    level: str = ""
    assessor: str = ""
    uscc: str = ""


def audit_identity(outcome: Outcome) -> AuditIdentity | None:
    """Return what must be known of an outcome; ``None`` if nothing names its audit or issue."""
    audit = outcome.audit
    if audit is None:
        return None
    key, issue_id = audit_key(audit), bare(audit.identity.issue_id)
    if key is None and not issue_id:
        return None
    alone = outcome.file.encode("utf-8", "surrogatepass")
    return AuditIdentity(
        AuditKey(alone, b"", alone) if key is None else key,
        answers_digest(audit),
        outcome.file,
        outcome.status,
        issue_id,
        outcome.judgement.label if outcome.judgement else "",
        audit.cover.assessor,
        audit.cover.uscc,
    )


def remarks(
    identities: Mapping[int, AuditIdentity], resolved: Mapping[int, object]
) -> dict[int, list[Finding]]:
    """Return what the files share, by number: audits of several assessors, codes, issue ids.

    :param resolved: the files that are duplicates or in conflict already.
    """
    found: dict[int, list[Finding]] = defaultdict(list)
    for number, one in (
        *_other_assessors(identities),
        *_other_codes(identities),
        *_shared_issues(identities, resolved),
    ):
        found[number].append(one)
    return found


def placed(found: Finding, audit: Audit | None) -> Finding:
    """Return a remark with the cell of the entry that it is about."""
    entry = _ENTRIES.get(found.code, "")
    cell = audit.cover_cells.get(entry, "") if audit else ""
    return replace(found, sheet=audit.sheets.cover, cell=cell) if audit and cell else found


def named(files: Sequence[str]) -> str:
    """Name files in a finding; of many, the first and how many more."""
    more = len(files) - _NAMED
    return ", ".join(files[:_NAMED]) + (f", … (+{more})" if more > 0 else "")


def _keys(identities: Mapping[int, AuditIdentity]) -> dict[int, AuditKey]:
    return {number: one.key for number, one in identities.items()}


def _other_assessors(identities: Mapping[int, AuditIdentity]) -> Iterator[Remark]:
    """Flag the same audit by different assessors on each of its files."""
    for group in same_occasions(_keys(identities)):
        for number in group:
            own = identities[number]
            others = [n for n in group if identities[n].key.assessor != own.key.assessor]
            if others:
                files = named([identities[n].file for n in others])
                yield number, finding(Code.OTHER_ASSESSOR, found=own.assessor, expected=files)


def _other_codes(identities: Mapping[int, AuditIdentity]) -> Iterator[Remark]:
    """Flag different valid credit codes in one audit."""
    for group in same_audits(_keys(identities)):
        for number in group:
            own = identities[number]
            others = [n for n in group if identities[n].key.uscc not in (b"", own.key.uscc)]
            if others and own.key.uscc:
                files = named([identities[n].file for n in others])
                yield number, finding(Code.CREDIT_CODES_DIFFER, found=own.uscc, expected=files)


def _shared_issues(
    identities: Mapping[int, AuditIdentity], resolved: Mapping[int, object]
) -> Iterator[Remark]:
    """Flag an issue id that stands in several audits; an error if their levels differ."""
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in sorted(identities.items()):
        if own.issue_id:
            by_id[own.issue_id].append(number)
    for issue_id, numbers in by_id.items():
        audits = _first_of_audit({n: identities[n].key for n in numbers})
        counted = {n for n in numbers if identities[n].level and n not in resolved}
        differ = len({identities[n].level for n in counted}) > 1
        for number in numbers:
            others = [identities[n].file for n in numbers if audits[n] != audits[number]]
            if others:
                severity = Severity.ERROR if differ and number in counted else None
                code, files = Code.ISSUE_ID_SHARED, named(others)
                yield number, finding(code, found=issue_id, expected=files, severity=severity)


def _first_of_audit(keys: Mapping[int, AuditKey]) -> dict[int, int]:
    """Return for each file the number of the first file of the same audit."""
    first = {number: number for number in keys}
    for group in same_audits(keys):
        first |= dict.fromkeys(group, group[0])
    return first
