"""What a sheet holds besides cells: protection, validation, merged and hidden ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cts_excel.workbook.ooxml.addresses import column_number
from cts_excel.workbook.ooxml.formula_text import join_tokens, tokens
from cts_excel.workbook.ooxml.formula_tree import tree
from cts_excel.workbook.ooxml.xml_parser import Element, elements

_TRUE = ("1", "true")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_NO_SIZE = 0.5  # of a row or column: less is not seen
_VALIDATIONS = ("worksheet/dataValidations/", "worksheet/extLst/ext/x14:dataValidations/")
_MAX_READ = 2000  # rules or merged ranges; an issued workbook has 10

# What a rule consists of. A rule whose cells alone differ is the same rule.
_RULE = ("type", "operator", "errorStyle", "showErrorMessage", "formula1", "formula2")

# First column, first row, last column, last row; 1-based.
CellRange = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """What a validation allows. Its prompts do not count.

    ``formulas`` are for display, ``trees`` for comparison; in both, references are relative to the
    first cell of the range.
    """

    kind: str
    operator: str
    strict: bool
    formulas: tuple[str, ...]
    trees: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(re.sub(r"\x1f", "", formula) for formula in self.formulas)
        stop = "" if self.strict else " (not enforced)"
        return f"{self.kind} {self.operator} {shown}{stop}".replace("  ", " ").strip()


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """What a sheet's XML says outside its cells.

    ``overflow`` says that there was more than is read, ``merges_unread`` so of merged ranges.
    ``rows_hidden`` holds for rows without settings of their own. ``filter_range`` is the range of a
    filter that is set.
    """

    protected: bool
    filtered: bool
    merges: tuple[CellRange, ...]
    hidden_columns: tuple[tuple[int, int], ...]
    validations: tuple[tuple[tuple[CellRange, ...], ValidationRule], ...]
    overflow: bool
    merges_unread: bool
    rows_hidden: bool
    filter_range: CellRange | None


def read_settings(xml: str) -> SheetSettings:
    """Read the XML of a sheet outside its cells.

    :raises NotReadableError: F01 not well-formed.
    """
    head, opened, rest = xml.partition("<sheetViews>")
    return _cached(head + rest.partition("</sheetViews>")[2] if opened else xml)


# Most of a batch shares this XML. Without the cache a workbook takes a sixth longer to grade.
@lru_cache(maxsize=256)
def _cached(xml: str) -> SheetSettings:
    found = elements("sheet", xml.encode("utf-8", "surrogatepass"))
    protected = filtered = False
    merges: list[CellRange] = []
    hidden: list[tuple[int, int]] = []
    unread = rows_hidden = False
    filter_range: list[CellRange] = []
    for path, attributes, _text in found:
        if path == "worksheet/sheetProtection":
            protected = attributes.get("sheet", "0") in _TRUE
        elif path == "worksheet/autoFilter":
            filter_range = parse_range(attributes.get("ref", ""))
        elif path == "worksheet/autoFilter/filterColumn":
            filtered = True
        elif path == "worksheet/sheetFormatPr":
            rows_hidden = attributes.get("zeroHeight", "0") in _TRUE
        elif path == "worksheet/mergeCells/mergeCell":
            ranges = parse_range(attributes.get("ref", ""))
            merges += ranges
            unread = unread or not ranges
        elif path == "worksheet/cols/col" and _is_hidden(attributes):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                hidden.append((int(first), int(last)))
    rules = sorted(_joined(_rules(found)), key=str)
    merges_unread = unread or len(merges) > _MAX_READ
    overflow = merges_unread or len(rules) > _MAX_READ
    return SheetSettings(
        protected,
        filtered,
        tuple(sorted(merges)[:_MAX_READ]),
        tuple(hidden),
        tuple(rules[:_MAX_READ]),
        overflow,
        merges_unread,
        rows_hidden,
        filter_range[0] if filtered and filter_range else None,
    )


def _is_hidden(column: dict[str, str]) -> bool:
    """Return whether a column is hidden or has no width."""
    try:
        return column.get("hidden", "0") in _TRUE or float(column.get("width", "9")) < _NO_SIZE
    except ValueError:
        return False


def _rules(found: tuple[Element, ...]) -> Iterator[tuple[tuple[CellRange, ...], ValidationRule]]:
    """Yield each rule once: some applications list one twice, or once for every cell."""
    merged: dict[tuple[str, ...], list[str]] = {}
    for given in _given(found):
        rule = tuple(given.get(name, "") for name in _RULE)
        merged.setdefault(rule, []).append(given.get("sqref", ""))
    for rule, places in merged.items():
        given = {name: value for name, value in zip(_RULE, rule, strict=True) if value}
        yield _rule({**given, "sqref": " ".join(places)})


def _joined(
    rules: Iterable[tuple[tuple[CellRange, ...], ValidationRule]],
) -> Iterator[tuple[tuple[CellRange, ...], ValidationRule]]:
    """Join rules that allow the same: ExcelJS writes one for each cell."""
    cells: dict[ValidationRule, set[CellRange]] = {}
    for ranges, rule in rules:
        cells.setdefault(rule, set()).update(ranges)
    return ((_without_seams(found), rule) for rule, found in cells.items())


def _without_seams(ranges: Iterable[CellRange]) -> tuple[CellRange, ...]:
    """Join ranges of the same columns that stand below each other."""
    found: list[CellRange] = []
    for left, top, right, bottom in sorted(ranges, key=lambda one: (one[0], one[2], one[1])):
        if found and found[-1][::2] == (left, right) and found[-1][3] + 1 == top:
            found[-1] = (left, found[-1][1], right, bottom)
        else:
            found.append((left, top, right, bottom))
    return tuple(sorted(found))


def _given(found: tuple[Element, ...]) -> Iterator[dict[str, str]]:
    """Yield the attributes, formulas and cells of each rule as they stand in the sheet."""
    current: dict[str, str] = {}
    slot = ""
    listed = [(path, a, t) for path, a, t in found if path.startswith(_VALIDATIONS)]
    for path, attributes, text in (*listed, ("dataValidation", {}, "")):
        tag = path.rpartition("/")[2].rpartition(":")[2]
        if tag == "dataValidation":
            if current:
                yield current
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


def _rule(given: dict[str, str]) -> tuple[tuple[CellRange, ...], ValidationRule]:
    kind = given.get("type", "none")
    operator = given.get("operator", "between")
    places = dict.fromkeys(given.get("sqref", "").split())
    fitting = tuple(sorted({found for part in places for found in parse_range(part)}))
    if kind in ("list", "custom", "none"):
        operator = ""
    wanted: tuple[str, ...] = ("formula1",)
    if kind == "none":
        wanted = ()
    elif operator in ("between", "notBetween"):
        wanted = ("formula1", "formula2")
    column, row = fitting[0][:2] if fitting else (1, 1)
    texts = [given.get(name, "") for name in wanted]
    formulas = tuple(_relative(text, column, row, compared=False) for text in texts)
    trees = tuple(relative_tree(text, column, row) for text in texts)
    stop = given.get("errorStyle", "stop") == "stop"
    strict = stop and given.get("showErrorMessage", "0") in _TRUE
    return fitting, ValidationRule(kind, operator, strict, formulas, trees)


def relative_tree(formula: str, column: int = 1, row: int = 1) -> str:
    """Return a formula for comparison, its references relative to a cell."""
    return _relative(formula, column, row, compared=True)


@lru_cache(maxsize=1024)
def _relative(formula: str, column: int, row: int, *, compared: bool) -> str:
    """Write a formula with its references relative to a cell: ``R[0]C6``."""
    parts = []
    for part in tree(tokens(formula)) if compared else tokens(formula):
        if not isinstance(part, str):
            rows = f"R{part.row}" if part.row_fixed else f"R[{part.row - row}]"
            columns = f"C{part.column}" if part.column_fixed else f"C[{part.column - column}]"
            part = f"{part.sheet}!{rows}{columns}" if part.sheet else rows + columns
        parts.append(part)
    return join_tokens(tuple(parts))


def parse_range(text: str) -> list[CellRange]:
    """Read one range such as ``F4:F53``; return nothing for any other text."""
    match = _RANGE.fullmatch(text.upper())
    if match is None:
        return []
    first, last = match[1], match[3] or match[1]
    top, bottom = int(match[2]), int(match[4] or match[2])
    left, right = sorted((column_number(first), column_number(last)))
    return [(left, min(top, bottom), right, max(top, bottom))]


def range_contains(found: CellRange, column: int, row: int) -> bool:
    """Return whether a range contains a cell."""
    return found[0] <= column <= found[2] and found[1] <= row <= found[3]
