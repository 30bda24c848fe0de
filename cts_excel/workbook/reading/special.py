"""特别项 read: the block of deductions and the block of bonus, any number of rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import SpecialItem
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import FormLayout
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, picture, value_text
from cts_excel.workbook.ooxml.grids import Grid
from cts_excel.workbook.reading.corrective_action import FIELDS, ActionReader
from cts_excel.workbook.reading.folding import comparison_key
from cts_excel.workbook.reading.locate import Header, LocatedSheet, special_headers
from cts_excel.workbook.reading.pictures import evidence_value, floating_pictures, is_picture

_SEPARATORS = re.compile(r"[、,，;；\s]+")
_LAST_ROW = 1 << 30  # more than any sheet has
_FAULTS = {
    FaultKind.ERROR_VALUE: Code.SPECIAL_ERROR_VALUE,
    FaultKind.NOT_FINITE: Code.SPECIAL_ERROR_VALUE,
    FaultKind.AMBIGUOUS: Code.AMBIGUOUS_CONTENT,
    FaultKind.UNCALCULATED: Code.FORMULA_NOT_CALCULATED,
    FaultKind.PICTURE: Code.SPECIAL_ERROR_VALUE,
}


@dataclass(slots=True)
class SpecialRead:
    """What 特别项 gave: the entries of both blocks, their cells, findings, pictures by cell."""

    deductions: list[SpecialItem] = field(default_factory=list)
    bonuses: list[SpecialItem] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)


def read_special(place: LocatedSheet | None, standard: Standard) -> SpecialRead:
    """Read the entries of 特别项: every row with any input filled."""
    out = SpecialRead()
    if place is None:
        return out
    blocks, form = _blocks(place.grid, place.form, standard), place.form
    for kind, entries, inputs in (
        (standard.special.deduction, out.deductions, form.deduction_inputs),
        (standard.special.bonus, out.bonuses, form.bonus_inputs),
    ):
        title = kind.title
        found = [block for block in blocks if block.title == title]
        if not found:
            out.findings.append(finding(Code.COLUMN_MISSING, sheet=place.name, expected=title))
        for block in found[1:]:
            at = f"A{block.header.row}"
            out.findings.append(
                finding(Code.SHEET_REPEATED, sheet=place.name, cell=at, found=title)
            )
        for block in found[:1]:
            reader = _Reader(place, block, kind.categories, inputs, standard, out)
            entries.extend(reader.entries())
    for block in blocks:
        if not block.title:
            at = f"A{block.header.row}"
            out.findings.append(
                finding(Code.AMBIGUOUS_CONTENT, sheet=place.name, cell=at, found=at)
            )
    return out


@dataclass(frozen=True, slots=True)
class _Block:
    """A header row, the block's title in the standard, and the rows it may hold."""

    title: str
    header: Header
    end: int


def _blocks(grid: Grid, form: FormLayout, standard: Standard) -> list[_Block]:
    """Split the sheet into blocks: each begins with its title and a header row."""
    headers = special_headers(grid, form)
    titles = (standard.special.deduction.title, standard.special.bonus.title)
    named: dict[int, str] = {}
    for _letters, row, text in grid.texts():
        for title in titles:
            if comparison_key(text[: len(title) + 8]).startswith(comparison_key(title)):
                named[row] = title
    tops = {header.row: _title_row(header.row, headers, named) for header in headers}
    unnamed = [t for t in titles if t not in {named[row] for row in tops.values() if row}]
    blocks = []
    for number, header in enumerate(headers):
        following = headers[number + 1].row if number + 1 < len(headers) else 0
        end = (tops[following] or following) if following else _LAST_ROW
        title_row = tops[header.row]
        if title_row:
            title = named[title_row]
        else:
            # With as many blocks as issued, their order shows which one lost its title.
            title = unnamed.pop(0) if len(headers) == len(titles) and unnamed else ""
        blocks.append(_Block(title, header, end))
    return blocks


def _title_row(row: int, headers: list[Header], named: dict[int, str]) -> int:
    """Return the row of the title above a header row, 0 if there is none."""
    above = max((h.row for h in headers if h.row < row), default=0)
    return max((r for r in named if above < r < row), default=0)


class _Reader:
    """The reading of one block."""

    def __init__(
        self,
        place: LocatedSheet,
        block: _Block,
        categories: tuple[str, ...],
        inputs: tuple[str, ...],
        standard: Standard,
        out: SpecialRead,
    ) -> None:
        self.sheet, self.grid, self.block = place.name, place.grid, block
        self.headings = dict(place.form.deductions)
        self.categories = {comparison_key(category): category for category in categories}
        self.inputs, self.standard, self.out = inputs, standard, out
        self.floating: Counter[str] = Counter()

    def report(self, code: Code, cell: str, found: str = "", expected: str = "") -> None:
        self.out.findings.append(
            finding(code, sheet=self.sheet, cell=cell, found=found, expected=expected)
        )

    def _report_missing(self, name: str) -> None:
        """Report a missing column; without one of the corrective action the grade is the same."""
        one = finding(
            Code.COLUMN_MISSING,
            sheet=self.sheet,
            expected=self.headings[name],
            severity=Severity.WARNING if name in FIELDS else None,
        )
        self.out.findings.append(one)

    def entries(self) -> list[SpecialItem]:
        """Read the rows in which any input is filled."""
        header = self.block.header
        for name in self.inputs:
            if not header.letters(name):
                self._report_missing(name)
        for name in header.lost:
            self.report(
                Code.LABEL_MISSING, f"{header.letters(name)}{header.row}", "", self.headings[name]
            )
        for name, letters in header.twice.items():
            self.report(
                Code.COLUMN_REPEATED,
                f"{letters[1]}{header.row}",
                "、".join(letters),
                self.headings[name],
            )
        columns = [header.letters(n) for n in self.inputs if header.letters(n)]
        given = {row for letters in columns for row in self.grid.rows(letters)}
        rows = sorted(row for row in given if header.row < row < self.block.end)
        if proof := header.letters("evidence"):
            self.floating = floating_pictures(self.grid, {f"{proof}{row}" for row in rows})
        found: list[SpecialItem] = []
        for row in rows:
            values = {n: self._value(n, row) for n in self.inputs}
            if self._states_nothing(values):
                self._report_nothing(row, values)
            elif any(value is not None for value in values.values()):
                found.append(self._entry(len(found) + 1, row, values))
        return found

    def _states_nothing(self, values: dict[str, Value]) -> bool:
        """Tell whether a row says that there is no special item (rules 3, 4 and 13).

        Such a row has a placeholder for its fact, or no fact and a placeholder in another cell but
        no evidence. A row with neither fact nor placeholder is only unfinished.
        """
        fact, proof = values["description"], values["evidence"]
        if fact is not None:
            return self._is_placeholder(fact)
        return (proof is None or self._is_placeholder(proof)) and any(
            map(self._is_placeholder, values.values())
        )

    def _is_placeholder(self, value: Value) -> bool:
        return isinstance(value, str | Decimal) and self.standard.states_nothing(value_text(value))

    def _report_nothing(self, row: int, values: dict[str, Value]) -> None:
        name = next(n for n in ("description", "evidence", *values) if values[n] is not None)
        shown = "；".join(value_text(value) for value in values.values() if value is not None)
        at = f"{self.block.header.letters(name)}{row}"
        self.report(Code.SPECIAL_STATES_NOTHING, at, shown, self.block.title)

    def _value(self, name: str, row: int) -> Value:
        letters = self.block.header.letters(name)
        value = self.grid.at(f"{letters}{row}") if letters else None
        if name != "evidence":
            return value
        value = evidence_value(value)
        blank = value is None or self._is_placeholder(value)
        return picture("", is_there=True) if blank and self.floating[f"{letters}{row}"] else value

    def _pictures(self, row: int) -> int:
        """Return the number of pictures that an entry has for evidence."""
        at = f"{self.block.header.letters('evidence')}{row}"
        count = self.floating[at] + is_picture(self.grid.at(at))
        if count:
            self.out.pictures[at] = count
        return count

    def _entry(self, number: int, row: int, values: dict[str, Value]) -> SpecialItem:
        texts, complete = self._texts(row, values)
        lacking = [
            name
            for name in layout.SPECIAL_REQUIRED
            if values[name] is None or self._is_placeholder(values[name])
        ]
        if lacking:
            at = f"{self.block.header.letters(lacking[0])}{row}"
            expected = "、".join(self.headings[name] for name in lacking)
            self.report(Code.SPECIAL_INCOMPLETE, at, expected=expected)
        category = "" if "category" in lacking else self._category(texts["category"], row)
        self._clause(texts["clause"], row)
        return SpecialItem(
            number=number,
            category=category,
            clause=texts["clause"],
            description=texts["description"],
            evidence=texts["evidence"],
            complete=complete and not lacking and bool(category),
            row=row,
            pictures=self._pictures(row),
            states_fact=values["description"] is not None,
            **self._action(row, values),
        )

    def _texts(self, row: int, values: dict[str, Value]) -> tuple[dict[str, str], bool]:
        """Return the texts of an entry, and whether every cell that counts could be read."""
        texts, readable = {}, True
        for name, value in values.items():
            at = f"{self.block.header.letters(name)}{row}"
            if value is not None:
                self.out.cells.append(at)
            if self.grid.formula(at) is not None and not isinstance(value, CellFault):
                self.report(Code.ANSWER_IS_FORMULA, at, f"={self.grid.formula(at)}")
            if name in FIELDS:
                continue  # read with the corrective action
            if isinstance(value, CellFault) and not (name == "evidence" and is_picture(value)):
                self.report(_FAULTS[value.kind], at, value.shown)
                readable = False
            texts[name] = "" if isinstance(value, CellFault) else value_text(value)
        return texts, readable

    def _action(self, row: int, values: dict[str, Value]) -> dict[str, Any]:
        """Read what the entry says about its corrective action."""
        header = self.block.header
        reader = ActionReader(
            values,
            lambda name: f"{header.letters(name)}{row}",
            self.sheet,
            self.standard,
            self.grid.dates_from_1904,
        )
        action = reader.read()
        self.out.findings += reader.findings
        return action

    def _category(self, text: str, row: int) -> str:
        category = self.categories.get(comparison_key(text), "")
        if text and not category:
            at = f"{self.block.header.letters('category')}{row}"
            self.report(
                Code.SPECIAL_CATEGORY_UNKNOWN, at, text, "；".join(self.categories.values())
            )
        return category

    def _clause(self, text: str, row: int) -> None:
        if self.standard.states_nothing(text):
            return
        known = self.standard.by_clause
        named = [comparison_key(part) for part in _SEPARATORS.split(text) if part]
        headings = (self.standard.group_by_clause, self.standard.section_by_clause)
        if any(c not in known and not any(c in h for h in headings) for c in named):
            self.report(
                Code.SPECIAL_CLAUSE_UNKNOWN, f"{self.block.header.letters('clause')}{row}", text
            )
