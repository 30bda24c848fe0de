"""Corrective actions of special deductions: open, overdue, verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cts_excel.audit.model import VERIFIED
from cts_excel.audit.outcome import Status
from cts_excel.summary.outcomes.columns import OutcomeColumns, SpecialRow
from cts_excel.summary.outcomes.file_row import STATUSES

_COUNTED = (Status.GRADED, Status.NEEDS_CORRECTION)  # of a conflict nobody knows which file holds


class State(StrEnum):
    """Where a corrective action stands, as shown; the most urgent first."""

    OVERDUE = "已逾期"
    OPEN = "未关闭"
    CLOSED = "已验证"


@dataclass(frozen=True, slots=True)
class Action:
    """The corrective action of one special deduction; ``days`` overdue, 0 if it is not.

    ``number`` is that of its entry in the columns, ``file`` that of its file.
    """

    number: int
    file: int
    state: State
    days: int


def counted(outcomes: OutcomeColumns, number: int) -> bool:
    """Return whether the special items of a file count: not those of a conflict or a duplicate."""
    return STATUSES[outcomes.statuses[number]] in _COUNTED


def standing(entry: SpecialRow, today: date) -> tuple[State, int]:
    """Return where a corrective action stands on a day, and the days that it is overdue."""
    if entry.rectification == VERIFIED:
        return State.CLOSED, 0
    due = _day(entry.due)
    if due is not None and due < today:
        return State.OVERDUE, (today - due).days
    return State.OPEN, 0


def actions(outcomes: OutcomeColumns, today: date) -> list[Action]:
    """Return the corrective actions of all deductions that count, the most urgent first."""
    found = [
        Action(number, entry.file_number, *standing(entry, today))
        for number, entry in _deductions(outcomes)
    ]
    states = list(State)
    return sorted(found, key=lambda one: (states.index(one.state), -one.days))


def open_actions(found: Iterable[Action]) -> Mapping[int, int]:
    """Count the corrective actions that are not verified, by number of the file."""
    return Counter(one.file for one in found if one.state is not State.CLOSED)


def _deductions(outcomes: OutcomeColumns) -> Iterator[tuple[int, SpecialRow]]:
    for number, deduction in enumerate(outcomes.special_deductions):
        if deduction:
            entry = outcomes.special(number)
            if counted(outcomes, entry.file_number):
                yield number, entry


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
