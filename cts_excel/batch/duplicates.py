"""The same audit twice (rule 12): the final status of files that belong to one audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.grading import in_order
from cts_excel.audit.identity import AuditKey, answers_digest, audit_key, same_audits
from cts_excel.audit.outcome import Outcome, Status

_NAMED = 5  # other files that a finding names; the rest are counted


@dataclass(frozen=True, slots=True)
class AuditIdentity:
    """What must be known of a file to tell it from the others."""

    key: AuditKey
    answers: bytes
    file: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The final status of a file that is not alone, and the finding that says so."""

    status: Status
    finding: Finding


def audit_identity(outcome: Outcome) -> AuditIdentity | None:
    """Return what must be known of an outcome; ``None`` where nothing names its audit."""
    key = audit_key(outcome.audit) if outcome.audit else None
    if outcome.audit is None or key is None:
        return None
    return AuditIdentity(key, answers_digest(outcome.audit), outcome.file)


def resolve(identities: Mapping[int, AuditIdentity]) -> dict[int, Resolution]:
    """Judge the files of the same audits by number: first of equals counts, unequals conflict.

    Numbers follow the files' order by path; a file that stays as it is has no resolution.
    """
    resolutions: dict[int, Resolution] = {}
    for group in same_audits({number: s.key for number, s in identities.items()}):
        files = [identities[number].file for number in group]
        if len({identities[number].answers for number in group}) == 1:
            for number in group[1:]:
                resolutions[number] = Resolution(
                    Status.DUPLICATE, finding(Code.DUPLICATE, found=files[0], expected=files[0])
                )
        else:
            for number, own in zip(group, files, strict=True):
                others = _others(own, files)
                resolutions[number] = Resolution(
                    Status.CONFLICT, finding(Code.CONFLICT, found=own, expected=others)
                )
    return resolutions


def apply_resolution(outcome: Outcome, resolution: Resolution) -> Outcome:
    """Give an outcome its final status; a conflict and a replaced file have no level."""
    without_level = (Status.CONFLICT, Status.SUPERSEDED)
    judgement = None if resolution.status in without_level else outcome.judgement
    findings = in_order([resolution.finding, *outcome.findings], outcome.audit)
    return replace(outcome, status=resolution.status, judgement=judgement, findings=findings)


def _others(own: str, files: list[str]) -> str:
    others = [file for file in files if file != own]
    more = len(others) - _NAMED
    return ", ".join(others[:_NAMED]) + (f", … (+{more})" if more > 0 else "")
