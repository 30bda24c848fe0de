"""Line numbers in a standard file: the TOML reader does not keep them.

A path names a value as ``indicators[3].weight`` (entries counted from 0), as msgspec does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"\s*([\w\-]+|\"[^\"]*\"|'[^']*')((?:\s*\.\s*[\w\-]+)*)\s*=")
_TOKEN = re.compile(
    r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[\[\]{}]',
)
_ENTRY = re.compile(r"^(\w+)\[(\d+)\](.*)$")


def line_of(path: str, text: str) -> int | None:
    """Return the 1-based line of a path, or of the nearest table or key around it.

    ``None`` if the text holds nothing of it, as for a missing table.
    """
    lines = dict(_positions(text))
    while path:
        if path in lines:
            return lines[path]
        path = re.sub(r"(\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$", "", path)
    return None


def name_of(path: str) -> str:
    """Name a path for people, entries counted from 1: ``[[indicators]] no. 4, weight``."""
    entry = _ENTRY.match(path)
    if not entry:
        return path
    table, number, rest = entry.groups()
    shown = f"[[{table}]] no. {int(number) + 1}"
    return f"{shown}, {rest.lstrip('.')}" if rest else shown


def _positions(text: str) -> Iterator[tuple[str, int]]:
    """Yield every table and key with its line; lines inside a string or a list have none."""
    table, counts, state = "", dict[str, int](), _Nesting()
    for number, line in enumerate(text.split("\n"), start=1):
        if state.plain:
            if header := _HEADER.match(line):
                table = _table_path(header[2], double=header[1] == "[[", counts=counts)
                yield table, number
                continue
            if key := _KEY.match(line):
                name = re.sub(r"\s", "", key[1].strip("\"'") + key[2])
                yield f"{table}.{name}" if table else name, number
        state.pass_over(line)


def _table_path(name: str, *, double: bool, counts: dict[str, int]) -> str:
    """Turn a header into a path: the n-th ``[[bands]]`` is ``bands[n]``, 0-based."""
    path = ""
    steps = [step.strip().strip("\"'") for step in name.split(".")]
    for place, step in enumerate(steps):
        path = f"{path}.{step}" if path else step
        if double and place == len(steps) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


class _Nesting:
    """Whether a line begins inside a multi-line string, a list or an inline table."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def plain(self) -> bool:
        return not self._quote and self._depth == 0

    def pass_over(self, line: str) -> None:
        """Follow the quotes and brackets of one line of valid TOML."""
        at = 0
        while at < len(line):
            if self._quote:
                at = self._string_end(line, at)
                continue
            token = _TOKEN.search(line, at)
            if token is None or token[0].startswith("#"):
                return
            at = token.end()
            if token[0] in ('"""', "'''"):
                self._quote = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth -= 1

    def _string_end(self, line: str, at: int) -> int:
        """Return the end of the open multi-line string in this line, else the line's end."""
        escapes = r"(?:\\.|[^\\])*?" if self._quote == '"""' else ".*?"
        # Up to two quotes may stand directly before the closing three.
        end = re.compile(f"{escapes}{self._quote}{self._quote[0]}{{0,2}}").match(line, at)
        if end is None:
            return len(line)
        self._quote = ""
        return end.end()
