"""The order of all audits: ranked by exact final score, ties sharing a rank; then the unranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cts_excel.audit.levels import decimals_shown
from cts_excel.audit.outcome import Status
from cts_excel.standard.model import Standard, plain
from cts_excel.summary.gathered import FileRow, Gathered


@dataclass(frozen=True, slots=True)
class Ranking:
    """Numbers of files in the order of 评分汇总; ``ranks`` of the graded ones, 1 for the best.

    ``rows`` are the rated rows (see :class:`Gathered`) in the same order as the graded files.
    """

    graded: tuple[int, ...]
    ranks: tuple[int, ...]
    rows: tuple[int, ...]
    unranked: tuple[int, ...]

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
    keyed = []
    for row, number in enumerate(gathered.rated_files):
        f = gathered.file(number)
        keyed.append((-Decimal(f.final), f.organisation, f.audit_no, f.file, number, row))
    keyed.sort()
    ranks: list[int] = []
    for place, key in enumerate(keyed):
        tied = place > 0 and key[0] == keyed[place - 1][0]
        ranks.append(ranks[-1] if tied else place + 1)
    return Ranking(
        graded=tuple(key[4] for key in keyed),
        ranks=tuple(ranks),
        rows=tuple(key[5] for key in keyed),
        unranked=tuple(gathered.numbers(Status.NEEDS_CORRECTION, Status.CONFLICT)),
    )


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


def points_format(final: str, standard: Standard) -> str:
    """Name the format that shows a score with as many decimals as it needs (rule 1)."""
    decimals = decimals_shown(Decimal(final), standard)
    return "points" if decimals == 2 else f"points{decimals}"
