"""The library: the same jobs as the command line, as functions.

Paths are ``str`` or ``Path``; scores are exact :class:`~decimal.Decimal` points.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cts_excel import __version__
from cts_excel.audit.chasing import Chase, chase_lines
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.finding import named
from cts_excel.batch.judging import grade_one
from cts_excel.batch.limits import in_words
from cts_excel.batch.passwords import read_passwords
from cts_excel.batch.plan import RunOptions, moment
from cts_excel.batch.returning import Workers
from cts_excel.batch.run import Run
from cts_excel.batch.run_record import RunRecord
from cts_excel.batch.safe_files import whole_file
from cts_excel.batch.sameness import settle
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard, plain
from cts_excel.workbook.key_file import load_key
from cts_excel.workbook.reading import read_audit as _read_audit
from cts_excel.workbook.returned.files import Mode, returned_files
from cts_excel.workbook.template import write_template as _write_template

if TYPE_CHECKING:
    from cts_excel.summary import NotReturned, RunFacts
    from cts_excel.summary.frames import RunFrames

log = logging.getLogger("cts_excel")

SUMMARY, RETURNED = "summary.xlsx", "returned"
WORST_SHOWN = 5

__all__ = [
    "GradingResult",
    "RunOptions",
    "grade_file",
    "grade_files",
    "grade_paths",
    "load_standard",
    "read_audit",
    "resume_run",
    "run_frames",
    "write_summary",
    "write_template",
]

Progress = Callable[[int, int], None]


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


def write_template(path: Path | str, standard: Standard | None = None) -> None:
    """Write the blank audit workbook (.xlsx), atomically.

    :param standard: the built-in specification by default.
    :raises OSError: where the file cannot be written; an earlier file at ``path`` stays whole.
    """
    _write_template(Path(path), standard or load_standard())


def read_audit(source: Path | str | bytes, standard: Standard | None = None) -> Audit:
    """Read one returned workbook (.xlsx) into a typed audit, without judging it.

    :param source: path, or the content itself.
    :raises NotReadableError: where the file is not an audit workbook or cannot be read.
    :raises OSError: where there is no such file.
    """
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    return _read_audit(content, standard or load_standard())


def grade_file(
    source: Path | str | bytes,
    standard: Standard | None = None,
    *,
    legacy: bool = False,
    password_file: Path | str | None = None,
    key_file: Path | str | None = None,
) -> Outcome:
    """Judge one workbook: status, exact scores, level, findings with their repairs.

    Never raises for what stands in the file: what cannot be read is ``rejected``.

    :param source: path, or the content itself.
    :param legacy: also take .xls, .xlsb and .ods.
    :param password_file: passwords to try on an encrypted workbook, one per line.
    :param key_file: the key of issue; what it did not issue has no level.
    :raises RunError: where the password file cannot be read.
    :raises KeyFileError: where the key file cannot be used.
    """
    outcome = grade_one(
        source,
        standard or load_standard(),
        legacy=legacy,
        passwords=read_passwords(None if password_file is None else Path(password_file)),
        key=None if key_file is None else load_key(Path(key_file)),
    )
    _log(outcome)
    return outcome


def grade_files(
    paths: Iterable[Path | str],
    standard: Standard | None = None,
    *,
    legacy: bool = False,
    password_file: Path | str | None = None,
    key_file: Path | str | None = None,
) -> list[Outcome]:
    """Judge files together, as a run would: the same audit twice is told (rule 12).

    Outcomes come in the order of a run, by full path; a file named twice is judged once. The
    options and errors are those of :func:`grade_file`.
    """
    standard = standard or load_standard()
    passwords = read_passwords(None if password_file is None else Path(password_file))
    key = None if key_file is None else load_key(Path(key_file))
    files = {named(path).path: path for path in paths}
    outcomes = settle(
        [
            grade_one(files[path], standard, legacy=legacy, passwords=passwords, key=key)
            for path in sorted(files)
        ]
    )
    for outcome in outcomes:
        _log(outcome)
    return outcomes


def grade_paths(
    paths: Iterable[Path | str] = ("input",),
    *,
    output: Path | str | None = None,
    standard: Standard | None = None,
    jobs: int | None = None,
    roster: Path | str | None = None,
    key_file: Path | str | None = None,
    previous: Path | str | None = None,
    returned: str = "faulty",
    progress: Progress | None = None,
) -> GradingResult:
    """Grade files and folders into one new run folder (spec: A grading run).

    :param paths: files and folders; folders are searched through.
    :param output: the run folder, new or empty; ``output/<date-time>`` by default.
    :param jobs: worker processes; one per processor by default. Changes no result.
    :param roster: ``issued.csv``, or the list issued from, that the files are held against.
    :param key_file: the key of issue; what it did not issue has no level.
    :param previous: an earlier run, its folder or ``grades.csv``, that the summary compares with.
    :param returned: which workbooks are written marked to ``returned/``: all, faulty or none.
    :param progress: called with the files done and the files in all.
    :raises RunError: wrong path, nothing to grade, or a folder that cannot be written.
    """
    options = RunOptions(
        paths=tuple(str(path) for path in paths),
        output=None if output is None else str(output),
        jobs=jobs,
        roster=None if roster is None else str(roster),
        key_file=None if key_file is None else str(key_file),
        previous=None if previous is None else str(previous),
        returned=returned,
    )
    return run_grading(options, standard or load_standard(), progress)


def run_grading(
    options: RunOptions, standard: Standard, progress: Progress | None = None
) -> GradingResult:
    """Carry out a run with every option spelled out; see :func:`grade_paths`."""
    with Run.create(options, standard) as run:
        return _complete(run, progress)


def resume_run(
    folder: Path | str,
    *,
    jobs: int | None = None,
    engine: str | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> GradingResult:
    """Take up a run that was stopped; its outputs equal those of an uninterrupted one.

    :param jobs: ``jobs``, ``engine`` and ``scheduler`` are as before where they are not given.
    :raises RunError: where there is nothing to take up, or the tool or standard has changed.
    """
    with Run.resume(folder, jobs=jobs, engine=engine, scheduler=scheduler) as run:
        return _complete(run, progress)


def run_frames(folder: Path | str) -> RunFrames:
    """Read the data files of a finished run into pandas data frames: grades, ratings, findings.

    :raises RunFolderError: where a file is missing or is not one of a run.
    """
    from cts_excel.summary import frames  # pandas: only where data frames are asked for

    return frames.run_frames(folder)


def write_summary(
    path: Path | str, outcomes: Iterable[Outcome], standard: Standard | None = None
) -> None:
    """Write the management workbook for outcomes that are at hand.

    :raises OSError: where the file cannot be written; an earlier file at ``path`` stays whole.
    """
    from cts_excel.summary import RunFacts, SummaryBuilder

    builder = SummaryBuilder(standard or load_standard())
    for outcome in outcomes:
        builder.add(outcome)
    builder.write(Path(path), RunFacts(__version__, datetime.fromtimestamp(moment(), UTC)))


def _complete(run: Run, progress: Progress | None) -> GradingResult:
    from cts_excel.summary import SummaryBuilder
    from cts_excel.summary.previous import read_previous

    earlier = run.plan.options.previous
    previous = read_previous(earlier) if earlier else None
    builder = SummaryBuilder(run.standard)
    tally = _Tally()

    def noted() -> Iterator[Outcome]:
        for outcome in run.outcomes(progress):
            builder.add(outcome)
            tally.add(outcome)
            _log(outcome)
            yield outcome

    mode, workers = Mode(run.plan.options.returned), Workers(run.jobs, run.plan.options.limits)
    for returned in returned_files(noted(), run.standard, run.source, mode, workers):
        with whole_file(run.path(f"{RETURNED}/{returned.name}")) as stream:
            stream.write(returned.content)
    summary = run.path(SUMMARY)
    builder.write(summary, _facts(run), previous, roster=_to_chase(run))
    levels, worst = tally.by_level(run.standard), tuple(tally.worst)
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


def _log(outcome: Outcome) -> None:
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
        self.worst: list[tuple[str, Finding]] = []

    def by_level(self, standard: Standard) -> dict[str, int]:
        """Return the graded audits per level's label, the highest level first."""
        labels = [level.label for level in standard.levels]
        labels += [standard.not_passed.label, standard.special.deduction.exceeded]
        return {label: self.levels[label] for label in labels if self.levels[label]}

    def add(self, outcome: Outcome) -> None:
        """Count one outcome; its findings come gravest first, and one of each file is shown."""
        if outcome.status is Status.GRADED and outcome.judgement is not None:
            self.levels[outcome.judgement.label] += 1
        if outcome.findings:
            gravest = outcome.findings[0]
            if gravest.severity > Severity.NOTICE:
                self.worst.append((outcome.file, gravest))
                self.worst = sorted(self.worst, key=lambda pair: pair[1].gravity)[:WORST_SHOWN]
