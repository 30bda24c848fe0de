"""One run from the first file to the summary: batch grades, summary tells, in that order."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from cts_excel.audit.chasing import Chase, chase_lines
from cts_excel.audit.findings import Finding
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.outputs.returned import Workers
from cts_excel.batch.outputs.run_record import RunRecord
from cts_excel.batch.results import Result
from cts_excel.batch.run import Run
from cts_excel.files.atomic import WholeFiles
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.excerpt import Excerpt, opened
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import in_words
from cts_excel.workbook.returned.files import Made, Mode, returned_files

if TYPE_CHECKING:
    from cts_excel.summary import NotReturned, RunFacts

log = logging.getLogger("cts_excel")

SUMMARY, RETURNED = "summary.xlsx", "returned"
WORST_SHOWN = 5

Progress = Callable[[int, int], None]  # files done, files in all


@dataclass(frozen=True, slots=True)
class GradingResult:
    """A finished run: its record, audits per level, and the findings that weigh most.

    ``chase`` is the state of the campaign where the run was held against a roster.
    """

    record: RunRecord
    summary: Path
    levels: dict[str, int]
    worst: tuple[tuple[str, Finding], ...]
    chase: Chase | None = None


def complete(run: Run, progress: Progress | None) -> GradingResult:
    """Grade what is left, write marked copies and the summary, and close the run.

    :param run: made with :func:`~cts_excel.summary.outcomes.excerpt.excerpt`.
    """
    from cts_excel.summary import SummaryBuilder
    from cts_excel.summary.outcomes.previous import read_previous

    earlier = run.plan.options.previous
    previous = read_previous(earlier) if earlier else None
    builder = SummaryBuilder(run.standard)
    tally = _Tally()

    mode, workers = Mode(run.plan.options.returned), Workers(run.jobs, run.plan.options.limits)

    made: dict[str, Made | None] = {}

    def to_return() -> Iterator[Outcome]:
        for result in run.results(progress):
            one = opened(result.excerpt)
            builder.take(one)
            tally.add(result, one)
            if log.isEnabledFor(logging.INFO):  # or the outcome need not be unpacked
                note(result.outcome)
            if mode.wants(result.status):
                made[result.file] = result.made
                yield result.outcome

    def at_hand(outcome: Outcome) -> Made | None:
        return made.pop(outcome.file)

    with WholeFiles(run.folder / RETURNED) as copies:
        for returned in returned_files(
            to_return(), run.standard, run.source, mode, workers, at_hand
        ):
            copies.write(returned.name, returned.content)
    summary = run.path(SUMMARY)
    builder.write(summary, _facts(run), previous, roster=_to_chase(run))
    levels, worst = tally.by_level(run.standard), tally.worst
    return GradingResult(run.finish(), summary, levels, worst, run.campaign.state)


def _to_chase(run: Run) -> list[NotReturned] | None:
    """Return the lines of 未回收; none where the run has no roster."""
    from cts_excel.summary import NotReturned

    if run.campaign.state is None:
        return None
    return [
        NotReturned(
            line.state,
            line.cover.organisation,
            line.cover.uscc,
            line.cover.audit_no,
            line.cover.audit_type,
            line.cover.lead_assessor,
            line.cover.assessor,
            line.file,
            line.remark,
        )
        for line in chase_lines(run.campaign.state)
    ]


def note(outcome: Outcome) -> None:
    """Log one judged file: status, score, level, and the codes of its findings with their cells."""
    if not log.isEnabledFor(logging.INFO):
        return
    final = plain(outcome.score.final) if outcome.score else "-"
    level = outcome.judgement.key if outcome.judgement else "-"
    codes = " ".join(f"{f.code}@{f.cell}" if f.cell else f.code for f in outcome.findings)
    log.info("%s %s final=%s level=%s %s", outcome.status.value, outcome.file, final, level, codes)


def _facts(run: Run) -> RunFacts:
    from cts_excel.summary import RunFacts

    options = run.plan.options
    shown = [
        ("规范文件", options.standard_path or "内置"),
        ("旧格式文件", "受理" if options.legacy else "不受理"),
        ("单个文件上限", in_words(options.limits.file_bytes)),
        ("单个文件时限", f"{options.limits.seconds:g} 秒"),
    ]
    return RunFacts(
        tool_version=__version__,
        started=datetime.fromtimestamp(run.plan.started, UTC),
        run_name=run.folder.name,
        inputs=tuple(options.paths),
        options=tuple(shown),
        link_prefix=_way_back(run.folder),
    )


def _way_back(folder: Path) -> str | None:
    """Return the way from the run folder to where relative file names start; none across drives."""
    try:
        way = os.path.relpath(Path.cwd(), folder.resolve())
    except ValueError:
        return None
    return way.replace(os.sep, "/") + "/"


class _Tally:
    """What is said after a run: audits per level, and the findings that weigh most."""

    def __init__(self) -> None:
        self.levels: Counter[str] = Counter()
        self._worst: list[tuple[tuple[int, bool, Decimal], str, Finding]] = []

    @property
    def worst(self) -> tuple[tuple[str, Finding], ...]:
        """The gravest findings with their files; of each file at most one."""
        return tuple((file, found) for _gravity, file, found in self._worst)

    def by_level(self, standard: Standard) -> dict[str, int]:
        """Return the graded audits per level's label, the highest level first."""
        labels = [level.label for level in standard.levels]
        labels += [standard.not_passed.label, standard.special.deduction.exceeded]
        return {label: self.levels[label] for label in labels if self.levels[label]}

    def add(self, result: Result, one: Excerpt) -> None:
        """Count one file; its findings come gravest first."""
        if one.level:
            self.levels[one.level] += 1
        if one.gravity is None:
            return
        severity, stands, points = one.gravity
        gravity = (severity, stands, Decimal(points))
        if len(self._worst) < WORST_SHOWN or gravity < self._worst[-1][0]:
            self._worst.append((gravity, result.file, result.outcome.findings[0]))
            self._worst = sorted(self._worst, key=lambda item: item[0])[:WORST_SHOWN]
