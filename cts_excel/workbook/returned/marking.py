"""Marked copies: a person's workbook with its faults coloured, commented and listed.

The marks can be removed again. Everything else in the workbook stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.workbook.form.layout import MOST_CORRECTED
from cts_excel.workbook.form.style import BAD_FILL, WARN_FILL
from cts_excel.workbook.returned.colours import (
    OUR_SIGN,
    add_rule,
    our_rules,
    raw_strings,
    remove_rules,
)
from cts_excel.workbook.returned.container import Container
from cts_excel.workbook.returned.corrections import (
    TITLE,
    Correction,
    CorrectionList,
    list_corrections,
)
from cts_excel.workbook.returned.list_sheet import first_rows, list_sheet
from cts_excel.workbook.returned.notes import Notes
from cts_excel.workbook.returned.styles import Styles
from cts_excel.workbook.returned.terms import NO_TERMS, ReturnTerms
from cts_excel.workbook.returned.workbook_part import (
    add_first_sheet,
    number_sheets,
    remove_first_sheet,
    select_sheet,
)

_SIGN = OUR_SIGN.partition('"')[2].rpartition('"')[0].encode()
_FILLS = {Severity.ERROR: BAD_FILL, Severity.WARNING: WARN_FILL, Severity.NOTICE: WARN_FILL}


def marked_copy(content: bytes, outcome: Outcome, terms: ReturnTerms = NO_TERMS) -> bytes:
    """Return a copy of a graded file (.xlsx) with errors and warnings marked.

    Marks of an earlier copy are removed first. Without errors and warnings nothing else is done.
    The same input gives the same bytes.

    :raises NotMarkableError: the file may not be edited (macros, signature, strict).
    :raises NotReadableError: it is no .xlsx package.
    """
    earlier = outcome.audit.corrects if outcome.audit else ()
    made_from = (outcome.sha256 or hashlib.sha256(content).hexdigest(), *earlier)
    return marked(content, list_corrections(outcome, terms), made_from[:MOST_CORRECTED])


def marked(content: bytes, listed: CorrectionList, corrects: tuple[str, ...] = ()) -> bytes:
    """Return a copy of a workbook with the rows of a list marked; errors as for marked_copy.

    :param corrects: SHA-256 of the file, and of those that it was made from; the copy names them.
    """
    container = Container(content)
    cleared = remove_marks(container)
    if not listed.corrections:
        return _saved(container) if cleared else content
    visible = {
        sheet.name: sheet.part for sheet in container.package.sheets if sheet.state == "visible"
    }
    styles = Styles(container)
    corrections = [
        one if one.sheet in visible else replace(one, sheet="", cells=())
        for one in listed.corrections
    ]
    strings = _strings(container)
    for name, part in visible.items():
        here = [one for one in corrections if one.sheet == name]
        _mark(container, part, here, styles, strings)
    sheet = list_sheet(replace(listed, corrections=tuple(corrections)), styles)
    add_first_sheet(container, TITLE, sheet, title_row=first_rows(listed), corrects=corrects)
    return _saved(container)


def _saved(container: Container) -> bytes:
    number_sheets(container)
    return container.saved()


def _mark(
    container: Container,
    part: str,
    corrections: Iterable[Correction],
    styles: Styles,
    strings: list[str],
) -> None:
    """Mark the cells of one sheet; several findings on a cell share one colour and one comment."""
    by_cell: dict[str, list[Correction]] = {}
    for one in corrections:
        for address in one.cells:
            by_cell.setdefault(address, []).append(one)
    if not by_cell:
        return
    sheet = container.edit(part)
    for address, here in by_cell.items():
        gravest = max(one.severity for one in here)
        add_rule(sheet, address, styles.colour(_FILLS[gravest]), strings)
    comments = {
        address: "\n".join(dict.fromkeys(one.comment for one in here))
        for address, here in by_cell.items()
    }
    Notes(container, part).add(comments)


def _strings(container: Container) -> list[str]:
    related = container.related(container.workbook_part, "sharedStrings")
    part = next(iter(related.values()), "")
    return raw_strings(container.look(part)) if part in container.names() else []


def unmarked(content: bytes) -> bytes:
    """Return a workbook without our marks, also if another application has saved it since.

    A workbook without marks is returned unchanged.

    :raises NotMarkableError: the file may not be edited (macros, signature, strict).
    :raises NotReadableError: it is no .xlsx package.
    """
    container = Container(content)
    if not remove_marks(container):
        return content
    _select_visible_sheet(container)
    return _saved(container)


def remove_marks(container: Container) -> bool:
    """Remove our marks from an open package; return whether there were any."""
    found = remove_first_sheet(container)
    for sheet in container.package.sheets:
        part = sheet.part
        if part not in container.names():
            continue
        if _SIGN in container.part(part) and our_rules(container.look(part)):
            remove_rules(container.edit(part))
            found = True
        found = Notes(container, part).remove() or found
    return found


def _select_visible_sheet(container: Container) -> None:
    """Show the first visible sheet, if the list was the one that was shown."""
    remaining = [s for s in container.package.sheets if s.part in container.names()]
    if any(b'tabSelected="1"' in container.part(sheet.part) for sheet in remaining):
        return
    for place, sheet in enumerate(remaining):
        if sheet.state == "visible":
            select_sheet(container, place)
            return
