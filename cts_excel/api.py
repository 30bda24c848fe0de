"""The library: the same jobs as the command line, as functions.

Paths are ``str`` or ``Path``; scores are exact :class:`~decimal.Decimal` points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.codes import Code
from cts_excel.audit.levels import shown
from cts_excel.audit.model import Audit
from cts_excel.audit.naming import effect_text, level_name, severity_name, status_name
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.processes import worker_context
from cts_excel.batch.engines.worker import limit_memory
from cts_excel.batch.errors import RunInterruptedError
from cts_excel.batch.inputs.find import Search, find
from cts_excel.batch.inputs.kinds import Claim, claim
from cts_excel.batch.options import RunOptions, now, today
from cts_excel.batch.outputs.run_folders import RunFolder, run_folder, run_folders
from cts_excel.batch.record_checks import kind_name
from cts_excel.batch.results import Result
from cts_excel.batch.run import Progress
from cts_excel.grade_files import grade_file, grade_files
from cts_excel.grade_run import GradingResult, grade_run, resume_run
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.form.imprint import Imprint, load_imprint
from cts_excel.workbook.form.template import write_template as _write_template
from cts_excel.workbook.issuing.issue import RECORD as ISSUE_RECORD
from cts_excel.workbook.issuing.issue import IssueRecord, issue_workbooks
from cts_excel.workbook.issuing.key_file import load_key
from cts_excel.workbook.issuing.roster import Roster
from cts_excel.workbook.issuing.roster import read_roster as _read_roster
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, in_words
from cts_excel.workbook.read_audit import read_audit as _read_audit

if TYPE_CHECKING:
    from cts_excel.batch.verify import Verification
    from cts_excel.summary.figures.client_changes import Change
    from cts_excel.summary.figures.reviewing import ReviewReason
    from cts_excel.summary.outcomes.frames import RunFrames
    from cts_excel.summary.run_view import RunView as RunView


__all__ = [
    "DEFAULT_LIMITS",
    "ISSUE_RECORD",
    "Claim",
    "Code",
    "GradingResult",
    "Imprint",
    "IssueRecord",
    "Outcome",
    "Result",
    "Roster",
    "RunFolder",
    "RunInterruptedError",
    "RunOptions",
    "Search",
    "Standard",
    "Status",
    "change_name",
    "claim",
    "effect_text",
    "find",
    "grade_file",
    "grade_files",
    "grade_paths",
    "grade_run",
    "in_words",
    "issue_workbooks",
    "kind_name",
    "level_name",
    "limit_memory",
    "load_imprint",
    "load_key",
    "load_standard",
    "read_audit",
    "read_roster",
    "read_run",
    "reminder_texts",
    "repair",
    "resume_run",
    "review_texts",
    "run_folder",
    "run_folders",
    "run_frames",
    "severity_name",
    "shown",
    "status_name",
    "title",
    "today",
    "verify_run",
    "worker_context",
    "write_client_reports",
    "write_roster",
    "write_summary",
    "write_template",
]

_SEVERAL = ("previous", "exclude")  # options that may be given alone


def write_template(
    path: Path | str, standard: Standard | None = None, imprint: Imprint | None = None
) -> None:
    """Write the blank audit workbook (.xlsx), atomically.

    :param standard: the built-in specification by default.
    :param imprint: what the issuing body prints; by default what the standard's ``[form]`` says.
    :raises OSError: where the file cannot be written; an earlier file at ``path`` stays whole.
    :raises LogoError: where its logo cannot be printed.
    """
    standard = standard or load_standard()
    _write_template(Path(path), standard, imprint=imprint or load_imprint(standard.form))


def read_audit(source: Path | str | bytes, standard: Standard | None = None) -> Audit:
    """Read one returned workbook (.xlsx) into a typed audit, without judging it.

    :param source: path, or the content itself.
    :raises NotReadableError: where the file is not an audit workbook or cannot be read.
    :raises OSError: where there is no such file.
    """
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    return _read_audit(content, standard or load_standard())


def grade_paths(
    paths: Iterable[Path | str] = ("input",),
    *,
    output: Path | str | None = None,
    standard: Standard | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> GradingResult:
    """Grade files and folders into one new run folder (spec: A grading run).

    :param paths: files and folders; folders are searched through.
    :param output: the run folder, new or empty; ``output/<date-time>`` by default.
    :param standard: by default the one that ``standard_path`` names, else the built-in one.
    :param progress: called with the files done and the files in all.
    :param options: as fields of :class:`RunOptions`, under the same names; paths may be ``Path``,
        and one ``previous`` run or ``exclude`` pattern may stand alone.
    :raises RunError: wrong path, nothing to grade, or a folder that cannot be written.
    :raises TypeError: for an option that does not exist.
    """
    plain = {name: _plain(name, value) for name, value in options.items()}
    chosen = RunOptions(
        paths=tuple(str(path) for path in paths),
        output=None if output is None else str(output),
        **plain,
    )
    return grade_run(chosen, standard or load_standard(chosen.standard_path), progress)


def _plain(name: str, value: Any) -> Any:
    """Return an option as :class:`RunOptions` holds it: paths as texts, several as a tuple."""
    if name in _SEVERAL:
        one = isinstance(value, str | Path)
        return tuple(map(str, (value,) if one else value or ()))
    return str(value) if isinstance(value, Path) else value


def run_frames(folder: Path | str) -> RunFrames:
    """Read the data files of a finished run into pandas data frames: grades, ratings, findings.

    :raises RunFolderError: where a file is missing or is not one of a run.
    """
    from cts_excel.summary.outcomes import frames  # pandas: only where data frames are asked for

    return frames.run_frames(folder)


def read_run(folder: Path | str, standard: Standard | None = None) -> RunView:
    """Read a finished run with its findings and the figures of its summary.

    :raises RunFolderError: if it is unfinished or damaged, or used another specification.
    """
    from cts_excel.summary.run_view import read_run_view

    return read_run_view(Path(folder), standard or load_standard())


def verify_run(
    folder: Path | str,
    standard: Standard | None = None,
    *,
    roster: str | None = None,
    password_file: Path | str | None = None,
    passwords: tuple[str, ...] = (),
    key_file: Path | str | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Verification:
    """Replay a finished run and tell what differs; start it in the folder where the run was made.

    :param roster: ``roster``, passwords and ``key_file`` are those that the run was given.
    :param options: others that a record does not hold, as fields of :class:`RunOptions`.
    :raises RunError: if there is no finished run, or its record cannot be read.
    """
    from cts_excel.batch.verify import verify

    files = {"roster": roster, "password_file": password_file, "key_file": key_file} | options
    return verify(
        Path(folder),
        standard or load_standard(),
        given=RunOptions(**{name: _plain(name, value) for name, value in files.items()}),
        progress=progress,
        passwords=passwords,
    )


def reminder_texts(folder: Path | str) -> list[tuple[str, str]]:
    """Word a reminder per person of the workbooks that are not back: person and text.

    :raises RunFolderError: if the run had no roster.
    """
    from cts_excel.batch import reminders  # jinja2: only where somebody is reminded

    return reminders.reminder_texts(Path(folder), today())


def change_name(change: Change) -> str:
    """Name what became of a client between two runs, in the language of the page."""
    from cts_excel.summary import wording

    return wording.change_name(change)


def review_texts(reasons: Iterable[ReviewReason]) -> str:
    """Say in one line why an audit should be reviewed, in the language of the page."""
    from cts_excel.summary import wording

    return wording.review_texts(reasons)


def read_roster(
    path: Path | str,
    standard: Standard | None = None,
    headings: Mapping[str, Sequence[str]] | None = None,
) -> Roster:
    """Read a roster; a cell that holds a placeholder is blank (rule 13).

    :param headings: the user's own headings by key of a cover field.
    :raises RosterError: if the file cannot be read, or has no such headings, or no rows.
    """
    states_nothing = (standard or load_standard()).states_nothing
    return _read_roster(path, headings=headings, states_nothing=states_nothing)


def write_roster(path: Path | str, standard: Standard | None = None) -> None:
    """Write the empty roster (.xlsx).

    :raises OSError: where the file cannot be written.
    """
    from cts_excel.workbook.issuing.roster_form import write_roster_template

    write_roster_template(Path(path), standard or load_standard())


def write_client_reports(
    folder: Path | str, target: Path | str, standard: Standard | None = None
) -> list[Path]:
    """Write a short workbook per graded audit of a finished run; return the files.

    :raises RunFolderError: if it is unfinished or damaged, or used another specification.
    """
    from cts_excel.summary.report import write

    return write.write_client_reports(folder, target, standard or load_standard())


def write_summary(
    path: Path | str, outcomes: Iterable[Outcome], standard: Standard | None = None
) -> None:
    """Write the management workbook for outcomes in memory.

    :raises OSError: where the file cannot be written; an earlier file at ``path`` stays whole.
    """
    from cts_excel.summary import RunFacts, SummaryBuilder

    builder = SummaryBuilder(standard or load_standard())
    for outcome in outcomes:
        builder.add(outcome)
    builder.write(Path(path), RunFacts(__version__, datetime.fromtimestamp(now(), UTC)))
