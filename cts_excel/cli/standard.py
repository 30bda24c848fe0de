"""``cts-excel standard``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _

if TYPE_CHECKING:
    from cts_excel.standard.model import Standard


@click.command(
    name="standard",
    help=_(
        "Print the specification as a tree, with its digest; or write its file (--write), to "
        "change the policy or to begin another edition."
    ),
)
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("Write an editable copy of the standard file, with its comments, instead."),
)
@click.option("-f", "--force", is_flag=True, help=_("Replace an existing file."))
@standard_option
def command(target: Path | None, force: bool, standard_path: str | None) -> None:
    """Print a tree on a terminal, indented lines into a pipe; or write a copy of the file."""
    from cts_excel.standard.loading import load_standard

    if force and target is None:
        raise click.UsageError(_("--force needs --write."))
    standard = load_standard(standard_path)
    if target is None:
        _print(standard)
    else:
        _write(target, standard_path, force=force)


def _write(target: Path, standard_path: str | None, *, force: bool) -> None:
    """Copy the standard file byte by byte; it was loaded, so it is valid."""
    from cts_excel.files.atomic import replace_file, write_new
    from cts_excel.standard.loading import BUILT_IN

    if target.exists() and not force:
        raise click.UsageError(_("{} exists. Choose another name or add --force.").format(target))
    content = (BUILT_IN if standard_path is None else Path(standard_path)).read_bytes()
    (replace_file if force else write_new)(target, content)
    click.echo(
        _("Wrote {}. Change it, then check it with: {}").format(
            target, f"cts-excel standard --standard {target}"
        )
    )


def _print(standard: Standard) -> None:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from cts_excel.standard.showing import Branch, lines, outline

    root = outline(standard)
    out = Console(highlight=False)
    if not out.is_terminal:
        for line in lines(root):
            click.echo(line)
        return

    def grow(tree: Tree, branch: Branch) -> None:
        for below in branch.below:
            grow(tree.add(Text(below.text)), below)

    tree = Tree(Text(root.text, style="bold"), guide_style="dim")
    grow(tree, root)
    out.print(tree)
