"""Everything the sheets are made from, together: what was gathered, its figures, its order."""

from __future__ import annotations

from dataclasses import dataclass, field

from cts_excel.standard.model import Standard
from cts_excel.summary.facts import NotReturned, RunFacts
from cts_excel.summary.figures import Figures
from cts_excel.summary.gathered import Gathered
from cts_excel.summary.previous import PreviousRun
from cts_excel.summary.ranking import Ranking
from cts_excel.summary.sheet import LAST_ROW

MATRIX_LIMIT = 20_000  # audits; beyond it the sheets per audit and indicator refer to ratings.csv


@dataclass
class Run:
    """One run, as the sheets see it; ``places`` is where the sheets tell each other cells."""

    standard: Standard
    facts: RunFacts
    gathered: Gathered
    figures: Figures
    ranking: Ranking
    roster: tuple[NotReturned, ...] | None = None
    previous: PreviousRun | None = None
    finding_places: dict[int, tuple[str, int]] = field(default_factory=dict)
    grade_places: dict[int, tuple[str, int]] = field(default_factory=dict)

    @property
    def file_style(self) -> str:
        """Name the format of a file's name: a link's only where files are linked."""
        return "text" if self.facts.link_prefix is None else "link"

    @property
    def one_grade_sheet(self) -> bool:
        """Whether 评分汇总 fits one sheet, so that formulas elsewhere can refer to all of it."""
        return len(self.ranking) <= LAST_ROW - 1_000

    @property
    def small_enough(self) -> bool:
        """Whether sheets with a row per audit and a column per indicator are written."""
        return self.figures.n <= MATRIX_LIMIT
