"""What people see of an .ods beside its values: what is hidden, and pictures.

Hidden are rows, columns, and texts in the colour of the paper.

A value under a merged cell is no matter of this module: reading it gives a fault.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from cts_excel.workbook.ooxml.addresses import column_number
from cts_excel.workbook.ooxml.grids import Drawn, Unseen
from cts_excel.workbook.ooxml.inflate import ZipParts
from cts_excel.workbook.ooxml.legibility import hidden_colour
from cts_excel.workbook.ooxml.ods import CONTENT, parse_content

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _STYLE = f"{_OASIS}table:1.0 ", f"{_OASIS}style:1.0 "
_FO = f"{_OASIS}xsl-fo-compatible:1.0 "
_NAMED_STYLES = "styles.xml"
_IMAGE = f"{_OASIS}drawing:1.0 image"
_LINK = "http://www.w3.org/1999/xlink href"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_GROUPS = (f"{_TABLE}table-row-group", f"{_TABLE}table-column-group")
_SIZES = (f"{_STYLE}row-height", f"{_STYLE}column-width")
_SIZE = re.compile(r"([0-9]*\.?[0-9]+)(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0}
_NO_SIZE = 0.5  # points of a row or column: less is not seen
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_MOST_PARENTS = 20
_DIGITS = 7  # of a count


@dataclass(slots=True)
class _CellStyle:
    """What a style says itself: its parent, colours as ``#RRGGBB``, whether it has no size."""

    parent: str = ""
    ink: str | None = None
    paper: str | None = None
    flat: bool = False


@dataclass(slots=True)
class _Run:
    """Equal rows or columns, or equal cells of a row, 1-based."""

    first: int
    last: int
    hidden: bool = False
    style: str = ""  # of the cells; of rows and columns, the one of their cells without a style
    cells: list[_Run] = field(default_factory=list)


@dataclass(slots=True)
class OdsVisibility:
    """What hides cells of one sheet."""

    colours: dict[str, str]  # the colour in which a style hides its text
    rows: list[_Run] = field(default_factory=list)
    columns: list[_Run] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)  # pictures

    def unseen(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        """Yield the unseen cells among those of some columns and rows, each once per cause."""
        columns = {x: _find(self.columns, column_number(x)) for x in letters}
        for row in rows:
            run = _find(self.rows, row)
            if run is not None and run.hidden:
                yield from ((f"{x}{row}", f"{row}:{row}") for x in letters)
        for x, column in columns.items():
            if column is not None and column.hidden:
                yield from ((f"{x}{row}", f"{x}:{x}") for row in rows)
        for x in letters if self.colours else ():
            for row in rows:
                if colour := self.colours.get(self._style(x, row, columns[x])):
                    yield f"{x}{row}", colour

    def _style(self, x: str, row: int, column: _Run | None) -> str:
        """Return the style of a cell: its own, else that of its row, else that of its column."""
        run = _find(self.rows, row)
        cell = _find(run.cells, column_number(x)) if run else None
        own = cell.style if cell else ""
        return own or (run.style if run else "") or (column.style if column else "") or "Default"


def ods_visibility(content: bytes) -> list[OdsVisibility]:
    """Return what hides cells, for each sheet of an .ods.

    :raises NotReadableError: F01 damaged, F04 over a limit, F05 dangerous.
    """
    parts = ZipParts(content)
    styles = _Styles()
    if _NAMED_STYLES in parts:
        parse_content(parts, styles, _NAMED_STYLES)
    events = _Events(styles, frozenset(parts))
    if CONTENT in parts:
        parse_content(parts, events)
    colours = styles.colours()
    for sheet in events.sheets:
        sheet.colours = colours
    return events.sheets


class _Styles:
    """The styles of cells, rows and columns; names are unique in a family."""

    def __init__(self) -> None:
        self.cells: dict[str, _CellStyle] = {}
        self.others: dict[str, _CellStyle] = {}  # by family and name
        self._current = _CellStyle()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_STYLE}style":
            family, name = (
                attributes.get(f"{_STYLE}family", ""),
                attributes.get(f"{_STYLE}name", ""),
            )
            self._current = _CellStyle(attributes.get(f"{_STYLE}parent-style-name", ""))
            named = self.cells if family == "table-cell" else self.others
            named[name if family == "table-cell" else f"{family} {name}"] = self._current
        elif tag == f"{_STYLE}default-style":
            self._current = _CellStyle()
        elif tag == f"{_STYLE}text-properties":
            self._current.ink = attributes.get(f"{_FO}color", self._current.ink)
            if attributes.get(f"{_STYLE}use-window-font-color") == "true":
                self._current.ink = ""
        elif tag == f"{_STYLE}table-cell-properties":
            self._current.paper = attributes.get(f"{_FO}background-color", self._current.paper)
        for name in _SIZES:
            self._current.flat |= _is_flat(attributes.get(name, ""))

    def end(self, _tag: str) -> None:
        return

    def text(self, _text: str) -> None:
        return

    def is_flat(self, family: str, name: str) -> bool:
        """Tell whether a row or column style leaves no height or width."""
        style = self.others.get(f"{family} {name}")
        return style is not None and style.flat

    def colours(self) -> dict[str, str]:
        """Return the cell styles that hide their text, and in which colour."""
        found = {}
        for name in self.cells:
            ink, paper = self._inherited(name, "ink"), self._inherited(name, "paper")
            font = {"rgb": f"FF{ink[1:]}"} if ink and _COLOUR.fullmatch(ink) else None
            fill = {"rgb": f"FF{paper[1:]}"} if paper and _COLOUR.fullmatch(paper) else None
            shown = hidden_colour(font, "solid" if fill else "none", fill)
            if shown is not None:
                found[name] = shown
        return found

    def _inherited(self, name: str, what: str) -> str:
        for _step in range(_MOST_PARENTS):
            style = self.cells.get(name)
            if style is None:
                break
            value: str | None = getattr(style, what)
            if value is not None:
                return value
            name = style.parent
        return ""


class _Events:
    """Parser events collected into what hides the cells of each sheet."""

    def __init__(self, styles: _Styles, parts: frozenset[str]) -> None:
        self._parts = parts
        self.sheets: list[OdsVisibility] = []
        self._styles = styles
        self._hidden_groups: list[bool] = []
        self._tables = 0  # open ones: a cell may hold a table of its own

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._styles.start(tag, attributes)
        if tag == f"{_TABLE}table":
            self._tables += 1
            if self._tables == 1:
                self.sheets.append(OdsVisibility({}))
        elif self._tables != 1:
            return
        elif tag in _GROUPS:
            self._hidden_groups.append(attributes.get(f"{_TABLE}display") == "false")
        elif tag == f"{_TABLE}table-column":
            self._add(self.sheets[-1].columns, attributes, "column")
        elif tag == f"{_TABLE}table-row":
            self._add(self.sheets[-1].rows, attributes, "row")
        elif tag == _IMAGE:
            self._draw(attributes.get(_LINK, "").removeprefix("./"))
        elif tag in _CELLS and self.sheets[-1].rows:
            cells = self.sheets[-1].rows[-1].cells
            count = _count(attributes, "number-columns-repeated")
            first = cells[-1].last + 1 if cells else 1
            style = attributes.get(f"{_TABLE}style-name", "")
            cells.append(_Run(first, first + count - 1, style=style))

    def end(self, tag: str) -> None:
        if tag == f"{_TABLE}table":
            self._tables -= 1
        elif tag in _GROUPS and self._tables == 1:
            self._hidden_groups.pop()

    def text(self, _text: str) -> None:
        return

    def _draw(self, image: str) -> None:
        """Take a picture: it belongs to the cell in which it stands, if it stands in one."""
        if image not in self._parts:
            return
        sheet = self.sheets[-1]
        cells = sheet.rows[-1].cells if sheet.rows else []
        place = (cells[-1].first, sheet.rows[-1].first) if cells else (0, 0)
        sheet.drawn.append(Drawn(place, place, 1))

    def _add(self, runs: list[_Run], attributes: dict[str, str], what: str) -> None:
        count = _count(attributes, f"number-{what}s-repeated")
        style = attributes.get(f"{_TABLE}style-name", "")
        hidden = (
            attributes.get(f"{_TABLE}visibility") == "collapse"  # a filter's rows count as seen
            or any(self._hidden_groups)
            or self._styles.is_flat(f"table-{what}", style)
        )
        first = runs[-1].last + 1 if runs else 1
        default = attributes.get(f"{_TABLE}default-cell-style-name", "")
        runs.append(_Run(first, first + count - 1, hidden, default))


def _find(runs: list[_Run], number: int) -> _Run | None:
    at = bisect_right(runs, number, key=lambda run: run.first) - 1
    return runs[at] if at >= 0 and number <= runs[at].last else None


def _count(attributes: dict[str, str], name: str) -> int:
    given = attributes.get(f"{_TABLE}{name}", "1")
    return max(int(given), 1) if given.isdecimal() and len(given) <= _DIGITS else 1


def _is_flat(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    return match is not None and float(match[1]) * _POINTS.get(match[2] or "", 1.0) < _NO_SIZE
