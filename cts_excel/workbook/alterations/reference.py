"""What an issued workbook holds, read from the template with the reader of returned workbooks.

There is no second description. The template is built and read once per specification and process.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.audit.model import Identity
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.formula_tree import canonical
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.ooxml.raw_sheet import FORMULA, FORMULA_TAG, INLINE, STYLE, TYPE, VALUE
from cts_excel.workbook.ooxml.sheet_settings import SheetSettings
from cts_excel.workbook.ooxml.styles import unlocked_styles
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook

_KEPT = 16  # specifications in one process, each under up to four policies
_kept: dict[int, tuple[Standard, Reference]] = {}

# Names that an application defines itself. Some write them without their prefix, ``_xlnm.``.
_BUILT_IN = ("Print_Area", "Print_Titles", "_FilterDatabase")

Defined = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class SheetReference:
    """An issued sheet. Addresses are ``F17``.

    ``formulas`` are as stored and canonical, by address. ``texts`` and ``numbers`` are the locked
    cells with their values, ``read`` the locked cells that reading compares with the specification,
    ``inputs`` the unlocked cells. ``known`` is all of these.
    """

    name: str
    formulas: dict[str, tuple[str, str]]
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

    sheets: dict[str, SheetReference]
    names: Defined


def reference(standard: Standard) -> Reference:
    """Return what a workbook issued for a specification holds."""
    kept = _kept.get(id(standard))
    if kept is None or kept[0] is not standard:
        # An equal specification that came from another process shares the reference.
        known = next((found for other, found in _kept.values() if other == standard), None)
        if len(_kept) >= _KEPT:
            _kept.clear()
        # The specification is kept too, so that its id is not reused.
        kept = _kept[id(standard)] = (standard, known or _derived(standard))
    return kept[1]


def is_issued_kind(identity: Identity, standard: Standard) -> bool:
    """Return whether a workbook states no other specification, edition or format than ours."""
    stated = (
        identity.format_version,
        identity.standard_id,
        identity.edition,
        identity.digest,
    )
    ours = (layout.FORMAT_VERSION, standard.id, standard.edition, standard.digest)
    return all(not a or a == b for a, b in zip(stated, ours, strict=True))


def _derived(standard: Standard) -> Reference:
    # Imported here, so that only grading loads the writing library.
    from cts_excel.workbook.form.template import template_bytes

    book = XlsxWorkbook(template_bytes(standard))
    unlocked = unlocked_styles(book.package.styles_part)
    sheets = {
        sheet.name: _sheet(sheet.name, book.grid(index), unlocked, standard)
        for index, sheet in enumerate(book.sheets)
    }
    return Reference(sheets, defined_names(book.package))


def _sheet(
    name: str, grid: XlsxGrid, unlocked: frozenset[str], standard: Standard
) -> SheetReference:
    formulas: dict[str, tuple[str, str]] = {}
    texts: dict[str, str] = {}
    numbers: dict[str, str] = {}
    inputs: list[str] = []
    read = _read_elsewhere(name, standard)
    for address, cell in grid.raw.cells.items():
        if cell[STYLE] in unlocked:
            inputs.append(address)
        elif cell[FORMULA_TAG]:
            stored = cell[FORMULA]
            formulas[address] = (stored, canonical(stored, escaped=grid.raw.escaped))
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


def _read_elsewhere(name: str, standard: Standard) -> frozenset[str]:
    """Return the locked cells that reading compares: by clause, or as the identity."""
    if name == layout.IDENTITY:
        return frozenset(cell_address(row + 1, 1) for row in range(len(layout.IDENTITY_KEYS)))
    if name != layout.RATINGS:
        return frozenset()
    rows = range(layout.RATING_FIRST_ROW, layout.rating_last_row(standard) + 1)
    columns = [layout.RATING_COLUMN[column] for column in ("clause", "text", "weight")]
    return frozenset(cell_address(row, column) for row in rows for column in columns)


def defined_names(package: Package) -> Defined:
    """Return what the names that people define stand for, by (name, place of its sheet)."""
    return {
        (name, attributes.get("localSheetId", "")): text
        for path, attributes, text in package.elements(package.workbook_part)
        if path == "workbook/definedNames/definedName"
        if not (name := attributes.get("name", "")).startswith("_xl") and name not in _BUILT_IN
    }
