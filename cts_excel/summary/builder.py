"""Collects outcomes one by one, then writes the management workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cts_excel.audit.outcome import Outcome
from cts_excel.files.atomic import atomic_write
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.excerpt import Excerpt, excerpt, opened
from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.sheets import (
    assessors,
    categories,
    comparison,
    conflicts,
    decisions,
    findings,
    grades,
    indicators,
    margins,
    matrix,
    overview,
    pending,
    rectifying,
    roster,
    run_log,
    similarity,
    specials,
    trends,
)
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter

SHEETS: tuple[SummarySheet, ...] = (
    overview.SHEET,
    decisions.SHEET,
    grades.SHEET,
    matrix.SHEET,
    categories.SHEET,
    indicators.SHEET,
    trends.SHEET,
    specials.SHEET,
    rectifying.SHEET,
    findings.SHEET,
    assessors.SHEET,
    similarity.SHEET,
    margins.SHEET,
    conflicts.SHEET,
    pending.SHEET,
    run_log.SHEET,
    roster.SHEET,
    comparison.SHEET,
)


class SummaryBuilder:
    """Makes one management workbook (spec, section 6).

    A few hundred bytes are kept per outcome; texts go to a temporary file beyond a few megabytes.
    """

    def __init__(self, standard: Standard) -> None:
        self._outcomes = OutcomeColumns(standard)

    def add(self, outcome: Outcome) -> None:
        """Add one outcome; outcomes are listed in this order."""
        self.take(opened(excerpt(outcome, self._outcomes.standard)))

    def take(self, one: Excerpt) -> None:
        """Add the excerpt of an outcome."""
        self._outcomes.add(one)

    def write(
        self, path: Path, facts: RunFacts, previous: Iterable[PreviousRun] = (),
        *, roster: Iterable[NotReturned] | None = None, decisions_form: Path | None = None,
    ) -> None:  # fmt: skip
        """Write the workbook; equal outcomes and facts give equal bytes.

        :param previous: earlier runs; 对比 compares with the latest, 趋势与分布 shows all.
        :param roster: adds 未回收, even if it is empty.
        :param decisions_form: where to write 认证决定 as a workbook of its own, too.
        :raises OSError: if the file cannot be written; an earlier file at ``path`` stays complete.
        """
        listed = None if roster is None else tuple(roster)
        earlier = tuple(sorted(previous, key=lambda run: run.latest))
        context = SummaryContext(self._outcomes, facts, earlier, listed, SHEETS)
        with atomic_write(Path(path)) as file:
            book = WorkbookWriter(file, context.standard, facts)
            for sheet in SHEETS:
                sheet.prepare(context)
            for sheet in SHEETS:
                if sheet.applies(context):
                    sheet.write(book, context)
            context.chart_data.write(book)
            book.close()
        if decisions_form is not None:
            with atomic_write(decisions_form) as file:
                decisions.write_form(file, context)
