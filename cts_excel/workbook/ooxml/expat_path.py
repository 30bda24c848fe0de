"""The path through any worksheet part that is XML, for what the fast path declines."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.raw_sheet import (
    COLUMN,
    MAX_CELLS,
    NAMESPACES,
    ROW,
    RawCell,
    RawSheet,
    ascending,
)
from cts_excel.workbook.ooxml.xml_parser import parse_xml, safe_parser


class _Events:
    """Parser events collected into raw cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: list[RawCell] = []
        self.rows: list[tuple[int, str]] = []
        self.irregular = ""
        self.outer_xml: list[str] = []
        self._path: list[str] = []
        self._cell: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._formula = ""
        self._column = 0  # of the last cell in the row, 1-based

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, local = tag.rpartition(" ")
        inside = "sheetData" in self._path
        self._path.append(local if namespace in NAMESPACES else tag)
        if local == "sheetData" and self.rows:
            self.irregular = "sheetData"
        if not inside:
            self._open(local, attributes)
        elif local == "row":
            self._start_row(attributes)
        elif local == "c":
            self._cell, self._texts, self._formula = attributes, {"f": [], "v": [], "t": []}, ""
        elif local == "f":
            shown = "".join(f' {key}="{value}"' for key, value in sorted(attributes.items()))
            self._formula = f"<f{shown}>"

    def _open(self, local: str, attributes: dict[str, str]) -> None:
        """Write an element outside the cells as XML again, without namespaces."""
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        shown = "".join(f" {key}={quoteattr(value)}" for key, value in own.items())
        self.outer_xml.append(f"<{local}{shown}>")

    def end(self, tag: str) -> None:
        local = self._path.pop()
        if local == "c":
            self._end_cell()
        elif "sheetData" not in self._path:
            self.outer_xml.append(f"</{tag.rpartition(' ')[2]}>")

    def text(self, text: str) -> None:
        here = self._path[-1] if self._path else ""
        if here in self._texts and "rPh" not in self._path:
            self._texts[here].append(text)
        elif "sheetData" not in self._path:
            self.outer_xml.append(escape(text))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._column = 0
        number = attributes.get("r", "")
        last = self.rows[-1][0] if self.rows else 0
        if not re.fullmatch("[1-9][0-9]{0,6}", number):
            if number:
                self.irregular = self.irregular or f"row {number[:20]!r}"
            number = str(last + 1)
        rest = "".join(f' {k}="{v}"' for k, v in attributes.items() if k != "r")
        self.rows.append((int(number), rest))

    def _end_cell(self) -> None:
        row = str(self.rows[-1][0]) if self.rows else "0"
        # Every reader places a cell without an address right of the one before.
        given = self._cell.get("r") or f"{column_letters(self._column)}{row}"
        address = re.fullmatch("([A-Z]{1,3})([1-9][0-9]{0,6})", given)
        if address is None or address[2] != row:
            self.irregular = self.irregular or f"row {row}"
        if address is not None:
            self._column = column_number(address[1])
            texts = {key: "".join(parts) for key, parts in self._texts.items()}
            style, kind = self._cell.get("s", ""), self._cell.get("t", "")
            self.cells.append(
                (
                    *(address[1], address[2], style, kind),
                    *(self._formula, texts["f"], texts["v"], texts["t"]),
                )
            )
            if len(self.cells) > MAX_CELLS:
                raise NotReadableError(
                    Reason.OVER_A_LIMIT, f"{self.name}: > {MAX_CELLS}", f"{MAX_CELLS}"
                )
        self._texts = {}


def expat_path(name: str, content: bytes) -> RawSheet:
    """Read a worksheet part.

    :param name: the part's name, for messages.
    :raises NotReadableError: F01 not well-formed, F04 too many cells, F05 document type.
    """
    parser = safe_parser(name)
    events = _Events(name)
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text
    parse_xml(parser, name, content)
    return _sheet(events)


def _sheet(events: _Events) -> RawSheet:
    by_address: dict[str, RawCell] = {}
    twice: set[str] = set()
    for cell in events.cells:
        address = cell[COLUMN] + cell[ROW]
        if address in by_address:
            twice.add(address)
        by_address[address] = cell
    irregular = events.irregular or ("" if ascending(events.rows) else "row order")
    outer_xml = "".join(events.outer_xml)
    return RawSheet(
        by_address, frozenset(twice), irregular, dict(events.rows), outer_xml, escaped=False
    )
