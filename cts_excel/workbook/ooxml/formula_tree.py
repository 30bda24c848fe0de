"""Formulas as trees: two are equal if they compute the same, however an application writes them.

Redundant brackets, a range of one cell, the grouping of sums, products and joined texts, and a
third minus sign do not count. Nothing else is equated: no order is changed, nothing is calculated.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cts_excel.workbook.ooxml.cells import unescaped
from cts_excel.workbook.ooxml.formula_text import Ref, Token, join_tokens, shared, tokens

_DEEPEST = 100  # nested brackets; Excel's limit is 64 levels
# How tightly signs between two operands bind, in Excel. A sign before an operand binds tighter.
_BINDS = dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1)
_BINDS |= {"&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_KINDS = {"&": "text", "+": "sum", "-": "sum", "*": "product", "/": "product", "^": "power"}
_OWN = {"text": "&", "sum": "+", "product": "*"}  # kinds whose grouping is free after this sign
_MOST_SIGNS = 16  # in a row


class _Node(NamedTuple):
    """A part of a formula: a leaf holds tokens, any other node holds nodes and their signs.

    The kinds cannot occur as tokens, so that a written tree is unlike any list of tokens.
    """

    kind: str
    parts: tuple[tuple[str, _Node], ...] = ()
    leaf: tuple[Token, ...] = ()

    def written(self) -> Iterator[Token]:
        if self.leaf:
            yield from self.leaf
            return
        yield f"({self.kind}"
        for sign, part in self.parts:
            yield f"({sign}"
            yield from part.written()
        yield f"){self.kind}"


class _NotUnderstoodError(Exception):
    """A formula is in no form that this parser knows."""


@lru_cache(maxsize=1024)
def tree(parts: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a formula's tree, written as tokens; ranges stay ``Ref : Ref``.

    A formula that cannot be understood is returned as it is: it equals only itself.
    """
    try:
        parser = _Parser(parts)
        node = parser.expression(0, 0)
        if parser.place < len(parts):
            return parts
    except _NotUnderstoodError:
        return parts
    return tuple(node.written())


@lru_cache(maxsize=8192)
def canonical(stored: str, *, escaped: bool) -> str:
    """Return the tree of a formula as a part stores it, as one text for comparison only.

    :param escaped: whether it still holds XML's character references.
    """
    return join_tokens(tree(tokens(unescaped(stored) if escaped else stored)))


# The same shared formulas recur in every workbook that an application saved.
@lru_cache(maxsize=8192)
def shared_canonical(stored: str, rows: int, columns: int, *, escaped: bool) -> str:
    """Return the same of a shared formula that many rows and columns from its first cell."""
    return join_tokens(tree(shared(stored, rows, columns, escaped=escaped)))


class _Parser:
    """One reading of a formula's tokens, by precedence."""

    def __init__(self, parts: tuple[Token, ...]) -> None:
        self.parts, self.place = parts, 0

    def _next(self) -> Token:
        return self.parts[self.place] if self.place < len(self.parts) else ""

    def _take(self, wanted: str) -> None:
        if self._next() != wanted:
            raise _NotUnderstoodError
        self.place += 1

    def expression(self, least: int, depth: int) -> _Node:
        """Read operands and the signs between them that bind at least so tightly."""
        if depth > _DEEPEST:
            raise _NotUnderstoodError
        left = self._signed(depth)
        while True:
            sign = self._next()
            binds = _BINDS.get(sign, 0) if isinstance(sign, str) else 0
            if not binds or binds < least:
                return left
            self.place += 1
            left = _joined(str(sign), left, self.expression(binds + 1, depth + 1))

    def _signed(self, depth: int) -> _Node:
        signs = self._run("-", "+")
        node = self._range(depth)
        # A sign before an operand binds tighter than % in Excel; the value is the same.
        for _sign in self._run("%"):
            node = _Node("percent", (("", node),))
        for sign in reversed(signs):
            node = _with_sign(sign, node)
        return node

    def _run(self, *wanted: str) -> list[str]:
        found = []
        while (sign := self._next()) in wanted:
            found.append(str(sign))
            self.place += 1
        if len(found) > _MOST_SIGNS:
            raise _NotUnderstoodError
        return found

    def _range(self, depth: int) -> _Node:
        node = self._operand(depth)
        if self._next() != ":":
            return node
        self.place += 1
        other = self._operand(depth)
        if self._next() == ":":
            raise _NotUnderstoodError
        if not (node.leaf and other.leaf):
            return _Node("range", (("", node), ("", other)))
        if node.leaf == other.leaf and isinstance(node.leaf[0], Ref):
            return node
        return _Node("leaf", leaf=(*node.leaf, ":", *other.leaf))

    def _operand(self, depth: int) -> _Node:
        part = self._next()
        self.place += 1
        if isinstance(part, Ref):
            return _Node("leaf", leaf=(part,))
        if part == "(":
            inside = self._list(")", depth)
            # (A1,B2) is a union of cells, not two arguments.
            return inside[0] if len(inside) == 1 else _Node("union", _plain(inside))
        if part == "{":
            return self._array()
        if _is_value(part):
            return _Node("leaf", leaf=(part,))
        return self._named(part, depth)

    def _named(self, name: str, depth: int) -> _Node:
        """Read a name or a call; either may stand behind the name of another sheet."""
        sheet = ""
        if name.endswith("!"):
            following = self._next()
            sheet, name = name, following if isinstance(following, str) else ""
            self.place += 1
        if not (name[:1].isalpha() or name[:1] in ("_", "\\")):
            raise _NotUnderstoodError
        if self._next() != "(":
            return _Node("leaf", leaf=(sheet, name) if sheet else (name,))
        self.place += 1
        return _Node(f"call {sheet}{name}", _plain(self._list(")", depth)))

    def _list(self, end: str, depth: int) -> tuple[_Node, ...]:
        """Read expressions between commas; one left out is a node without content."""
        found = []
        if self._next() == end:
            self.place += 1
            return ()
        while True:
            empty = self._next() in (",", end)
            found.append(_Node("empty") if empty else self.expression(0, depth + 1))
            if self._next() == end:
                self.place += 1
                return tuple(found)
            self._take(",")

    def _array(self) -> _Node:
        start = self.place
        while (token := self._next()) != "}":
            if not isinstance(token, str) or token in ("", "{"):
                raise _NotUnderstoodError
            self.place += 1
        self.place += 1
        return _Node("leaf", leaf=("{", *self.parts[start : self.place]))


def _is_value(part: str) -> bool:
    """Return whether a token is a text, a number or an error value."""
    return part[:1].isdigit() or part[:1] in ('"', "#")


def _plain(nodes: tuple[_Node, ...]) -> tuple[tuple[str, _Node], ...]:
    return tuple(("", node) for node in nodes)


def _with_sign(sign: str, node: _Node) -> _Node:
    """Put a sign before a node. ``---x`` is ``-x``; ``--x`` is not ``x``, as it makes a number."""
    if sign == "-" and node.kind == "-" and node.parts[0][1].kind == "-":
        return node.parts[0][1]
    return _Node("-" if sign == "-" else "plus", (("", node),))


def _joined(sign: str, left: _Node, right: _Node) -> _Node:
    """Join two operands. ``a+(b-c)`` is ``a+b-c``: only after the group's own sign."""
    kind = _KINDS.get(sign, "compare")
    parts = left.parts if left.kind == kind else ((_OWN.get(kind, ""), left),)
    if sign == _OWN.get(kind) and right.kind == kind:
        return _Node(kind, (*parts, *right.parts))
    return _Node(kind, (*parts, (sign, right)))
