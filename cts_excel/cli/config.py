"""``cts-excel config``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from cts_excel.cli.settings import (
    FILE,
    FORM,
    RETURN,
    find_settings,
    return_terms,
    toml_value,
)
from cts_excel.messages import _


@click.command(
    name="config",
    help=_("Show the default options in force here and the file they come from."),
    epilog=_(
        "Options in cts-excel.toml, or in pyproject.toml under [tool.cts-excel], serve as "
        "defaults: at the top for every command, under [grade] and so on for one. [form] holds "
        "what issued workbooks print: document_no, revision, body, logo."
    ),
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Print the settings in TOML, as they would stand in the file."""
    from cts_excel.cli.entry import checked_defaults
    from cts_excel.cli.imprint import imprint_here
    from cts_excel.standard.loading import load_standard

    settings = find_settings()
    if not settings.source:
        click.echo(_("No settings here: neither {} nor [tool.cts-excel].").format(FILE))
        return
    checked_defaults(ctx, settings)
    imprint_here(load_standard())
    return_terms()
    click.echo(f"# {settings.source}")
    _show(settings.everywhere)
    for name, options in settings.commands.items():
        click.echo(f"\n[{name}]")
        own = settings.headings if name == "roster" else {}
        _show({**options, **own})
    for table, options in ((FORM, settings.form), (RETURN, settings.returned)):
        if options:
            click.echo(f"\n[{table}]")
            _show(options)


def _show(options: Mapping[str, object]) -> None:
    for option, value in options.items():
        click.echo(f"{_toml_key(option)} = {toml_value(value)}")


def _toml_key(name: str) -> str:
    return name if name.isascii() else f'"{name}"'
