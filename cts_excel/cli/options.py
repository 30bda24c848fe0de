"""Options that several commands share; each is a decorator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cts_excel.messages import _, os_reason

_FILE = click.Path(exists=True, dir_okay=False)


def _open_log(_ctx: click.Context, _parameter: click.Parameter, path: str | None) -> None:
    if path is None:
        return
    import logging

    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.BadParameter(_("{}: ").format(path) + os_reason(error)) from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("cts_excel")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)


def output_folder_option(text: str) -> Callable[[Any], Any]:
    """Return the option for the folder of what a command writes; it must be given."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(file_okay=False, path_type=Path),
        required=True,
        metavar="DIR",
        help=text,
    )


run_dir_argument = click.argument(
    "run_dir", metavar="RUN_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
standard_option = click.option(
    "--standard",
    "standard_path",
    type=_FILE,
    metavar="FILE",
    help=_("Specification to use (TOML); the built-in one without."),
)
legacy_option = click.option("--legacy", is_flag=True, help=_("Also take .xls, .xlsb and .ods."))
password_option = click.option(
    "--password-file",
    type=_FILE,
    metavar="FILE",
    help=_("Passwords to try on encrypted workbooks, one per line."),
)
limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help=_("Change a limit on single files (SECURITY.md): seconds=60, file_bytes=64MiB."),
)
key_option = click.option(
    "--key-file",
    type=_FILE,
    metavar="FILE",
    help=_("Check the proof of issue of every workbook with this key."),
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help=_("Worker processes; one per processor without."),
)
json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
log_option = click.option(
    "--log-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    expose_value=False,
    callback=_open_log,
    help=_("Append what happens to this file, one line per judged workbook."),
)
