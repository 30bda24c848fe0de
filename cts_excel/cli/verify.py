"""``cts-excel verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import (
    jobs_option,
    key_option,
    password_option,
    run_dir_argument,
    standard_option,
)
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.batch.record_checks import Difference
    from cts_excel.batch.verify import SecondReadings


@click.command(
    name="verify",
    help=_(
        "Replay a finished run: check the hashes of its inputs and outputs, grade again, and "
        "confirm every line or say what differs and why. Run it in the folder where the run was "
        "made."
    ),
    epilog=_("Exit code: 0 everything confirmed; 1 something differs."),
)
@run_dir_argument
@jobs_option
@password_option
@key_option
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=_("The roster that the run was given."),
)
@click.option(
    "--independent",
    is_flag=True,
    help=_("Have a second, independent reader confirm every graded line, too."),
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help=_("With --independent: N graded lines only, chosen at random by the files' hashes."),
)
@standard_option
def command(
    run_dir: Path,
    jobs: int | None,
    password_file: str | None,
    key_file: str | None,
    roster: str | None,
    independent: bool,
    sample: int | None,
    standard_path: str | None,
) -> int:
    """Print what differs, then how many files are confirmed."""
    from cts_excel.batch.options import RunOptions
    from cts_excel.batch.verify import verify
    from cts_excel.cli.progress import progress_shown
    from cts_excel.cli.settings import roster_headings
    from cts_excel.standard.loading import load_standard

    if sample is not None and not independent:
        raise click.UsageError(_("--sample needs --independent."))
    standard = load_standard(standard_path)
    with progress_shown(quiet=False) as progress:
        given = RunOptions(
            jobs=jobs,
            password_file=password_file,
            key_file=key_file,
            roster=roster,
            roster_headings=roster_headings() if roster else (),
            standard_path=standard_path,
            independent=independent,
        )
        result = verify(run_dir, standard, given=given, progress=progress, sample=sample)
    for difference in result.differences:
        click.echo(visible(_worded(difference)))
    if result.second is not None:
        _show_second_readings(result.second)
    text = ngettext("{} of {} file confirmed.", "{} of {} files confirmed.", result.inputs).format(
        result.confirmed, result.inputs
    )
    click.echo(text)
    return 1 if result.differences else 0


def _show_second_readings(second: SecondReadings) -> None:
    for file, cells in second.lenient:
        click.echo(_("{}: only a lenient reading takes {}").format(file, visible(cells)))
    for file in second.other_types:
        click.echo(_("{}: not confirmed: other file type").format(file))
    line = _("{} of {} graded files confirmed by two independent readers.")
    click.echo(line.format(second.confirmed, second.read))


def _worded(difference: Difference) -> str:
    from cts_excel.batch.record_checks import kind_name

    meaning = kind_name(difference.kind)
    line = (_("{}: ").format(difference.file) if difference.file else "") + meaning
    if difference.recorded or difference.now:
        readers = difference.kind.value == "readers"
        pair = _("first {}, second {}") if readers else _("recorded {}, now {}")
        values = pair.format(difference.recorded or "—", difference.now or "—")
        column = _("{}: ").format(difference.column) if difference.column else ""
        line = _("{} ({})").format(line, column + values)
    return line
