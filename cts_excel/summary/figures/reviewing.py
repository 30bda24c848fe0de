"""Why a person should look at a graded audit before its level is decided: the one home of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Effect
from cts_excel.audit.outcome import Status
from cts_excel.summary.figures.similarity import SimilarPair
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import STATUSES


class Reason(Enum):
    """A reason to review, the gravest first; the value is its text for ``{}`` cases."""

    LEVEL_CHANGED = "表内级别与复算不符"
    ALTERED = "{} 处改动可能影响结果"
    AT_LIMIT = "特别扣分已达上限"
    TWO_ASSESSORS = "同一审核另有评审员评定"
    ALIKE = "与其他企业的 {} 份审核雷同"
    ISSUE = "身份或发放情况待核实"
    NO_EVIDENCE = "{} 项缺审核证据"


ORDER = tuple(Reason)
_ALTERED_FORM = (
    Code.INDICATOR_TABLE_DIFFERS, Code.CLAUSE_UNKNOWN, Code.WEIGHT_ALTERED,
    Code.INDICATOR_TEXT_ALTERED, Code.IDENTITY_MISSING, Code.CLAUSE_NUMBER_ALTERED,
    Code.ANSWER_IS_FORMULA,
)  # fmt: skip
_BY_CODE: Mapping[str, Reason] = {
    **{
        code: Reason.ALTERED
        for code in Code
        if code.family == "A" and CATALOGUE[code].effect is not Effect.HARMLESS
    },
    **dict.fromkeys(_ALTERED_FORM, Reason.ALTERED),
    **{code: Reason.ISSUE for code in Code if code.family == "I"},
    Code.STATED_LEVEL_DIFFERS: Reason.LEVEL_CHANGED,
    Code.DEDUCTIONS_AT_LIMIT: Reason.AT_LIMIT,
    Code.OTHER_ASSESSOR: Reason.TWO_ASSESSORS,
    Code.CREDIT_CODES_DIFFER: Reason.ISSUE,
    Code.EVIDENCE_MISSING: Reason.NO_EVIDENCE,
}


class ReviewReason(NamedTuple):
    """One reason, with the number of its cases."""

    reason: Reason
    cases: int

    @property
    def text(self) -> str:
        """The reason as shown."""
        return self.reason.value.format(self.cases)


Reviews = Mapping[int, tuple[ReviewReason, ...]]


def review_reasons(outcomes: OutcomeColumns, pairs: Iterable[SimilarPair]) -> Reviews:
    """Return the reasons by number of the file, of graded audits that have any.

    :param pairs: similar audits, see :mod:`~cts_excel.summary.figures.similarity`.
    """
    alike = Counter(outcomes.rated_files[row] for pair in pairs for row in (pair.a, pair.b))
    # File by file, and one tuple for equal reasons: there may be reasons for 100,000 files.
    found: dict[int, tuple[ReviewReason, ...]] = {}
    known: dict[tuple[ReviewReason, ...], tuple[ReviewReason, ...]] = {}
    graded = STATUSES.index(Status.GRADED)
    files = outcomes.finding_files
    for number, places in groupby(range(len(files)), key=files.__getitem__):
        if outcomes.statuses[number] == graded:
            counts = _counts(outcomes, places)
            counts[Reason.ALIKE] += alike.pop(number, 0)
            reasons = tuple(ReviewReason(one, counts[one]) for one in ORDER if counts[one])
            if reasons:
                found[number] = known.setdefault(reasons, reasons)
    found |= {number: (ReviewReason(Reason.ALIKE, cases),) for number, cases in alike.items()}
    return dict(sorted(found.items()))


def _counts(outcomes: OutcomeColumns, places: Iterable[int]) -> Counter[Reason]:
    """Count the cases of each reason among the findings of one file."""
    counts: Counter[Reason] = Counter()
    for place in places:
        if outcomes.level_moved(place):
            counts[Reason.LEVEL_CHANGED] = 1
        if reason := _BY_CODE.get(outcomes.finding_codes[place]):
            counts[reason] += _cases(outcomes, place, reason)
    return counts


def _cases(outcomes: OutcomeColumns, place: int, reason: Reason) -> int:
    """Count the cells of a finding if the reason counts cells."""
    if "{}" not in reason.value:
        return 1
    return outcomes.finding(place).cells


def reviews_text(reasons: Iterable[ReviewReason]) -> str:
    """List reasons in one line."""
    return "；".join(one.text for one in reasons)


def in_review_order(reviews: Reviews) -> list[int]:
    """Return the numbers of the files, the gravest reason first, then the most reasons."""

    def key(number: int) -> tuple[int, int, int]:
        reasons = reviews[number]
        return ORDER.index(reasons[0].reason), -len(reasons), number

    return sorted(reviews, key=key)
