"""A number as its format shows it: 1 formatted ``0000`` is 0001, a text formatted ``"ZJ-"@`` ZJ-….

Only formats that lay digits out are followed: digit places and fixed texts. Every other format
(decimals, thousands, percent, dates, conditions) leaves the value as it is.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from cts_excel.workbook.ooxml.cells import Value
from cts_excel.workbook.ooxml.xml_parser import elements

BUILT_IN = {"1": "0", "49": "@"}  # by their numbers; the others lay nothing out
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<gap>_.|\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<place>[0#?])|(?P<text>@)|(?P<end>;)|(?P<other>.)",
    re.DOTALL,
)
_LITERALS = frozenset("-()+&'~{}= ")  # shown as they are, also without quotes
_FEWEST_CHARACTERS = 128  # from here on a character is no letter of a format code
_MOST_DIGITS = Decimal(10) ** 15
_CHANGES = frozenset(".,%Ee/¥$€")  # signs of decimals, thousands, percents, exponents, dates
_DIGIT, _TEXT = "place", "text"

# (kind, text): kind is place, text (where a text stands) or "" for a fixed text.
_Section = tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def number_formats(styles: bytes) -> tuple[str, ...]:
    """Return the number format of each cell style, ``""`` for one that changes nothing.

    :param styles: the styles part, empty if there is none.
    :raises NotReadableError: F01 not well-formed.
    """
    codes = dict(BUILT_IN)
    found: list[str] = []
    for path, attributes, _text in elements("styles", styles) if styles else ():
        if path == "styleSheet/numFmts/numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif path == "styleSheet/cellXfs/xf":
            found.append(attributes.get("numFmtId", "0"))
    return tuple(codes.get(number, "") for number in found)


def shown(value: Value, code: str) -> Value:
    """Return a number or text as a format shows it; the value itself if the format says no more."""
    if isinstance(value, Decimal):
        return _shown_number(value, code)
    if isinstance(value, str) and "@" in code:
        section = _sections(code)[-1]
        if section is not None and any(kind == _TEXT for kind, _text in section):
            return "".join(value if kind == _TEXT else text for kind, text in section)
    return value


def lays_out(text: str, value: Decimal) -> bool:
    """Tell whether a text lays the digits of a whole number out, and does nothing else to it."""
    if value != value.to_integral_value() or not 0 <= value < _MOST_DIGITS or _CHANGES & {*text}:
        return False
    plain = str(int(value))
    return text != plain and "".join(filter(str.isdecimal, text)).endswith(plain)


def _shown_number(value: Decimal, code: str) -> Value:
    if value != value.to_integral_value() or not 0 <= value < _MOST_DIGITS:
        return value
    sections = _sections(code)
    section = sections[0]
    if section is None or (value == 0 and len(sections) > 2):
        return value
    places = sum(1 for kind, _text in section if kind == _DIGIT)
    if not places or any(kind == _TEXT for kind, _text in section):
        return value
    plain = str(int(value))
    text = _laid_out(plain, section, places)
    return value if text == plain else text


def _laid_out(digits: str, section: _Section, places: int) -> str:
    """Fill the places of a section from the right; the first place takes what is left over."""
    surplus = max(len(digits) - places, 0)
    padding = places - (len(digits) - surplus)
    parts = []
    at = 0  # number of the place
    for kind, text in section:
        if kind != _DIGIT:
            parts.append(text)
            continue
        if at < padding:
            parts.append({"0": "0", "?": " "}.get(text, ""))
        else:
            first = at - padding
            parts.append(digits[: surplus + 1] if first == 0 else digits[surplus + first])
        at += 1
    return "".join(parts).strip()


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section | None, ...]:
    """Split a format code into its sections, ``None`` for one that does more than lay out."""
    sections: list[list[tuple[str, str]] | None] = [[]]
    for match in _TOKEN.finditer(code):
        if match["end"]:
            sections.append([])
            continue
        token = _token(match)
        section = sections[-1]
        if token is None or section is None:
            sections[-1] = None
        elif token != ("", ""):
            section.append(token)
    return tuple(None if section is None else tuple(section) for section in sections)


def _token(match: re.Match[str]) -> tuple[str, str] | None:
    """Return one token of a format code, ``None`` for one that changes the value."""
    if match["quoted"] is not None:
        return "", match["quoted"]
    if match["escaped"] is not None:
        return "", match["escaped"]
    if match["gap"] is not None:
        return "", ""
    if match["bracket"] is not None:
        return None if re.match(r"[<>=hms]", match["bracket"], re.IGNORECASE) else ("", "")
    if match["place"]:
        return _DIGIT, match["place"]
    if match["text"]:
        return _TEXT, "@"
    other = match["other"]
    return ("", other) if other in _LITERALS or ord(other) >= _FEWEST_CHARACTERS else None
