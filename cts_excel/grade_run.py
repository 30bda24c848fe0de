"""One run from the first file to the summary, as one plain loop."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cts_excel.audit.chasing import Chase
from cts_excel.audit.findings import Finding, Gravity, Severity
from cts_excel.audit.outcome import Status
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.chase_list import ChaseList
from cts_excel.batch.outputs.columns import GRADES
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.outputs.parquet import ParquetTables
from cts_excel.batch.outputs.returned import FOLDER, ReturnedFiles
from cts_excel.batch.outputs.run_reader import read_rows
from cts_excel.batch.outputs.run_record import RunRecord
from cts_excel.batch.outputs.sink import Sink
from cts_excel.batch.results import Result
from cts_excel.batch.run import Progress, Run, Watch
from cts_excel.grade_files import log, log_outcome
from cts_excel.standard.model import Standard
from cts_excel.summary.sink import FILE, SummaryWorkbook

# Every output format of a run. Another one is a module with a sink, and a name here.
FORMATS: tuple[type[Sink], ...] = (
    CsvFiles, ParquetTables, ReturnedFiles, ChaseList, SummaryWorkbook,
)  # fmt: skip
_WORST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class GradingResult:
    """A finished run: its record, audits per level, and the findings that weigh most.

    ``chase`` is the state of the campaign if the run was compared with a roster, and
    ``roster_notices`` what a person should know of how it was read. ``notices`` say what went
    otherwise than was asked for. ``standard`` is the specification that was graded by.
    """

    record: RunRecord
    standard: Standard
    summary: Path
    levels: dict[str, int]
    worst: tuple[tuple[str, Finding], ...]
    chase: Chase | None = None
    roster_notices: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def findings(self) -> int:
        """Number of findings of all files, as the data files hold them.

        :raises RunFolderError: if the run folder is no longer there.
        """
        columns = tuple(f"{severity.key}s" for severity in Severity)
        rows = read_rows(self.record.folder / GRADES.file, GRADES, columns)
        return sum(int(row[column]) for row in rows for column in columns)

    @property
    def returned_folder(self) -> Path:
        """Where the marked copies to send back are, if there are any."""
        return self.record.folder / FOLDER

    @property
    def returned(self) -> int:
        """Number of marked copies to send back."""
        return sum(1 for path in self.returned_folder.rglob("*") if path.is_file())


def grade_run(
    options: RunOptions,
    standard: Standard,
    progress: Progress | None = None,
    watch: Watch | None = None,
    passwords: tuple[str, ...] = (),
) -> GradingResult:
    """Grade files and write every output.

    :param watch: called with results as they come, before duplicates are told.
    :param passwords: to try on encrypted workbooks, besides those of a file; written nowhere.
    :raises RunError: wrong path, nothing to grade, or a folder that cannot be written.
    """
    with Run.create(options, standard, FORMATS, passwords=passwords) as run:
        return _write_outputs(run, progress, watch)


def resume_run(
    folder: Path | str,
    *,
    jobs: int | None = None,
    engine: str | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    passwords: tuple[str, ...] = (),
) -> GradingResult:
    """Continue a run that was stopped; its outputs equal those of an uninterrupted one.

    :param jobs: ``jobs``, ``engine`` and ``scheduler`` are as before if they are not given.
    :param passwords: must be given again if the run was begun with such.
    :raises RunError: if there is nothing to resume, the tool or standard has changed, or
        passwords are wanting.
    """
    where = {"jobs": jobs, "engine": engine, "scheduler": scheduler}
    with Run.resume(folder, FORMATS, passwords, **where) as run:
        return _write_outputs(run, progress, watch)


def _write_outputs(run: Run, progress: Progress | None, watch: Watch | None) -> GradingResult:
    overview = _Overview()
    with ExitStack() as stack:
        wanted = [one for one in FORMATS if one.wanted(run.options)]
        sinks = tuple(stack.enter_context(one(run)) for one in wanted)
        for result in run.results(progress, watch):
            overview.add(result)
            for sink in sinks:
                sink.add(result)
    record = run.finish()
    levels = overview.levels(run.standard)
    notices = run.roster.notices if run.roster else ()
    return GradingResult(
        record,
        run.standard,
        run.folder / FILE,
        levels,
        overview.worst,
        run.campaign.state,
        notices,
        run.notices,
    )


class _Overview:
    """What is said after a run: audits per level, and the findings that weigh most."""

    def __init__(self) -> None:
        self._levels: Counter[str] = Counter()
        self._worst: list[tuple[Gravity, str, Finding]] = []

    @property
    def worst(self) -> tuple[tuple[str, Finding], ...]:
        """The gravest findings with their files; of each file at most one."""
        return tuple((file, found) for _gravity, file, found in self._worst)

    def levels(self, standard: Standard) -> dict[str, int]:
        """Return the graded audits per level's label, the highest level first."""
        labels = [level.label for level in standard.levels]
        labels += [standard.not_passed.label, standard.special.deduction.exceeded]
        return {label: self._levels[label] for label in labels if self._levels[label]}

    def add(self, result: Result) -> None:
        """Count one file, and log it."""
        if log.isEnabledFor(logging.INFO):  # else the outcome need not be unpacked
            log_outcome(result.outcome)
        if result.level:
            self._levels[result.level] += 1
        gravity = result.gravity
        if gravity is None or result.status is Status.SUPERSEDED:
            return
        if len(self._worst) < _WORST_SHOWN or gravity < self._worst[-1][0]:
            self._worst.append((gravity, result.file, result.outcome.findings[0]))
            self._worst = sorted(self._worst, key=lambda item: item[0])[:_WORST_SHOWN]
