"""The number forms of a percentage (rule 6): a fraction, a number up to 100, a text."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from cts_excel.audit.codes import Code
from cts_excel.files.numbers import plain
from cts_excel.standard.folding import without_invisible
from cts_excel.standard.model import Band
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, number_from_float
from cts_excel.workbook.reading.folding import half_width

_TEXT = re.compile(
    r"([+-]?)((?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?)\s*(%?)"
)
_NOT_FINITE = ("nan", "inf", "infinity", "∞")
_HUNDRED = Decimal(100)
_FAULT_CODES = {
    FaultKind.ERROR_VALUE: Code.RATING_ERROR_VALUE,
    FaultKind.NOT_FINITE: Code.PERCENT_NOT_FINITE,
    FaultKind.AMBIGUOUS: Code.AMBIGUOUS_CONTENT,
    FaultKind.UNCALCULATED: Code.FORMULA_NOT_CALCULATED,
    FaultKind.PICTURE: Code.PERCENT_NOT_A_NUMBER,
}


def read_percent(value: Value, band: Band | None) -> tuple[Decimal | None, str]:
    """Interpret the value of a percentage cell.

    Returns the percentage as a fraction of 1 and ``""`` or ``R13`` (read from another form), or
    ``None`` and the code of what is wrong. Without a band nothing is guessed: a value that could
    be a percentage gives ``R04``.
    """
    if isinstance(value, Decimal):
        return _read_number(value, band)
    if isinstance(value, str):
        return _read_text(value, band)
    if isinstance(value, bool):
        return None, Code.PERCENT_IS_LOGICAL
    if isinstance(value, date | time):
        return None, Code.PERCENT_IS_DATE
    if isinstance(value, CellFault):
        return None, _FAULT_CODES[value.kind]
    return None, Code.PERCENT_MISSING


def percent_text(percent: Decimal) -> str:
    """Write a fraction of 1 as a percentage: ``0.85`` gives ``85%``."""
    return f"{plain(percent * _HUNDRED)}%"


def _read_number(value: Decimal, band: Band | None) -> tuple[Decimal | None, str]:
    if value < 0:
        return None, Code.PERCENT_NEGATIVE
    if value > _HUNDRED:
        return None, Code.PERCENT_ABOVE_100
    if band is None:
        return None, Code.BAND_MISSING
    if value <= 1:
        return (abs(value), "") if band.holds(value) else (None, Code.PERCENT_OUTSIDE_BAND)
    if band.holds(value / _HUNDRED):
        return value / _HUNDRED, Code.PERCENT_OTHER_FORM
    # 105% typed into a cell of percents is 1.05; 85 typed into a cell of numbers is 85.
    return None, Code.PERCENT_ABOVE_100 if value < 2 else Code.PERCENT_OUTSIDE_BAND


def _read_text(text: str, band: Band | None) -> tuple[Decimal | None, str]:
    """Read a text as the number that it spells; a sign % makes it a percentage."""
    text = without_invisible(half_width(text)).strip()
    match = _TEXT.fullmatch(text)
    if match is None:
        bare = text.lower().lstrip("+-").rstrip("%").strip()
        return None, Code.PERCENT_NOT_FINITE if bare in _NOT_FINITE else Code.PERCENT_NOT_A_NUMBER
    sign, digits, percent_sign = match.groups()
    value = number_from_float(float(digits))
    if isinstance(value, CellFault):
        return None, _FAULT_CODES[value.kind]
    if sign == "-" and value:
        return None, Code.PERCENT_NEGATIVE
    # Up to 1 the number alone is a fraction; its size does not tell that a sign % follows.
    if percent_sign and value <= 1:
        value /= _HUNDRED
    percent, code = _read_number(value, band)
    if code == Code.PERCENT_ABOVE_100 and value < 2:
        code = Code.PERCENT_OUTSIDE_BAND  # a text 1.5 spells 1.5%: no cell of percents holds it
    return percent, code or Code.PERCENT_OTHER_FORM
