"""Everything the sheets are made from, together: what was gathered, its figures, its order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cts_excel.standard.model import Standard
from cts_excel.summary.figures.ranking import Ranking
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.figures.tally import Tally, tally
from cts_excel.summary.outcomes.conflicts import Conflicts
from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
from cts_excel.summary.outcomes.gathered import Gathered
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.writing.book import Places
from cts_excel.summary.writing.sheet import LAST_ROW
from cts_excel.summary.writing.text import link_target

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
    conflicts: Conflicts = field(default_factory=Conflicts)
    finding_places: Places = field(default_factory=lambda: Places("", 0, 0))
    grade_places: Places = field(default_factory=lambda: Places("", 0, 0))

    @cached_property
    def tally(self) -> Tally:
        """Counts and sums of the graded audits."""
        return tally(self.gathered, self.ranking, self.standard)

    @property
    def linked(self) -> bool:
        """Whether cells are links; beyond the documented size their number would be a burden."""
        return len(self.gathered.statuses) <= MATRIX_LIMIT

    @property
    def place_style(self) -> str:
        """Name the format of a cell that leads to another sheet."""
        return "link" if self.linked else "text"

    @property
    def file_style(self) -> str:
        """Name the format of a file's name: a link's only where files are linked."""
        return "link" if self.linked and self.facts.link_prefix is not None else "text"

    def target(self, file: str) -> str:
        """Return a link's target for an input file, ``""`` where it gets none."""
        return link_target(file, self.facts.link_prefix)

    @property
    def one_grade_sheet(self) -> bool:
        """Whether 评分汇总 fits one sheet, so that formulas elsewhere can refer to all of it."""
        return len(self.ranking) <= LAST_ROW - 1_000

    @property
    def small_enough(self) -> bool:
        """Whether sheets with a row per audit and a column per indicator are written."""
        return self.figures.n <= MATRIX_LIMIT
