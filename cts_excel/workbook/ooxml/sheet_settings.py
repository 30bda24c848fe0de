"""What a sheet holds besides cells: protection, validation, merged and hidden ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cts_excel.workbook.ooxml.addresses import column_number
from cts_excel.workbook.ooxml.formula_text import tokens, written
from cts_excel.workbook.ooxml.package import Element, elements

_TRUE = ("1", "true")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_MOST = 2000  # rules or merged ranges that are looked at; an issued workbook has 10

# First column, first row, last column, last row; 1-based.
Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation: what it allows, whatever its prompts say.

    ``formulas`` are canonical, with references relative to the first cell of the range.
    """

    kind: str
    operator: str
    strict: bool
    formulas: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(re.sub(r"\x1f", "", formula) for formula in self.formulas)
        stop = "" if self.strict else " (not enforced)"
        return f"{self.kind} {self.operator} {shown}{stop}".replace("  ", " ").strip()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the cells of a sheet."""

    protected: bool
    filtered: bool
    merges: tuple[Range, ...]
    hidden_columns: tuple[tuple[int, int], ...]
    validations: tuple[tuple[tuple[Range, ...], Rule], ...]
    overflow: bool


def surroundings(xml: str) -> Surroundings:
    """Read a sheet's XML, its cells taken out.

    :raises NotReadableError: F01 not well-formed.
    """
    head, opened, rest = xml.partition("<sheetViews>")
    return _cached(head + rest.partition("</sheetViews>")[2] if opened else xml)


@lru_cache(maxsize=256)
def _cached(xml: str) -> Surroundings:
    return of_elements(elements("sheet", xml.encode("utf-8", "surrogatepass")))


def of_elements(found: tuple[Element, ...]) -> Surroundings:
    """Collect the surroundings from a sheet's elements."""
    protected = filtered = False
    merges: list[Range] = []
    hidden: list[tuple[int, int]] = []
    for tag, attributes, _text in found:
        if tag == "sheetProtection":
            protected = attributes.get("sheet", "0") in _TRUE
        elif tag == "filterColumn":
            filtered = True
        elif tag == "mergeCell":
            merges += ranges(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden", "0") in _TRUE:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                hidden.append((int(first), int(last)))
    rules = sorted(_rules(found), key=str)
    overflow = len(merges) > _MOST or len(rules) > _MOST
    return Surroundings(
        protected,
        filtered,
        tuple(sorted(merges)[:_MOST]),
        tuple(hidden),
        tuple(rules[:_MOST]),
        overflow,
    )


def _rules(found: tuple[Element, ...]) -> Iterator[tuple[tuple[Range, ...], Rule]]:
    current: dict[str, str] = {}
    slot = ""
    for tag, attributes, text in (*found, ("dataValidation", {}, "")):
        if tag == "dataValidation":
            if current:
                yield _rule(current)
            current, slot = dict(attributes), ""
        elif not current:
            continue
        elif tag in ("formula1", "formula2"):
            current[tag] = text
            slot = tag
        elif tag == "f" and slot:  # the form that Excel uses for other sheets' cells
            current[slot] = text
        elif tag == "sqref":
            current["sqref"] = text


def _rule(given: dict[str, str]) -> tuple[tuple[Range, ...], Rule]:
    kind = given.get("type", "none")
    operator = given.get("operator", "between")
    fitting = tuple(
        sorted(found for part in given.get("sqref", "").split() for found in ranges(part))
    )
    if kind in ("list", "custom", "none"):
        operator = ""
    wanted: tuple[str, ...] = ("formula1",)
    if kind == "none":
        wanted = ()
    elif operator in ("between", "notBetween"):
        wanted = ("formula1", "formula2")
    column, row = fitting[0][:2] if fitting else (1, 1)
    formulas = tuple(_relative(given.get(name, ""), column, row) for name in wanted)
    stop = given.get("errorStyle", "stop") == "stop"
    strict = stop and given.get("showErrorMessage", "0") in _TRUE
    return fitting, Rule(kind, operator, strict, formulas)


@lru_cache(maxsize=1024)
def _relative(formula: str, column: int, row: int) -> str:
    """Write a formula with its references counted from a cell: ``R[0]C6``."""
    parts = []
    for part in tokens(formula):
        if not isinstance(part, str):
            rows = f"R{part.row}" if part.row_fixed else f"R[{part.row - row}]"
            columns = f"C{part.column}" if part.column_fixed else f"C[{part.column - column}]"
            part = f"{part.sheet}!{rows}{columns}" if part.sheet else rows + columns
        parts.append(part)
    return written(tuple(parts))


def ranges(text: str) -> list[Range]:
    """Read one range, ``F4:F53``; nothing where it is none."""
    match = _RANGE.fullmatch(text.upper())
    if match is None:
        return []
    first, last = match[1], match[3] or match[1]
    top, bottom = int(match[2]), int(match[4] or match[2])
    left, right = sorted((column_number(first), column_number(last)))
    return [(left, min(top, bottom), right, max(top, bottom))]


def holds(found: Range, column: int, row: int) -> bool:
    """Tell whether a range holds a cell."""
    return found[0] <= column <= found[2] and found[1] <= row <= found[3]
