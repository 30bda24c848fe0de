"""``cts-excel migrate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import standard_option
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.workbook.ooxml.errors import NotReadableError


@click.command(
    name="migrate",
    help=_(
        "Move the answers of a workbook into a fresh one, of the current format or of another "
        "edition (--standard), clause by clause. What changed is marked, what cannot be carried "
        "is listed."
    ),
    epilog=_("Exit code: 0 everything carried; 1 something needs a look; 3 OLD cannot be read."),
)
@click.argument("old", metavar="OLD", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="NEW.xlsx",
    help=_("The new workbook."),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@standard_option
def command(old: Path, output: Path, force: bool, standard_path: str | None) -> int:
    """Never write over the old workbook, nor over any file unless asked."""
    from cts_excel.audit.findings import Severity
    from cts_excel.cli.imprint import imprint_here
    from cts_excel.cli.showing import console, findings_table
    from cts_excel.files.atomic import replace_file, write_new
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.migrate import migrate
    from cts_excel.workbook.ooxml.errors import NotReadableError

    if output.exists() and output.samefile(old):
        raise click.UsageError(_("The new workbook cannot replace the old one."))
    if output.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(output))
    standard = load_standard(standard_path)
    imprint = imprint_here(standard)
    try:
        content, kind = opened(old)
        migration = migrate(content, standard, kind=kind, imprint=imprint)
    except NotReadableError as error:
        refuse(old, error)
        return 3
    (replace_file if force else write_new)(output, migration.content)
    carried = migration.carried
    click.echo(
        ngettext("Carried {} rating to {}.", "Carried {} ratings to {}.", carried).format(
            carried, visible(str(output))
        )
    )
    if migration.findings:
        console().print(findings_table(migration.findings))
    given = f" --standard {in_shell(standard_path)}" if standard_path else ""
    click.echo(_("Judge it with: cts-excel check {}").format(visible(f"{in_shell(output)}{given}")))
    wanting = any(found.severity > Severity.NOTICE for found in migration.findings)
    return 1 if wanting else 0


def in_shell(path: Path | str) -> str:
    """Write a path as every shell takes it: in double quotes if it holds blanks."""
    return f'"{path}"' if " " in str(path) else str(path)


def opened(path: Path) -> tuple[bytes, str]:
    """Admit a file as a run would, older types included."""
    from cts_excel.batch.inputs.admit import open_content, take_copy
    from cts_excel.batch.inputs.find import named
    from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS

    copy = take_copy(named(path), DEFAULT_LIMITS)
    opened = open_content(copy, DEFAULT_LIMITS, legacy=True, passwords=())
    return opened.content, opened.kind


def refuse(path: Path, error: NotReadableError) -> None:
    """Say why a file cannot be read, as ``check`` would."""
    from cts_excel.audit.catalogue import finding, repair, title
    from cts_excel.audit.codes import Code
    from cts_excel.messages import fault_line, language

    why = finding(Code(error.reason), found=error.found, expected=error.expected)
    problem = f"{why.code} {title(why, language())}"
    line = fault_line(path, problem, repair(why, language()))
    click.echo(visible(_("Error: {}").format(line)), err=True)
