"""The order of all audits: graded ones by exact final score, then those without a rank."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, groupby
from typing import NamedTuple

from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow


class RankedFile(NamedTuple):
    """A file with its rank, ``""`` without one."""

    rank: str
    file: FileRow


@dataclass(frozen=True, slots=True)
class Ranking:
    """Numbers of files in the order of 评分汇总; ``ranks`` of the graded ones, 1 for the best.

    ``rows`` are the rows of the graded audits in :class:`OutcomeColumns`, in the same order.
    """

    graded: array[int]
    ranks: array[int]
    rows: array[int]
    unranked: array[int]

    def __len__(self) -> int:
        return len(self.graded) + len(self.unranked)

    @property
    def files(self) -> Iterator[int]:
        """Numbers of all files, the graded ones first."""
        return chain(self.graded, self.unranked)

    def ranked_files(self, outcomes: OutcomeColumns, places: range) -> Iterator[RankedFile]:
        """Yield the files at some places of the order."""
        for place in places:
            if place < len(self.graded):
                yield RankedFile(str(self.ranks[place]), outcomes.file(self.graded[place]))
            else:
                number = self.unranked[place - len(self.graded)]
                yield RankedFile("", outcomes.file(number))


def rank(outcomes: OutcomeColumns) -> Ranking:
    """Rank the graded audits by exact final score; equal ones share a rank (1, 2, 2, 4)."""
    finals = [Decimal(outcomes.file(number).final) for number in outcomes.rated_files]
    order = sorted(range(len(finals)), key=lambda row: -finals[row])
    graded, ranks, rows = array("I"), array("I"), array("I")
    for _final, tied in groupby(order, key=finals.__getitem__):
        best = len(rows) + 1
        for row in sorted(tied, key=lambda row: _name(outcomes.rated_file(row))):
            graded.append(outcomes.rated_files[row])
            ranks.append(best)
            rows.append(row)
    unranked = outcomes.numbers(Status.NEEDS_CORRECTION, Status.CONFLICT)
    return Ranking(graded, ranks, rows, array("I", unranked))


def _name(f: FileRow) -> tuple[str, str, str]:
    return (f.organisation, f.audit_no, f.file)


def to_next_level(f: FileRow, standard: Standard) -> str:
    """Return the points missing for the next higher level, exact, as text.

    ``""`` at the highest level, and for an audit that fails by its deductions, which no points
    would lift.
    """
    final = Decimal(f.final)
    if f.level == standard.special.deduction.exceeded:
        return ""
    above = [level.minimum for level in standard.levels if level.minimum > final]
    return plain(above[-1] - final) if above else ""


def nearest_line(f: FileRow, standard: Standard) -> tuple[Decimal, str]:
    """Return the signed distance to the nearest level line, and that level's label."""
    final = Decimal(f.final)
    near = min(standard.levels, key=lambda level: abs(final - level.minimum))
    return final - near.minimum, near.label
