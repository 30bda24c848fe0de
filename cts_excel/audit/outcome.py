"""The outcome of one input file: its status, result and findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import Judgement
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import Bounds, Score


class Status(StrEnum):
    """Every input file ends in exactly one (spec: Rules of grading)."""

    GRADED = "graded"
    NEEDS_CORRECTION = "needs_correction"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"

    @property
    def shown(self) -> str:
        """The status as workbooks show it."""
        return _SHOWN[self]


_SHOWN = {
    Status.GRADED: "已评定",
    Status.NEEDS_CORRECTION: "待补正",
    Status.CONFLICT: "冲突",
    Status.DUPLICATE: "重复",
    Status.SUPERSEDED: "已更正",
    Status.REJECTED: "拒收",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input file, graded.

    ``audit``, ``score`` and ``bounds`` are ``None`` for a rejected file; ``judgement`` is ``None``
    if no level may be stated (every status but ``graded`` and ``duplicate``).
    ``file`` is the path as listed, with ``/``; ``sha256`` is ``""`` if the file was not read.
    ``conflict`` names the conflict of files that contradict each other, equal for all of them;
    ``""`` where there is none.
    """

    file: str
    sha256: str
    status: Status
    audit: Audit | None
    score: Score | None
    bounds: Bounds | None
    judgement: Judgement | None
    findings: tuple[Finding, ...]
    conflict: str = ""

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(1 for finding in self.findings if finding.severity is severity)
