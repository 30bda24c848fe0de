"""Findings (核查问题): what was found, what it does to the result, how to repair it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum

from cts_excel.audit.codes import Code

_CELLS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")


class Severity(IntEnum):
    """How much a finding weighs; ordered, the gravest highest."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3

    @property
    def key(self) -> str:
        """The severity as data files write it: ``error``, ``warning``, ``notice``."""
        return self.name.lower()

    @property
    def shown(self) -> str:
        """The severity as workbooks show it."""
        return {"ERROR": "错误", "WARNING": "警告", "NOTICE": "提示"}[self.name]


# Sorts findings, the gravest first: severity, whether the level stays, points moved.
Gravity = tuple[int, bool, Decimal]


class Effect(StrEnum):
    """What a finding means for the result: it changes it, could have changed it, or is harmless."""

    CHANGES = "changes the result"
    COULD = "could have changed it"
    HARMLESS = "harmless"

    @property
    def shown(self) -> str:
        """The effect as workbooks show it."""
        return {"CHANGES": "影响结果", "COULD": "可能影响结果", "HARMLESS": "不影响结果"}[self.name]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a finding does to the grade: recomputed minus stated points, and both levels' labels.

    ``points`` is ``None`` if no number was stated. Equal labels mean that the level is unchanged.
    """

    points: Decimal | None
    level_from: str
    level_to: str

    def __str__(self) -> str:
        points = "" if self.points is None else f"{self.points:+f}"
        level = self.level_text
        return "，".join(part for part in (points, level) if part)

    @property
    def level_text(self) -> str:
        """The move as shown: ``三星级→四星级``, or ``""`` if the level is unchanged."""
        if self.level_from == self.level_to:
            return ""
        return f"{self.level_from}→{self.level_to}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``code`` names its catalogue entry, which words title and repair.

    ``cell`` is an address, or ranges of several: ``J4:J53,J60``. ``found`` and ``expected`` are
    data, the same in every language. ``severity`` is the catalogue's unless a policy switch raised
    it.
    """

    code: Code
    severity: Severity
    sheet: str = ""
    cell: str = ""
    clause: str = ""
    found: str = ""
    expected: str = ""
    impact: Impact | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all cells that the finding is about."""
        return addresses_of(self.cell)

    @property
    def place(self) -> str:
        """Sheet, cell and clause: ``评分表!F17 (5.1.2.2)``."""
        place = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet
        return f"{place} ({self.clause})".strip() if self.clause else place

    @property
    def entry_unreadable(self) -> bool:
        """Whether an entry of the cover, a rating or a special item could not be taken."""
        return self.severity is Severity.ERROR and self.code.family in "CRS"

    @property
    def gravity(self) -> Gravity:
        """Sort key, the gravest first: severity, whether the level moves, points moved."""
        if self.impact is None:
            return (-self.severity, True, Decimal(0))
        points = self.impact.points or Decimal(0)
        return (-self.severity, not self.impact.level_text, -abs(points))


def addresses_of(cell: str) -> tuple[str, ...]:
    """Return the addresses in ``J4:J53,J60``. A range lies in one column; of another, the first."""
    found: list[str] = []
    for place in cell.split(","):
        match = _CELLS.fullmatch(place)
        if match is None:
            continue
        letters, first, last_letters, last = match.groups()
        if last_letters in (None, letters):
            found += (f"{letters}{row}" for row in range(int(first), int(last or first) + 1))
        else:
            found.append(f"{letters}{first}")
    return tuple(found)
