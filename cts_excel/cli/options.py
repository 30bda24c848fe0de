"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cts_excel.messages import _

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
