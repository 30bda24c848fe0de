"""The tables of an OpenDocument spreadsheet, read with the project's safe XML parser.

Each application writes it in its own way: white space between cells, no value in a cell that says
it has one, tabs as elements. So only what stands where the format puts it counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, parse_number, trimmed
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import ZipParts
from cts_excel.workbook.ooxml.raw_sheet import MAX_CELLS
from cts_excel.workbook.ooxml.xml_parser import parse_xml, safe_parser

CONTENT = "content.xml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE = f"{_OASIS}office:1.0 ", f"{_OASIS}table:1.0 "
_TEXT, _STYLE = f"{_OASIS}text:1.0 ", f"{_OASIS}style:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMBERS = ("float", "percentage", "currency")
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# Elements within a paragraph whose text is the paragraph's.
_INLINE = tuple(f"{_TEXT}{name}" for name in ("span", "a", "meta", "ruby", "ruby-base"))
_ROWS = tuple(f"{_TABLE}{name}" for name in ("table-row-group", "table-header-rows", "table-rows"))
_SHEETS = (f"{_OFFICE}document-content", f"{_OFFICE}body", f"{_OFFICE}spreadsheet")
_LAST_ROW, _LAST_COLUMN = 1 << 20, 1 << 14
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]+")
_MAX_BLANKS = 1_000  # of one text:s


@dataclass(slots=True)
class OdsTable:
    """One sheet: its name, whether people see it, and values by 1-based row and 0-based column."""

    name: str
    visible: bool
    cells: dict[tuple[int, int], Value] = field(default_factory=dict)


def read_tables(content: bytes) -> list[OdsTable]:
    """Read the tables of a package.

    :raises NotReadableError: F01 damaged, F04 over a limit, F05 dangerous.
    """
    parts = ZipParts(content)
    if CONTENT not in parts:
        raise NotReadableError(Reason.FILE_UNREADABLE, f"{CONTENT}: missing")
    events = _Events()
    parse_content(parts, events)
    return events.tables


class ContentEvents(Protocol):
    """What takes the events of a content part as they come."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""


def parse_content(parts: ZipParts, events: ContentEvents, part: str = CONTENT) -> None:
    """Parse a part of an .ods, which must be there.

    :raises NotReadableError: F01 damaged, F04 over a limit, F05 dangerous.
    """
    parser = safe_parser(part)
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text
    parse_xml(parser, part, parts[part])


class _Events:
    """Parser events collected into tables. What is not listed above is passed over whole."""

    def __init__(self) -> None:
        self.tables: list[OdsTable] = []
        self._path: list[str] = []
        self._passed = 0  # depth below an element that is passed over
        self._hidden: set[str] = set()  # names of table styles
        self._style = ""
        self._row = self._column = 0  # of the next cell
        self._rows = 1  # how often the row stands
        self._line: list[tuple[int, int, Value]] = []  # first and last column, value
        self._cell: _Cell | None = None
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._passed or not self._takes(tag):
            self._passed += 1
            return
        self._path.append(tag)
        if self._cell is not None:
            self._cell.start(tag, attributes)
        elif tag == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif tag == f"{_STYLE}table-properties":
            if attributes.get(f"{_TABLE}display") == "false":
                self._hidden.add(self._style)
        elif tag == f"{_TABLE}table":
            shown = attributes.get(f"{_TABLE}style-name", "") not in self._hidden
            self.tables.append(OdsTable(attributes.get(f"{_TABLE}name", ""), shown))
            self._row = 1
        elif tag == f"{_TABLE}table-row":
            self._column, self._line = 0, []
            self._rows = _repeated(attributes, "rows", _LAST_ROW)
        elif tag in _CELLS:
            self._cell = _Cell(attributes, covered=tag == _CELLS[1])

    def _takes(self, tag: str) -> bool:
        """Return whether an element stands where the format puts it."""
        above = self._path[-1] if self._path else ""
        if self._cell is not None:
            return (above in _CELLS and tag in _PARAGRAPHS) or (
                above not in _CELLS and (tag in _INLINE or tag in _WRITTEN)
            )
        if above == f"{_TABLE}table" or above in _ROWS:
            return tag == f"{_TABLE}table-row" or tag in _ROWS
        if above == f"{_TABLE}table-row":
            return tag in _CELLS
        if above == _SHEETS[2]:
            return tag == f"{_TABLE}table"
        styles = (f"{_OFFICE}automatic-styles", f"{_STYLE}style", f"{_STYLE}table-properties")
        return (tuple(self._path), tag) in {
            ((), _SHEETS[0]),
            (_SHEETS[:1], _SHEETS[1]),
            (_SHEETS[:2], _SHEETS[2]),
            *(((_SHEETS[0], *styles[:n]), styles[n]) for n in range(3)),
        }

    def end(self, tag: str) -> None:
        if self._passed:
            self._passed -= 1
            return
        self._path.pop()
        if tag in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
        elif tag == f"{_TABLE}table-row":
            self._end_row()

    def text(self, text: str) -> None:
        if self._cell is not None and not self._passed and self._path[-1] not in _CELLS:
            self._cell.parts.append(text)

    def _end_cell(self, cell: _Cell) -> None:
        self._cell = None
        value, last = cell.value(), self._column + cell.columns
        if value is not None:
            self._line.append((self._column, last, value))
        self._column = last

    def _end_row(self) -> None:
        table, last = self.tables[-1], self._row + self._rows
        self._count += self._rows * sum(end - start for start, end, _v in self._line)
        if self._count > MAX_CELLS or (self._line and last > _LAST_ROW + 1):
            raise NotReadableError(Reason.OVER_A_LIMIT, f"> {MAX_CELLS}", f"{MAX_CELLS}")
        for row in range(self._row, last) if self._line else ():
            for start, end, value in self._line:
                table.cells.update({(row, column): value for column in range(start, end)})
        self._row = last


_WRITTEN = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}


class _Cell:
    """A cell under way: its attributes and the pieces of its text."""

    def __init__(self, attributes: dict[str, str], *, covered: bool) -> None:
        self.attributes, self.covered = attributes, covered
        self.columns = _repeated(attributes, "columns", _LAST_COLUMN)
        self.parts: list[str] = []
        self._paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element of the text."""
        if tag in _PARAGRAPHS:
            self._paragraphs += 1
            if self._paragraphs > 1:
                self.parts.append("\n")
        elif tag in _WRITTEN:
            count = attributes.get(f"{_TEXT}c", "1") if tag == f"{_TEXT}s" else "1"
            number = int(count) if count.isdecimal() and len(count) < 6 else 1
            self.parts.append(_WRITTEN[tag] * min(number, _MAX_BLANKS))

    def value(self) -> Value:
        """Return the typed value; a value that people do not see, or a wrong one, is a fault."""
        found = self._typed()
        if found is not None and self.covered:  # the cell above or before it hides it
            return CellFault(FaultKind.AMBIGUOUS, _shown(found))
        return found

    def _typed(self) -> Value:
        text = "".join(self.parts)
        kind = self.attributes.get(f"{_OFFICE}value-type", "")
        formula = f"{_TABLE}formula" in self.attributes
        if self.attributes.get(f"{_CALC}value-type") == "error" or (
            formula and _ERROR.fullmatch(text.strip())  # Gnumeric writes it as a text
        ):
            return CellFault(FaultKind.ERROR_VALUE, text[:40])
        if kind in _NUMBERS:
            return self._stored("value", text, parse_number)
        if kind == "date":
            return self._stored("date-value", text, _date)
        if kind == "boolean":
            return self._stored("boolean-value", text, _logical)
        if kind == "time":
            return CellFault(FaultKind.AMBIGUOUS, text[:40])
        return self._string(text)

    def _stored(self, name: str, text: str, read: Callable[[str], Value]) -> Value:
        stored = self.attributes.get(f"{_OFFICE}{name}", "")
        if stored:
            return read(stored)
        return CellFault(FaultKind.AMBIGUOUS, text[:40]) if text.strip() else None

    def _string(self, text: str) -> Value:
        stored = self.attributes.get(f"{_OFFICE}string-value", "")
        if stored and text and "".join(stored.split()) != "".join(text.split()):
            return CellFault(FaultKind.AMBIGUOUS, f"{stored[:20]} / {text[:20]}")
        return trimmed(text or stored)


def _repeated(attributes: dict[str, str], what: str, most: int) -> int:
    given = attributes.get(f"{_TABLE}number-{what}-repeated", "1")
    if not given.isdecimal() or len(given) > 7 or not int(given):
        raise NotReadableError(Reason.FILE_UNREADABLE, f"{what} repeated {given[:20]!r}")
    return min(int(given), most)


def _date(text: str) -> Value:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return CellFault(FaultKind.AMBIGUOUS, text[:40])


def _logical(text: str) -> Value:
    known = {"true": True, "false": False}
    return known[text] if text in known else CellFault(FaultKind.AMBIGUOUS, text[:40])


def _shown(value: Value) -> str:
    return value.shown if isinstance(value, CellFault) else str(value)[:40]
