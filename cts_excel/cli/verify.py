"""``cts-excel verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import jobs_option, key_option, password_option, standard_option
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.batch.verify import Difference


@click.command(
    name="verify",
    help=_(
        "Replay a finished run: check the hashes of its inputs and outputs, grade again, and "
        "confirm every line or say what differs and why. Run it in the folder where the run was "
        "made."
    ),
    epilog=_("Exit code: 0 everything confirmed; 1 something differs."),
)
@click.argument(
    "run_dir", metavar="RUN_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@jobs_option
@password_option
@key_option
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=_("The roster that the run was given."),
)
@standard_option
def command(
    run_dir: Path,
    jobs: int | None,
    password_file: str | None,
    key_file: str | None,
    roster: str | None,
    standard_path: str | None,
) -> int:
    """Print what differs, then how many files are confirmed."""
    from cts_excel.batch.options import RunOptions
    from cts_excel.batch.verify import verify
    from cts_excel.cli.progress import progress_shown
    from cts_excel.standard.loading import load_standard

    standard = load_standard(standard_path)
    with progress_shown(quiet=False) as progress:
        given = RunOptions(
            jobs=jobs,
            password_file=password_file,
            key_file=key_file,
            roster=roster,
            standard_path=standard_path,
        )
        result = verify(run_dir, standard, given=given, progress=progress)
    for difference in result.differences:
        click.echo(_worded(difference))
    text = ngettext("{} of {} file confirmed.", "{} of {} files confirmed.", result.inputs).format(
        result.confirmed, result.inputs
    )
    click.echo(text)
    return 1 if result.differences else 0


def _worded(difference: Difference) -> str:
    meaning = {
        "tool": _("graded by another version of cts-excel"),
        "standard": _("graded by another standard"),
        "output_missing": _("output is missing"),
        "output_changed": _("output was changed after the run"),
        "output_extra": _("file was added after the run"),
        "count": _("run.json contradicts itself"),
        "input_missing": _("workbook is no longer there"),
        "input_changed": _("workbook was changed after the run"),
        "result": _("result differs"),
    }[difference.kind.value]
    line = f"{difference.file}: {meaning}" if difference.file else meaning
    if difference.recorded or difference.now:
        values = _("recorded {}, now {}").format(difference.recorded or "—", difference.now or "—")
        column = f"{difference.column}: " if difference.column else ""
        line += f" ({column}{values})"
    return line
