"""Where the parts of one format of the form stand: today's, a released one's, an unknown one's.

Reading and comparing take places, headings and labels from here, never from the present layout:
a returned workbook is of the format that it states.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.workbook.form import layout

Columns = tuple[tuple[str, str], ...]  # (field, printed heading), from the first column on


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label of 封面, 0-based; its entry or result is in the next column."""

    key: str
    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class FormLayout:
    """One format of the form. Rows and columns are 0-based; indicators stand below their header.

    The bonus block has the columns of the deduction block, at the same places, or fewer of them.
    ``identity`` pairs the keys of the hidden sheet with their custom document properties;
    ``uncompared`` are locked cells, by sheet and address, that differ from issuer to issuer. Of a
    format that is not ``known`` only headings and labels tell where something is.
    """

    version: str
    ratings: Columns
    rating_header_row: int
    deductions: Columns
    bonuses: Columns
    deduction_inputs: tuple[str, ...]
    bonus_inputs: tuple[str, ...]
    deduction_header_row: int
    bonus_header_row: int
    cover: tuple[Label, ...]
    panel: tuple[Label, ...]
    identity: tuple[tuple[str, str], ...]
    uncompared: tuple[tuple[str, str], ...] = ()
    known: bool = True

    @property
    def rating_first_row(self) -> int:
        """The row of the first indicator on 评分表."""
        return self.rating_header_row + 1

    def rating_column(self, field: str) -> int:
        """Return the column of a field on 评分表, -1 if the format has none."""
        return next((n for n, (name, _heading) in enumerate(self.ratings) if name == field), -1)

    def inputs(self, block: str) -> tuple[str, ...]:
        """Return the fields that a block of 特别项 asks for: ``deductions`` or ``bonuses``."""
        return self.deduction_inputs if block == "deductions" else self.bonus_inputs

    def special_column(self, field: str) -> int:
        """Return the column of a field on 特别项, -1 if the format has none."""
        return next((n for n, (name, _heading) in enumerate(self.deductions) if name == field), -1)


@lru_cache(maxsize=1)
def current_form() -> FormLayout:
    """Return the format that this version issues."""
    first, panel_column = layout.COVER_FIRST_ROW, layout.PANEL_LABEL_COLUMN
    return FormLayout(
        version=layout.FORMAT_VERSION,
        ratings=layout.RATING_COLUMNS,
        rating_header_row=layout.RATING_HEADER_ROW,
        deductions=layout.SPECIAL_COLUMNS,
        bonuses=layout.BONUS_COLUMNS,
        deduction_inputs=layout.SPECIAL_INPUTS,
        bonus_inputs=layout.BONUS_INPUTS,
        deduction_header_row=layout.DEDUCTION_FIRST_ROW - 1,
        bonus_header_row=layout.BONUS_FIRST_ROW - 1,
        cover=tuple(
            Label(field.key, field.label, layout.cover_row(field.key), layout.COVER_LABEL_COLUMN)
            for field in COVER_FIELDS
        ),
        panel=tuple(
            Label(name, label, first + n, panel_column)
            for n, (name, label) in enumerate(layout.PANEL)
        ),
        identity=layout.IDENTITY_KEYS,
        uncompared=layout.UNCOMPARED,
    )
