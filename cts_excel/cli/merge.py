"""``cts-excel merge``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import json_option, standard_option
from cts_excel.messages import _, listed, ngettext

if TYPE_CHECKING:
    from rich.table import Table

    from cts_excel.workbook.merge import Merged, PartFile


@click.command(
    name="merge",
    help=_(
        "Join the workbooks of one audit's assessors, who share the clauses out. Every answer "
        "keeps its source; what two workbooks answer differently is listed and left blank."
    ),
    epilog=_(
        "Exit code: 0 everything joined; 1 something is open or could not be read; 2 not one "
        "audit; 3 a file cannot be read."
    ),
)
@click.argument(
    "files",
    metavar="A.xlsx B.xlsx…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TEAM.xlsx",
    help=_("The joined workbook."),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@json_option
@standard_option
def command(
    files: tuple[Path, ...], output: Path, force: bool, as_json: bool, standard_path: str | None
) -> int:
    """Never write over one of the workbooks, nor over any file unless asked."""
    from cts_excel.cli.imprint import imprint_here
    from cts_excel.cli.migrate import in_shell, refuse
    from cts_excel.files.atomic import replace_file, write_new
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.merge import PartNotReadableError, merge
    from cts_excel.workbook.ooxml.errors import NotReadableError

    _check_paths(files, output, force=force)
    standard = load_standard(standard_path)
    imprint = imprint_here(standard)
    parts: list[PartFile] = []
    try:
        for path, name in zip(files, _names(files), strict=True):
            parts.append(_part(path, name))
        merged = merge(parts, standard, imprint)
    except NotReadableError as error:
        refuse(files[len(parts)], error)
        return 3
    except PartNotReadableError as error:
        refuse(files[error.number], error.reason)
        return 3
    (replace_file if force else write_new)(output, merged.content)
    if as_json:
        _print_json(output, parts, merged)
    else:
        _show(output, parts, merged)
        given = f" --standard {in_shell(standard_path)}" if standard_path else ""
        click.echo(_("Judge it with: cts-excel check {}").format(f"{in_shell(output)}{given}"))
    return 0 if merged.complete else 1


def _check_paths(files: Sequence[Path], output: Path, *, force: bool) -> None:
    if len(files) < 2:
        raise click.UsageError(_("Name two workbooks or more."))
    for number, path in enumerate(files):
        if any(path.samefile(other) for other in files[:number]):
            raise click.UsageError(_("{} is named twice.").format(path))
        if output.exists() and output.samefile(path):
            raise click.UsageError(_("The joined workbook cannot replace one of the others."))
    if output.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(output))


def _names(files: Sequence[Path]) -> list[str]:
    """Name the files: by their own names, or with their folders if two are equal."""
    from cts_excel.files.visible import visible

    names = [path.name for path in files]
    unique = len(set(names)) == len(names)
    return [visible(path.name if unique else str(path)) for path in files]


def _part(path: Path, name: str) -> PartFile:
    from cts_excel.cli.migrate import opened
    from cts_excel.workbook.merge import PartFile

    content, kind = opened(path)
    return PartFile(name, content, kind)


def _show(output: Path, parts: Sequence[PartFile], merged: Merged) -> None:
    """Print what each file gave, what is open, and what could not be taken over."""
    from dataclasses import replace

    from cts_excel.cli.showing import console, findings_table

    out = console()
    for part in parts:
        own = [one for one in merged.taken if part.name in one.files]
        text = ngettext("{}: {} answer taken", "{}: {} answers taken", len(own))
        click.echo(text.format(part.name, len(own)))
    if merged.open:
        click.echo(_("The workbooks contradict each other; these cells are left blank:"))
        out.print(_open_table(merged))
    if merged.unanswered:
        click.echo(_("Nobody rated: {}.").format(listed(merged.unanswered)))
    if merged.findings:
        out.print(
            findings_table([replace(f, sheet=f"{name} {f.sheet}") for name, f in merged.findings])
        )
    click.echo(
        _("Wrote {}. Its first sheet lists what is open, and the source of every answer.").format(
            output
        )
    )


def _open_table(merged: Merged) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from cts_excel.files.visible import visible

    table = Table(box=SIMPLE_HEAD, show_edge=False)
    table.add_column(_("Place"), no_wrap=True)
    table.add_column(_("Clause"), no_wrap=True)
    table.add_column(_("Answer"), overflow="fold")
    table.add_column(_("Value"), overflow="fold", ratio=1)
    table.add_column(_("File"), overflow="fold")
    for one in merged.open:
        place = f"{one.sheet}!{one.cell}" if one.cell else one.sheet
        head = (place, one.clause, one.label)
        for value, files in one.values:
            cells = (*head, visible(value), listed(files))
            table.add_row(*map(Text, cells))
            head = ("", "", "")
    return table


def _print_json(output: Path, parts: Sequence[PartFile], merged: Merged) -> None:
    import json

    from cts_excel.cli.as_json import finding_json

    document = {
        "output": str(output),
        "files": [part.name for part in parts],
        "complete": merged.complete,
        "answers": [
            {
                "part": one.sheet,
                "clause": one.clause,
                "answer": one.label,
                "value": one.value,
                "files": list(one.files),
            }
            for one in merged.taken
        ],
        "open": [
            {
                "part": one.sheet,
                "cell": one.cell,
                "clause": one.clause,
                "answer": one.label,
                "values": [{"value": v, "files": list(files)} for v, files in one.values],
            }
            for one in merged.open
        ],
        "unanswered": list(merged.unanswered),
        "findings": [{"file": name, **finding_json(found)} for name, found in merged.findings],
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
