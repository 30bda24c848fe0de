"""What the summary keeps of each outcome: a few hundred bytes, whatever the outcome weighed."""

from __future__ import annotations

import marshal
import tempfile
from array import array
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.model import Standard, plain
from cts_excel.summary.file_row import STATUSES, FileRow, file_row

NOT_RATED = 0  # the code of what has no percentage (不适用)
_IN_MEMORY = 4 << 20  # bytes of records before they go to a temporary file


class FindingRow(NamedTuple):
    """One finding of one file; ``points`` exact, ``""`` where it has none."""

    file_number: int
    code: str
    severity: int
    sheet: str
    cell: str
    clause: str
    found: str
    expected: str
    points: str
    level: str


class SpecialRow(NamedTuple):
    """One entry of 特别项."""

    file_number: int
    deduction: bool
    number: int
    category: str
    clause: str
    description: str
    evidence: str
    rectification: str
    complete: bool


class Records:
    """Tuples of plain values, by number; beyond a few megabytes they live in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as we do
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, record: tuple[Any, ...]) -> None:
        """Add a record of texts, numbers and tuples of them."""
        data = marshal.dumps(tuple(record))
        self._file.seek(self._ends[-1])
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def __getitem__(self, number: int) -> Any:
        start = self._ends[number]
        self._file.seek(start)
        return marshal.loads(self._file.read(self._ends[number + 1] - start))  # noqa: S302 - ours


class Gathered:
    """All outcomes of a run in compact columns.

    ``codes`` holds one row of ``len(standard.indicators)`` codes per graded audit, each the place
    of its percentage in ``percents`` (``NOT_RATED`` for 不适用); ``bands`` likewise the place of
    the band.
    """

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.files = Records()
        self.findings = Records()
        self.specials = Records()
        self.evidence = Records()  # of graded audits, row by row
        self.statuses = array("B")
        self.rated_files = array("I")  # number of the file of each rated row
        self.codes = array("H")
        self.bands = array("B")
        self.percents: list[Decimal] = [Decimal("NaN")]
        self.people: dict[str, int] = {}
        self.assessors = array("I")
        self.leads = array("I")
        self.evidence_length = array("I")
        self.evidence_blank = array("H")
        self.finding_files = array("I")  # number of the file of each finding
        self.special_kinds = array("B")  # 1 for a deduction, 0 for a bonus
        self.finding_order = array("d")  # effect of each finding, the gravest smallest
        self.code_counts: dict[str, int] = {}
        self._recent = lru_cache(maxsize=4096)(self._file)
        self._code_of: dict[Decimal, int] = {}
        self._band_of = {band.label: n for n, band in enumerate(standard.bands)}

    def add(self, outcome: Outcome) -> None:
        """Keep what the sheets need of one outcome."""
        number = len(self.statuses)
        status = STATUSES.index(outcome.status)
        self.statuses.append(status)
        row = -1
        if outcome.status is Status.GRADED and outcome.audit is not None:
            row = len(self.rated_files)
            self._keep_ratings(outcome, number)
        self.files.append(file_row(outcome, number, status, row, self.standard))
        for finding in outcome.findings:
            self._keep_finding(finding, number)
        if outcome.audit is not None and outcome.status is not Status.DUPLICATE:
            entries = [(True, e) for e in outcome.audit.deductions]
            entries += [(False, e) for e in outcome.audit.bonuses]
            for deduction, e in entries:
                self.special_kinds.append(deduction)
                self.specials.append(
                    SpecialRow(
                        number, deduction, e.number, e.category, e.clause, e.description,
                        e.evidence, e.rectification, e.complete,
                    )
                )  # fmt: skip

    def file(self, number: int) -> FileRow:
        """Return one file by its number, in order of arrival."""
        return self._recent(number)

    def _file(self, number: int) -> FileRow:
        return FileRow(*self.files[number])

    def finding(self, number: int) -> FindingRow:
        """Return one finding by its number."""
        return FindingRow(*self.findings[number])

    def special(self, number: int) -> SpecialRow:
        """Return one entry of 特别项 by its number, in order of arrival."""
        return SpecialRow(*self.specials[number])

    def count(self, status: Status) -> int:
        """Count the files of one status."""
        return self.statuses.count(STATUSES.index(status))

    def numbers(self, *statuses: Status) -> list[int]:
        """Return the numbers of the files of some statuses, in order of arrival."""
        wanted = {STATUSES.index(status) for status in statuses}
        return [n for n, status in enumerate(self.statuses) if status in wanted]

    def _keep_ratings(self, outcome: Outcome, number: int) -> None:
        audit = outcome.audit
        assert audit is not None  # noqa: S101 - for the type checker: the caller has looked
        self.rated_files.append(number)
        codes = [self._code(r.percent) for r in audit.ratings]
        self.codes.extend(codes)
        self.bands.extend([self._band_of.get(r.band, 255) for r in audit.ratings])
        texts = tuple([r.evidence for r in audit.ratings])
        self.evidence.append(texts)
        lengths = [len(text.strip()) for text in texts]
        self.evidence_length.append(sum(lengths))
        self.evidence_blank.append(lengths.count(0))
        self.assessors.append(self._person(audit.cover.assessor))
        self.leads.append(self._person(audit.cover.lead_assessor))

    def _code(self, percent: Decimal | None) -> int:
        if percent is None:
            return NOT_RATED
        code = self._code_of.get(percent)
        if code is None:
            code = self._code_of[percent] = len(self.percents)
            self.percents.append(percent)
            if code > 0xFFFF and self.codes.typecode == "H":
                self.codes = array("I", self.codes)
        return code

    def _person(self, name: str) -> int:
        return self.people.setdefault(" ".join(name.split()), len(self.people))

    def _keep_finding(self, finding: Finding, number: int) -> None:
        impact = finding.impact
        points = "" if impact is None or impact.points is None else plain(impact.points)
        level = "" if impact is None else impact.level_text
        self.finding_files.append(number)
        self.finding_order.append(_effect(finding.severity, points, level))
        self.code_counts[finding.code] = self.code_counts.get(finding.code, 0) + 1
        self.findings.append(
            FindingRow(
                number, finding.code, int(finding.severity), finding.sheet, finding.cell,
                finding.clause, finding.found, finding.expected, points, level,
            )
        )  # fmt: skip


def _effect(severity: Severity, points: str, level: str) -> float:
    """Return a sort key: a moved level first, then what blocks a level, then points, then the rest.

    Within a class the larger number of points comes first.
    """
    size = min(abs(float(points or 0)), 9999.0)
    if level:
        grade = 0
    elif severity is Severity.ERROR:
        grade = 1
    elif size:
        grade = 2
    else:
        grade = 3 if severity is Severity.WARNING else 4
    return grade * 10_000 - size
