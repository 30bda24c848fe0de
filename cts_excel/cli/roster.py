"""``cts-excel roster``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _


@click.command(
    name="roster", help=_("Write an empty roster: the list that personalised workbooks come from.")
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("roster.xlsx"),
    show_default=True,
    metavar="PATH",
    help=_("Where to write it."),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@standard_option
def command(output: Path, force: bool, standard_path: str | None) -> None:
    """Write the empty roster; never over a file that is there, unless asked."""
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.issuing.roster_form import write_roster_template

    if output.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(output))
    write_roster_template(output, load_standard(standard_path))
    click.echo(
        _("Wrote {}. Fill in one row per audit, then run: {}").format(
            output, f"cts-excel template --roster {output} -o issued"
        )
    )
