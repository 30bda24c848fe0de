"""The raw cells of a sheet: type, style, formula, cached value, and what is irregular about them.

Two ways lead to the same result. Parts as Excel, WPS, LibreOffice and the writing libraries make
them are taken apart by one regular expression that must account for every character of the sheet
data; whatever it does not account for goes through a real XML parser instead. The first is about
five times as fast (a DOM, or events of expat, cost 1.3 ms for an audit workbook, this 0.25 ms).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from cts_excel.workbook.errors import NotReadableError
from cts_excel.workbook.layout import column_letters
from cts_excel.workbook.package import UTF8_START, run, safe_parser

# (whole, column, row, style, type, formula tag, formula, value, inline text); texts still escaped
# in the fast way, so a RawCell is read through :func:`cts_excel.workbook.cells`.
RawCell = tuple[str, str, str, str, str, str, str, str, str]
COLUMN, ROW, STYLE, TYPE, FORMULA_TAG, FORMULA, VALUE, INLINE = range(1, 9)

MAX_CELLS = 1_000_000  # per sheet that is read; an issued one has 0.7 thousand

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_CELL = re.compile(
    r'(<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    r"(?:/>|>"
    r"(?:(<f(?: [^<>]*)?/?>)(?:([^<]*)</f>)?)?"
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|'
    r'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>))"
)
_ROW_START = re.compile(r'<row r="([1-9][0-9]{0,6})"([^<>]*?)(/?)>')
_EMPTY_ROW = re.compile(r'<row r="([1-9][0-9]{0,6})"([^<>]*?)/>')
_MERGE = re.compile(r'<(?:\w+:)?mergeCell ref="([A-Z0-9:]+)"')
_PLAIN_START = re.compile(UTF8_START + r'<worksheet xmlns="([^"]+)"')


@dataclass(frozen=True)
class RawSheet:
    """Cells of a sheet by address, e.g. ``F17``.

    ``ambiguous`` holds addresses that stand more than once; ``irregular`` says what else no
    application writes (rows out of order, a cell outside its row), ``""`` for a regular sheet;
    ``row_attributes`` are the raw attributes of each row; ``around`` is the XML outside the cells.
    """

    cells: dict[str, RawCell]
    ambiguous: frozenset[str]
    irregular: str
    row_attributes: dict[int, str]
    around: str
    escaped: bool

    @property
    def protected(self) -> bool:
        """Whether the sheet carries a protection element."""
        return "sheetProtection" in self.around

    @cached_property
    def merges(self) -> tuple[str, ...]:
        """The merged ranges."""
        return tuple(_MERGE.findall(self.around))

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The true last row and column, 1-based; the dimension element is not believed."""
        rows = max((int(cell[ROW]) for cell in self.cells.values()), default=0)
        columns = max((column_number(cell[COLUMN]) for cell in self.cells.values()), default=0)
        return rows, columns


def scan_sheet(name: str, content: bytes) -> RawSheet:
    """Take a worksheet part apart.

    :param name: the part's name, for messages.
    :raises NotReadableError: F01 not well-formed, F04 too many cells, F05 document type.
    """
    return quick(content) or thorough(name, content)


def column_number(letters: str) -> int:
    """Return 1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def quick(content: bytes) -> RawSheet | None:
    """Read a part of the usual make; ``None`` where anything about it is unusual."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    start = _PLAIN_START.match(text)
    if start is None or start[1] not in _NAMESPACES:
        return None
    head, opened, rest = text.partition("<sheetData>")
    body, closed, tail = rest.partition("</sheetData>")
    if not (opened and closed and tail.endswith("</worksheet>")):
        return None
    around = head + tail
    if "sheetData" in around or "<!" in around:
        return None
    return _quick_rows(body, around)


def _quick_rows(body: str, around: str) -> RawSheet | None:
    rows: list[tuple[int, str]] = []
    standing: list[str] = []  # for each cell, the number of the row that it stands in
    length = 0
    *pieces, last = body.split("</row>")
    for piece in pieces:
        row = None
        position = 0
        while row is None or row[3]:  # rows without a cell close themselves
            row = _ROW_START.match(piece, position)
            if row is None:
                return None
            rows.append((int(row[1]), row[2]))
            position = row.end()
        length += len(piece) - position
        standing += [row[1]] * piece.count("<c ", position)
    rows += [(int(number), attributes) for number, attributes in _EMPTY_ROW.findall(last)]
    if _EMPTY_ROW.sub("", last) or len(standing) > MAX_CELLS:
        return None
    # One search for all cells, not one per row: that was a tenth of a whole judgement. Texts hold
    # no "<", so what the cells leave over in any row shows in the sum of their lengths.
    cells: list[RawCell] = _CELL.findall(body)
    if sum([len(cell[0]) for cell in cells]) != length:
        return None
    wrong_row = ""
    if [cell[ROW] for cell in cells] != standing:
        pairs = zip(cells, standing, strict=True)
        wrong_row = next(f"row {number}" for cell, number in pairs if cell[ROW] != number)
    return _sheet(cells, rows, wrong_row, around, escaped=True)


def _sheet(
    cells: list[RawCell],
    rows: list[tuple[int, str]],
    irregular: str,
    around: str,
    *,
    escaped: bool,
) -> RawSheet:
    by_address = {cell[COLUMN] + cell[ROW]: cell for cell in cells}
    ambiguous: frozenset[str] = frozenset()
    if len(by_address) != len(cells):
        seen: set[str] = set()
        twice: set[str] = set()
        for cell in cells:
            address = cell[COLUMN] + cell[ROW]
            (twice if address in seen else seen).add(address)
        ambiguous = frozenset(twice)
    numbers = [number for number, _attributes in rows]
    if any(b <= a for a, b in pairwise(numbers)):
        irregular = irregular or "row order"
    return RawSheet(by_address, ambiguous, irregular, dict(rows), around, escaped)


class _Thorough:
    """Events of a real XML parser, collected into the same raw cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: list[RawCell] = []
        self.rows: list[tuple[int, str]] = []
        self.irregular = ""
        self.around: list[str] = []
        self._path: list[str] = []
        self._cell: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._formula = ""
        self._column = 0  # of the last cell in the row, 1-based

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, local = tag.rpartition(" ")
        inside = "sheetData" in self._path
        self._path.append(local if namespace in _NAMESPACES else tag)
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
        """Write an element outside the cells as XML again, namespaces left out."""
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        shown = "".join(f" {key}={quoteattr(value)}" for key, value in own.items())
        self.around.append(f"<{local}{shown}>")

    def end(self, tag: str) -> None:
        local = self._path.pop()
        if local == "c":
            self._end_cell()
        elif "sheetData" not in self._path:
            self.around.append(f"</{tag.rpartition(' ')[2]}>")

    def text(self, text: str) -> None:
        here = self._path[-1] if self._path else ""
        if here in self._texts and "rPh" not in self._path:
            self._texts[here].append(text)
        elif "sheetData" not in self._path:
            self.around.append(escape(text))

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
        # A cell without an address stands right of the one before, as every reader takes it.
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
                    *("", address[1], address[2], style, kind),
                    *(self._formula, texts["f"], texts["v"], texts["t"]),
                )
            )
            if len(self.cells) > MAX_CELLS:
                raise NotReadableError("F04", f"{self.name}: > {MAX_CELLS}", f"{MAX_CELLS}")
        self._texts = {}


def thorough(name: str, content: bytes) -> RawSheet:
    """Read any worksheet part that is XML."""
    parser: expat.XMLParserType = safe_parser(name)
    events = _Thorough(name)
    parser.StartElementHandler = events.start
    parser.EndElementHandler = events.end
    parser.CharacterDataHandler = events.text
    run(parser, name, content)
    around = "".join(events.around)
    return _sheet(events.cells, events.rows, events.irregular, around, escaped=False)
