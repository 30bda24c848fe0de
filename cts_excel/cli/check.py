"""``cts-excel check``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import (
    json_option,
    key_option,
    legacy_option,
    log_option,
    password_option,
    standard_option,
)
from cts_excel.messages import _


@click.command(name="check", help=_("Judge single workbooks and show the result here."))
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@legacy_option
@password_option
@key_option
@json_option
@log_option
@standard_option
def command(
    files: tuple[Path, ...],
    legacy: bool,
    password_file: str | None,
    key_file: str | None,
    as_json: bool,
    standard_path: str | None,
) -> int:
    """Exit 0 when every file is graded or a duplicate of one that is, else 1."""
    from cts_excel.audit.outcome import Status
    from cts_excel.grade_files import grade_files
    from cts_excel.standard.loading import load_standard

    standard = load_standard(standard_path)
    outcomes = grade_files(
        files, standard, legacy=legacy, password_file=password_file, key_file=key_file
    )
    if as_json:
        from cts_excel.cli.as_json import json_text, outcome_json

        listed = [outcome_json(outcome) for outcome in outcomes]
        click.echo(json_text(listed))
    else:
        from cts_excel.cli.showing import console, show_outcome

        out = console()
        for outcome in outcomes:
            show_outcome(outcome, standard, out)
    done = (Status.GRADED, Status.DUPLICATE)
    return 0 if all(outcome.status in done for outcome in outcomes) else 1
