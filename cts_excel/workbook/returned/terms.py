"""What the office asks of everyone whom it sends a workbook back to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """By when a corrected workbook is due and who answers questions, in words; ``""`` for unsaid.

    A deadline is never reckoned from the day of the run: the same file gives the same copy.
    """

    deadline: str = ""
    contact: str = ""


NO_TERMS = ReturnTerms()
