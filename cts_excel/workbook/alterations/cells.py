"""Which locked cells of a returned sheet differ from the issued ones: formulas, texts, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cts_excel.audit.findings import Finding
from cts_excel.workbook.alterations.comparison import SheetComparison
from cts_excel.workbook.alterations.folding import Alteration, folded
from cts_excel.workbook.alterations.pairing import SheetPair, WorkbookPair
from cts_excel.workbook.alterations.reference import SheetReference
from cts_excel.workbook.ooxml.formula_tree import canonical
from cts_excel.workbook.ooxml.raw_sheet import (
    FORMULA,
    FORMULA_TAG,
    INLINE,
    STYLE,
    TYPE,
    VALUE,
    RawCell,
)
from cts_excel.workbook.ooxml.shared_formulas import first_cells, shared_text
from cts_excel.workbook.ooxml.styles import unlocked_styles
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, own_text
from cts_excel.workbook.reading.folding import as_number

Cells = Mapping[str, RawCell]


def cell_alterations(workbooks: WorkbookPair, pair: SheetPair) -> Iterator[Finding]:
    """List the locked cells that differ. The closer look is only taken if any does."""
    issued, grid, strings = pair.issued, pair.grid, workbooks.book.strings
    cells = grid.raw.cells
    unlocked = unlocked_styles(workbooks.book.package.styles_part)
    formulas = _formulas_altered(issued, cells, unlocked, escaped=grid.raw.escaped)
    texts = _texts_altered(issued, cells, unlocked, strings, escaped=grid.raw.escaped)
    numbers = _numbers_altered(issued, grid, unlocked)
    read = [cell for address in issued.read if (cell := cells.get(address)) is not None]
    became = any(cell[FORMULA_TAG] or cell[STYLE] in unlocked for cell in read)
    extra = [
        address
        for address in cells.keys() - issued.known
        if (cell := cells[address])[VALUE] or cell[FORMULA_TAG] or cell[INLINE]
        if grid.at(address) is not None
    ]
    if formulas or texts or numbers or became or extra:
        comparison = SheetComparison(workbooks, pair)
        yield from comparison.moved()
        yield from folded(_alterations(comparison, formulas, texts, numbers))
        yield from comparison.surplus()
        yield from comparison.unlocked(unlocked)


def _alterations(
    comparison: SheetComparison,
    formulas: list[tuple[str, str]],
    texts: list[tuple[str, str]],
    numbers: list[tuple[str, str]],
) -> Iterator[Alteration]:
    for address, stored in formulas:
        yield from comparison.formula(address, stored)
    for address, text in texts:
        yield from comparison.text(address, text)
    for address, stored in numbers:
        yield from comparison.number(address, stored)
    yield from comparison.became_formulas()


def _formulas_altered(
    issued: SheetReference, cells: Cells, unlocked: frozenset[str], *, escaped: bool
) -> list[tuple[str, str]]:
    """Return the issued formulas that are gone, other, in error or unlocked, with their address."""
    firsts: dict[str, RawCell] | None = None
    ours = issued.grid.raw.escaped
    altered = []
    for address, stored in issued.formulas.items():
        cell = cells.get(address)
        if cell is None or cell[TYPE] == "e" or cell[STYLE] in unlocked:
            altered.append((address, stored))
        elif cell[FORMULA]:
            # Most applications keep the spelling: formulas are parsed only for those that do not.
            if cell[FORMULA] != stored and canonical(cell[FORMULA], escaped=escaped) != canonical(
                stored, escaped=ours
            ):
                altered.append((address, stored))
        else:
            firsts = first_cells(cells) if firsts is None else firsts
            if shared_text(cell, firsts, escaped=escaped) != canonical(stored, escaped=ours):
                altered.append((address, stored))
    return altered


def _texts_altered(
    issued: SheetReference,
    cells: Cells,
    unlocked: frozenset[str],
    strings: Mapping[str, str | None],
    *,
    escaped: bool,
) -> list[tuple[str, str]]:
    """Return the issued texts that are gone, other, a formula or unlocked, with their address."""
    return [
        (address, text)
        for address, text in issued.texts.items()
        if (cell := cells.get(address)) is None
        or cell[FORMULA_TAG]
        or cell[STYLE] in unlocked
        or _text(cell, strings, escaped=escaped) != text
    ]


def _numbers_altered(
    issued: SheetReference, grid: XlsxGrid, unlocked: frozenset[str]
) -> list[tuple[str, str]]:
    """Return the issued numbers that are gone, other, a formula or unlocked, with their address.

    Gnumeric writes 0.2 as 0.200000000000000000003, which is the same number.
    """
    cells = grid.raw.cells
    return [
        (address, stored)
        for address, stored in issued.numbers.items()
        if (cell := cells.get(address)) is None
        or cell[FORMULA_TAG]
        or cell[STYLE] in unlocked
        or (cell[VALUE] != stored and as_number(grid.at(address)) != issued.grid.at(address))
    ]


def _text(cell: RawCell, strings: Mapping[str, str | None], *, escaped: bool) -> str | None:
    """Return the text of a cell as reading takes it, ``None`` if it holds none."""
    if cell[TYPE] == "s":
        return strings.get(cell[VALUE])
    return own_text(cell[INLINE] or cell[VALUE], escaped=escaped)
