"""The same audit twice (rule 12): what becomes of files that state one audit more than once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.grading import in_order
from cts_excel.audit.identity import AuditKey, answers_digest, audit_key, same_audits
from cts_excel.audit.outcome import Outcome, Status

_NAMED = 5  # other files that a finding names; the rest are counted


@dataclass(frozen=True, slots=True)
class Statement:
    """What must be known of a file to tell it from the others."""

    key: AuditKey
    answers: bytes
    file: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final status of a file that is not alone, and the finding that says so."""

    status: Status
    finding: Finding


def stated(outcome: Outcome) -> Statement | None:
    """Return what must be known of an outcome; ``None`` where nothing names its audit."""
    key = audit_key(outcome.audit) if outcome.audit else None
    if outcome.audit is None or key is None:
        return None
    return Statement(key, answers_digest(outcome.audit), outcome.file)


def compare(statements: Mapping[int, Statement]) -> dict[int, Verdict]:
    """Judge the files of the same audits by number: first of equals counts, unequals conflict.

    Numbers follow the files' order by path; a file that stays as it is has no verdict.
    """
    verdicts: dict[int, Verdict] = {}
    for group in same_audits({number: s.key for number, s in statements.items()}):
        files = [statements[number].file for number in group]
        if len({statements[number].answers for number in group}) == 1:
            for number in group[1:]:
                verdicts[number] = Verdict(
                    Status.DUPLICATE, finding(Code.DUPLICATE, found=files[0], expected=files[0])
                )
        else:
            for number, own in zip(group, files, strict=True):
                others = _others(own, files)
                verdicts[number] = Verdict(
                    Status.CONFLICT, finding(Code.CONFLICT, found=own, expected=others)
                )
    return verdicts


def settled(outcome: Outcome, verdict: Verdict) -> Outcome:
    """Give an outcome its final status; a conflict has no level."""
    judgement = None if verdict.status is Status.CONFLICT else outcome.judgement
    findings = in_order([verdict.finding, *outcome.findings], outcome.audit)
    return replace(outcome, status=verdict.status, judgement=judgement, findings=findings)


def settle(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give outcomes that are at hand, in the order of their files, their final status."""
    statements = {number: stated(outcome) for number, outcome in enumerate(outcomes)}
    verdicts = compare({number: s for number, s in statements.items() if s is not None})
    return [settled(o, verdicts[n]) if n in verdicts else o for n, o in enumerate(outcomes)]


def _others(own: str, files: list[str]) -> str:
    others = [file for file in files if file != own]
    more = len(others) - _NAMED
    return ", ".join(others[:_NAMED]) + (f", … (+{more})" if more > 0 else "")
