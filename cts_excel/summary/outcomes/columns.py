"""All outcomes of a run as compact columns: a few hundred bytes per file in memory."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from cts_excel.audit.findings import addresses_of
from cts_excel.audit.identity import folded_people
from cts_excel.audit.outcome import Status
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.conflicts import ConflictingAudits
from cts_excel.summary.outcomes.excerpt import CLASS, LEVEL_MOVED, Excerpt, RatingsExcerpt
from cts_excel.summary.outcomes.file_row import STATUSES, FileRow
from cts_excel.summary.outcomes.spooled_rows import SpooledRows

NOT_RATED = 0  # the code of an indicator without a percentage (不适用)


class FindingRow(NamedTuple):
    """One finding of one file; ``points`` exact, ``""`` without an effect on the score."""

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

    @property
    def cells(self) -> int:
        """Number of cells that the finding is about; 1 for one without an address."""
        return max(1, len(addresses_of(self.cell)))


class SpecialRow(NamedTuple):
    """One entry of 特别项; ``due`` and ``verified_on`` are dates in ISO 8601, ``""`` for none."""

    file_number: int
    deduction: bool
    number: int
    category: str
    clause: str
    description: str
    evidence: str
    rectification: str
    measure: str
    responsible: str
    due: str
    verifier: str
    verified_on: str
    complete: bool


class OutcomeColumns:
    """All outcomes of a run, by number of the file, in order of arrival.

    ``codes`` holds one row of ``len(standard.indicators)`` codes per graded audit. A code is the
    place of the percentage in ``percents`` (``NOT_RATED`` for 不适用). ``bands`` likewise holds
    the place of the band in the standard.
    """

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.statuses = array("B")
        self.conflicts = ConflictingAudits()
        self.rated_files = array("I")  # number of the file of each graded audit
        self.codes = array("H")
        self.bands = array("B")
        self.percents: list[Decimal] = [Decimal("NaN")]
        self.people: dict[str, int] = {}
        self._people: dict[str, int] = {}  # the same by folded name
        self.assessors = array("I")
        self.leads = array("I")
        self.evidence = SpooledRows()  # of graded audits
        self.evidence_length = array("I")
        self.evidence_blank = array("H")
        self.finding_files = array("I")  # number of the file of each finding
        self.finding_codes: list[str] = []
        self.finding_effects = array("d")  # sort key of each finding, the gravest is the smallest
        self.special_deductions = array("B")  # of each entry of 特别项: 1 deduction, 0 bonus
        self._files = SpooledRows()
        self._findings = SpooledRows()
        self._specials = SpooledRows()
        self._special_files = array("I")  # number of the file of each entry of 特别项
        self._code_of = {"": NOT_RATED}
        # Every sheet asks for files: the cache saves 4 % of a run of 2,000 workbooks.
        self.file = lru_cache(maxsize=4096)(self._file)

    def __len__(self) -> int:
        """Number of files."""
        return len(self.statuses)

    def add(self, excerpt: Excerpt) -> None:
        """Keep one outcome."""
        number = len(self.statuses)
        self.statuses.append(excerpt.status)
        self._files.append(excerpt.file)
        if excerpt.ratings is not None:
            self._add_ratings(excerpt.ratings, number)
        if excerpt.conflict is not None:
            self.conflicts.add(excerpt.conflict, number)
        for finding in excerpt.findings:
            self.finding_files.append(number)
            self.finding_codes.append(sys.intern(finding.code))
            self.finding_effects.append(finding.effect)
            self._findings.append(finding.row)
        for special in excerpt.specials:
            self._special_files.append(number)
            self.special_deductions.append(special.deduction)
            self._specials.append(special.row)

    def _file(self, number: int) -> FileRow:
        """Return one file by its number."""
        return FileRow(number, self.statuses[number], *self._files[number])

    def rated_file(self, row: int) -> FileRow:
        """Return the file of a graded audit by its row in ``codes``."""
        return self.file(self.rated_files[row])

    def finding(self, number: int) -> FindingRow:
        """Return one finding by its number."""
        return FindingRow(self.finding_files[number], *self._findings[number])

    @property
    def code_counts(self) -> Mapping[str, int]:
        """How many findings there are of each code."""
        return Counter(self.finding_codes)

    def level_moved(self, number: int) -> bool:
        """Return whether a finding that is no error moved the level."""
        return 0 < self.finding_effects[number] - (LEVEL_MOVED - 1) * CLASS <= CLASS

    def special(self, number: int) -> SpecialRow:
        """Return one entry of 特别项 by its number."""
        return SpecialRow(self._special_files[number], *self._specials[number])

    def count(self, status: Status) -> int:
        """Count the files of one status."""
        return self.statuses.count(STATUSES.index(status))

    def numbers(self, *statuses: Status) -> list[int]:
        """Return the numbers of the files of some statuses."""
        wanted = {STATUSES.index(status) for status in statuses}
        return [n for n, status in enumerate(self.statuses) if status in wanted]

    def _add_ratings(self, ratings: RatingsExcerpt, number: int) -> None:
        self.rated_files.append(number)
        codes = [self._code(percent) for percent in ratings.percents]  # may replace self.codes
        self.codes.extend(codes)
        self.bands.frombytes(ratings.bands)
        self.evidence.append(ratings.evidence)
        self.evidence_length.append(ratings.length)
        self.evidence_blank.append(ratings.blanks)
        self.assessors.append(self._person(ratings.assessor))
        self.leads.append(self._person(ratings.lead))

    def _code(self, percent: str) -> int:
        code = self._code_of.get(percent)
        if code is None:
            code = self._code_of[percent] = len(self.percents)
            self.percents.append(Decimal(percent))
            if code > 0xFFFF and self.codes.typecode == "H":
                self.codes = array("I", self.codes)
        return code

    def _person(self, name: str) -> int:
        """Return the number of a person; one name has many spellings, the first is shown."""
        key = folded_people(name)
        if key not in self._people:
            self._people[key] = self.people[name] = len(self.people)
        return self._people[key]
