"""One cell of a roster, interpreted: a text, a date, or the reason why it cannot be used."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from stdnum.cn import uscc

from cts_excel.audit.cover import EARLIEST_DATE, LATEST_DATE, CoverField, Kind
from cts_excel.files.numbers import plain
from cts_excel.messages import _, listed
from cts_excel.workbook.ooxml.cells import CellFault, Value, value_text

_ODD = ("Cc", "Cs", "Cn")  # categories of characters that no text on paper holds
_EXACT = Decimal(10) ** 15  # a spreadsheet changes the last digits of larger numbers
_DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d\d)(\d\d))")
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE][+-]?\d+")


class CellProblem(Exception):  # noqa: N818 - a person entered it, the program did not fail
    """The reason why a cell of a roster cannot be used, and its repair."""

    def __init__(self, problem: str, repair: str) -> None:
        super().__init__(problem, repair)
        self.problem, self.repair = problem, repair


def text_of(value: Value, field: CoverField) -> str:
    """Interpret a text cell; a number typed as 20250001 becomes ``20250001``.

    :raises CellProblem: for an error value, a logical value, a date, a number that lost digits, a
        text that is too long or is none of the choices, a credit code with a wrong check digit.
    """
    written = _written(value)
    lines = field.tidied(written).split("\n") if field.lines > 1 else [written]
    text = "\n".join(" ".join(line.split()) for line in lines)
    odd = next((c for c in text if c != "\n" and unicodedata.category(c) in _ODD), "")
    if odd:
        problem = _("contains a character that cannot be printed (U+{:04X})").format(ord(odd))
        raise CellProblem(problem, _("Delete it."))
    if len(text) > field.limit:
        problem = _("has {} characters").format(len(text))
        raise CellProblem(problem, _("At most {} are allowed.").format(field.limit))
    if field.choices:
        if (choice := field.choice(text)) is not None:
            return choice
        problem = _("{} is not one of the choices").format(text)
        raise CellProblem(problem, _("Choose one of {}.").format(listed(field.choices)))
    if _SCIENTIFIC.fullmatch(text) and field.kind in (Kind.NUMBER, Kind.CREDIT_CODE):
        raise _digits_lost(text)
    return _credit_code(text) if field.kind is Kind.CREDIT_CODE else text


def date_of(value: Value) -> date:
    """Interpret a date cell: a date, or a text such as 2025-09-28, 2025/9/28, 2025年9月28日.

    :raises CellProblem: for anything else, a date with a time of day, or one outside 2000-2099.
    """
    if isinstance(value, datetime):
        if value.time() != time():
            raise _no_date(value_text(value))
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        found = _parsed_date(_plain_number(value) or _written(value))
    if not EARLIEST_DATE <= found <= LATEST_DATE:
        problem = _("{} lies outside {} to {}").format(found, EARLIEST_DATE, LATEST_DATE)
        raise CellProblem(problem, _("Correct the year."))
    return found


def _written(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, CellFault):
        problem = _("holds {}, which is no usable value").format(value.shown)
        raise CellProblem(problem, _("Enter the value itself."))
    if isinstance(value, Decimal):
        if abs(value) >= _EXACT:
            raise _digits_lost(plain(value))
        return plain(value)
    problem = _("holds {}, which is no text").format(value_text(value))
    raise CellProblem(problem, _("Format the cell as text and enter it again."))


def _plain_number(value: Value) -> str:
    return plain(value) if isinstance(value, Decimal) else ""


def _parsed_date(text: str) -> date:
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise _no_date(text)
    year, month, day = match[1], match[3] or match[5] or match[7], match[4] or match[6] or match[8]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _no_date(text) from None


def _credit_code(text: str) -> str:
    code = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not uscc.is_valid(code):
        problem = _("{} is no valid unified social credit code (check digit)").format(text)
        raise CellProblem(problem, _("Compare it with the business licence."))
    return code


def _no_date(text: str) -> CellProblem:
    problem = _("{} is no date").format(text)
    return CellProblem(problem, _("Enter a date such as 2025-09-28."))


def _digits_lost(text: str) -> CellProblem:
    problem = _("the number {} has lost digits in the spreadsheet").format(text)
    return CellProblem(problem, _("Format the cell as text and enter it again."))
