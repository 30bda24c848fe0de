"""Typed cell values.

A number is taken at the 15 significant digits that applications show: 57*0.01, stored as
0.5700000000000001, is 0.57. An error value, a broken reference into the string table or a number
in a form that only some readers accept is a :class:`CellFault`, never a blank.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from cts_excel.files.numbers import plain


class FaultKind(Enum):
    """Why a cell holds no usable value."""

    ERROR_VALUE = "error value"
    NOT_FINITE = "not finite"
    AMBIGUOUS = "ambiguous"
    UNCALCULATED = "not calculated"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell whose content is no value: what it shows, and why."""

    kind: FaultKind
    shown: str


Value = str | Decimal | bool | date | time | CellFault | None

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_NOT_FINITE = ("nan", "inf", "+inf", "-inf", "infinity", "-infinity")
_ENTITY = re.compile(r"&(?:#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|amp|lt|gt|quot|apos);")


class _Characters(dict[str, str]):
    """What each character reference stands for, found out once: openpyxl writes thousands."""

    def __missing__(self, reference: str) -> str:
        number = reference[2:-1]
        code = int(f"0{number}", 16) if number[0] in "xX" else int(number)
        found = chr(code) if code <= 0x10FFFF else reference
        if len(self) < 65_536:
            self[reference] = found
        return found


_CHARACTERS = _Characters({"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"})
# What WPS writes for a picture in a cell, as formula and as text; the group names the image.
_DISPIMG = re.compile(r'=?\s*(?:_xlfn\.)?DISPIMG\(\s*"([^"]*)"\s*,[^()]*\)\s*', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Every blank of Unicode, and marks that show nothing: joiners, directions, soft hyphens.
_RANGES = ((0x09, 0x0D), (0x1C, 0x20), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F))
INVISIBLE = "\x85\u00a0\u00ad\u061c\u1680\u180e\u3000\u3164\ufeff" + "".join(
    chr(code) for first, last in _RANGES for code in range(first, last + 1)
)
_LAST_DAY = 2_958_465  # 9999-12-31


def value_text(value: Value) -> str:
    """Write a value for a finding, or a number for a text field: 20250001 without ``.0``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, CellFault):
        return value.shown
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat()


def trimmed(text: str) -> str | None:
    """Strip blanks, also full-width and zero-width ones; return ``None`` if nothing is left."""
    return text.strip(INVISIBLE) or None


def image_name(text: str) -> str | None:
    """Return the name of the image that a formula of WPS shows, ``None`` for any other text."""
    match = _DISPIMG.fullmatch(text)
    return match[1] if match else None


def picture(name: str, *, is_there: bool) -> CellFault:
    """Return the value of a cell that shows a picture, or has lost it."""
    if is_there:
        return CellFault(FaultKind.PICTURE, "图片")
    return CellFault(FaultKind.ERROR_VALUE, "图片已丢失")


def unescaped(text: str) -> str:
    """Resolve XML's character references."""
    return _ENTITY.sub(lambda reference: _CHARACTERS[reference[0]], text) if "&" in text else text


def decode_escapes(text: str) -> str:
    """Resolve the ``_x000D_`` escapes of spreadsheet strings."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Decimal | CellFault:
    """Read the stored text of a number at 15 significant digits."""
    if not _NUMBER.fullmatch(text):
        kind = FaultKind.NOT_FINITE if text.lower() in _NOT_FINITE else FaultKind.AMBIGUOUS
        return CellFault(kind, text[:40])
    return number_from_float(float(text), text)


def number_from_float(value: float, text: str = "") -> Decimal | CellFault:
    """Round a float to the 15 significant digits that applications show."""
    if not math.isfinite(value):
        return CellFault(FaultKind.NOT_FINITE, text[:40] or str(value))
    return Decimal(f"{value:.15g}")


def serial_to_datetime(number: Decimal, *, from_1904: bool) -> datetime | time | CellFault:
    """Convert a day number to a date; below 1 it is a time of day, unless days count from 1904."""
    if number < 0 or number > _LAST_DAY:
        return CellFault(FaultKind.AMBIGUOUS, plain(number))
    if number < 1 and not from_1904:
        midnight = datetime(2000, 1, 1)  # noqa: DTZ001 - any day
        return (midnight + timedelta(days=float(number))).time()
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    try:
        return start + timedelta(seconds=round(float(number) * 86_400))
    except OverflowError:
        return CellFault(FaultKind.AMBIGUOUS, plain(number))


def day_number(value: Value) -> Value:
    """Return a date or time of day as its day number, as calamine made the one of the other.

    ``None`` for 1900-02-28, which stands for the numbers from 59 to below 61. Any other value is
    returned as it is.
    """
    if isinstance(value, time):
        return number_from_float(
            timedelta(
                hours=value.hour,
                minutes=value.minute,
                seconds=value.second,
                microseconds=value.microsecond,
            )
            / timedelta(days=1)
        )
    if not isinstance(value, date):
        return value
    at = value if isinstance(value, datetime) else datetime.combine(value, time())
    if at.date() == date(1900, 2, 28):
        return None
    # The day before March 1900 that never was, 1900-02-29, has a number.
    first = date(1899, 12, 30 if at.date() >= date(1900, 3, 1) else 31)
    return number_from_float((at - datetime.combine(first, time())) / timedelta(days=1))


def typed_value(kind: str, text: str) -> Value:
    """Read a cell of type ``b``, ``e`` or ``d``; any other type is ambiguous."""
    if kind == "e":
        return CellFault(FaultKind.ERROR_VALUE, text[:40])
    if kind == "b" and text in ("0", "1"):
        return text == "1"
    if kind == "d":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    return CellFault(FaultKind.AMBIGUOUS, f"{kind}: {text[:40]}")
