"""Formulas as tokens, without what differs from application to application.

These differences disappear: blanks, case of function names, ``_xlfn.`` prefixes, ``TRUE()`` for
``TRUE``, quotes around a sheet name, ``;`` between arguments, a leading ``=`` or ``of:=``, and the
forms of numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.cells import unescaped

MAX_FORMULA_LENGTH = 8192  # Excel's limit; a longer formula is compared as it stands

_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<quoted>'(?:[^']|'')*'!)"
    r"|(?P<ref>(?<![\w.])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w.(!]))"
    r"|(?P<error>\#[A-Z/0]+[!?]?)"
    r"|(?P<name>[^\W\d][\w.\\]*!?)"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<sign><>|<=|>=|\S)"
)
_START = re.compile(r"\s*(?:of:|oooc:|msoxl:)?=?\s*\+?")
_PREFIXES = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|COM\.MICROSOFT\.|ORG\.OPENOFFICE\.)+", re.I)
_LOGICAL = re.compile(r"\b(TRUE|FALSE)\(\)")


class Ref(NamedTuple):
    """A reference to a cell; row and column 1-based, ``sheet`` empty for the formula's own."""

    sheet: str
    column_fixed: bool
    column: int
    row_fixed: bool
    row: int

    def __str__(self) -> str:
        sheet = f"{self.sheet}!" if self.sheet else ""
        letters = column_letters(self.column - 1)
        columns, rows = "$" * self.column_fixed, "$" * self.row_fixed
        return f"{sheet}{columns}{letters}{rows}{self.row}"


Token = str | Ref


@lru_cache(maxsize=4096)
def tokens(formula: str) -> tuple[Token, ...]:
    """Split a formula: a text, a name or a sign is a ``str``, a cell is a :class:`Ref`."""
    if len(formula) > MAX_FORMULA_LENGTH:
        return (formula,)
    found: list[Token] = []
    sheet, in_array = "", False
    start = _START.match(formula)
    for match in _TOKEN.finditer(formula, start.end() if start else 0):
        kind, text = match.lastgroup, match[0]
        if kind == "quoted":
            sheet = text[1:-2].replace("''", "'")
        elif kind == "name" and text.endswith("!"):
            sheet = text[:-1]
        elif kind == "ref":
            if not sheet and len(found) > 1 and found[-1] == ":" and isinstance(found[-2], Ref):
                sheet = found[-2].sheet
            found.append(_ref(match, sheet))
            sheet = ""
        elif text == ";" and not in_array:  # there it divides rows
            found.append(",")
        else:
            in_array = text == "{" or (in_array and text != "}")
            _add(found, kind or "", text, sheet)
            sheet = ""
    return tuple(found)


def lexemes(formula: str) -> list[str]:
    """Split a formula into its tokens as they are written, blanks left out."""
    if len(formula) > MAX_FORMULA_LENGTH:
        return [formula]
    return [match[0] for match in _TOKEN.finditer(formula)]


def _ref(match: re.Match[str], sheet: str) -> Ref:
    column_fixed, letters, row_fixed, row = match.group(4, 5, 6, 7)
    return Ref(sheet, bool(column_fixed), column_number(letters.upper()), bool(row_fixed), int(row))


def _add(found: list[Token], kind: str, text: str, sheet: str) -> None:
    if sheet:
        found.append(f"{sheet}!")
    if kind == "name":
        bare = _PREFIXES.sub("", text)
        found.append(bare.upper())
    elif kind == "number":
        found.append(f"{float(text):.15g}" if len(text) < 300 else text)
    elif text == ")" and found[-2:] in (["TRUE", "("], ["FALSE", "("]):
        found.pop()
    elif text != "@":  # Excel's sign for implicit intersection
        found.append(text)


def join_tokens(parts: tuple[Token, ...]) -> str:
    """Write tokens as one text, for comparison and display."""
    return "\x1f".join(str(part) for part in parts)


def shifted(parts: tuple[Token, ...], rows: int, columns: int) -> tuple[Token, ...]:
    """Return a formula as it would be that many rows and columns further on."""
    if not (rows or columns):
        return parts
    return tuple(
        part
        if isinstance(part, str)
        else part._replace(
            row=part.row if part.row_fixed else part.row + rows,
            column=part.column if part.column_fixed else part.column + columns,
        )
        for part in parts
    )


@lru_cache(maxsize=4096)
def shared(stored: str, rows: int, columns: int, *, escaped: bool) -> tuple[Token, ...]:
    """Return a shared formula as it is that many rows and columns from its first cell."""
    return shifted(tokens(unescaped(stored) if escaped else stored), rows, columns)
