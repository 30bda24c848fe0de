"""``cts-excel template``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _

_FILE, _FOLDER = Path("audit_template.xlsx"), Path("issued")
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="template", help=_("Write the blank audit workbook that assessors fill in."))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=_("Where to write it: a file ({}), or with --roster a folder ({}).").format(
        _FILE, _FOLDER
    ),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@click.option(
    "--roster",
    type=_EXISTING,
    metavar="FILE",
    help=_("Write one personalised workbook per row of this list (.xlsx, .xls, .ods, .csv)."),
)
@click.option(
    "--key-file",
    type=_EXISTING,
    metavar="FILE",
    help=_("With --roster: add a proof of issue made with this key."),
)
@click.option(
    "--skip-bad",
    is_flag=True,
    help=_("With --roster: leave rows out that are wrong, instead of issuing nothing."),
)
@standard_option
def command(
    output: Path | None,
    force: bool,
    roster: Path | None,
    key_file: Path | None,
    skip_bad: bool,
    standard_path: str | None,
) -> int:
    """Write blank workbooks; never over a file that is there, unless asked."""
    if roster is None:
        if key_file or skip_bad:
            raise click.UsageError(_("--key-file and --skip-bad need --roster."))
        return _write_one(output or _FILE, force, standard_path)
    if force:
        raise click.UsageError(
            _("--force does not go with --roster: issued workbooks are never replaced.")
        )
    from cts_excel.cli.issuing import issue

    return issue(roster, output or _FOLDER, key_file, skip_bad, standard_path)


def _write_one(output: Path, force: bool, standard_path: str | None) -> int:
    from cts_excel.cli.imprint import imprint_here
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.form.template import write_template

    if output.is_dir():
        raise click.UsageError(_("{} is a folder. Name a file with -o.").format(output))
    if output.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(output))
    standard = load_standard(standard_path)
    write_template(output, standard, imprint=imprint_here(standard))
    click.echo(
        _("Wrote {}: {} {}, {} indicators.").format(
            output, standard.title, standard.edition, len(standard.indicators)
        )
    )
    return 0
