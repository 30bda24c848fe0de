"""The campaign behind a run: what a roster and the issue ids say about the files together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cts_excel.audit.chasing import (
    Chase,
    RosterRow,
    chase,
    chase_findings,
    returned_file,
)
from cts_excel.audit.findings import Finding
from cts_excel.audit.grading import in_order
from cts_excel.audit.outcome import Outcome
from cts_excel.messages import _
from cts_excel.workbook.issuing.roster import read_roster
from cts_excel.workbook.issuing.roster_table import RosterError


@dataclass(frozen=True, slots=True)
class Campaign:
    """The state of a campaign (``None`` without a roster), and findings by file."""

    state: Chase | None
    findings: Mapping[str, tuple[Finding, ...]]


def read_roster_rows(path: Path | str) -> tuple[RosterRow, ...]:
    """Read the roster of a run: ``issued.csv``, or the list issued from.

    :raises RosterError: if it cannot be read, or a row is wrong: its workbook would seem never to
        have been issued.
    """
    roster = read_roster(path)
    if roster.problems:
        first = roster.problems[0]
        problem = _("row {}, {}: {}").format(first.row, first.column, first.problem)
        repair = _("Correct the roster, or give the issued.csv of the issue.")
        raise RosterError(str(path), problem, repair)
    return roster.rows


def compare_with_roster(
    outcomes: Iterable[Outcome], roster: tuple[RosterRow, ...] | None
) -> Campaign:
    """Compare all files of a run with a roster; without one there is nothing to compare."""
    if roster is None:
        return Campaign(None, {})
    state = chase(roster, [returned_file(outcome) for outcome in outcomes])
    findings: dict[str, tuple[Finding, ...]] = {}
    for file, one in chase_findings(state):
        findings[file] = (*findings.get(file, ()), one)
    return Campaign(state, findings)


def with_findings(outcome: Outcome, found: Iterable[Finding]) -> Outcome:
    """Add findings that leave the status as it is."""
    return replace(outcome, findings=in_order([*found, *outcome.findings], outcome.audit))
