"""``cts-excel template``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _


@click.command(name="template", help=_("Write the blank audit workbook that assessors fill in."))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("audit_template.xlsx"),
    show_default=True,
    metavar="PATH",
    help=_("Where to write it."),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@standard_option
def command(output: Path, force: bool, standard_path: str | None) -> None:
    """Write the blank workbook; never over a file that is there, unless asked."""
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.template import write_template

    if output.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(output))
    standard = load_standard(standard_path)
    write_template(output, standard)
    click.echo(
        _("Wrote {}: {} {}, {} indicators.").format(
            output, standard.title, standard.edition, len(standard.indicators)
        )
    )
