"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cts_excel.messages import _, os_reason

F = TypeVar("F", bound=Callable[..., Any])


def standard_option(function: F) -> F:
    """Add ``--standard FILE``: another specification than the built-in one."""
    option = click.option(
        "--standard",
        "standard_path",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help=_("Specification to use (TOML); the built-in one without."),
    )
    return option(function)


def legacy_option(function: F) -> F:
    """Add ``--legacy``: older file types too."""
    return click.option("--legacy", is_flag=True, help=_("Also take .xls, .xlsb and .ods."))(
        function
    )


def password_option(function: F) -> F:
    """Add ``--password-file FILE``."""
    option = click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help=_("Passwords to try on encrypted workbooks, one per line."),
    )
    return option(function)


def limit_option(function: F) -> F:
    """Add ``--limit NAME=VALUE``: another limit on what one file may cost."""
    option = click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=VALUE",
        help=_("Change a limit on single files (SECURITY.md): seconds=60, file_bytes=64MiB."),
    )
    return option(function)


def key_option(function: F) -> F:
    """Add ``--key-file FILE``: the key of issue."""
    option = click.option(
        "--key-file",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help=_("Check the proof of issue of every workbook with this key."),
    )
    return option(function)


def jobs_option(function: F) -> F:
    """Add ``-j N``: worker processes."""
    option = click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help=_("Worker processes; one per processor without."),
    )
    return option(function)


def json_option(function: F) -> F:
    """Add ``--json``: one JSON document on standard output, for machines."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))(
        function
    )


def log_option(function: F) -> F:
    """Add ``--log-file FILE``: every judged file with its findings, one line each."""
    return click.option(
        "--log-file",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        expose_value=False,
        callback=_open_log,
        help=_("Append what happens to this file, one line per judged workbook."),
    )(function)


def _open_log(_ctx: click.Context, _parameter: click.Parameter, path: str | None) -> None:
    if path is None:
        return
    import logging

    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.BadParameter(f"{path}: {os_reason(error)}") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("cts_excel")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
