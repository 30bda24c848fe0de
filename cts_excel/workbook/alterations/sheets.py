"""What was changed outside the cells of a sheet: protection, validation, merges, hiding."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.ranges import span
from cts_excel.workbook.alterations.folding import Alteration, folded
from cts_excel.workbook.alterations.moves import Moves
from cts_excel.workbook.alterations.pairing import SheetPair, WorkbookPair
from cts_excel.workbook.alterations.places import cell_at, runs
from cts_excel.workbook.alterations.reference import SheetReference
from cts_excel.workbook.alterations.rules import rule_alterations
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters, split_address
from cts_excel.workbook.ooxml.sheet_settings import (
    SheetSettings,
    range_contains,
)
from cts_excel.workbook.ooxml.xlsx import XlsxGrid


def sheet_alterations(
    workbooks: WorkbookPair, pair: SheetPair, *, compare: bool
) -> Iterator[Finding]:
    """List what was changed outside the cells.

    :param compare: whether the workbook is of the issued kind, so that its input cells are known.
    """
    issued, name, grid = pair.issued, pair.name, pair.grid
    now = grid.settings
    if issued.settings.protected and not now.protected:
        yield finding(Code.PROTECTION_REMOVED, sheet=name)
    if grid.raw.hidden_rows or now.hidden_columns != issued.settings.hidden_columns:
        yield from _hidden(name, grid, _issued_hidden(workbooks, pair))
    if compare:
        if now.merges != issued.settings.merges:
            yield from _merged(issued, name, now, workbooks.moves[issued.name])
        if now.validations != issued.settings.validations:
            yield from rule_alterations(workbooks, pair, now)


def _issued_hidden(workbooks: WorkbookPair, pair: SheetPair) -> frozenset[int]:
    """Return the columns that were issued hidden, where they stand now."""
    hidden = pair.issued.settings.hidden_columns
    numbers = frozenset(n for first, last in hidden for n in range(first, last + 1))
    if not hidden:
        return numbers
    moved = workbooks.moves[pair.issued.name].columns
    return frozenset(moved.get(number, number) for number in numbers)


def _hidden(name: str, grid: XlsxGrid, issued: frozenset[int]) -> Iterator[Finding]:
    if name == layout.IDENTITY:
        return
    now, rows = grid.settings, grid.raw.hidden_rows
    last_row, last_column = grid.raw.bounds if rows or now.hidden_columns else (0, 0)
    rows = [row for row in rows if row <= last_row]
    columns = {
        number
        for first, last in now.hidden_columns
        for number in range(first, min(last, last_column) + 1)
    }
    columns -= issued
    if rows or columns:
        spans = [span(str(a), str(b)) for a, b in runs(rows)]
        spans += [
            span(column_letters(a - 1), column_letters(b - 1)) for a, b in runs(sorted(columns))
        ]
        # The protected sheet allows filtering, and filtering hides rows.
        severity = Severity.NOTICE if now.filtered and not columns else None
        cell = f"A{rows[0]}" if rows else f"{column_letters(min(columns) - 1)}1"
        shown = clipped("、".join(spans))
        yield finding(Code.ROWS_HIDDEN, sheet=name, cell=cell, found=shown, severity=severity)


def _merged(
    issued: SheetReference, name: str, now: SheetSettings, moves: Moves
) -> Iterator[Finding]:
    inputs = [split_address(at) for address in issued.inputs if (at := moves.address(address))]
    merged: list[Alteration] = []
    for merge in now.merges:
        if merge not in issued.settings.merges and merge[:2] != merge[2:]:
            covered = [cell for cell in inputs if range_contains(merge, *cell)]
            if covered:
                first = cell_at(*min(covered, key=lambda cell: (cell[1], cell[0])))
                shown = f"{cell_at(*merge[:2])}:{cell_at(*merge[2:])}"
                found = finding(Code.INPUT_MERGED, sheet=name, cell=first, found=shown)
                merged.append(Alteration(found, ("merged",)))
    yield from folded(merged)
    if now.overflow:
        yield finding(Code.INPUT_MERGED, sheet=name, found=f"> {len(now.merges)}")
