"""What was changed outside the cells of a sheet: protection, validation, merges, hiding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding, Severity
from cts_excel.workbook.alterations.moves import Moves
from cts_excel.workbook.alterations.pairing import SheetPair, WorkbookPair
from cts_excel.workbook.alterations.reference import SheetReference
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters, split_address
from cts_excel.workbook.ooxml.sheet_settings import (
    SheetSettings,
    ValidationRule,
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
    yield from _hidden(name, grid, now)
    if compare:
        if now.merges != issued.settings.merges:
            yield from _merged(issued, name, now, workbooks.moves[issued.name])
        if now.validations != issued.settings.validations:
            yield from _validation(issued, name, now, workbooks.moves[issued.name])


def _hidden(name: str, grid: XlsxGrid, now: SheetSettings) -> Iterator[Finding]:
    if name == layout.IDENTITY:
        return
    rows = grid.raw.hidden_rows
    last_row, last_column = grid.raw.bounds if rows or now.hidden_columns else (0, 0)
    rows = [row for row in rows if row <= last_row]
    columns = [column for column in now.hidden_columns if column[0] <= last_column]
    if rows or columns:
        spans = [_span(str(a), str(b)) for a, b in _runs(rows)]
        spans += [
            _span(column_letters(a - 1), column_letters(min(b, last_column) - 1))
            for a, b in columns
        ]
        # The protected sheet allows filtering, and filtering hides rows.
        severity = Severity.NOTICE if now.filtered and not columns else None
        cell = f"A{rows[0]}" if rows else f"{column_letters(columns[0][0] - 1)}1"
        shown = clipped("、".join(spans))
        yield finding(Code.ROWS_HIDDEN, sheet=name, cell=cell, found=shown, severity=severity)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    for _key, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _place, number in run]
        yield members[0], members[-1]


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}:{last}"


def _merged(
    issued: SheetReference, name: str, now: SheetSettings, moves: Moves
) -> Iterator[Finding]:
    inputs = [split_address(at) for address in issued.inputs if (at := moves.address(address))]
    for merge in now.merges:
        if merge not in issued.settings.merges and merge[:2] != merge[2:]:
            covered = [cell for cell in inputs if range_contains(merge, *cell)]
            if covered:
                shown = f"{_at(*merge[:2])}:{_at(*merge[2:])}"
                first = _at(*min(covered, key=lambda cell: (cell[1], cell[0])))
                yield finding(Code.INPUT_MERGED, sheet=name, cell=first, found=shown)
    if now.overflow:
        yield finding(Code.INPUT_MERGED, sheet=name, found=f"> {len(now.merges)}")


def _validation(
    issued: SheetReference, name: str, now: SheetSettings, moves: Moves
) -> Iterator[Finding]:
    """Compare the rules of each input cell, however the ranges are divided."""
    removed: list[str] = []
    altered: dict[tuple[str, str], list[str]] = {}
    # If columns moved, the references in the rules moved too: only kinds are compared.
    shown = str if all(a == b for a, b in moves.columns.items()) else _kind
    for address in issued.inputs:
        at = moves.address(address)
        if not at:
            continue
        wanted = [shown(rule) for rule in _rules(issued.settings, *split_address(address))]
        found = [shown(rule) for rule in _rules(now, *split_address(at))]
        if wanted and not found:
            removed.append(at)
        elif wanted != found:
            altered.setdefault(("；".join(found), "；".join(wanted)), []).append(at)
    if removed:
        yield finding(
            Code.VALIDATION_REMOVED, sheet=name, cell=removed[0], found=shown_cells(removed)
        )
    for (rules, expected), cells in altered.items():
        what = clipped(f"{shown_cells(cells)}: {rules}")
        yield finding(
            Code.VALIDATION_ALTERED,
            sheet=name,
            cell=cells[0],
            found=what,
            expected=clipped(expected),
        )


def _kind(rule: ValidationRule) -> str:
    return f"{rule.kind} {rule.operator} {rule.strict}"


def _rules(settings: SheetSettings, column: int, row: int) -> list[ValidationRule]:
    return [
        rule
        for ranges, rule in settings.validations
        if any(range_contains(found, column, row) for found in ranges)
    ]


def shown_cells(addresses: Iterable[str]) -> str:
    """Write addresses in short, runs in a column as ranges: ``F4:F53、I7``."""
    by_column: dict[int, list[int]] = {}
    for address in addresses:
        column, row = split_address(address)
        by_column.setdefault(column, []).append(row)
    spans = [
        _span(_at(column, first), _at(column, last))
        for column, rows in sorted(by_column.items())
        for first, last in _runs(rows)
    ]
    return clipped("、".join(spans))


def _at(column: int, row: int) -> str:
    return f"{column_letters(column - 1)}{row}"
