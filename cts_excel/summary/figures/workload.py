"""What each person handed in: files, passed, sent back for correction, errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cts_excel.audit.identity import folded_people
from cts_excel.audit.outcome import Status
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow

_COUNTED = (Status.GRADED, Status.NEEDS_CORRECTION, Status.CONFLICT)


@dataclass(slots=True)
class Workload:
    """The files of one person that stand for an audit; ``name`` as first written."""

    name: str
    files: int = 0
    graded: int = 0
    passed: int = 0
    returned: int = 0
    errors: int = 0

    @property
    def pass_rate(self) -> float | None:
        """Share of the graded audits that passed; ``None`` without one."""
        return self.passed / self.graded if self.graded else None


def workloads(outcomes: OutcomeColumns, person: Callable[[FileRow], str]) -> Mapping[str, Workload]:
    """Count the files of each person, by folded name; duplicates and replaced files are left out.

    :param person: who is asked for: the assessor, or the lead.
    """
    found: dict[str, Workload] = {}
    for number in outcomes.numbers(*_COUNTED):
        f = outcomes.file(number)
        name = " ".join(person(f).split())
        one = found.setdefault(folded_people(name), Workload(name))
        one.files += 1
        one.errors += f.errors
        if f.shown_status is Status.GRADED:
            one.graded += 1
            one.passed += f.level_key != NOT_PASSED
        one.returned += f.shown_status is Status.NEEDS_CORRECTION
    return found
