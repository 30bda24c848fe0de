"""The order of all audits: ranked by exact final score, ties sharing a rank; then the unranked."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.gathered import Gathered


@dataclass(frozen=True, slots=True)
class Ranking:
    """Numbers of files in the order of 评分汇总; ``ranks`` of the graded ones, 1 for the best.

    ``rows`` are the rated rows (see :class:`Gathered`) in the same order as the graded files.
    """

    graded: array[int]
    ranks: array[int]
    rows: array[int]
    unranked: array[int]

    def __len__(self) -> int:
        return len(self.graded) + len(self.unranked)

    def each(self, gathered: Gathered, places: range) -> Iterator[tuple[str, FileRow]]:
        """Yield rank (``""`` for the unranked) and file for places of the table."""
        for place in places:
            if place < len(self.graded):
                yield str(self.ranks[place]), gathered.file(self.graded[place])
            else:
                yield "", gathered.file(self.unranked[place - len(self.graded)])


def rank(gathered: Gathered) -> Ranking:
    """Rank the graded audits; equal exact finals share the better rank (1, 2, 2, 4)."""
    finals = [Decimal(gathered.file(number).final) for number in gathered.rated_files]
    order = sorted(range(len(finals)), key=lambda row: -finals[row])
    graded, ranks, rows = array("I"), array("I"), array("I")
    for _final, tied in groupby(order, key=finals.__getitem__):
        best = len(rows) + 1
        for row in sorted(tied, key=lambda row: _name(gathered, row)):
            graded.append(gathered.rated_files[row])
            ranks.append(best)
            rows.append(row)
    unranked = gathered.numbers(Status.NEEDS_CORRECTION, Status.CONFLICT)
    return Ranking(graded, ranks, rows, array("I", unranked))


def _name(gathered: Gathered, row: int) -> tuple[str, str, str]:
    f = gathered.file(gathered.rated_files[row])
    return (f.organisation, f.audit_no, f.file)


def to_next_level(f: FileRow, standard: Standard) -> str:
    """Return the points that are missing for the next higher level, exact; ``""`` at the highest.

    Also ``""`` for an audit that fails by its deductions: no points would lift it.
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
