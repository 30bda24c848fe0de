"""Confirm a grade with the second reader: which files, and what a difference does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.grading import without_level
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.scoring import Score
from cts_excel.batch.engines.parting_words import worded
from cts_excel.batch.results import Confirmation, Parting, Verdict
from cts_excel.standard.model import Standard

if TYPE_CHECKING:
    from cts_excel.second_reader.comparing import Difference, StatedGrade

NEAR = Decimal(1)  # points from a level's minimum
ONE_PERCENT = "028f5c28f5c28f5c"  # of all hashes are not above this: a random sample of files
ALL = "g"  # no hash is above this
# pandas and openpyxl take so much address space; what a file may take stays the same.
MEMORY_BYTES = 512 << 20
_PARTINGS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Which graded files are read a second time, and by which standard file.

    ``standard_file`` is its content, ``None`` for the built-in one. A file is chosen if its SHA-256
    is not above ``up_to``, or its final score lies within ``near`` points of a level's minimum, or
    its deductions are at the limit or one beyond.
    """

    standard_file: bytes | None = None
    up_to: str = ONE_PERCENT
    near: Decimal | None = NEAR

    def chooses(self, outcome: Outcome, standard: Standard) -> bool:
        """Tell whether a graded file is to be confirmed."""
        if outcome.judgement is None or outcome.score is None:
            return False
        return self._takes(outcome) or self._is_near(outcome.score, standard)

    def confirm(
        self, outcome: Outcome, content: bytes, kind: str, *, cells_agree: bool = False
    ) -> Confirmation:
        """Confirm a graded file.

        A file near a line whose cells two readers have read alike is counted anew; any other is
        read anew, too.

        :param content: decrypted, admitted; :param kind: as admission told it by content.
        """
        if kind != "xlsx":
            return Confirmation(Verdict.OTHER_TYPE)
        stated = _stated(outcome)
        if cells_agree and not self._takes(outcome):
            return _confirmation(_recounted(stated, self.standard_file))
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each thread takes address space
        from cts_excel.second_reader.comparing import compare
        from cts_excel.second_reader.confirming import confirm

        reading = confirm(content, self.standard_file)
        return _confirmation(compare(reading, stated), reading.lenient)

    def _takes(self, outcome: Outcome) -> bool:
        return outcome.sha256 <= self.up_to

    def _is_near(self, score: Score, standard: Standard) -> bool:
        """Tell whether little would change the level: points, or one deduction more or less."""
        if self.near is None:
            return False
        rule = standard.special.deduction
        return any(abs(score.final - x.minimum) <= self.near for x in standard.levels) or (
            rule.limit <= score.deductions <= rule.limit + rule.points
        )


def _recounted(stated: StatedGrade, standard_file: bytes | None) -> list[Difference]:
    from cts_excel.second_reader.recounting import recount

    lost, won = stated.deduction_rows or (), stated.bonus_rows or ()
    return recount(stated.percents, len(lost), len(won), stated, standard_file)


def _confirmation(differences: Sequence[Difference], lenient: Sequence[str] = ()) -> Confirmation:
    partings = tuple(Parting(d.quantity, d.first, d.second, d.cell) for d in differences)
    verdict = Verdict.DIFFERENT if partings else Verdict.CONFIRMED
    return Confirmation(verdict, tuple(lenient), partings)


def withheld(outcome: Outcome, partings: Sequence[Parting], standard: Standard) -> Outcome:
    """Take the level from a file on which readers differ: one of them is wrong."""
    if not partings:
        return outcome
    shown = partings[:_PARTINGS_SHOWN]
    first, second = (
        "；".join(text) for text in zip(*(worded(p, standard) for p in shown), strict=True)
    )
    place = next((p.cell for p in partings if "!" in p.cell), "")
    sheet, _mark, cell = place.split(",")[0].rpartition("!")
    why = finding(Code.READERS_DIFFER, sheet=sheet, cell=cell, found=first, expected=second)
    return without_level(outcome, why, standard)


def _stated(outcome: Outcome) -> StatedGrade:
    from cts_excel.second_reader.comparing import StatedGrade

    audit, score, judgement = outcome.audit, outcome.score, outcome.judgement
    if audit is None or score is None or judgement is None:
        raise ValueError("only a graded file can be confirmed")
    return StatedGrade(
        str(score.base),
        str(score.deductions),
        str(score.bonus),
        str(score.final),
        judgement.key,
        {r.clause: "" if r.percent is None else str(r.percent) for r in audit.ratings},
        [item.row for item in audit.deductions if item.complete],
        [item.row for item in audit.bonuses if item.complete],
    )
