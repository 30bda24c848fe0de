"""``cts-excel compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import json_option, standard_option
from cts_excel.messages import _

if TYPE_CHECKING:
    from rich.console import Console

    from cts_excel.audit.comparing import AnswerDifference, Comparison
    from cts_excel.audit.outcome import Outcome
    from cts_excel.standard.model import Standard

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    name="compare",
    help=_("Show two workbooks side by side, answer by answer, and what each difference does."),
    epilog=_("Exit code: 0 same answers; 1 they differ; 3 a file cannot be read."),
)
@click.argument("first", metavar="A", type=_FILE)
@click.argument("second", metavar="B", type=_FILE)
@json_option
@standard_option
def command(first: Path, second: Path, as_json: bool, standard_path: str | None) -> int:
    """Effects are B's result minus A's."""
    from cts_excel.audit.comparing import compare
    from cts_excel.cli.showing import console, show_outcome
    from cts_excel.grade_files import grade_file
    from cts_excel.standard.loading import load_standard

    standard = load_standard(standard_path)
    outcomes = [grade_file(path, standard, legacy=True) for path in (first, second)]
    audits = [outcome.audit for outcome in outcomes if outcome.audit is not None]
    if len(audits) < 2:
        for outcome in outcomes:
            if outcome.audit is None:
                show_outcome(outcome, standard, console(stderr=True))
        return 3
    comparison = compare(audits[0], audits[1], standard)
    if as_json:
        _print_json(outcomes, comparison)
    else:
        _show(outcomes, comparison, standard, console())
    return 0 if comparison.same else 1


def _show(
    outcomes: list[Outcome], comparison: Comparison, standard: Standard, out: Console
) -> None:
    from rich.text import Text

    from cts_excel.audit.levels import shown
    from cts_excel.audit.naming import impact_text, level_name, status_name
    from cts_excel.cli.showing import visible_text

    finals = (comparison.final_first, comparison.final_second)
    for name, outcome, final in zip("AB", outcomes, finals, strict=True):
        level = _("no level yet")
        if outcome.judgement:
            level = level_name(outcome.judgement.label, standard)
        out.print(
            Text.assemble(
                (f"{name}  {outcome.file}", "bold"),
                f"  {status_name(outcome.status)}  {shown(final, standard)}  {level}",
            )
        )
    if comparison.same:
        out.print(visible_text(_("Same answers."), style="green"))
        return
    out.print()
    out.print(_table(comparison.differences, standard))
    total = impact_text(comparison.total, standard)
    out.print(visible_text(_("All differences together: {}").format(total)))


def _table(differences: tuple[AnswerDifference, ...], standard: Standard) -> object:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from cts_excel.audit.naming import impact_text
    from cts_excel.cli.showing import visible_text

    table = Table(box=SIMPLE_HEAD, show_edge=False)
    table.add_column(_("Clause"), no_wrap=True)
    table.add_column(_("Answer"), no_wrap=True)
    table.add_column("A", overflow="fold", ratio=1)
    table.add_column("B", overflow="fold", ratio=1)
    table.add_column(_("Effect"), overflow="fold")
    for difference in differences:
        values = (difference.first or "—", difference.second or "—")
        table.add_row(
            visible_text(difference.clause or difference.part),
            visible_text(difference.label),
            *(visible_text(value) for value in values),
            visible_text(impact_text(difference.impact, standard)),
        )
    return table


def _print_json(outcomes: list[Outcome], comparison: Comparison) -> None:
    from cts_excel.cli.as_json import impact_json, json_text
    from cts_excel.files.numbers import plain

    differences = [
        {
            "part": difference.part,
            "clause": difference.clause,
            "answer": difference.label,
            "a": difference.first,
            "b": difference.second,
            **impact_json(difference.impact),
        }
        for difference in comparison.differences
    ]
    document = {
        "a": {"file": outcomes[0].file, "final_score": plain(comparison.final_first)},
        "b": {"file": outcomes[1].file, "final_score": plain(comparison.final_second)},
        "same": comparison.same,
        **impact_json(comparison.total),
        "differences": differences,
    }
    click.echo(json_text(document))
