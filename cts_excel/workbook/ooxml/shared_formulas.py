"""Formulas that are stored once and shared by a range of cells, as Excel and ONLYOFFICE do."""

from __future__ import annotations

from collections.abc import Mapping

from cts_excel.workbook.ooxml.addresses import column_number
from cts_excel.workbook.ooxml.formula_text import Token, shared
from cts_excel.workbook.ooxml.formula_tree import shared_canonical
from cts_excel.workbook.ooxml.raw_sheet import COLUMN, FORMULA, FORMULA_TAG, ROW, RawCell


def first_cells(cells: Mapping[str, RawCell]) -> dict[str, RawCell]:
    """Return the cell that holds each shared formula, by the formula's number."""
    return {
        index: cell for cell in cells.values() if cell[FORMULA] and (index := _shared_index(cell))
    }


def shared_text(cell: RawCell, firsts: Mapping[str, RawCell], *, escaped: bool) -> str:
    """Return the canonical text of the formula that a cell shares, ``""`` if it shares none."""
    first = firsts.get(_shared_index(cell))
    if first is None:
        return ""
    return shared_canonical(first[FORMULA], *_distance(first, cell), escaped=escaped)


def shared_tokens(
    cell: RawCell, firsts: Mapping[str, RawCell], *, escaped: bool
) -> tuple[Token, ...]:
    """Return the tokens of the formula that a cell shares, none if it shares none."""
    first = firsts.get(_shared_index(cell))
    return () if first is None else shared(first[FORMULA], *_distance(first, cell), escaped=escaped)


def _shared_index(cell: RawCell) -> str:
    """Return the number of a shared formula, ``""`` for one of its own."""
    tag = cell[FORMULA_TAG]
    return tag.partition('si="')[2].partition('"')[0] if 't="shared"' in tag else ""


def _distance(first: RawCell, cell: RawCell) -> tuple[int, int]:
    """Return rows and columns from one cell to another."""
    columns = column_number(cell[COLUMN]) - column_number(first[COLUMN])
    return int(cell[ROW]) - int(first[ROW]), columns
