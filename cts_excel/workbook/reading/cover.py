"""封面 read: what identifies the audit, and the results that the workbook shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from stdnum.cn import uscc

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Cover, Stated
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.layout import CoverEntry
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, value_text
from cts_excel.workbook.reading.folding import comparison_key, half_width
from cts_excel.workbook.reading.locate import LocatedSheet, labels

_DATE = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)"
)
_MOST_DIGITS = Decimal(10) ** 15  # beyond, a number cell has lost digits
_MOST_LOST = 2  # labels that may be gone while the others still tell where entries stand
_RESULTS = ("base", "deductions", "bonus", "final", "level")
_FAULTS = {
    FaultKind.AMBIGUOUS: Code.AMBIGUOUS_CONTENT,
    FaultKind.UNCALCULATED: Code.FORMULA_NOT_CALCULATED,
}


@dataclass(slots=True)
class CoverRead:
    """What 封面 gave: entries, stated results, the cells of both, and findings."""

    cover: Cover
    stated: Stated
    cells: dict[str, str]
    findings: list[Finding] = field(default_factory=list)


def read_cover(place: LocatedSheet | None) -> CoverRead:
    """Read the input cells right of their labels, and the panel (rule 11)."""
    if place is None:
        blank = Cover("", "", "", "", "", "", None, None, "", "")
        return CoverRead(blank, Stated(None, None, None, None, "", True), {})
    reader = _Reader(place)
    texts: dict[str, str] = {}
    dates: dict[str, date | None] = {}
    for entry in layout.COVER_ENTRIES:
        if entry.is_date:
            dates[entry.field] = reader.date(entry)
        else:
            texts[entry.field] = reader.text(entry)
    reader.credit_code(texts["uscc"])
    cover = Cover(start_date=dates["start_date"], end_date=dates["end_date"], **texts)
    return CoverRead(cover, reader.stated(), reader.cells, reader.findings)


def credit_code(text: str) -> str:
    """Return a credit code in its canonical writing: half-width capitals without blanks."""
    return comparison_key(text).replace("-", "").upper()


class _Reader:
    """The reading of one 封面."""

    def __init__(self, place: LocatedSheet) -> None:
        self.sheet, self.grid = place.name, place.grid
        self.findings: list[Finding] = []
        self.cells: dict[str, str] = {}
        entries = [(entry.field, entry.label) for entry in layout.COVER_ENTRIES]
        panel = [(f"stated_{name}", label) for name, label in layout.PANEL if name in _RESULTS]
        self._find(entries, layout.COVER_LABEL_COLUMN)
        self._find(panel, layout.PANEL_LABEL_COLUMN)

    def note(self, code: str, cell: str, found: str = "", expected: str = "") -> None:
        self.findings.append(
            finding(code, sheet=self.sheet, cell=cell, found=found, expected=expected)
        )

    def _find(self, wanted: list[tuple[str, str]], column: int) -> None:
        """Note the cell right of each label: at its issued place, or wherever it stands now."""
        lost = []
        for number, (name, label) in enumerate(wanted):
            row = layout.COVER_FIRST_ROW + number
            if self.grid.at(cell_address(row, column)) == label:
                self.cells[name] = cell_address(row, column + 1)
            else:
                lost.append((name, label))
        found = labels(self.grid, [label for _name, label in lost]) if lost else {}
        for name, label in lost:
            places = found.get(label, [])
            if len(places) == 1:
                self.cells[name] = right_of(places[0])
            elif places:
                self.note(Code.AMBIGUOUS_CONTENT, places[1], "、".join(places))
            elif any(found.values()) or len(lost) > _MOST_LOST:
                self.note(Code.LABEL_MISSING, "", expected=label)
            else:  # the others stand where they were issued, so this one's entry does too
                number = next(n for n, (other, _label) in enumerate(wanted) if other == name)
                row = layout.COVER_FIRST_ROW + number
                self.cells[name] = cell_address(row, column + 1)
                self.note(Code.LABEL_MISSING, cell_address(row, column), expected=label)

    def _value(self, name: str) -> Value:
        return self.grid.at(self.cells[name]) if name in self.cells else None

    def _input(self, entry: CoverEntry) -> Value:
        """Return the value of an input cell; report one that is missing, faulty or a formula."""
        value, at = self._value(entry.field), self.cells.get(entry.field, "")
        if value is None:
            if entry.required:
                self.note(Code.REQUIRED_ENTRY_MISSING, at, expected=entry.label)
            return None
        if isinstance(value, CellFault):
            self.note(_FAULTS.get(value.kind, Code.COVER_WRONG_TYPE), at, value.shown, entry.label)
            return None
        if isinstance(value, bool):
            self.note(Code.COVER_WRONG_TYPE, at, value_text(value), entry.label)
            return None
        if (formula := self.grid.formula(at)) is not None:
            self.note(Code.ANSWER_IS_FORMULA, at, f"={formula}")
        return value

    def text(self, entry: CoverEntry) -> str:
        """Read a text; a number counts as its plain digits, a choice as its printed form."""
        value, at = self._input(entry), self.cells.get(entry.field, "")
        if isinstance(value, Decimal) and abs(value) >= _MOST_DIGITS:
            self.note(Code.COVER_WRONG_TYPE, at, f"{value:.14E}", entry.label)
            return ""
        text = value_text(value)
        if entry.choices and text:
            by_folded = {comparison_key(choice): choice for choice in entry.choices}
            choice = by_folded.get(comparison_key(text))
            if choice is None:
                self.note(Code.NOT_A_CHOICE, at, text, "、".join(entry.choices))
            return choice or text
        return credit_code(text) if entry.field == "uscc" else text

    def date(self, entry: CoverEntry) -> date | None:
        """Read a date: a real one, or a text such as 2025-09-30, 2025/9/30, 2025年9月30日."""
        value, at = self._input(entry), self.cells.get(entry.field, "")
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        match = (
            _DATE.fullmatch("".join(half_width(value).split())) if isinstance(value, str) else None
        )
        if match is not None:
            year, *rest = (int(group) for group in match.groups() if group)
            try:
                return date(year, *rest)
            except ValueError:
                pass
        self.note(Code.NOT_A_DATE, at, value_text(value))
        return None

    def credit_code(self, code: str) -> None:
        """Check the credit code's check digit (GB 32100)."""
        if code and not uscc.is_valid(code):
            self.note(Code.CREDIT_CODE_INVALID, self.cells["uscc"], code)

    def stated(self) -> Stated:
        """Read the results that the workbook itself shows."""
        values: dict[str, Decimal | None] = {}
        calculated = True
        for name in _RESULTS:
            value = self._value(f"stated_{name}")
            expected = str if name == "level" else Decimal
            if isinstance(value, CellFault) and value.kind is FaultKind.UNCALCULATED:
                calculated = False
            elif isinstance(value, Decimal):
                values[name] = value
            if value is not None and calculated and not isinstance(value, expected):
                self.note(Code.STATED_NOT_A_NUMBER, self.cells[f"stated_{name}"], value_text(value))
        level = self._value("stated_level")
        label = level if isinstance(level, str) and level != layout.INCOMPLETE_LEVEL else ""
        get = values.get
        return Stated(get("base"), get("deductions"), get("bonus"), get("final"), label, calculated)


def right_of(address: str) -> str:
    """Return the address one column to the right."""
    letters, row = address.rstrip("0123456789"), address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return f"{column_letters(number)}{row}"
