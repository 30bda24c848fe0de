"""``cts-excel key``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.messages import _


@click.group(name="key", help=_("Make the key that proves which workbooks were issued."))
def command() -> None:
    """Group what is done with keys."""


@command.command(name="new", help=_("Make a key in a new file that only you may read."))
@click.argument(
    "path",
    default=Path("cts-excel.key"),
    metavar="[PATH]",
    type=click.Path(dir_okay=False, path_type=Path),
)
def new(path: Path) -> None:
    """Make a key; never over a file that is there."""
    from cts_excel.workbook.issuing.key_file import new_key

    new_key(path)
    click.echo(
        _(
            "Wrote {}. Keep it secret and keep a safe copy: who has it can issue in your name, "
            "and without it no proof can be checked."
        ).format(path)
    )
