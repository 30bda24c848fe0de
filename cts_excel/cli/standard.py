"""``cts-excel standard``."""

from __future__ import annotations

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _


@click.command(name="standard", help=_("Print the specification as a tree, with its digest."))
@standard_option
def command(standard_path: str | None) -> None:
    """Print sections, groups, indicators, bands, levels, special rules, policy and errata."""
    from cts_excel.standard.loading import load_standard

    standard = load_standard(standard_path)
    del standard
