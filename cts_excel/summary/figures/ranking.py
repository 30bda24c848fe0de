"""The order of all audits: those that passed by exact final score, the failed, the ungraded."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain, groupby
from typing import NamedTuple

from cts_excel.audit.levels import next_level, shown
from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow


class RankedFile(NamedTuple):
    """A file with its rank among those that passed, ``""`` without one."""

    rank: str
    file: FileRow

    @property
    def graded(self) -> bool:
        """Whether the file counts: only then its scores and its level are shown."""
        return self.file.shown_status is Status.GRADED


@dataclass(frozen=True, slots=True)
class Ranking:
    """Numbers of files in the order of 评分汇总: passed, failed (``graded``), then ``unranked``.

    ``ranks`` are those of the graded ones, 1 for the best, 0 for one that did not pass. ``rows``
    are the rows of the graded audits in :class:`OutcomeColumns`, in the same order.
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
                rank = self.ranks[place]
                yield RankedFile(str(rank) if rank else "", outcomes.file(self.graded[place]))
            else:
                number = self.unranked[place - len(self.graded)]
                yield RankedFile("", outcomes.file(number))


def rank(outcomes: OutcomeColumns) -> Ranking:
    """Rank the audits that passed by exact final score; equal ones share a rank (1, 2, 2, 4)."""
    # All files at once would take 2 KB each: a name is read again where it decides.
    files = map(outcomes.file, outcomes.rated_files)
    key = cache(_rank_key)  # equal scores share one
    keys = [key(f.level_key, f.final) for f in files]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    graded, ranks, rows = array("I"), array("I"), array("I")
    for (failed, _final), tied in groupby(order, key=keys.__getitem__):
        best = 0 if failed else len(rows) + 1
        for row in sorted(tied, key=lambda row: _name(outcomes.rated_file(row))):
            graded.append(outcomes.rated_files[row])
            ranks.append(best)
            rows.append(row)
    unranked = outcomes.numbers(Status.NEEDS_CORRECTION, Status.CONFLICT)
    return Ranking(graded, ranks, rows, array("I", unranked))


def _rank_key(level_key: str, final: str) -> tuple[bool, Decimal]:
    return level_key == NOT_PASSED, -Decimal(final)


def _name(f: FileRow) -> tuple[str, str, str]:
    return (f.organisation, f.audit_no, f.file)


def to_next_level(f: FileRow, standard: Standard) -> str:
    """Return the points missing for the next higher level, as text; ``""`` without one.

    They add up with the final score as it is shown.
    """
    final = Decimal(f.final)
    above = next_level(final, Decimal(f.deductions), standard)
    return plain(above[0].minimum - Decimal(shown(final, standard))) if above else ""


def nearest_line(f: FileRow, standard: Standard) -> tuple[Decimal, str]:
    """Return the signed distance to the nearest level line, and that level's label."""
    final = Decimal(f.final)
    near = min(standard.levels, key=lambda level: abs(final - level.minimum))
    return final - near.minimum, near.label
