"""Read what a workbook says it is, and tell which format of the form it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cts_excel.audit.model import Identity
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import FormLayout
from cts_excel.workbook.form.released import known_forms
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.cells import value_text
from cts_excel.workbook.ooxml.grids import Grid, Workbook

_IDENTITY_ROWS = 40


def read_identity(sheet: Grid | None, book: Workbook) -> Identity:
    """Read the hidden sheet or, without it, the custom document properties."""
    values: dict[str, str] = {}
    if sheet is not None:
        for row in range(2, _IDENTITY_ROWS):
            key, value = sheet.at(f"A{row}"), sheet.at(f"B{row}")
            if key is None:
                break
            values.setdefault(value_text(key), value_text(value))
    else:
        values = {key: book.properties.get(name, "") for key, name in layout.IDENTITY_KEYS}
    return Identity(*(values.get(key, "") for key, _name in layout.IDENTITY_KEYS))


def read_form(identity: Identity, ratings: Iterable[Grid]) -> FormLayout:
    """Return the format that a workbook states, else the one whose header row it has most of.

    An unknown format gets the headings of the one that fits best, and counts as not known.

    :param ratings: the sheets that may be 评分表.
    """
    version, forms = identity.format_version, known_forms()
    for form in forms:
        if form.version == version:
            return form
    grids = tuple(ratings)
    fitting = max(  # the present format, where as much speaks for it
        forms, key=lambda form: max((_headings_in_place(grid, form) for grid in grids), default=0)
    )
    return replace(fitting, version=version, known=False) if version else fitting


def _headings_in_place(grid: Grid, form: FormLayout) -> int:
    row = form.rating_header_row
    return sum(
        grid.at(cell_address(row, column)) == heading
        for column, (_field, heading) in enumerate(form.ratings)
    )
