"""``cts-excel grade``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cts_excel.cli.options import (
    jobs_option,
    json_option,
    key_option,
    legacy_option,
    limit_option,
    log_option,
    password_option,
    standard_option,
)
from cts_excel.messages import _, listed, ngettext

if TYPE_CHECKING:
    from cts_excel.api import GradingResult, RunOptions

_NAMED = 5  # files that were passed over, by name
WORKERS_NEED = ("cts_excel.batch.engines.preload", "cts_excel.grade_run")


@click.command(
    name="grade",
    help=_(
        "Grade returned workbooks, files and folders (default: input/), into a new folder below "
        "output/: summary.xlsx for management, grades.csv, ratings.csv, findings.csv, run.json."
    ),
    epilog=_(
        "Exit code: 0 all graded; 1 some file is neither graded nor a duplicate; 2 wrong usage; "
        "3 not completed."
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATHS]…", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=_("The run folder, new or empty; without: output/<date-time>."),
)
@jobs_option
@click.option("-q", "--quiet", is_flag=True, help=_("Print nothing but errors."))
@legacy_option
@password_option
@limit_option
@click.option(
    "--resume",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="RUN_DIR",
    help=_("Go on with a run that was stopped."),
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=_("Report what was issued and is not back, and the reverse: issued.csv, or the list."),
)
@key_option
@click.option(
    "--previous",
    type=click.Path(exists=True),
    multiple=True,
    metavar="RUN_DIR_OR_CSV",
    help=_("Compare with an earlier run: its folder, or its grades.csv; may be repeated."),
)
@click.option(
    "--decisions",
    is_flag=True,
    help=_(
        "Also write decisions.xlsx, the form for the certification committee; filled in there, "
        "report and grade --previous read it."
    ),
)
@click.option(
    "--return",
    "returned",
    type=click.Choice(["all", "faulty", "none"]),
    default="faulty",
    show_default=True,
    help=_("Which workbooks to write into returned/ with their faulty cells marked."),
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help=_("Leave out files whose name or path fits, such as '*old*'; may be repeated."),
)
@click.option(
    "--format",
    "data_format",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    help=_("parquet: write the data as typed Parquet files too, beside CSV."),
)
@click.option(
    "--independent",
    is_flag=True,
    help=_(
        "Have a second, independent reader confirm audits within 1 point of a level, and one "
        "percent of the rest."
    ),
)
@click.option(
    "--fresh",
    is_flag=True,
    help=_("Grade every file anew, also those that have not changed since an earlier run."),
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    help=_("dask: grade on a Dask cluster; without: on this machine."),
)
@click.option("--scheduler", metavar="ADDRESS", help=_("Address of the Dask scheduler."))
@json_option
@log_option
@standard_option
def command(
    paths: tuple[str, ...],
    output: Path | None,
    quiet: bool,
    resume: Path | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Run, show progress, then the counts, the worst findings and where the summary is.

    ``given`` are the options of :func:`run_options`.
    """
    from cts_excel.batch.engines.processes import start_early

    start_early(*WORKERS_NEED)  # first of all: it runs beside the imports that follow
    from cts_excel.api import grade_run, load_standard, resume_run
    from cts_excel.cli.progress import progress_shown

    if resume is not None and (paths or output):
        raise click.UsageError(_("--resume takes its files and folder from the stopped run."))
    with progress_shown(quiet=quiet) as progress:
        if resume is not None:
            result = resume_run(
                resume,
                jobs=given["jobs"],
                engine=given["engine"],
                scheduler=given["scheduler"],
                progress=progress,
            )
        else:
            options = run_options(paths, output, **given)
            result = grade_run(options, load_standard(options.standard_path), progress)
    if not quiet:
        for notice in result.roster_notices:
            click.echo(_("Roster: {}").format(notice), err=True)
        for notice in result.notices:
            click.echo(notice, err=True)
    if as_json:
        print_json(result)
    elif not quiet:
        show_result(result)
    return 0 if result.record.all_graded else 1


def run_options(
    paths: tuple[str, ...],
    output: Path | None,
    *,
    limits: tuple[str, ...],
    data_format: str,
    engine: str | None,
    fresh: bool,
    **given: Any,
) -> RunOptions:
    """Return what is asked of a run here: by options, and by tables of the settings file.

    ``given`` are the options that :class:`~cts_excel.batch.options.RunOptions` takes as they are.

    :raises SettingsError: for a table that cannot be used.
    """
    from cts_excel.api import RunOptions
    from cts_excel.cli.settings import return_terms, roster_headings
    from cts_excel.workbook.ooxml.limits import changed_limits

    given |= return_terms()
    return RunOptions(
        paths=paths or ("input",),
        output=None if output is None else str(output),
        limits=changed_limits(limits),
        roster_headings=roster_headings() if given["roster"] else (),
        engine=engine or ("dask" if given["scheduler"] else "local"),
        parquet=data_format == "parquet",
        reuse=not fresh,
        **given,
    )


def print_json(result: GradingResult) -> None:
    """Print the run as one JSON document: folder, summary, counts, levels, worst findings."""
    from cts_excel.cli.as_json import finding_json, json_text

    record = result.record
    document = {
        "folder": str(record.folder),
        "summary": str(result.summary),
        "files": record.total,
        "counts": {status.value: number for status, number in record.counts.items()},
        "levels": result.levels,
        "ignored": len(record.ignored),
        "excluded": len(record.excluded),
        "roster": chase_counts(result),
        "worst": [{"file": file, **finding_json(found)} for file, found in result.worst],
    }
    click.echo(json_text(document))


def chase_counts(result: GradingResult) -> dict[str, int] | None:
    """Count what a roster told; ``None`` without one."""
    state = result.chase
    if state is None:
        return None
    return {
        "not_returned": len(state.missing),
        "never_issued": len(state.not_issued),
        "not_as_issued": sum(1 for match in state.matches if match.mismatches),
    }


def chase_shown(result: GradingResult) -> list[str]:
    """Say what a roster told; nothing without one."""
    counts = chase_counts(result)
    if counts is None:
        return []
    line = _(
        "Roster: {not_returned} not returned, {never_issued} never issued, {not_as_issued} not as "
        "issued. The sheet 未回收 lists them."
    )
    return ["", line.format(**counts)]


def passed_over_shown(ignored: Sequence[str], excluded: Sequence[str]) -> list[str]:
    """Name the files that were passed over, the first of them at least, and those left out."""
    lines = []
    if ignored:
        text = ngettext(
            "{} file is no workbook and was passed over: {}",
            "{} files are no workbooks and were passed over: {}",
            len(ignored),
        )
        lines.append(text.format(len(ignored), _listed(ignored)))
    if excluded:
        text = ngettext(
            "{} file was left out by --exclude: {}",
            "{} files were left out by --exclude: {}",
            len(excluded),
        )
        lines.append(text.format(len(excluded), _listed(excluded)))
    return lines


def _listed(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    names = listed(files[:_NAMED])
    return names + (_(", … (run.json names all)") if more > 0 else "")


def next_steps(result: GradingResult) -> list[str]:
    """Say what is there to be done: the copies to send back, the summary, the next command."""
    folder = result.record.folder
    lines = []
    if copies := result.returned:
        text = ngettext(
            "{} workbook to send back, its faulty cells marked: {}. Send it to its assessor, put "
            "the corrected file into the input folder and grade again.",
            "{} workbooks to send back, their faulty cells marked: {}. Send them to their "
            "assessors, put the corrected files into the input folder and grade again.",
            copies,
        )
        lines += [text.format(copies, result.returned_folder), ""]
    lines.append(_("Summary: {}").format(result.summary))
    if result.chase is not None and result.chase.missing:
        lines.append(_("Next, reminders: cts-excel chase {} -o reminders").format(folder))
    elif result.levels:
        lines.append(_("Next, reports for clients: cts-excel report {} -o reports").format(folder))
    return lines


def show_result(result: GradingResult) -> None:
    """Print files per status and level, the worst findings, and what to do next."""
    from cts_excel.audit.naming import level_name, status_name
    from cts_excel.cli.showing import console, counts_table, worst_table

    out = console()
    record = result.record
    statuses = {status_name(s): n for s, n in record.counts.items() if n}
    total = ngettext("{} file", "{} files", record.total).format(record.total)
    out.print()
    out.print(counts_table(statuses, _("Status"), total))
    if result.levels:
        levels = {level_name(name, result.standard): n for name, n in result.levels.items()}
        out.print()
        out.print(counts_table(levels, _("Recommended level")))
    if result.worst:
        out.print()
        out.print(worst_table(result.worst, result.standard))
        if more := result.findings - len(result.worst):
            text = ngettext(
                "{} more finding: see the sheet 核查问题.",
                "{} more findings: see the sheet 核查问题.",
                more,
            )
            out.print(text.format(more), soft_wrap=True, markup=False)
    lines = [*chase_shown(result), *passed_over_shown(record.ignored, record.excluded), ""]
    for line in [*lines, *next_steps(result)]:
        out.print(line, soft_wrap=True, markup=False)
