"""A person's own workbook with its faults coloured, commented and listed; the rest untouched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.style import BAD_FILL, WARN_FILL
from cts_excel.workbook.returned.colours import colour, raw_strings
from cts_excel.workbook.returned.container import Container
from cts_excel.workbook.returned.list_sheet import list_sheet
from cts_excel.workbook.returned.listing import FIRST_ROWS, TITLE, Listing, Row, listing
from cts_excel.workbook.returned.notes import Notes
from cts_excel.workbook.returned.styles import Styles
from cts_excel.workbook.returned.unmarking import clear
from cts_excel.workbook.returned.workbook_part import put_first

_FILLS = {Severity.ERROR: BAD_FILL, Severity.WARNING: WARN_FILL, Severity.NOTICE: WARN_FILL}


def marked_copy(content: bytes, outcome: Outcome, standard: Standard) -> bytes:
    """Return a copy of a graded file (.xlsx) with errors and warnings marked.

    Marks of an earlier copy are taken out first; without errors and warnings nothing else is done.
    The same input gives the same bytes.

    :raises NotMarkableError: where the file may not be edited (macros, signature, strict).
    :raises NotReadableError: where it is no .xlsx package.
    """
    return marked(content, listing(outcome, standard))


def marked(content: bytes, listed: Listing) -> bytes:
    """Return a copy of a workbook with the rows of a list marked; errors as for marked_copy."""
    container = Container(content)
    cleared = clear(container)
    if not listed.rows:
        return container.saved() if cleared else content
    visible = {
        sheet.name: sheet.part for sheet in container.package.sheets if sheet.state == "visible"
    }
    styles = Styles(container)
    rows = [row if row.sheet in visible else replace(row, sheet="", cell="") for row in listed.rows]
    strings = _strings(container)
    for name, part in visible.items():
        _mark(
            container,
            part,
            [row for row in rows if row.sheet == name and row.cell],
            styles,
            strings,
        )
    sheet = list_sheet(replace(listed, rows=tuple(rows)), styles)
    put_first(container, TITLE, sheet, title_row=FIRST_ROWS)
    return container.saved()


def _mark(
    container: Container, part: str, rows: Iterable[Row], styles: Styles, strings: list[str]
) -> None:
    """Mark the cells of one sheet; several findings on a cell share one colour and one comment."""
    by_cell: dict[str, list[Row]] = {}
    for row in rows:
        by_cell.setdefault(row.cell, []).append(row)
    if not by_cell:
        return
    sheet = container.edit(part)
    for address, here in by_cell.items():
        gravest = max(row.severity for row in here)
        colour(sheet, address, styles.colour(_FILLS[gravest]), strings)
    remarks = {
        address: "\n".join(dict.fromkeys(row.remark for row in here))
        for address, here in by_cell.items()
    }
    Notes(container, part).add(remarks)


def _strings(container: Container) -> list[str]:
    related = container.related(container.workbook_part, "sharedStrings")
    part = next(iter(related.values()), "")
    return raw_strings(container.look(part)) if part in container.names() else []
