"""Confirm a grade with the second reader: which files, and what a difference does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.grading import without_level
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.results import Confirmation, Parting, Verdict
from cts_excel.standard.model import Standard

if TYPE_CHECKING:
    from cts_excel.second_reader import StatedGrade

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
    is not above ``up_to``, or its final score lies within ``near`` points of a level's minimum.
    """

    standard_file: bytes | None = None
    up_to: str = ONE_PERCENT
    near: Decimal | None = NEAR

    def chooses(self, outcome: Outcome, standard: Standard) -> bool:
        """Tell whether a graded file is to be confirmed."""
        if outcome.judgement is None or outcome.score is None:
            return False
        if outcome.sha256 <= self.up_to:
            return True
        final, near = outcome.score.final, self.near
        return near is not None and any(abs(final - x.minimum) <= near for x in standard.levels)

    def confirm(self, outcome: Outcome, content: bytes, kind: str) -> Confirmation:
        """Read a graded workbook a second time and compare.

        :param content: decrypted, admitted; :param kind: as admission told it by content.
        """
        if kind != "xlsx":
            return Confirmation(Verdict.OTHER_TYPE)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each thread takes address space
        from cts_excel import second_reader

        reading = second_reader.confirm(content, self.standard_file)
        differences = second_reader.compare(reading, _stated(outcome))
        partings = tuple(Parting(d.quantity, d.first, d.second, d.cell) for d in differences)
        verdict = Verdict.DIFFERENT if partings else Verdict.CONFIRMED
        return Confirmation(verdict, tuple(reading.lenient), partings)


def withheld(outcome: Outcome, confirmation: Confirmation, standard: Standard) -> Outcome:
    """Take the level from a file on which the readers differ: one of them is wrong."""
    if confirmation.verdict is not Verdict.DIFFERENT:
        return outcome
    shown = confirmation.partings[:_PARTINGS_SHOWN]
    first = "; ".join(f"{p.quantity} {p.first or '-'}" for p in shown)
    second = "; ".join(f"{p.quantity} {p.second or '-'}" for p in shown)
    place = next((p.cell for p in confirmation.partings if "!" in p.cell), "")
    sheet, _mark, cell = place.split(",")[0].rpartition("!")
    why = finding(Code.READERS_DIFFER, sheet=sheet, cell=cell, found=first, expected=second)
    return without_level(outcome, why, standard)


def _stated(outcome: Outcome) -> StatedGrade:
    from cts_excel.second_reader import StatedGrade

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
