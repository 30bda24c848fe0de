"""Dates read from cells: real ones, texts, and numbers that have one reading (rule 11)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from cts_excel.audit.codes import Code
from cts_excel.audit.cover import EARLIEST_DATE, LATEST_DATE
from cts_excel.standard.folding import with_plain_dashes, without_invisible
from cts_excel.workbook.ooxml.cells import Value, serial_to_datetime, value_text
from cts_excel.workbook.reading.folding import half_width

_DATE = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?)"
)
EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_NUMBER = re.compile(r"[0-9]{5}(\.[0-9]+)?")


def read_date(value: Value, *, from_1904: bool) -> tuple[date | None, Code | None]:
    """Return the date that a value means, and the code of a form that is not a date's (rule 11).

    ``None`` for what is no date of the years that an audit can have.
    """
    read, code = _any_date(value, from_1904=from_1904)
    return (read, code) if read and EARLIEST_DATE <= read <= LATEST_DATE else (None, None)


def _any_date(value: Value, *, from_1904: bool) -> tuple[date | None, Code | None]:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value, None
    if isinstance(value, time):
        return None, None
    text = without_invisible(half_width(value_text(value)))
    written = with_plain_dashes("".join(text.split()))
    if match := _DATE.fullmatch(written):
        return _date_of([group for group in match.groups() if group]), None
    if match := EIGHT_DIGITS.fullmatch(written):
        return _date_of(match.groups()), Code.DATE_OTHER_FORM
    if not _DAY_NUMBER.fullmatch(written):
        return None, None
    read = serial_to_datetime(Decimal(written), from_1904=from_1904)
    return read.date() if isinstance(read, datetime) else None, Code.DATE_OTHER_FORM


def _date_of(parts: Sequence[str]) -> date | None:
    """Return the date of year, month and day; ``None`` if there is no such day."""
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
