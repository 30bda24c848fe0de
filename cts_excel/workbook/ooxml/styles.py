"""What the styles part says of cells: which show dates, which can be edited."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.legibility import hidden_colour
from cts_excel.workbook.ooxml.xml_parser import Element, elements

_T = TypeVar("_T")
_FORMAT = "styleSheet/cellXfs/xf"
_TABLES = [f"styleSheet/{name}" for name in ("numFmts", "fonts", "fills", "cellXfs")]

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@lru_cache(maxsize=64)
def date_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as a date or time.

    :param styles: the styles part, empty if there is none.
    :raises NotReadableError: F01 not well-formed.
    """
    codes: dict[str, str] = {}
    for path, attributes, _text in _elements(styles):
        if path == "styleSheet/numFmts/numFmt":
            number, code = attributes.get("numFmtId", ""), attributes.get("formatCode", "")
            if codes.setdefault(number, code) != code:
                raise NotReadableError(Reason.FILE_UNREADABLE, f"styles: two formats {number}")
    formats = [attributes.get("numFmtId", "0") for attributes in _cell_formats(styles)]
    return frozenset(str(n) for n, number in enumerate(formats) if _is_date(number, codes))


@lru_cache(maxsize=4)
def _elements(styles: bytes) -> tuple[Element, ...]:
    """Parse the styles; each table stands once.

    :raises NotReadableError: F01 not well-formed, or a table that stands twice.
    """
    found = elements("styles", styles) if styles else ()
    tables = [path for path, _attributes, _text in found if path in _TABLES]
    if len(set(tables)) < len(tables):
        raise NotReadableError(Reason.FILE_UNREADABLE, "styles: a table stands twice")
    return found


def _cell_formats(styles: bytes) -> list[dict[str, str]]:
    return [a for path, a, _text in _elements(styles) if path == _FORMAT]


def _is_date(number: str, codes: dict[str, str]) -> bool:
    if number in codes:
        shown = _FORMAT_LITERALS.sub("", codes[number].partition(";")[0])
        return shown.lower() != "general" and bool(re.search(r"[ymdhs]", shown, re.IGNORECASE))
    return number.isdecimal() and int(number) in _BUILT_IN_DATES


@lru_cache(maxsize=64)
def unlocked_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell styles whose cells can be edited on a protected sheet.

    :param styles: the styles part, empty if there is none.
    :raises NotReadableError: F01 not well-formed.
    """
    found: set[str] = set()
    number = -1
    for path, attributes, _text in _elements(styles):
        if path == _FORMAT:
            number += 1
        elif path == f"{_FORMAT}/protection" and attributes.get("locked") in ("0", "false"):
            found.add(str(number))
    return frozenset(found)


@lru_cache(maxsize=64)
def unseen_styles(styles: bytes) -> dict[str, str]:
    """Return the numbers of the cell styles that show nothing, with the colour or number format.

    Nothing is shown in the colour of the fill, or by a number format of empty sections.

    :param styles: the styles part, empty if there is none.
    :raises NotReadableError: F01 not well-formed.
    """
    fonts, fills = _fonts(styles), _fills(styles)
    codes = {
        attributes.get("numFmtId", ""): attributes.get("formatCode", "")
        for path, attributes, _text in _elements(styles)
        if path == "styleSheet/numFmts/numFmt"
    }
    found = {}
    for number, own in enumerate(_cell_formats(styles)):
        code = codes.get(own.get("numFmtId", "0"), "General")
        font, fill = _item(fonts, own.get("fontId")), _item(fills, own.get("fillId"))
        shown = hidden_colour(font, *(fill or ("none", None)))
        if not set(code) - set('; "'):
            shown = code or ";"
        if shown is not None:
            found[str(number)] = shown
    return found


def _fonts(styles: bytes) -> list[dict[str, str] | None]:
    """Return the colour of each font, ``None`` if it names none."""
    fonts: list[dict[str, str] | None] = []
    for path, attributes, _text in _elements(styles):
        if path == "styleSheet/fonts/font":
            fonts.append(None)
        elif path == "styleSheet/fonts/font/color":
            fonts[-1] = attributes
    return fonts


def _fills(styles: bytes) -> list[tuple[str, dict[str, str] | None]]:
    """Return pattern and foreground colour of each fill."""
    fills: list[tuple[str, dict[str, str] | None]] = []
    for path, attributes, _text in _elements(styles):
        if path == "styleSheet/fills/fill":
            fills.append(("gradient", None))
        elif path == "styleSheet/fills/fill/patternFill":
            fills[-1] = (attributes.get("patternType", "none"), None)
        elif path == "styleSheet/fills/fill/patternFill/fgColor":
            fills[-1] = (fills[-1][0], attributes)
    return fills


def _item(items: list[_T], index: str | None) -> _T | None:
    number = int(index) if index and index.isdecimal() and len(index) < 7 else 0
    return items[number] if number < len(items) else None
