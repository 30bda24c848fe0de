"""The number forms of a percentage (rule 6): a fraction, a number up to 100, a text."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from cts_excel.standard.model import Band, plain
from cts_excel.workbook.cells import Fault, FaultKind, Value
from cts_excel.workbook.folding import half_width

_TEXT = re.compile(r"([+-]?)([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*(%?)")
_NOT_FINITE = ("nan", "inf", "infinity", "∞")
_HUNDRED = Decimal(100)
_FAULT_CODES = {
    FaultKind.ERROR_VALUE: "R07",
    FaultKind.NOT_FINITE: "R12",
    FaultKind.AMBIGUOUS: "W18",
    FaultKind.UNCALCULATED: "R21",
}


def read_percent(value: Value, band: Band | None) -> tuple[Decimal | None, str]:
    """Interpret what stands in a percentage cell.

    Returns the percentage as a fraction of 1 and ``""`` or ``R13`` (read from another form), or
    ``None`` and the code of what is wrong. Without a band only what can be no percentage at all is
    told; the rest is ``R04``, for nothing is guessed.
    """
    if isinstance(value, Decimal):
        return _read_number(value, band)
    if isinstance(value, str):
        return _read_text(value, band)
    if isinstance(value, bool):
        return None, "R08"
    if isinstance(value, date | time):
        return None, "R09"
    if isinstance(value, Fault):
        return None, _FAULT_CODES[value.kind]
    return None, "R02"


def percent_text(percent: Decimal) -> str:
    """Write a fraction of 1 as a percentage: ``0.85`` gives ``85%``."""
    return f"{plain(percent * _HUNDRED)}%"


def _read_number(value: Decimal, band: Band | None) -> tuple[Decimal | None, str]:
    if value < 0:
        return None, "R10"
    if value > _HUNDRED:
        return None, "R11"
    if band is None:
        return None, "R04"
    if value <= 1:
        return (abs(value), "") if band.holds(value) else (None, "R03")
    if band.holds(value / _HUNDRED):
        return value / _HUNDRED, "R13"
    # 105% typed into a cell of percents is 1.05; 85 typed into a cell of numbers is 85.
    return None, "R11" if value < 2 else "R03"


def _read_text(text: str, band: Band | None) -> tuple[Decimal | None, str]:
    text = half_width(text).strip()
    match = _TEXT.fullmatch(text)
    if match is None:
        bare = text.lower().lstrip("+-").rstrip("%").strip()
        return None, "R12" if bare in _NOT_FINITE else "R06"
    sign, digits, percent_sign = match.groups()
    value = Decimal(digits)
    if sign == "-" and value:
        return None, "R10"
    if value > _HUNDRED:
        return None, "R11"
    readings = {value / _HUNDRED} if percent_sign or value > 1 else {value, value / _HUNDRED}
    if band is None:
        return None, "R04"
    inside = [reading for reading in readings if band.holds(reading)]
    if len(inside) == 1:
        return inside[0], "R13"
    return None, "R06" if inside else "R03"
