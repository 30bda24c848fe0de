"""What the summary's figures say, in the language of the page; its workbook is Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from cts_excel.messages import _, language, ngettext
from cts_excel.summary.figures.client_changes import Change
from cts_excel.summary.figures.reviewing import Reason, ReviewReason, reviews_text


def change_name(change: Change) -> str:
    """Name what became of a client."""
    if language() == "zh":
        return change.value
    return {
        Change.UP: _("level rose"),
        Change.DOWN: _("level fell"),
        Change.SAME: _("same level"),
        Change.REPAIRED: _("now graded"),
        Change.NEW: _("new"),
        Change.UNGRADED: _("not graded now"),
        Change.ABSENT: _("not back now"),
    }[change]


def review_texts(reasons: Iterable[ReviewReason]) -> str:
    """Say in one line why an audit should be reviewed."""
    reasons = tuple(reasons)
    if language() == "zh":
        return reviews_text(reasons)
    return "; ".join(_reason_text(one.reason, one.cases) for one in reasons)


def _reason_text(reason: Reason, cases: int) -> str:
    return {
        Reason.LEVEL_CHANGED: _("recomputing changed the stated level"),
        Reason.ALTERED: ngettext(
            "{} change that may alter the result", "{} changes that may alter the result", cases
        ),
        Reason.AT_LIMIT: _("deductions are at the limit"),
        Reason.TWO_ASSESSORS: _("another assessor rated the same audit"),
        Reason.ALIKE: ngettext(
            "like the audit of {} other client", "like the audits of {} other clients", cases
        ),
        Reason.ISSUE: _("identity or issue is to be checked"),
        Reason.NO_EVIDENCE: ngettext(
            "evidence missing on {} indicator", "evidence missing on {} indicators", cases
        ),
    }[reason].format(cases)
