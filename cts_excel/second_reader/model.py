"""What the second reader hands back: plain values that anybody can compare."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

NOT_PASSED = "not_passed"


class ProblemKind(StrEnum):
    """Why this reader computes no grade. Each value is stable and can be worded elsewhere."""

    UNREADABLE = "unreadable"  # openpyxl cannot open the workbook
    TABLE_MISSING = "table_missing"  # no sheet has the headings
    TABLE_REPEATED = "table_repeated"
    HEADING_MISSING = "heading_missing"
    HEADING_REPEATED = "heading_repeated"
    BLOCK_MISSING = "block_missing"  # deductions or bonus
    BLOCK_REPEATED = "block_repeated"
    BLOCK_WITHOUT_TITLE = "block_without_title"
    CLAUSE_MISSING = "clause_missing"
    CLAUSE_REPEATED = "clause_repeated"
    CLAUSE_UNKNOWN = "clause_unknown"  # a band in a row that names no indicator
    WORDING_OF_OTHER_CLAUSE = "wording_of_other_clause"
    UNSEEN = "unseen"  # a person who looks at the sheet does not see the value
    AMBIGUOUS = "ambiguous"  # the cell stands twice or holds two values
    ERROR_VALUE = "error_value"
    NOT_CALCULATED = "not_calculated"
    PICTURE = "picture"  # an application shows a picture in the cell: evidence, nothing else
    LOGICAL = "logical"
    DATE = "date"
    NOT_A_NUMBER = "not_a_number"
    NOT_RATED = "not_rated"
    BAND_MISSING = "band_missing"
    BAND_UNKNOWN = "band_unknown"
    PERCENT_MISSING = "percent_missing"
    PERCENT_OUT_OF_RANGE = "percent_out_of_range"  # negative or above 100%
    PERCENT_OUTSIDE_BAND = "percent_outside_band"
    NOT_APPLICABLE_REFUSED = "not_applicable_refused"
    NOT_APPLICABLE_WITH_PERCENT = "not_applicable_with_percent"
    NOT_APPLICABLE_WITHOUT_REASON = "not_applicable_without_reason"
    NOTHING_APPLICABLE = "nothing_applicable"
    EVIDENCE_MISSING = "evidence_missing"
    SPECIAL_INCOMPLETE = "special_incomplete"
    SPECIAL_STATES_NOTHING = "special_states_nothing"  # 无, / and the like (rule 13)
    CATEGORY_UNKNOWN = "category_unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that this reader does not understand.

    ``cell`` is ``sheet!F17``, a sheet's name, or ``""`` for the workbook as a whole.
    """

    cell: str
    kind: ProblemKind
    found: str = ""


@dataclass(frozen=True, slots=True)
class RatingRead:
    """The rating of one clause.

    ``percentage`` is a fraction of 1, ``None`` for 不适用. Cells are written ``sheet!F17``.
    """

    clause: str
    band: str
    percentage: Fraction | None
    band_cell: str
    percent_cell: str


@dataclass(frozen=True, slots=True)
class SpecialRead:
    """One complete entry of 特别项; ``cell`` is its 事实描述, ``row`` its 1-based row."""

    category: str
    description: str
    cell: str
    row: int


@dataclass(frozen=True, slots=True)
class SecondReading:
    """One workbook as the second reader understands it.

    Points are exact. ``level`` is a level's key or ``not_passed``. With any problem the points are
    ``None`` and the level is ``""``. ``lenient`` lists the cells that only a lenient spelling
    explains, such as ``８５％`` or ``85`` for 85%.
    """

    base: Fraction | None
    deductions: Fraction | None
    bonus: Fraction | None
    final: Fraction | None
    level: str
    ratings: tuple[RatingRead, ...]
    deduction_entries: tuple[SpecialRead, ...]
    bonus_entries: tuple[SpecialRead, ...]
    lenient: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def understood(self) -> bool:
        """Whether there is a grade to compare."""
        return not self.problems
