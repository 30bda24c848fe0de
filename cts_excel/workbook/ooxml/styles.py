"""What the styles part says of cells: which show dates, which can be edited."""

from __future__ import annotations

import re
from functools import lru_cache

from cts_excel.workbook.ooxml.xml_parser import elements

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@lru_cache(maxsize=64)
def date_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as a date or time.

    :param styles: the styles part, empty if there is none.
    :raises NotReadableError: F01 not well-formed.
    """
    codes: dict[str, str] = {}
    formats: list[str] = []
    inside = False
    for tag, attributes, _text in elements("styles", styles) if styles else ():
        if tag == "numFmt":
            codes.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            formats.append(attributes.get("numFmtId", "0"))
        elif tag in ("cellStyles", "dxfs"):
            inside = False
    return frozenset(str(n) for n, number in enumerate(formats) if _is_date(number, codes))


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
    inside, number = False, -1
    for tag, attributes, _text in elements("styles", styles) if styles else ():
        if tag in ("cellXfs", "cellStyles", "dxfs"):
            inside = tag == "cellXfs"
        elif inside and tag == "xf":
            number += 1
        elif inside and tag == "protection" and attributes.get("locked") in ("0", "false"):
            found.add(str(number))
    return frozenset(found)
