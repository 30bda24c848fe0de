"""The hidden sheet: the identity of the workbook, and the lists of its dropdowns and formulas."""

from __future__ import annotations

from decimal import Decimal

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.version import __version__
from cts_excel.workbook.form import formulas, layout
from cts_excel.workbook.form.fingerprint import policy_digest
from cts_excel.workbook.form.parts import FormBuilder, write_text
from cts_excel.workbook.ooxml.addresses import column_letters


def identity(form: FormBuilder, issue_id: str) -> dict[str, str]:
    """Return the identity of a workbook by the keys of ``layout.IDENTITY_KEYS``."""
    standard = form.standard
    return {
        "format_version": layout.FORMAT_VERSION,
        "standard_id": standard.id,
        "edition": standard.edition,
        "digest": standard.digest,
        "issue_id": issue_id,
        "tool_version": __version__,
        "policy": policy_digest(standard),
    }


def write_identity(form: FormBuilder, issue_id: str) -> None:
    """Write the hidden sheet, the defined names and the custom document properties."""
    sheet, plain = form.add_sheet(layout.IDENTITY), form.formats["plain"]
    sheet.very_hidden()
    values = identity(form, issue_id)
    write_text(sheet, 0, 0, layout.MAGIC, plain)
    for row, (key, name) in enumerate(layout.IDENTITY_KEYS, start=1):
        write_text(sheet, row, 0, key, plain)
        write_text(sheet, row, 1, values[key], plain)
        form.workbook.set_custom_property(name, values[key], "text")
    for number, (name, entries) in enumerate(_lists(form)):
        column = layout.LIST_FIRST_COLUMN + number
        write_text(sheet, 0, column, name, plain)
        for row, entry in enumerate(entries, start=1):
            if isinstance(entry, Decimal):
                sheet.write_number(row, column, float(entry), plain)
            else:
                write_text(sheet, row, column, entry, plain)
        letters = column_letters(column)
        reference = f"='{layout.IDENTITY}'!${letters}$2:${letters}${len(entries) + 1}"
        form.workbook.define_name(name, reference)


def _lists(form: FormBuilder) -> tuple[tuple[str, tuple[str | Decimal, ...]], ...]:
    standard = form.standard
    return (
        (layout.NAME_BANDS, tuple(band.label for band in standard.bands)),
        (layout.NAME_BAND_LOW, tuple(band.low for band in standard.bands)),
        (layout.NAME_BAND_HIGH, tuple(band.high for band in standard.bands)),
        (layout.NAME_BAND_CHOICES, layout.band_choices(standard)),
        (layout.NAME_CLAUSES, tuple(i.clause for i in standard.indicators)),
        (layout.NAME_DEDUCTIONS, standard.special.deduction.categories),
        (layout.NAME_BONUSES, standard.special.bonus.categories),
        (layout.NAME_RECTIFICATIONS, layout.RECTIFICATIONS),
        *((layout.choices_name(field), field.choices) for field in COVER_FIELDS if field.choices),
        (layout.NAME_BAND_RANK, tuple(Decimal(n) for n in range(1, len(standard.bands) + 1))),
        (layout.NAME_BAND_RANGES, formulas.band_ranges(standard)),
        (layout.NAME_BAND_POINTS, formulas.band_points(standard)),
        (layout.NAME_PLACEHOLDERS, formulas.placeholder_spellings(standard)),
    )
