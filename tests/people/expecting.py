"""What an input must give, as one value per table row, and the check of an outcome against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

import pytest

from cts_excel.api import grade_file
from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.outcome import Outcome, Status


@dataclass(frozen=True)
class Gives:
    """What an input must give.

    ``status`` is ``None`` if the specification leaves it open. ``level`` is a level's key, or
    ``""`` for a fail. ``codes`` must be found. ``says`` maps a cell, a range or a row's number to
    words that stand in the title or repair of a finding there. ``may`` are warnings and errors that
    are true of the input; any other than these three is noise.
    """

    status: Status | None = Status.GRADED
    final: str | None = None
    level: str | None = None
    deductions: int | None = None
    bonus: int | None = None
    codes: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    may: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def check(self, outcome: Outcome) -> None:
        """Assert that an outcome is what must be given."""
        found = outcome.findings
        assert outcome.status is (self.status or outcome.status), shown(found)
        self._check_score(outcome)
        assert {str(f.code) for f in found} >= set(self.codes), shown(found)
        assert not {str(f.code) for f in found} & set(self.never), shown(found)
        told = {f for f in found for cell, words in self.says.items() if _tells(f, cell, words)}
        lacking = {c: w for c, w in self.says.items() if not any(_tells(f, c, w) for f in told)}
        assert lacking == {}, shown(found)
        known = {*self.codes, *self.may}
        noise = [f for f in found if _grave(f) and str(f.code) not in known and f not in told]
        assert shown(noise) == []

    def _check_score(self, outcome: Outcome) -> None:
        score = outcome.score
        for name in ("final", "deductions", "bonus"):
            wanted = getattr(self, name)
            if wanted is not None:
                assert score is not None
                assert getattr(score, name) == Decimal(wanted), name
        if self.level is not None:
            assert outcome.judgement is not None
            level = outcome.judgement.level
            assert (level.key if level else "") == self.level
            assert outcome.judgement.passed is bool(self.level)


def _grave(found: Finding) -> bool:
    return found.severity > Severity.NOTICE


def _tells(found: Finding, cell: str, words: str) -> bool:
    return _stands(found, cell) and words in f"{title(found)} {repair(found)}"


def _stands(found: Finding, place: str) -> bool:
    if ":" in place:
        return found.cell.startswith(place)
    cells = re.findall(r"[A-Z]+\d+", found.cell)
    return place in cells or place in {cell.lstrip(ascii_uppercase) for cell in cells}


def shown(findings: Iterable[Finding]) -> list[str]:
    """Return findings as short lines, for a message of pytest."""
    return [f"{f.code} {f.severity.key} {f.sheet}!{f.cell} {f.found[:60]}" for f in findings]


def case(*values: Any, id: str, fails: str = "") -> Any:
    """Make a table row; ``fails`` says what goes wrong today, and the repair takes it away."""
    marks = [pytest.mark.xfail(strict=True, reason=fails)] if fails else []
    return pytest.param(*values, id=id, marks=marks)


def graded(content: bytes) -> Outcome:
    """Grade a workbook of any accepted kind, as ``check --legacy`` does."""
    return grade_file(content, legacy=True)
