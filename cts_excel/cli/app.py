"""``cts-excel app``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import standard_option
from cts_excel.errors import UserError
from cts_excel.messages import _

_EXTRA = ("nicegui", "watchfiles")


@click.command(
    name="app",
    help=_("Work in the browser instead of the terminal, on this machine only, also offline."),
    epilog=_("Ctrl-C ends it. What is finished is kept in the working folder."),
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default=_("here"),
    metavar="DIR",
    help=_("The working folder: input/, issued/ and output/ stand in it."),
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N",
    help=_("The port; a free one without."),
)  # fmt: skip
@click.option("--no-open", is_flag=True, help=_("Open nothing; print the address, and only it."))
@click.option("--window", is_flag=True, help=_("A window of its own, with pywebview installed."))
@click.option(
    "--allow-network",
    metavar="ADDRESS",
    help=_(
        "Serve on this address of the machine, unencrypted, to whoever opens the printed address "
        "first."
    ),
)
@click.option("--shortcut", is_flag=True, help=_("Put a starter on the desktop, and end."))
@standard_option
def command(
    folder: Path,
    port: int,
    no_open: bool,
    window: bool,
    allow_network: str | None,
    shortcut: bool,
    standard_path: str | None,
) -> None:
    """Serve until Ctrl-C, or write the starter."""
    if shortcut:
        from cts_excel.app.shortcut import write_shortcut

        click.echo(_("Wrote {}. Double-click it to begin.").format(write_shortcut(folder)))
        return
    _require_extra()
    from cts_excel.app.serve import AppOptions, serve
    from cts_excel.cli.folder_settings import folder_settings, folder_standard

    standard = str(Path(standard_path).absolute()) if standard_path else None
    options = AppOptions(
        folder, port, allow_network, not no_open, window, standard, folder_standard, folder_settings
    )
    serve(
        options,
        say=lambda line: click.echo(line, err=True),
        print_address=lambda address: click.echo(
            address if no_open else _("Open: {}").format(address)
        ),
    )


def _require_extra() -> None:
    """Refuse without the packages of the extra.

    :raises UserError: naming what to install.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in _EXTRA):
        problem = _("the app needs packages that are not installed")
        raise UserError("cts-excel app", problem, _("Run: pip install 'cts-excel[app]'"))
