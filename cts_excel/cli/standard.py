"""``cts-excel standard``."""

from __future__ import annotations

import click

from cts_excel.cli.options import standard_option
from cts_excel.messages import _


@click.command(name="standard", help=_("Print the specification as a tree, with its digest."))
@standard_option
def command(standard_path: str | None) -> None:
    """Print a tree on a terminal, indented lines into a pipe."""
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from cts_excel.standard.loading import load_standard
    from cts_excel.standard.showing import Branch, lines, outline

    root = outline(load_standard(standard_path))
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
