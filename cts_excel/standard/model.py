"""The specification as typed data: the content of a standard file and what follows from it."""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Literal

import msgspec

from cts_excel.files.numbers import plain
from cts_excel.standard.folding import PLACEHOLDERS, Placeholders

NOT_PASSED = "not_passed"
# Words that have a meaning in every workbook, so no label of a standard file may be one.
NOT_APPLICABLE = "不适用"  # chosen instead of a band
INCOMPLETE_LEVEL = "未完成"  # what 建议级别 shows until everything is rated
RESERVED_WORDS = (NOT_APPLICABLE, INCOMPLETE_LEVEL)


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the standard file; unknown keys are refused."""


class NotApplicable(StrEnum):
    """What 不适用 does (rule 7): it is refused, or its indicator leaves the base."""

    REJECT = "reject"
    PRORATE = "prorate"


class Policy(_Record, frozen=True):
    """Switches that the specification leaves open (docs/policy.md)."""

    not_applicable: NotApplicable = NotApplicable.REJECT
    require_evidence: bool = False
    placeholders: tuple[str, ...] = PLACEHOLDERS


class Form(_Record, frozen=True):
    """What an issuing body prints on its own form: no rule, so grading never asks for it.

    ``logo`` is the path of a PNG or JPEG file; the loader makes it absolute.
    """

    document_no: str = ""
    revision: str = ""
    body: str = ""
    logo: str = ""


class Band(_Record, frozen=True):
    """A rubric band (评分档): a closed interval of percentages, as fractions of 1."""

    label: str
    low: Decimal
    high: Decimal
    bullets: tuple[str, ...]

    def holds(self, percent: Decimal) -> bool:
        """Tell whether a percentage (fraction of 1) lies in the closed interval."""
        return self.low <= percent <= self.high


class Level(_Record, frozen=True):
    """A level (级别) and the least final score, in points, that earns it."""

    key: str
    label: str
    minimum: Decimal
    statement: str


class NotPassed(_Record, frozen=True):
    """What an audit below the lowest level is called."""

    label: str


class Deduction(_Record, frozen=True):
    """Special deductions (特别扣分项): points per entry, and the limit that must not be passed."""

    title: str
    rule: str
    statement: str
    points: Decimal
    limit: Decimal
    exceeded: str
    categories: tuple[str, ...]


class Bonus(_Record, frozen=True):
    """Special bonus (特别加分项): points per entry, and the most that counts in all."""

    title: str
    rule: str
    statement: str
    points: Decimal
    limit: Decimal
    categories: tuple[str, ...]


class Special(_Record, frozen=True):
    """The special items (特别项)."""

    deduction: Deduction
    bonus: Bonus


class Section(_Record, frozen=True):
    """A first-level indicator (一级指标); ``weight`` and ``count`` are its printed check sums."""

    clause: str
    title: str
    weight: Decimal
    count: int

    @property
    def label(self) -> str:
        """Clause and title as shown, e.g. ``5.1 售后服务体系``."""
        return f"{self.clause} {self.title}"


class Group(_Record, frozen=True):
    """A second-level indicator (二级指标) with its check sum."""

    clause: str
    title: str
    weight: Decimal

    @property
    def label(self) -> str:
        """Clause and title as shown, e.g. ``5.1.1 组织架构``."""
        return f"{self.clause} {self.title}"


class Indicator(_Record, frozen=True):
    """An evaluation indicator (评价指标): clause, verbatim text and weight in points."""

    clause: str
    weight: Decimal
    text: str


class Erratum(_Record, frozen=True):
    """A fault of the published text and how it is read."""

    place: str
    printed: str
    reading: str


class Standard(_Record, frozen=True, dict=True, kw_only=True):
    """One edition of a specification; build it with :func:`cts_excel.load_standard`."""

    format: Literal[1]
    id: str
    edition: str
    title: str
    publisher: str
    basis: str
    subject: str
    total: Decimal
    policy: Policy = Policy()
    form: Form = Form()
    special: Special
    not_passed: NotPassed
    levels: tuple[Level, ...]
    bands: tuple[Band, ...]
    sections: tuple[Section, ...]
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    errata: tuple[Erratum, ...] = ()

    @cached_property
    def by_clause(self) -> dict[str, Indicator]:
        """Indicators by clause number."""
        return {indicator.clause: indicator for indicator in self.indicators}

    @cached_property
    def position(self) -> dict[str, int]:
        """0-based place of each clause in the indicator table."""
        return {indicator.clause: n for n, indicator in enumerate(self.indicators)}

    @cached_property
    def band_by_label(self) -> dict[str, Band]:
        """Bands by printed label."""
        return {band.label: band for band in self.bands}

    @cached_property
    def level_by_label(self) -> dict[str, Level]:
        """Levels by printed label."""
        return {level.label: level for level in self.levels}

    @cached_property
    def group_by_clause(self) -> dict[str, Group]:
        """Second-level indicators by clause number."""
        return {group.clause: group for group in self.groups}

    @cached_property
    def section_by_clause(self) -> dict[str, Section]:
        """First-level indicators by clause number."""
        return {section.clause: section for section in self.sections}

    def group_of(self, clause: str) -> Group:
        """Return the second-level indicator above a clause; the number decides, not the place."""
        return self.group_by_clause[parent(clause)]

    def section_of(self, clause: str) -> Section:
        """Return the first-level indicator above a clause."""
        return self.section_by_clause[parent(parent(clause))]

    @property
    def lowest_level(self) -> Level:
        """The level with the least minimum."""
        return self.levels[-1]

    @property
    def prorates(self) -> bool:
        """Whether 不适用 is allowed (rule 7)."""
        return self.policy.not_applicable == NotApplicable.PRORATE

    @cached_property
    def _placeholders(self) -> Placeholders:
        return Placeholders(self.policy.placeholders)

    def states_nothing(self, text: str) -> bool:
        """Tell whether a text is blank or a placeholder such as 无, ``/`` or ``N/A`` (rule 13)."""
        return self._placeholders.hold(text)

    @property
    def folded_placeholders(self) -> tuple[str, ...]:
        """The placeholders without blanks, punctuation, width and case, in order."""
        return self._placeholders.folded

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the indicator table in canonical form.

        One line per indicator in table order, ``clause TAB weight TAB text LF``, UTF-8, text in
        NFC, weight without trailing zeros.
        """
        lines = (
            f"{i.clause}\t{plain(i.weight)}\t{unicodedata.normalize('NFC', i.text)}\n"
            for i in self.indicators
        )
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def parent(clause: str) -> str:
    """Return the clause one level up: ``5.1.2.2`` gives ``5.1.2``; a top clause gives ``""``."""
    return clause.rpartition(".")[0]
