"""The same audit twice (rule 12): the final status of files that belong to one audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.grading import in_order
from cts_excel.audit.identity import same_audits
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.identities import AuditIdentity, named, placed, remarks


@dataclass(frozen=True, slots=True)
class Resolution:
    """The final status of a file that is not alone, and the findings that say so.

    ``conflict`` is that of :class:`Outcome`.
    """

    status: Status
    finding: Finding
    more: tuple[Finding, ...] = ()
    conflict: str = ""


def resolve(identities: Mapping[int, AuditIdentity]) -> dict[int, Resolution]:
    """Judge the files of the same audits by number: first of equals counts, unequals conflict.

    Numbers follow the files' order by path; a file that is alone has no resolution. The same audit
    by another assessor, and an issue id of two audits, are said on each of their files; a
    difference of level under one issue id is a conflict.
    """
    found = _same_audits(identities)
    for number, (first, *rest) in remarks(identities, found).items():
        if number in found:
            found[number] = replace(found[number], more=(first, *rest))
            continue
        shared = next((f for f in (first, *rest) if f.severity is Severity.ERROR), None)
        status = Status.CONFLICT if shared else identities[number].status
        conflict = shared.found if shared else ""  # the issue id
        found[number] = Resolution(status, first, tuple(rest), conflict)
    return found


def _same_audits(identities: Mapping[int, AuditIdentity]) -> dict[int, Resolution]:
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
                others = named([file for file in files if file != own])
                found = finding(Code.CONFLICT, found=own, expected=others)
                resolutions[number] = Resolution(Status.CONFLICT, found, conflict=files[0])
    return resolutions


def apply_resolution(outcome: Outcome, resolution: Resolution) -> Outcome:
    """Give an outcome its final status; a conflict and a replaced file have no level."""
    without_level = (Status.CONFLICT, Status.SUPERSEDED)
    judgement = None if resolution.status in without_level else outcome.judgement
    added = (placed(one, outcome.audit) for one in (resolution.finding, *resolution.more))
    findings = in_order([*added, *outcome.findings], outcome.audit)
    return replace(
        outcome,
        status=resolution.status,
        judgement=judgement,
        findings=findings,
        conflict=resolution.conflict,
    )
