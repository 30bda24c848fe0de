"""The quick way through a worksheet part of the usual make.

Up to its value a cell recurs from workbook to workbook, with its address, style and formula: what
precedes a value is taken apart once and remembered, which is several times as fast as reading every
cell anew. Nothing is skipped: every character of the sheet data is part of a value or of something
taken apart, and whatever is unusual about a sheet or irregular sends it the thorough way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cts_excel.workbook.ooxml.package import UTF8_START
from cts_excel.workbook.ooxml.raw_sheet import (
    MAX_CELLS,
    NAMESPACES,
    ROW,
    RawCell,
    RawSheet,
    ascending,
)

# A sheet is cut up byte by byte, its pieces are decoded: with two bytes for each of its Chinese and
# all other characters a sheet would be too large for the processor's fast memory.
_BYTEWISE = "latin-1"
_START = re.compile(UTF8_START + r'<worksheet xmlns="([^"]+)"')
_OPENING, _CLOSING = "<sheetData>", "</sheetData>"
_VALUE_END = "</v></c>"
_VALUE_BEGINS = ("<v", '<v xml:space="preserve"')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    r"(?:/>|>"
    r"(?:(<f(?: [^<>]*)?/?>)(?:([^<]*)</f>)?)?"
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|'
    r'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>)"
)
_FIELDS = _CELL.groups
_ROW_TAG = re.compile(r'</row>|<row r="([1-9][0-9]{0,6})"([^<>]*?)(/?)>')
_ANY_ROW = "any"

# An issued workbook has a thousand stretches of 0.13 MB in all. At worst this holds 25 MB.
_REMEMBERED = 4096
_LONGEST = 2048  # characters
# Of a sheet beyond this size, in bytes, nothing is: what is kept would lie scattered among all that
# it took, and hold on to the memory of it.
_ORDINARY = 1 << 19


class _Stretch(NamedTuple):
    """A stretch of sheet data, taken apart.

    ``begins`` is the row that must be open in front of it: its number, ``any``, or ``""`` for
    none; ``ends`` the one that is open behind it. ``cells`` are whole, by address; ``rows`` are
    those that start here. Where it leads to a value, ``address`` and ``head`` are of that cell,
    which lacks the last two fields.
    """

    begins: str
    ends: str
    cells: dict[str, RawCell]
    rows: list[tuple[int, str]]
    address: str = ""
    head: tuple[str, ...] = ()


_known: dict[str, _Stretch] = {}


def quick(content: bytes) -> RawSheet | None:
    """Read a part of the usual make; ``None`` where anything about it is unusual."""
    text = content.decode(_BYTEWISE)
    start = _START.match(text)
    if start is None or start[1] not in NAMESPACES:
        return None
    opened, closed = text.find(_OPENING), text.rfind(_CLOSING)
    if not 0 < opened < closed or not text.endswith("</worksheet>"):
        return None
    around = text[:opened] + text[closed + len(_CLOSING) :]
    if "sheetData" in around or "<!" in around:
        return None
    try:
        return _rows(text[opened + len(_OPENING) : closed], _decoded(around))
    except UnicodeDecodeError:
        return None


def _decoded(text: str) -> str:
    """Read what was taken byte by byte as the UTF-8 that it is.

    :raises UnicodeDecodeError: where it is none.
    """
    return text if text.isascii() else text.encode(_BYTEWISE).decode()


def _rows(body: str, around: str) -> RawSheet | None:
    *pieces, rest = body.split(_VALUE_END)
    cells: dict[str, RawCell] = {}
    rows: list[tuple[int, str]] = []
    number = ""  # of the row that is open
    count = len(pieces)
    remember = len(body) <= _ORDINARY
    for piece in pieces:
        before, _bracket, value = piece.rpartition(">")
        stretch = _known.get(before) or _to_value(before, remember=remember)
        if stretch is None or "<" in value:
            return None
        begins, ends, whole, started, address, head = stretch
        if begins != number and (begins != _ANY_ROW or not number):
            return None
        if whole:
            cells.update(whole)
            count += len(whole)
        if started:
            rows += started
        number = ends
        if not value.isascii():
            value = _decoded(value)
        cells[address] = head + (value, "")  # type: ignore[assignment]  # noqa: RUF005 - half the time
    last = _taken_apart(_decoded(rest))
    if last is None or last.ends or last.begins not in (number, _ANY_ROW if number else ""):
        return None
    cells.update(last.cells)
    rows += last.rows
    count += len(last.cells)
    if count != len(cells) or count > MAX_CELLS or not ascending(rows):
        return None
    return RawSheet(cells, frozenset(), "", dict(rows), around, escaped=True)


def _to_value(text: str, *, remember: bool) -> _Stretch | None:
    """Take apart what leads to a value, and remember it if asked to."""
    if not text.endswith(_VALUE_BEGINS):
        return None
    found = _taken_apart(_decoded(f"{text}>{_VALUE_END}"))
    if found is None or not found.cells:
        return None
    address, cell = found.cells.popitem()
    found = found._replace(address=address, head=cell[:-2])
    # A text that stands in its cell is the assessor's: it does not recur.
    if remember and len(text) <= _LONGEST and "<is>" not in text:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[text] = found
    return found


def _taken_apart(text: str) -> _Stretch | None:
    """Take a stretch apart; ``None`` where it is anything but tags of rows and whole cells."""
    pieces = _CELL.split(text)
    cells: dict[str, RawCell] = {}
    rows: list[tuple[int, str]] = []
    begins = number = None
    for place in range(0, len(pieces), _FIELDS + 1):
        end = 0
        for tag in _ROW_TAG.finditer(pieces[place]):
            opened, attributes, closed = tag.groups()
            if number is None:
                begins = number = _ANY_ROW if opened is None else ""
            if tag.start() != end or (opened is None) != bool(number):
                return None
            end = tag.end()
            number = "" if opened is None or closed else opened
            if opened is not None:
                rows.append((int(opened), attributes))
        if end != len(pieces[place]):
            return None
        fields = pieces[place + 1 : place + 1 + _FIELDS]
        if fields:
            cell: RawCell = tuple([field or "" for field in fields])  # type: ignore[assignment]
            if number is None:
                begins = number = cell[ROW]
            address = cell[0] + cell[ROW]
            if cell[ROW] != number or address in cells:
                return None
            cells[address] = cell
    return _Stretch(begins or "", number or "", cells, rows)
