"""``cts-excel chase``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import output_folder_option, run_dir_argument
from cts_excel.messages import _, ngettext


@click.command(
    name="chase",
    help=_(
        "Write one reminder per person of the workbooks that a run graded with --roster does not "
        "find back. Texts are written, nothing is sent."
    ),
)
@run_dir_argument
@output_folder_option(_("Folder for the reminders; files of the same name are replaced."))
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("Your own text: a Jinja template in UTF-8."),
)
def command(run_dir: Path, output: Path, template: Path | None) -> None:
    """Write the reminders and say how many."""
    from cts_excel.batch.options import today
    from cts_excel.batch.reminders import write_reminders

    written = write_reminders(run_dir, output, today(), template)
    if not written:
        click.echo(_("Everything on the roster is back: nobody to remind."))
        return
    text = ngettext("Wrote {} reminder to {}.", "Wrote {} reminders to {}.", len(written))
    click.echo(text.format(len(written), output))
