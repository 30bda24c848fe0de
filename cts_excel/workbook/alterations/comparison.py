"""The closer look at a sheet with altered cells; moved rows and columns are taken into account."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped, difference
from cts_excel.audit.findings import Finding
from cts_excel.workbook.alterations.folding import Alteration
from cts_excel.workbook.alterations.formulas_shown import shown_difference, shown_formula
from cts_excel.workbook.alterations.moves import Follower
from cts_excel.workbook.alterations.pairing import SheetPair, WorkbookPair
from cts_excel.workbook.alterations.places import shown_cells
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters, split_address
from cts_excel.workbook.ooxml.cells import unescaped, value_text
from cts_excel.workbook.ooxml.formula_text import Token, tokens
from cts_excel.workbook.ooxml.formula_tree import tree
from cts_excel.workbook.ooxml.raw_sheet import (
    FORMULA,
    FORMULA_TAG,
    INLINE,
    STYLE,
    TYPE,
    VALUE,
    RawCell,
)
from cts_excel.workbook.ooxml.shared_formulas import first_cells, shared_tokens
from cts_excel.workbook.ooxml.sheet_settings import relative_tree
from cts_excel.workbook.reading.folding import as_number, comparison_key

_REPORTED = ("clause", "band")


class SheetComparison:
    """The closer look at a sheet in which something differs."""

    def __init__(self, workbooks: WorkbookPair, pair: SheetPair) -> None:
        self.issued, self.grid, self.form = pair.issued, pair.grid, workbooks.reference.form
        self.finding = partial(finding, sheet=pair.name)
        self.moves = workbooks.moves[pair.issued.name]
        self._follower = Follower(workbooks.moves, workbooks.issued_names)

    def moved(self) -> Iterator[Finding]:
        """Report rows and columns that were inserted, moved or deleted."""
        if not self.moves.any:
            return
        gone = [
            address
            for address in self.issued.formulas
            if not self.moves.address(address) and not self._indicator_row(address)
        ]
        if gone:
            yield self.finding(Code.FORM_PART_DELETED, found=shown_cells(gone))
        if self.issued.name != layout.RATINGS:  # there, reading reports what moved
            yield self.finding(Code.ROWS_INSERTED, found=self._first_moved())

    def _first_moved(self) -> str:
        rows = [f"{a}→{b}" for a, b in self.moves.rows.items() if a != b]
        columns = [
            f"{column_letters(a - 1)}→{column_letters(b - 1)}"
            for a, b in self.moves.columns.items()
            if a != b
        ]
        moved = [*columns, *rows]
        return "、".join(moved[:3]) + ("…" if len(moved) > 3 else "")

    def formula(self, address: str, stored: str) -> Iterator[Alteration]:
        """Compare a formula with the issued one, its references moved as rows and columns were."""
        now = self.moves.address(address)
        if not now:
            return
        cell = self.grid.raw.cells.get(now)
        wanted = unescaped(stored) if self.issued.grid.raw.escaped else stored
        kind, expected = _relative(wanted, address), shown_formula(wanted)
        if cell is None or not (cell[FORMULA_TAG] or cell[VALUE] or cell[INLINE]):
            removed = self.finding(Code.FORMULA_REMOVED, cell=now, expected=expected)
            yield Alteration(removed, (kind,))
        elif not cell[FORMULA_TAG]:
            found = clipped(value_text(self.grid.at(now)))
            replaced = self.finding(Code.FORMULA_REPLACED, cell=now, found=found, expected=expected)
            yield Alteration(replaced, (kind,))
        elif not self._same(wanted, self._tokens(cell)):
            formula = self._formula(cell)
            expected, found = shown_difference(wanted, formula)
            altered = self.finding(Code.FORMULA_ALTERED, cell=now, found=found, expected=expected)
            yield Alteration(altered, (kind, _relative(formula, now)))
        elif cell[TYPE] == "e":
            found = value_text(self.grid.at(now))
            error = self.finding(Code.FORMULA_SHOWS_ERROR, cell=now, found=found)
            yield Alteration(error, (found,))

    def _same(self, wanted: str, found: tuple[Token, ...]) -> bool:
        return self._follower.same(self.issued.name, tree(tokens(wanted)), tree(found))

    def text(self, address: str, text: str) -> Iterator[Alteration]:
        """Compare a printed text."""
        now = self.moves.address(address)
        if not now:
            return
        value, expected = self.grid.at(now), clipped(text)
        if (formula := self.grid.formula(now)) is not None:
            yield self._for_value(now, formula, expected)
        elif value != text and comparison_key(value_text(value)) != comparison_key(text):
            yield self._printed(now, difference(text, value_text(value)), expected)

    def number(self, address: str, stored: str) -> Iterator[Alteration]:
        """Compare a printed number."""
        now, wanted = self.moves.address(address), self.issued.grid.at(address)
        if not now:
            return
        if (formula := self.grid.formula(now)) is not None:
            yield self._for_value(now, formula, stored)
        elif as_number(self.grid.at(now)) != wanted:
            yield self._printed(now, value_text(self.grid.at(now)) or "—", value_text(wanted))

    def became_formulas(self) -> Iterator[Alteration]:
        """Report formulas in cells that reading compares by value."""
        for address in self.issued.read:
            now = self.moves.address(address)
            if now and (formula := self.grid.formula(now)) is not None:
                expected = clipped(value_text(self.issued.grid.at(address)))
                yield self._for_value(now, formula, expected)

    def _for_value(self, cell: str, formula: str, expected: str) -> Alteration:
        found = shown_formula(formula)
        code = Code.FORMULA_FOR_VALUE
        return Alteration(
            self.finding(code, cell=cell, found=found, expected=expected),
            (_relative(formula, cell), expected),
        )

    def _printed(self, cell: str, found: str, expected: str) -> Alteration:
        code = Code.PRINTED_TEXT_ALTERED
        return Alteration(
            self.finding(code, cell=cell, found=found, expected=expected), (found, expected)
        )

    def surplus(self) -> Iterator[Finding]:
        """Report content in cells that belong to no part of the form."""
        known = {self.moves.address(address) for address in self.issued.known}
        extra = [
            address
            for address, cell in self.grid.raw.cells.items()
            if address not in known
            and (cell[VALUE] or cell[FORMULA_TAG] or cell[INLINE])
            and self.grid.at(address) is not None
            and not self._reported(address)
        ]
        if extra:
            found = shown_cells(extra)
            yield self.finding(Code.CONTENT_OUTSIDE_FORM, cell=extra[0], found=found)

    def unlocked(self, styles: frozenset[str]) -> Iterator[Finding]:
        """Report locked cells that can now be edited."""
        found = [
            now
            for address in self.issued.known.difference(self.issued.inputs)
            if (now := self.moves.address(address))
            and (cell := self.grid.raw.cells.get(now)) is not None
            and cell[STYLE] in styles
        ]
        if found:
            first = min(found, key=lambda a: (split_address(a)[1], split_address(a)[0]))
            yield self.finding(Code.CELLS_UNLOCKED, cell=first, found=shown_cells(found))

    def _reported(self, address: str) -> bool:
        """Return whether reading covers a cell: a special item, a clause or a rating."""
        if self.issued.name == layout.SPECIAL:
            return self._special_input(address)
        if self.issued.name != layout.RATINGS:
            return False
        row = split_address(address)[1]
        issued = {a for a, b in self.moves.rows.items() if b == row}
        if any(self._indicator_row(f"A{number}") for number in issued):
            return False
        columns = (self.moves.columns.get(self.form.rating_column(n) + 1, 0) for n in _REPORTED)
        letters = [column_letters(column - 1) for column in columns if column]
        return any(isinstance(self.grid.at(f"{x}{row}"), str) for x in letters)

    def _special_input(self, address: str) -> bool:
        """Return whether a cell is in an entry's column, below a header row."""
        column, row = split_address(address)
        form = self.form
        inputs = {*form.deduction_inputs, *form.bonus_inputs}
        columns = {self.moves.columns.get(form.special_column(n) + 1) for n in inputs}
        first, title = (
            self.moves.rows.get(issued)
            for issued in (form.deduction_header_row + 1, form.bonus_header_row)
        )
        return column in columns and first is not None and row > first and row != title

    def _indicator_row(self, address: str) -> bool:
        if self.issued.name != layout.RATINGS:
            return False
        letters = column_letters(self.form.rating_column("clause"))
        return f"{letters}{split_address(address)[1]}" in self.issued.read

    @cached_property
    def _firsts(self) -> dict[str, RawCell]:
        return first_cells(self.grid.raw.cells)

    def _tokens(self, cell: RawCell) -> tuple[Token, ...]:
        stored, escaped = cell[FORMULA], self.grid.raw.escaped
        if stored:
            return tokens(unescaped(stored) if escaped else stored)
        return shared_tokens(cell, self._firsts, escaped=escaped)

    def _formula(self, cell: RawCell) -> str:
        if cell[FORMULA]:
            return unescaped(cell[FORMULA]) if self.grid.raw.escaped else cell[FORMULA]
        return "".join(str(token) for token in self._tokens(cell))


def _relative(formula: str, address: str) -> str:
    """Return a formula with its references relative to its cell, for comparison."""
    return relative_tree(formula, *split_address(address))
