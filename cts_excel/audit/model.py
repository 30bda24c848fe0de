"""The typed audit: the content of one audit workbook, with the place of every value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from cts_excel.audit.cover import Cover
from cts_excel.audit.findings import Finding


class RatingColumns(NamedTuple):
    """Letters of the columns of 评分表 in this file, e.g. ``F``; ``""`` if one is missing."""

    clause: str
    text: str
    weight: str
    band: str
    percent: str
    score: str
    evidence: str
    state: str


@dataclass(frozen=True, slots=True)
class Rating:
    """The answer to one indicator.

    ``band`` is a label of the standard, ``""`` if none is chosen. ``percent`` is a fraction of 1.
    It lies inside the chosen band: the reader reports any other value, sets ``faulty`` and leaves
    ``percent`` empty. ``stated_score`` is the workbook's own item score in points, ``None`` if it
    has none. ``row`` is the 1-based sheet row, 0 if the clause is missing from the file.
    ``pictures`` is the number of pictures that are evidence beside the text.
    """

    clause: str
    band: str
    percent: Decimal | None
    not_applicable: bool
    evidence: str
    stated_score: Decimal | None
    faulty: bool
    row: int
    pictures: int = 0

    @property
    def evidence_shown(self) -> str:
        """The evidence as data files write it: its text and the number of its pictures."""
        return _with_pictures(self.evidence, self.pictures)

    @property
    def rated(self) -> bool:
        """Whether band and percentage are both there and agree."""
        return self.percent is not None and self.band != "" and not self.faulty


@dataclass(frozen=True, slots=True)
class SpecialItem:
    """One entry of 特别项; ``complete`` means that it counts as entered.

    ``pictures`` is the number of pictures that are evidence beside the text.
    ``states_fact`` is false for one without a fact: it is worth no points (rule 3). What follows
    it, and ``rectification``, is the corrective action, which only deductions have. A date that
    was not read is ``None``.
    """

    number: int
    category: str
    clause: str
    description: str
    evidence: str
    rectification: str
    complete: bool
    row: int
    pictures: int = 0
    states_fact: bool = True
    measure: str = ""
    responsible: str = ""
    due: date | None = None
    verifier: str = ""
    verified_on: date | None = None

    @property
    def evidence_shown(self) -> str:
        """The evidence as data files write it: its text and the number of its pictures."""
        return _with_pictures(self.evidence, self.pictures)

    @property
    def texts(self) -> dict[str, str]:
        """What was entered, by field: a date in ISO 8601, nothing as an empty text."""
        values = {name: getattr(self, name) for name in SPECIAL_FIELDS}
        values["evidence"] = self.evidence_shown
        return {
            name: value.isoformat() if isinstance(value, date) else value or ""
            for name, value in values.items()
        }


# The states of a corrective action.
NOT_STARTED, UNDER_WAY, FINISHED, VERIFIED = "未开始", "进行中", "已完成", "已验证"

# What people enter in an entry of 特别项, in the order in which it is shown.
SPECIAL_FIELDS = (
    *("category", "clause", "description", "evidence", "rectification"),
    *("measure", "responsible", "due", "verifier", "verified_on"),
)


def _with_pictures(text: str, count: int) -> str:
    return f"{text}〔图片 {count} 张〕" if count else text


@dataclass(frozen=True, slots=True)
class Stated:
    """The results that the workbook itself shows, in points; ``None`` if it shows none.

    ``level`` is the printed label (``""`` if none). ``calculated`` is false if the
    application that saved the file never calculated the formulas.
    """

    base: Decimal | None
    deductions: Decimal | None
    bonus: Decimal | None
    final: Decimal | None
    level: str
    calculated: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says about the workbook; empty texts if it is missing."""

    format_version: str = ""
    standard_id: str = ""
    edition: str = ""
    digest: str = ""
    issue_id: str = ""
    tool_version: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SheetNames:
    """The names under which the sheets were found in this file."""

    cover: str
    ratings: str
    special: str
    identity: str


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit workbook, read. ``ratings`` follow the standard's indicators one to one.

    ``cover_cells`` names the input cell of each :class:`Cover` field and the cell of each
    :class:`Stated` field (under ``stated_base`` and so on); ``findings`` are what the reader could
    not read as entered. ``corrects`` are the SHA-256 of the files that this one was made from, if
    it is a marked copy: the last one first (rule 14). ``answer_area`` counts the cells from A1 to
    the farthest row and column of 评分表 and of 特别项, 0 if that is not known for sure.
    """

    identity: Identity
    sheets: SheetNames
    cover: Cover
    cover_cells: dict[str, str]
    columns: RatingColumns
    ratings: tuple[Rating, ...]
    deductions: tuple[SpecialItem, ...]
    bonuses: tuple[SpecialItem, ...]
    stated: Stated
    findings: tuple[Finding, ...]
    corrects: tuple[str, ...] = ()
    answer_area: int = 0

    def rating_cell(self, rating: Rating, column: str) -> str:
        """Return the address of a rating's cell; ``column`` is a :class:`RatingColumns` field."""
        letters: str = getattr(self.columns, column)
        return f"{letters}{rating.row}" if letters and rating.row else ""
