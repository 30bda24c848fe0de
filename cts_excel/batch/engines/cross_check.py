"""Compare the answers of an audit with the cells that calamine reads at the same addresses.

A second pair of eyes for every .xlsx, in another language and from another hand: it costs about a
fifth of a judgement. It tells no grade; it tells whether the cells hold what the grade stands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.batch.results import Parting
from cts_excel.second_reader.calamine_sheets import AnswerBook, Rows
from cts_excel.second_reader.cells import UnreadableError
from cts_excel.second_reader.spelling import (
    fifteen_digits,
    folded,
    folded_range,
    number_as_percentage,
    spelled_percentage,
    visible,
)
from cts_excel.standard.model import NOT_APPLICABLE
from cts_excel.workbook.ooxml.addresses import column_letters, column_number

_MOST_CELLS = 1_000_000  # calamine's tables are dense: some 50 MB
_LONGEST_HEADING = 20  # characters, blanks included
_LONGEST_LIST = 1 << 16  # bytes of a list of sheets or relationships; an issued one has 2,000
_CATEGORY, _DESCRIPTION, _EVIDENCE = "类别", "事实描述", "证据"
_INPUTS = (_CATEGORY, "关联条款", _DESCRIPTION, _EVIDENCE, "整改状态")

Line = Sequence[Any]


def is_modest(parts: Mapping[str, bytes] | None) -> bool:
    """Tell whether calamine may open a package: it keeps no limits of its own.

    :param parts: inflated, ``None`` for a package too large to be inflated whole.
    """
    lists = (".rels", "workbook.xml")  # some of its loops over these grow with their square
    return parts is not None and all(
        len(part) <= _LONGEST_LIST for name, part in parts.items() if name.endswith(lists)
    )


def cross_check(audit: Audit, content: bytes) -> tuple[Parting, ...] | None:
    """Return where calamine reads another answer, ``None`` if it does not open the workbook.

    Only what could change a grade counts: band and percentage as they are meant, and whether
    evidence and the entries of 特别项 are there.
    """
    if not 0 < audit.answer_area <= _MOST_CELLS:
        return None
    try:
        book = AnswerBook(content)
        ratings = book.rows(audit.sheets.ratings)
        special = book.rows(audit.sheets.special) if audit.sheets.special else ()
    except UnreadableError:
        return None
    return (*_ratings(audit, ratings), *_special(audit, special))


def _ratings(audit: Audit, rows: Rows) -> Iterator[Parting]:
    columns = audit.columns
    clause, band, percent, evidence = (
        column_number(letters) - 1 if letters else -1
        for letters in (columns.clause, columns.band, columns.percent, columns.evidence)
    )
    for rating in audit.ratings:
        line = rows[rating.row - 1] if 0 < rating.row <= len(rows) else ()
        named = _at(line, clause)
        if clause >= 0 and named != rating.clause and folded(str(named)) != rating.clause:
            cell = f"{audit.sheets.ratings}!{audit.rating_cell(rating, 'clause')}"
            yield Parting(f"clause {rating.clause}", rating.clause, str(named), cell)
        found = (_at(line, band), _at(line, percent), _at(line, evidence))
        if not _as_usual(rating, *found):
            yield from _parted(audit, rating, *found)


def _at(line: Line, column: int) -> Any:
    """Return a value, ``""`` for a blank cell and beyond the last."""
    return line[column] if 0 <= column < len(line) else ""


def _as_usual(rating: Rating, band: Any, percent: Any, evidence: Any) -> bool:
    """Tell quickly that the values are the first reader's, spelled as usual."""
    return (
        band == rating.band
        and rating.percent is not None
        and percent.__class__ is float
        and percent == float(rating.percent)
        and (evidence == "") == (rating.evidence == "")
    )


def _parted(
    audit: Audit, rating: Rating, band: Any, percent: Any, evidence: Any
) -> Iterator[Parting]:
    for name, found, stated in (
        ("band", band, _other_band(rating, band)),
        ("percent", percent, _other_percent(rating, percent)),
        ("evidence", evidence, _other_evidence(rating, evidence)),
    ):
        if stated is not None:
            cell = f"{audit.sheets.ratings}!{audit.rating_cell(rating, name)}"
            yield Parting(f"{name} {rating.clause}", stated, str(found), cell)


def _other_band(rating: Rating, found: Any) -> str | None:
    """Return the first reader's band if the value found is none of its spellings."""
    stated = NOT_APPLICABLE if rating.not_applicable else rating.band
    if found == stated or folded_range(str(found)) == folded_range(stated):
        return None
    return stated


def _other_percent(rating: Rating, found: Any) -> str | None:
    """Return the first reader's percentage if the value found means another."""
    if rating.percent is None:
        return None if found == "" or not visible(str(found)) else ""
    if found.__class__ is float and found == float(rating.percent):
        return None
    meant: object = None
    if isinstance(found, str):
        meant = spelled_percentage(found)
    elif isinstance(found, int | float) and not isinstance(found, bool):
        number = fifteen_digits(found)
        meant = number if number is None else number_as_percentage(number)
    return None if meant == Fraction(rating.percent) else str(rating.percent)


def _other_evidence(rating: Rating, found: Any) -> str | None:
    """Return the first reader's evidence if only one of the two sees any.

    The cell of a picture holds whatever its application writes there.
    """
    if rating.pictures or (found == "") == (rating.evidence == ""):
        return None
    return None if bool(visible(str(found))) == bool(rating.evidence) else rating.evidence


def _special(audit: Audit, rows: Rows) -> Iterator[Parting]:
    """Compare the rows that are filled with the entries, and each entry's category."""
    entries = {item.row: item for item in (*audit.deductions, *audit.bonuses)}
    columns: Mapping[str, int] = {}
    for number, line in enumerate(rows, 1):
        headings = _headings(line)
        if headings:
            columns = headings
        elif columns:
            found = {name: line[at] for name, at in columns.items() if _is_filled(line[at])}
            if found or number in entries:
                yield from _entry(audit, entries.get(number), number, found, columns)


def _headings(line: Line) -> Mapping[str, int]:
    named = {
        folded(value): at
        for at, value in enumerate(line)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_HEADING
    }
    found = {name: named[name] for name in _INPUTS if name in named}
    return found if found.keys() >= {_CATEGORY, _DESCRIPTION, _EVIDENCE} else {}


def _is_filled(value: Any) -> bool:
    return value != "" and visible(str(value)) != ""


def _entry(
    audit: Audit,
    item: SpecialItem | None,
    row: int,
    found: Mapping[str, Any],
    columns: Mapping[str, int],
) -> Iterator[Parting]:
    stated = {_CATEGORY: "", _DESCRIPTION: "", _EVIDENCE: ""}
    if item is not None:
        stated = {
            _CATEGORY: item.category,
            _DESCRIPTION: item.description,
            _EVIDENCE: item.evidence,
        }
    if item is not None and item.pictures:  # the cell holds whatever the application writes there
        del stated[_EVIDENCE]
    for name, first in stated.items():
        second = found.get(name, "")
        same = bool(first) == (second != "")
        if same and name == _CATEGORY:
            same = folded(str(second)) == folded(first)
        if not same:
            cell = f"{audit.sheets.special}!{column_letters(columns[name])}{row}"
            yield Parting(name, first, str(second), cell)
