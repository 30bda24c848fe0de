"""The fast path through a worksheet part: the exact usual form, and nothing else.

What stands before a value (address, style, formula) recurs from workbook to workbook. Each such
segment is parsed once and cached. Every character of the sheet data belongs to a value or to a
parsed segment; a sheet with anything else in it is left to the expat path.

It buys much: by the expat path alone a workbook takes 2.5 times as long to grade; without the
cache of segments, 2.2 times. A part in UTF-16 or with blanks between its tags is brought into the
usual form first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.raw_sheet import (
    COLUMN,
    INLINE,
    MAX_CELLS,
    ROW,
    TYPE,
    RawCell,
    RawSheet,
    ascending,
)
from cts_excel.workbook.ooxml.usual_form import (
    ATTRIBUTES,
    in_utf8,
    joined_runs,
    without_indentation,
)
from cts_excel.workbook.ooxml.xml_parser import MAIN_NAMESPACES, UTF8_START, parse_xml, safe_parser

# A sheet is split as bytes and only its pieces are decoded. A string with Chinese in it takes two
# bytes for every character, more than the processor's cache holds.
_AS_BYTES = "latin-1"
_START = re.compile(UTF8_START + r'<worksheet xmlns="([^"]+)"')
_OPENING, _CLOSING = "<sheetData>", "</sheetData>"
_VALUE_END, _INLINE_END = "</v></c>", "</t></is></c>"
_RICH_INLINE = re.compile("<is>(<r>.*?)</is>", re.DOTALL)
_ENDS = re.compile(f"({_VALUE_END}|{_INLINE_END})")
_BEGINS = {
    _VALUE_END: ("<v", '<v xml:space="preserve"'),
    _INLINE_END: ("<is><t", '<is><t xml:space="preserve"'),
}
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"'
    r'((?: s="(?:0|[1-9][0-9]*)"| t="[A-Za-z]+"| xml:space="preserve")*)'
    r"(?:/>|>"
    rf"(?:(<f{ATTRIBUTES}(?: ?/>|>(?=[^<]*</f>)))(?:([^<]*)</f>)?)?"
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|'
    r'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>)"
)
_FIELDS = _CELL.groups
_ROW_TAG = re.compile(rf'</row>|<row r="([1-9][0-9]{{0,6}})"({ATTRIBUTES})(?: ?(/))?>')
_ANY_ROW = "any"

# An issued workbook has a thousand segments, 0.13 MB in all. At worst the cache holds 25 MB.
_MAX_CACHED = 4096
_MAX_CACHED_LENGTH = 2048  # characters
# Larger sheets, in bytes, are not cached: small objects kept among many freed ones would hold on to
# the memory of all.
_MAX_CACHED_SHEET = 1 << 19


class _Segment(NamedTuple):
    """A parsed segment of sheet data.

    ``begins`` is the row that must be open before it: its number, ``any``, or ``""`` for none.
    ``ends`` is the row that is open after it. ``cells`` are complete, by address. ``rows`` are
    those that start here. If the segment ends at a value or at an inline text, ``address`` and
    ``head`` belong to its cell; ``head`` lacks the last two fields. ``closing`` is what must follow
    the value.
    """

    begins: str
    ends: str
    cells: dict[str, RawCell]
    rows: list[tuple[int, str]]
    address: str = ""
    head: tuple[str, ...] = ()
    closing: str = ""


_cache: dict[str, _Segment] = {}


def fast_path(content: bytes) -> RawSheet | None:
    """Read a worksheet part of the usual form; return ``None`` if anything about it is unusual."""
    text = in_utf8(content).decode(_AS_BYTES).rstrip()
    start = _START.match(text)
    if start is None or start[1] not in MAIN_NAMESPACES:
        return None
    opened, closed = text.find(_OPENING), text.rfind(_CLOSING)
    if not 0 < opened < closed or not text.endswith("</worksheet>"):
        return None
    outer_xml = text[:opened] + text[closed + len(_CLOSING) :]
    if "sheetData" in outer_xml or "<!" in outer_xml or "\r" in text[opened:closed]:
        return None
    if not _opens_sheet(_without_views(text[:opened])):
        return None
    body = text[opened + len(_OPENING) : closed]
    try:
        outer_xml = _decoded(outer_xml)
        found = _rows(body, outer_xml)  # most are in the usual form: to look for blanks takes long
        if found is None and (usual := _usual(body)) != body:
            found = _rows(usual, outer_xml)
        return found
    except UnicodeDecodeError:
        return None


def _usual(body: str) -> str:
    """Return sheet data without indentation and with the runs of rich texts joined."""
    return _RICH_INLINE.sub(_plain_inline, without_indentation(body))


def _plain_inline(rich: re.Match[str]) -> str:
    joined = joined_runs(rich[1])
    return rich[0] if joined is None else f"<is><t>{joined}</t></is>"


def _without_views(head: str) -> str:
    """Leave out the views, which differ from sheet to sheet: the cursor stands in them."""
    before, views, rest = head.partition("<sheetViews>")
    return before + rest.partition("</sheetViews>")[2] if views else head


@lru_cache(maxsize=256)
def _opens_sheet(head: str) -> bool:
    """Return whether what follows the head stands directly in the worksheet."""
    paths: list[str] = []
    depth = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        namespace, _space, local = tag.rpartition(" ")
        if local == "sheetData" and depth == 2 and namespace in MAIN_NAMESPACES:
            paths.append(tag)

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = safe_parser("sheet")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parse_xml(parser, "sheet", f"{head}<sheetData/></worksheet>".encode(_AS_BYTES))
    except NotReadableError:
        return False
    return len(paths) == 1


def _decoded(text: str) -> str:
    """Decode a piece of the sheet as UTF-8.

    :raises UnicodeDecodeError: for other bytes.
    """
    return text if text.isascii() else text.encode(_AS_BYTES).decode()


def _rows(body: str, outer_xml: str) -> RawSheet | None:
    pieces, rest = _pieces(body)
    cells: dict[str, RawCell] = {}
    rows: list[tuple[int, str]] = []
    number = ""  # of the row that is open
    count = 0
    cache = len(body) <= _MAX_CACHED_SHEET
    for piece, end in pieces:
        before, _bracket, value = piece.rpartition(">")
        segment = _cache.get(before) or _parse_head(before, end, cache=cache)
        if segment is None or "<" in value:
            return None
        begins, ends, complete, started, address, head, closing = segment
        if closing != end:
            return None
        count += 1
        if begins != number and (begins != _ANY_ROW or not number):
            return None
        if complete:
            cells.update(complete)
            count += len(complete)
        if started:
            rows += started
        number = ends
        if not value.isascii():
            value = _decoded(value)
        fields = (value, "") if end is _VALUE_END else ("", value)
        cells[address] = head + fields  # type: ignore[assignment]
    last = _parse(_decoded(rest))
    if last is None or last.ends or last.begins not in (number, _ANY_ROW if number else ""):
        return None
    cells.update(last.cells)
    rows += last.rows
    count += len(last.cells)
    if count != len(cells) or count > MAX_CELLS or not ascending(rows):
        return None
    return RawSheet(cells, {}, "", dict(rows), outer_xml, escaped=True)


def _pieces(body: str) -> tuple[Iterable[tuple[str, str]], str]:
    """Cut sheet data behind each value or inline text: pieces with what ended them, the rest."""
    if _INLINE_END not in body:
        *plain, rest = body.split(_VALUE_END)
        return zip(plain, repeat(_VALUE_END)), rest
    *pieces, rest = _ENDS.split(body)
    ends = (_VALUE_END if end == _VALUE_END else _INLINE_END for end in pieces[1::2])
    return zip(pieces[::2], ends, strict=True), rest


def _parse_head(text: str, end: str, *, cache: bool) -> _Segment | None:
    """Parse a segment that ends at a value or an inline text; cache it if asked to."""
    if not text.endswith(_BEGINS[end]):
        return None
    found = _parse(_decoded(f"{text}>{end}"))
    if found is None or not found.cells:
        return None
    address, cell = found.cells.popitem()
    # The text of either belongs into its own child of the cell.
    if (cell[TYPE] == "inlineStr") != (end == _INLINE_END):
        return None
    found = found._replace(address=address, head=cell[:-2], closing=end)
    if cache and len(text) <= _MAX_CACHED_LENGTH:
        if len(_cache) >= _MAX_CACHED:
            _cache.clear()
        _cache[text] = found
    return found


def _parse(text: str) -> _Segment | None:
    """Parse a segment; return ``None`` unless it holds row tags and complete cells only."""
    pieces = _CELL.split(text)
    cells: dict[str, RawCell] = {}
    rows: list[tuple[int, str]] = []
    begins = number = None
    for place in range(0, len(pieces), _FIELDS + 1):
        tags = list(_ROW_TAG.finditer(pieces[place]))
        if sum(len(tag[0]) for tag in tags) != len(pieces[place]):
            return None
        for opened, attributes, closed in (tag.groups() for tag in tags):
            if number is None:
                begins = number = _ANY_ROW if opened is None else ""
            if (opened is None) != bool(number):
                return None
            number = "" if opened is None or closed else opened
            if opened is not None:
                rows.append((int(opened), attributes))
        fields = pieces[place + 1 : place + 1 + _FIELDS]
        if fields:
            cell = _cell(fields)
            if number is None and cell:
                begins = number = cell[ROW]
            if cell is None or cell[ROW] != number or cell[COLUMN] + cell[ROW] in cells:
                return None
            cells[cell[COLUMN] + cell[ROW]] = cell
    return _Segment(begins or "", number or "", cells, rows)


def _cell(fields: list[str | None]) -> RawCell | None:
    """Return a cell from what the pattern found; ``None`` if its parts contradict each other."""
    column, row, attributes, *rest = [field or "" for field in fields]
    kind = _style_and_type(attributes)
    if kind is None:
        return None
    cell: RawCell = (column, row, *kind, *rest)  # type: ignore[assignment]
    return None if cell[INLINE] and cell[TYPE] != "inlineStr" else cell


@lru_cache(maxsize=1024)
def _style_and_type(attributes: str) -> tuple[str, str] | None:
    """Return the attributes ``s`` and ``t`` of a cell; ``None`` if one stands twice."""
    found = dict(pair.split("=") for pair in attributes.split())
    if len(found) != attributes.count("="):
        return None
    return found.get("s", "").strip('"'), found.get("t", "").strip('"')
