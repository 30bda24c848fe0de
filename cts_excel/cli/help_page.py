"""Help pages that stay in their columns in Chinese too: a Chinese character is two columns wide
and a line may break after any of them. click's own wrapping does not know that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from unicodedata import east_asian_width

import click

from cts_excel.messages import _

_NOT_FIRST = "，。；：、？！）》”’】…·"  # never begins a line
_NOT_LAST = "（《“‘【<[("  # never ends one
_PLACEHOLDER = re.compile(r"\b[A-Z][A-Z_]+\b(?!\.)")  # not the NEW of NEW.xlsx
_AS_IT_IS = "\b\n"  # tells click that the lines below are wrapped already


class HelpPage(click.HelpFormatter):
    """click's formatter, measuring what a terminal shows."""

    def write_heading(self, heading: str) -> None:
        """Write a heading with the colon of its language."""
        self.write(" " * self.current_indent + _("{}:").format(heading) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        width = self.width - self.current_indent
        blocks = [_AS_IT_IS + "\n".join(wrapped(block, width)) for block in text.split("\n\n")]
        super().write_text("\n\n".join(blocks))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how to call a command, what to put in in the reader's language."""
        super().write_usage(prog, in_words(args), prefix or _("Usage: "))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, in two columns."""
        rows = [(in_words(term), text) for term, text in rows]
        first = min(max((columns(term) for term, _text in rows), default=0), col_max) + col_spacing
        width = max(self.width - self.current_indent - first, 10)
        margin = " " * (self.current_indent + first)
        for term, text in rows:
            self.write(" " * self.current_indent + term)
            lines = wrapped(text, width) if text else []
            if lines and columns(term) <= first - col_spacing:
                self.write(" " * (first - columns(term)) + lines.pop(0))
            self.write("\n")
            for line in lines:
                self.write(f"{margin}{line}\n")


def in_words(text: str) -> str:
    """Return a usage or a term with what to put in named in the reader's language."""
    words = {
        "OPTIONS": _("OPTIONS"), "COMMAND": _("COMMAND"), "ARGS": _("ARGS"),
        "RUN_DIR": _("RUN_DIR"), "RUN_DIR_OR_CSV": _("RUN_DIR_OR_CSV"), "DIR": _("DIR"),
        "FILE": _("FILE"), "PATH": _("PATH"), "PATHS": _("PATHS"), "NAME": _("NAME"),
        "VALUE": _("VALUE"), "PATTERN": _("PATTERN"), "ADDRESS": _("ADDRESS"), "CODE": _("CODE"),
        "OLD": _("OLD"),
    }  # fmt: skip
    return _PLACEHOLDER.sub(lambda found: words.get(found[0], found[0]), text)


class HelpContext(click.Context):
    """A context that writes help with :class:`HelpPage`."""

    formatter_class = HelpPage


def use_help_page(command: click.Command) -> None:
    """Give a command, and those below it, help pages of this kind."""
    command.context_class = HelpContext
    if isinstance(command, click.Group):
        for below in command.commands.values():
            use_help_page(below)


def every_page(root: click.Group, name: str, width: int = 100) -> dict[str, str]:
    """Return the help page of a group and of all commands below it, by what a person types."""
    settings: dict[str, Any] = {**root.context_settings, "terminal_width": width}
    with HelpContext(root, info_name=name, **settings) as context:
        return dict(_pages(root, context))


def _pages(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                inner = HelpContext(below, parent=context, info_name=name)
                yield from _pages(below, inner)


def wrapped(text: str, width: int) -> list[str]:
    """Break a paragraph into lines of at most ``width`` terminal columns."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and columns(line) + columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def columns(text: str) -> int:
    """Return how many terminal columns a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text at every possible line break: after a space, and between wide characters."""
    piece = ""
    for character in " ".join(text.split()):
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    wide = columns(before) == 2 or columns(after) == 2 or before in _NOT_FIRST
    return before == " " or wide
