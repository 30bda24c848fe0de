"""What the summary keeps of each outcome: a few hundred bytes, whatever the outcome weighed."""

from __future__ import annotations

import tempfile
from array import array
from bisect import bisect_left
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from cts_excel.audit.outcome import Status
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.excerpt import Excerpt, RatedExcerpt
from cts_excel.summary.outcomes.file_row import STATUSES, FileRow

NOT_RATED = 0  # the code of what has no percentage (不适用)
_IN_MEMORY = 4 << 20  # bytes of records before they go to a temporary file
_UNPACK = msgspec.msgpack.Decoder().decode


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
    """Packed rows by number; beyond a few megabytes they live in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as we do
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, row: bytes) -> None:
        """Add a row, packed (:func:`cts_excel.summary.outcomes.excerpt.packed`)."""
        self._file.seek(self._ends[-1])
        self._file.write(row)
        self._ends.append(self._ends[-1] + len(row))

    def __getitem__(self, number: int) -> Any:
        start = self._ends[number]
        self._file.seek(start)
        return _UNPACK(self._file.read(self._ends[number + 1] - start))


class Gathered:
    """All outcomes of a run in compact columns.

    ``codes`` holds one row of ``len(standard.indicators)`` codes per graded audit, each the place
    of its percentage in ``percents`` (``NOT_RATED`` for 不适用); ``bands`` likewise the place of
    the band in the standard.
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
        self.special_files = array("I")  # number of the file of each entry of 特别项
        self.special_kinds = array("B")  # 1 for a deduction, 0 for a bonus
        self.finding_order = array("d")  # effect of each finding, the gravest smallest
        self.code_counts: dict[str, int] = {}
        self._recent = lru_cache(maxsize=4096)(self._file)
        self._code_of = {"": NOT_RATED}

    def add(self, one: Excerpt) -> None:
        """Keep what the sheets need of one outcome."""
        number = len(self.statuses)
        self.statuses.append(one.status)
        self.files.append(one.facts)
        if one.rated is not None:
            self._keep_ratings(one.rated, number)
        for found in one.findings:
            self.finding_files.append(number)
            self.finding_order.append(found.order)
            self.code_counts[found.code] = self.code_counts.get(found.code, 0) + 1
            self.findings.append(found.row)
        for special in one.specials:
            self.special_files.append(number)
            self.special_kinds.append(special.deduction)
            self.specials.append(special.row)

    def file(self, number: int) -> FileRow:
        """Return one file by its number, in order of arrival."""
        return self._recent(number)

    def _file(self, number: int) -> FileRow:
        row = bisect_left(self.rated_files, number)
        if row == len(self.rated_files) or self.rated_files[row] != number:
            row = -1
        return FileRow(number, self.statuses[number], row, *self.files[number])

    def finding(self, number: int) -> FindingRow:
        """Return one finding by its number."""
        return FindingRow(self.finding_files[number], *self.findings[number])

    def special(self, number: int) -> SpecialRow:
        """Return one entry of 特别项 by its number, in order of arrival."""
        return SpecialRow(self.special_files[number], *self.specials[number])

    def count(self, status: Status) -> int:
        """Count the files of one status."""
        return self.statuses.count(STATUSES.index(status))

    def numbers(self, *statuses: Status) -> list[int]:
        """Return the numbers of the files of some statuses, in order of arrival."""
        wanted = {STATUSES.index(status) for status in statuses}
        return [n for n, status in enumerate(self.statuses) if status in wanted]

    def _keep_ratings(self, rated: RatedExcerpt, number: int) -> None:
        self.rated_files.append(number)
        known = self._code_of
        try:
            codes = [known[percent] for percent in rated.percents]
        except KeyError:
            codes = [self._code(percent) for percent in rated.percents]
        self.codes.extend(codes)
        self.bands.frombytes(rated.bands)
        self.evidence.append(rated.evidence)
        self.evidence_length.append(rated.length)
        self.evidence_blank.append(rated.blanks)
        self.assessors.append(self._person(rated.assessor))
        self.leads.append(self._person(rated.lead))

    def _code(self, percent: str) -> int:
        code = self._code_of.get(percent)
        if code is None:
            code = self._code_of[percent] = len(self.percents)
            self.percents.append(Decimal(percent))
            if code > 0xFFFF and self.codes.typecode == "H":
                self.codes = array("I", self.codes)
        return code

    def _person(self, name: str) -> int:
        return self.people.setdefault(name, len(self.people))
