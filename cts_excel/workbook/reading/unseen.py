"""Answers that people do not see: they never count in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.workbook.ooxml.addresses import column_letters, split_address
from cts_excel.workbook.ooxml.cells import value_text
from cts_excel.workbook.reading.locate import LocatedSheet

_MAX_SHOWN = 40  # characters of a value


def unseen_answers(place: LocatedSheet | None, addresses: Iterable[str]) -> Iterator[Finding]:
    """Report the answers that a merge, a hidden row or column, or a colour hides.

    One cause in many cells is one finding (rule 15).

    :param addresses: the answer cells of the sheet; blank ones are passed over.
    """
    if place is None:
        return
    wanted = dict.fromkeys(addresses)
    places = [split_address(address) for address in wanted]
    letters = tuple(dict.fromkeys(column_letters(column - 1) for column, _row in places))
    rows = tuple(dict.fromkeys(row for _column, row in places))
    causes: dict[str, list[str]] = {}
    for address, cause in place.grid.unseen(letters, rows):
        if address in wanted and place.grid.at(address) is not None:
            causes.setdefault(cause, []).append(address)
    for cause, cells in causes.items():
        value = value_text(place.grid.at(cells[0]))[:_MAX_SHOWN]
        found = value if len(cells) == 1 else f"{cells[0]}…{cells[-1]} × {len(cells)}"
        yield finding(
            Code.ANSWER_UNSEEN, sheet=place.name, cell=cells[0], found=found, expected=cause
        )
