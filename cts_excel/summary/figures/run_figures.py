"""The figures of one run that more than one reader shows, each computed when first asked for."""

from __future__ import annotations

from functools import cached_property

from cts_excel.summary.figures.ranking import Ranking, rank
from cts_excel.summary.figures.reviewing import Reviews, review_reasons
from cts_excel.summary.figures.similarity import SimilarPair, find_similar_pairs
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.figures.tally import Tally, tally
from cts_excel.summary.outcomes.columns import OutcomeColumns


class RunFigures:
    """What the workbook's sheets and the pages share; a subclass holds the ``outcomes``."""

    outcomes: OutcomeColumns

    @cached_property
    def figures(self) -> Figures:
        """Statistics of the graded audits."""
        return Figures(self.outcomes)

    @cached_property
    def ranking(self) -> Ranking:
        """Order of all audits."""
        return rank(self.outcomes)

    @cached_property
    def tally(self) -> Tally:
        """Counts and sums of the graded audits."""
        return tally(self.outcomes, self.ranking)

    @cached_property
    def similar_pairs(self) -> list[SimilarPair]:
        """Audits of different clients that are too similar for chance."""
        return find_similar_pairs(self.figures)

    @cached_property
    def reviews(self) -> Reviews:
        """Why graded audits should be reviewed, by number of the file."""
        return review_reasons(self.outcomes, self.similar_pairs)
