"""``cts-excel completion``."""

from __future__ import annotations

import click

from cts_excel.messages import _

VARIABLE = "_CTS_EXCEL_COMPLETE"


@click.command(
    name="completion",
    help=_("Print the shell's completion script."),
    epilog=_(
        'bash: eval "$(cts-excel completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc; '
        "fish: cts-excel completion fish > ~/.config/fish/completions/cts-excel.fish"
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes the shell ask this program."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows all three
        raise click.UsageError(shell)
    root = ctx.find_root()
    click.echo(kind(root.command, {}, "cts-excel", VARIABLE).source())
