"""What an .ods tells beyond its values: numbers as they are shown, and merged cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from cts_excel.workbook.ooxml.inflate import ZipParts
from cts_excel.workbook.ooxml.ods import CONTENT, parse_content
from cts_excel.workbook.ooxml.sheet_settings import CellRange

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_PARAGRAPH = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_COMMENT = f"{_OFFICE}annotation"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_DIGITS = 9  # of a count; a longer one is no sheet's


@dataclass(slots=True)
class OdsSheet:
    """A sheet: the texts that numbers are shown as, by 1-based (row, column), and merges."""

    name: str
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[CellRange] = field(default_factory=list)


def ods_sheets(content: bytes) -> list[OdsSheet]:
    """Read the sheets of an .ods.

    Repeated cells and rows are told for the first alone: a roster repeats no number.

    :raises NotReadableError: F01 damaged, F04 too large, F05 dangerous.
    """
    parts = ZipParts(content)
    if CONTENT not in parts:
        return []
    events = _Events()
    parse_content(parts, events)
    return events.sheets


class _Events:
    """Parser events collected into sheets."""

    def __init__(self) -> None:
        self.sheets: list[OdsSheet] = []
        self._row = self._column = 0  # 1-based, of the cell that is open or comes next
        self._rows = self._columns = 0  # the number of rows and cells that the last one stands for
        self._number = False
        self._text: list[str] = []
        self._inside: list[str] = []  # open paragraphs and comments

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self.sheets.append(OdsSheet(attributes.get(f"{_TABLE}name", "")))
            self._row, self._rows = 1, 0
        elif tag == f"{_TABLE}table-row":
            self._row += self._rows
            self._rows = _count(attributes, "number-rows-repeated")
            self._column, self._columns = 1, 0
        elif tag in _CELLS and self.sheets:
            self._column += self._columns
            self._columns = _count(attributes, "number-columns-repeated")
            self._number = attributes.get(f"{_OFFICE}value-type") == "float"
            self._text = []
            self._merge(attributes)
        elif tag in (_PARAGRAPH, _COMMENT):
            self._inside.append(tag)

    def end(self, tag: str) -> None:
        if tag in (_PARAGRAPH, _COMMENT):
            self._inside.pop()
        elif tag in _CELLS and self._number:
            self._number = False
            self.sheets[-1].shown[self._row, self._column] = "".join(self._text).strip()

    def text(self, text: str) -> None:
        if self._number and self._inside and _COMMENT not in self._inside:
            self._text.append(text)

    def _merge(self, attributes: dict[str, str]) -> None:
        rows = _count(attributes, "number-rows-spanned")
        columns = _count(attributes, "number-columns-spanned")
        if rows > 1 or columns > 1:
            last = (self._column + columns - 1, self._row + rows - 1)
            self.sheets[-1].merges.append((self._column, self._row, *last))


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 1
