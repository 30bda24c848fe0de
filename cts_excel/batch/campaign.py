"""The campaign behind a run: what a roster and the issue ids say about the files together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cts_excel.audit.chasing import (
    Chase,
    chase,
    chase_findings,
    returned_file,
)
from cts_excel.audit.findings import Finding
from cts_excel.audit.grading import in_order
from cts_excel.audit.outcome import Outcome
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.workbook.issuing.roster import Roster, RosterError, read_roster


@dataclass(frozen=True, slots=True)
class Campaign:
    """The state of a campaign (``None`` without a roster), and findings by file."""

    state: Chase | None
    findings: Mapping[str, tuple[Finding, ...]]


def read_run_roster(
    path: Path | str, standard: Standard, headings: Mapping[str, Sequence[str]] | None = None
) -> Roster:
    """Read the roster of a run: ``issued.csv``, or the list issued from.

    :param standard: its placeholders count as blank cells.
    :param headings: the user's own headings by key of a cover field.
    :raises RosterError: if it cannot be read, or a row is wrong: its workbook would seem never to
        have been issued.
    """
    roster = read_roster(path, headings=headings, states_nothing=standard.states_nothing)
    if roster.problems:
        first = roster.problems[0]
        repair = _("Correct the roster, or give the issued.csv of the issue.")
        raise RosterError(str(path), f"{first.place}: {first.problem}", repair)
    return roster


def compare_with_roster(outcomes: Iterable[Outcome], roster: Roster | None) -> Campaign:
    """Compare all files of a run with a roster; without one there is nothing to compare."""
    if roster is None:
        return Campaign(None, {})
    state = chase(roster.rows, [returned_file(outcome) for outcome in outcomes])
    findings: dict[str, tuple[Finding, ...]] = {}
    for file, one in chase_findings(state):
        findings[file] = (*findings.get(file, ()), one)
    return Campaign(state, findings)


def with_findings(outcome: Outcome, found: Iterable[Finding]) -> Outcome:
    """Add findings that leave the status as it is."""
    return replace(outcome, findings=in_order([*found, *outcome.findings], outcome.audit))
