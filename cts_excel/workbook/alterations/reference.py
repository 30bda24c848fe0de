"""What an issued workbook holds, read from its blank with the reader of returned workbooks.

There is no second description: the blank of a released format was kept, any other is built. Each
is read once per specification, format and process.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.audit.model import Identity
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import FormLayout, current_form
from cts_excel.workbook.form.released import blank_bytes, released_versions
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.ooxml.raw_sheet import FORMULA, FORMULA_TAG, INLINE, STYLE, TYPE, VALUE
from cts_excel.workbook.ooxml.sheet_settings import SheetSettings
from cts_excel.workbook.ooxml.styles import unlocked_styles
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets

_KEPT = 16  # specifications and formats in one process, each under up to four policies
_kept: dict[tuple[int, str], tuple[Standard, Reference | None]] = {}

# Names that an application defines itself. Some write them without their prefix, ``_xlnm.``.
_BUILT_IN = ("Print_Area", "Print_Titles", "_FilterDatabase")

Defined = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class SheetReference:
    """An issued sheet. Addresses are ``F17``.

    ``formulas`` are as stored, by address. ``texts`` and ``numbers`` are the locked
    cells with their values, ``read`` the locked cells that reading compares with the specification,
    ``inputs`` the unlocked cells. ``known`` is all of these.
    """

    name: str
    formulas: dict[str, str]
    texts: dict[str, str]
    numbers: dict[str, str]
    read: tuple[str, ...]
    inputs: tuple[str, ...]
    known: frozenset[str]
    settings: SheetSettings
    grid: XlsxGrid


@dataclass(frozen=True, slots=True)
class Reference:
    """An issued workbook: its sheets by name, and its defined names by (name, sheet's place)."""

    form: FormLayout
    sheets: dict[str, SheetReference]
    names: Defined


def reference(standard: Standard) -> Reference:
    """Return what a workbook holds that is issued for a specification today."""
    found = reference_in(current_form(), standard)
    assert found is not None  # noqa: S101 - the present format is always at hand
    return found


def reference_in(form: FormLayout, standard: Standard) -> Reference | None:
    """Return what a workbook of a known format held, ``None`` if its blank was not kept."""
    key = (id(standard), form.version)
    kept = _kept.get(key)
    if kept is None or kept[0] is not standard:
        # An equal specification that came from another process shares the reference.
        equal = (
            found
            for (_id, version), (other, found) in _kept.items()
            if version == form.version and other == standard
        )
        known = next(equal, None)
        if len(_kept) >= _KEPT:
            _kept.clear()
        # The specification is kept too, so that its id is not reused.
        kept = _kept[key] = (standard, known or _derived(standard, form))
    return kept[1]


def issued_reference(sheets: AuditSheets, standard: Standard) -> Reference | None:
    """Return what a returned workbook held when it was issued, as far as it says.

    ``None`` for another specification or edition, and for a format that is unknown or not kept.
    """
    if not sheets.form.known or not is_for(sheets.stated, standard):
        return None
    return reference_in(sheets.form, standard)


def is_for(identity: Identity, standard: Standard) -> bool:
    """Return whether a workbook states no other specification or edition than ours."""
    stated = (identity.standard_id, identity.edition, identity.digest)
    ours = (standard.id, standard.edition, standard.digest)
    return all(not a or a == b for a, b in zip(stated, ours, strict=True))


def _derived(standard: Standard, form: FormLayout) -> Reference | None:
    content = _blank(standard, form)
    if content is None:
        return None
    book = XlsxWorkbook(content)
    unlocked = unlocked_styles(book.package.styles_part)
    sheets = {
        sheet.name: _sheet(
            sheet.name, book.grid(index), unlocked, _read_elsewhere(sheet.name, form, standard)
        )
        for index, sheet in enumerate(book.sheets)
    }
    return Reference(form, sheets, defined_names(book.package))


def _blank(standard: Standard, form: FormLayout) -> bytes | None:
    if form.version in released_versions():
        kept = blank_bytes(form.version, standard)  # to build one takes ten times as long
        if kept is not None or form.version != layout.FORMAT_VERSION:
            return kept
    # Imported here, so that only grading by another specification loads the writing library.
    from cts_excel.workbook.form.template import template_bytes

    return template_bytes(standard)


def _sheet(
    name: str, grid: XlsxGrid, unlocked: frozenset[str], read: frozenset[str]
) -> SheetReference:
    formulas: dict[str, str] = {}
    texts: dict[str, str] = {}
    numbers: dict[str, str] = {}
    inputs: list[str] = []
    for address, cell in grid.raw.cells.items():
        if cell[STYLE] in unlocked:
            inputs.append(address)
        elif cell[FORMULA_TAG]:
            formulas[address] = cell[FORMULA]
        elif address not in read and (cell[VALUE] or cell[INLINE]):
            value = grid.at(address)
            if isinstance(value, str):
                texts[address] = value
            elif cell[TYPE] in ("", "n"):
                numbers[address] = cell[VALUE]
    known = frozenset((*read, *inputs, *formulas, *texts, *numbers))
    return SheetReference(
        name,
        formulas,
        texts,
        numbers,
        tuple(sorted(read)),
        tuple(inputs),
        known,
        grid.settings,
        grid,
    )


def _read_elsewhere(name: str, form: FormLayout, standard: Standard) -> frozenset[str]:
    """Return the locked cells that reading compares: by clause, or as the identity.

    With them those that nobody compares.
    """
    uncompared = frozenset(cell for sheet, cell in form.uncompared if sheet == name)
    if name == layout.IDENTITY:
        return frozenset(cell_address(row + 1, 1) for row in range(len(form.identity)))
    if name != layout.RATINGS:
        return uncompared
    first = form.rating_first_row
    rows = range(first, first + len(standard.indicators))
    columns = [form.rating_column(field) for field in ("clause", "text", "weight")]
    return uncompared.union(cell_address(row, column) for row in rows for column in columns)


def defined_names(package: Package) -> Defined:
    """Return what the names that people define stand for, by (name, place of its sheet)."""
    return {
        (name, attributes.get("localSheetId", "")): text
        for path, attributes, text in package.elements(package.workbook_part)
        if path == "workbook/definedNames/definedName"
        if not (name := attributes.get("name", "")).startswith("_xl") and name not in _BUILT_IN
    }
