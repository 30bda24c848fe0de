"""The front of the room: gather outcomes one by one, then write the workbook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.outcomes.conflicts import Conflicts
from cts_excel.summary.outcomes.excerpt import Excerpt, excerpt, opened
from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
from cts_excel.summary.outcomes.gathered import Gathered
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.sheets import (
    alike as alike_sheet,
)
from cts_excel.summary.sheets import (
    assessors,
    categories,
    comparison,
    findings,
    grades,
    indicators,
    matrix,
    near,
    overview,
    pending,
    specials,
)
from cts_excel.summary.sheets import (
    conflicts as conflict_sheet,
)
from cts_excel.summary.sheets import roster as roster_sheet
from cts_excel.summary.sheets import (
    run_log as runlog,
)
from cts_excel.summary.sheets.near import Near
from cts_excel.summary.sheets.run import MATRIX_LIMIT, Run
from cts_excel.summary.writing.book import Book


class SummaryBuilder:
    """Makes one management workbook (spec: The summary workbook).

    A few hundred bytes are kept per outcome; texts go to a temporary file beyond a few megabytes.
    """

    def __init__(self, standard: Standard) -> None:
        self._standard = standard
        self._gathered = Gathered(standard)
        self._conflicts = Conflicts()
        self._near = Near(MATRIX_LIMIT)

    def add(self, outcome: Outcome) -> None:
        """Take one outcome, in the order in which files are to be listed."""
        self.take(opened(excerpt(outcome, self._standard)))

    def take(self, one: Excerpt) -> None:
        """Take the excerpt of an outcome, as :meth:`add` makes it."""
        number = len(self._gathered.statuses)
        self._conflicts.add(one.conflict, number)
        self._near.add(one.near, number)
        self._gathered.add(one)

    def write(
        self, path: Path, facts: RunFacts, previous: PreviousRun | None = None,
        *, roster: Iterable[NotReturned] | None = None,
    ) -> None:  # fmt: skip
        """Write the workbook: the same outcomes and facts give the same bytes.

        :param previous: adds 对比, and the earlier mean rates to 总览.
        :param roster: adds 未回收, even where it is empty.
        :raises OSError: where the file cannot be written; an earlier file at ``path`` stays whole.
        """
        gathered = self._gathered
        run = Run(
            self._standard, facts, gathered, Figures(gathered), rank(gathered),
            None if roster is None else tuple(roster), previous, self._conflicts,
        )  # fmt: skip
        path = Path(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(file, run, self._near)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _write(file: IO[bytes], run: Run, nearness: Near) -> None:
    book = Book(file, run.standard, run.facts)
    ordered = findings.order(run)
    findings.assign_places(run, ordered)
    grades.assign_places(run)
    overview.write(book, run)
    grades.write(book, run)
    matrix.write(book, run)
    categories.write(book, run)
    indicators.write(book, run)
    near.write(book, run, nearness)
    specials.write(book, run)
    findings.write(book, run, ordered)
    assessors.write(book, run)
    alike_sheet.write(book, run)
    pending.write(book, run)
    conflict_sheet.write(book, run)
    if run.roster is not None:
        roster_sheet.write(book, run)
    if run.previous is not None:
        comparison.write(book, run, run.previous)
    runlog.write(book, run)
    book.close()
