"""The path through any worksheet part that is XML, for what the fast path declines.

Only what stands where the format puts it counts: rows in the sheet data, cells in rows, one value,
formula or inline text directly in its cell, all in the main namespace. An unknown element beside
them gives the cell more than one reading, since some readers look for names at any depth.
"""

from __future__ import annotations

import re

from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.raw_sheet import (
    COLUMN,
    MAX_CELLS,
    ROW,
    RawCell,
    RawSheet,
    ascending,
)
from cts_excel.workbook.ooxml.rich_text import RichText
from cts_excel.workbook.ooxml.xml_parser import MAIN_NAMESPACES, parse_xml, safe_parser

_DATA = ["worksheet", "sheetData"]
_ROW_PATH, _CELL_PATH = [*_DATA, "row"], [*_DATA, "row", "c"]
_FORMULA_PATH, _VALUE_PATH = [*_CELL_PATH, "f"], [*_CELL_PATH, "v"]
_INLINE_PATH = [*_CELL_PATH, "is"]
_STYLE = re.compile("0*([0-9]{1,9})")
# xml.sax.saxutils would do, but brings urllib, HTTP and e-mail along at every start.
_IN_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"} | {c: f"&#{ord(c)};" for c in "\t\n\r"}
)


class _Cell:
    """A cell under way: its attributes, the texts of ``f`` and ``v``, the inline text."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.formula_tag = ""
        self.texts: dict[str, list[str]] = {}
        self.inline: RichText | None = None
        self.doubt = ""  # what gives the cell more than one reading

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element directly in the cell."""
        if name in ("f", "v", "is"):
            if name in self.texts or (name == "is" and self.inline is not None):
                self.doubt = f"2 × <{name}>"
            self.texts.setdefault(name, [])
            if name == "is":
                self.inline = RichText()
            elif name == "f":
                shown = "".join(f' {key}="{value}"' for key, value in sorted(attributes.items()))
                self.formula_tag = f"<f{shown}>"
        elif name != "extLst":
            self.doubt = f"<{name.rpartition(' ')[2]}>"

    def finished(self) -> tuple[str, str, str, str, str, str]:
        """Return style, type, formula tag, formula, value and inline text; see RawCell."""
        formula, value = ("".join(self.texts.get(name, ())) for name in ("f", "v"))
        kind, inline = self.attributes.get("t", ""), ""
        if self.inline is not None:
            if self.inline.value is None:
                self.doubt = "<is>"
            inline = self.inline.value or ""
        if (inline and kind != "inlineStr") or (value and kind == "inlineStr"):
            self.doubt = f't="{kind[:20]}"'
        style = _STYLE.fullmatch(given := self.attributes.get("s", ""))
        return style[1] if style else given, kind, self.formula_tag, formula, value, inline


class _Events:
    """Parser events collected into raw cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[str, RawCell] = {}
        self.ambiguous: dict[str, str] = {}
        self.count = 0
        self.rows: list[tuple[int, str]] = []
        self.irregular = ""
        self.outer_xml: list[str] = []
        self._path: list[str] = []
        self._namespaces: list[str] = []
        self._inside = False  # the sheet data
        self._seen_data = False
        self._cell: _Cell | None = None
        self._column = 0  # of the last cell in the row, 1-based

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, local = tag.rpartition(" ")
        self._path.append(local if namespace in MAIN_NAMESPACES else f"{namespace} {local}")
        if not self._inside:
            if local == "sheetData" or self._path[0] != "worksheet":
                self._start_data(local)
            self._open(namespace, local, attributes)
        elif self._cell is not None:
            self._start_in_cell(self._cell, attributes)
        elif self._path == _ROW_PATH:
            self._start_row(attributes)
        elif self._path == _CELL_PATH:
            self._cell = _Cell(attributes)
        else:
            self._odd(local)

    def _start_data(self, local: str) -> None:
        if self._path == _DATA and not self._seen_data:
            self._inside = self._seen_data = True
        else:  # a second one, one in another place, or no worksheet at all
            self._odd(local)

    def _odd(self, what: str) -> None:
        self.irregular = self.irregular or f"<{what[:40]}>"

    def _start_in_cell(self, cell: _Cell, attributes: dict[str, str]) -> None:
        path = self._path
        if len(path) == len(_CELL_PATH) + 1:
            cell.start(path[-1], attributes)
        elif path[: len(_INLINE_PATH)] == _INLINE_PATH and cell.inline is not None:
            cell.inline.start(path[-1])
        elif path[len(_CELL_PATH)] != "extLst":
            cell.doubt = f"<{path[-1].rpartition(' ')[2]}>"

    def _open(self, namespace: str, local: str, attributes: dict[str, str]) -> None:
        """Write an element outside the cells as XML again, its namespace as the default."""
        own = {key: value for key, value in attributes.items() if " " not in key}
        if namespace != (self._namespaces[-1] if self._namespaces else ""):
            own["xmlns"] = namespace
        self._namespaces.append(namespace)
        shown = "".join(f' {key}="{value.translate(_IN_XML)}"' for key, value in own.items())
        self.outer_xml.append(f"<{local}{shown}>")

    def end(self, tag: str) -> None:
        path = self._path
        if self._inside:
            if path == _CELL_PATH and self._cell is not None:
                self._end_cell(self._cell)
            elif path[: len(_INLINE_PATH)] == _INLINE_PATH and len(path) > len(_INLINE_PATH):
                if self._cell is not None and self._cell.inline is not None:
                    self._cell.inline.end()
            elif path == _DATA:
                self._inside = False
        path.pop()
        if not self._inside:
            self._namespaces.pop()
            self.outer_xml.append(f"</{tag.rpartition(' ')[2]}>")

    def text(self, text: str) -> None:
        if not self._inside:
            self.outer_xml.append(text.translate(_IN_XML))
        elif self._cell is None:
            if text.strip():
                self._odd(text)
        elif self._path in (_FORMULA_PATH, _VALUE_PATH):
            self._cell.texts[self._path[-1]].append(text)
        elif self._path[: len(_INLINE_PATH)] == _INLINE_PATH and self._cell.inline is not None:
            self._cell.inline.text(text)
        elif text.strip() and self._path == _CELL_PATH:
            self._cell.doubt = text[:20]

    def inside(self, *_what: str) -> None:
        """Take a comment or an instruction: some readers let it end a value."""
        if self._cell is not None and self._path == _VALUE_PATH:
            self._cell.doubt = "<!-- -->"

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._column = 0
        number = attributes.get("r", "")
        last = self.rows[-1][0] if self.rows else 0
        if not re.fullmatch("[1-9][0-9]{0,6}", number):
            if number:
                self.irregular = self.irregular or f"row {number[:20]!r}"
            number = str(last + 1)
        rest = "".join(f' {k}="{v}"' for k, v in attributes.items() if k != "r" and " " not in k)
        self.rows.append((int(number), rest))

    def _end_cell(self, cell: _Cell) -> None:
        self._cell = None
        row = str(self.rows[-1][0]) if self.rows else "0"
        # Every reader places a cell without an address right of the one before.
        given = cell.attributes.get("r") or f"{column_letters(self._column)}{row}"
        address = re.fullmatch("([A-Z]{1,3})([1-9][0-9]{0,6})", given)
        if address is None or address[2] != row:
            self.irregular = self.irregular or f"row {row}"
        if address is None:
            return
        self._column = column_number(address[1])
        raw: RawCell = (address[1], address[2], *cell.finished())
        self._add(raw, cell.doubt)

    def _add(self, raw: RawCell, doubt: str) -> None:
        address = raw[COLUMN] + raw[ROW]
        if address in self.cells:
            self.ambiguous[address] = f"2 × {address}"
        elif doubt:
            self.ambiguous[address] = f"{address}: {doubt}"
        self.cells[address] = raw
        self.count += 1
        if self.count > MAX_CELLS:
            raise NotReadableError(
                Reason.OVER_A_LIMIT, f"{self.name}: > {MAX_CELLS}", f"{MAX_CELLS}"
            )


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
    parser.CommentHandler = events.inside
    parser.ProcessingInstructionHandler = events.inside
    parse_xml(parser, name, content)
    irregular = events.irregular or ("" if ascending(events.rows) else "row order")
    outer_xml = "".join(events.outer_xml)
    return RawSheet(
        events.cells, events.ambiguous, irregular, dict(events.rows), outer_xml, escaped=False
    )
