"""Read 封面: the fields of the audit, and the results that the workbook shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from stdnum.cn import uscc

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import (
    COVER_FIELDS,
    CREDIT_CODE_LENGTH,
    Cover,
    CoverField,
    Kind,
)
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Stated
from cts_excel.standard.folding import with_plain_dashes
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import Label
from cts_excel.workbook.ooxml.addresses import cell_address, split_address
from cts_excel.workbook.ooxml.cells import (
    CellFault,
    FaultKind,
    Value,
    value_text,
)
from cts_excel.workbook.reading.dates import EIGHT_DIGITS, read_date
from cts_excel.workbook.reading.folding import comparison_key
from cts_excel.workbook.reading.locate import LocatedSheet, labels

_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_MOST_DIGITS = Decimal(10) ** 15  # a larger number has lost digits in its cell
_MOST_LOST = 2  # labels that may be missing: the others still show the place of the inputs
_OPTIONAL = frozenset(field.key for field in COVER_FIELDS if not field.required)
_RESULTS = ("base", "deductions", "bonus", "final", "level")
_FAULTS = {
    FaultKind.AMBIGUOUS: Code.AMBIGUOUS_CONTENT,
    FaultKind.UNCALCULATED: Code.FORMULA_NOT_CALCULATED,
}


@dataclass(slots=True)
class CoverRead:
    """The content of 封面: fields, results, the cells of both, and findings."""

    cover: Cover
    stated: Stated
    cells: dict[str, str]
    findings: list[Finding]


def read_cover(place: LocatedSheet | None, standard: Standard) -> CoverRead:
    """Read the input cells right of their labels, and the panel (rules 11 and 13)."""
    if place is None:
        return CoverRead(Cover(), Stated(None, None, None, None, "", True), {}, [])
    reader = _Reader(place, standard)
    cover = Cover.of({f.key: reader.date(f) if f.is_date else reader.text(f) for f in COVER_FIELDS})
    for field in COVER_FIELDS:
        if field.kind is Kind.CREDIT_CODE:
            reader.check_credit_code(field, cover.text(field.key))
    return CoverRead(cover, reader.stated(), reader.cells, reader.findings)


def credit_code(text: str) -> str:
    """Return a credit code in its canonical writing: half-width capitals without blanks."""
    return with_plain_dashes(comparison_key(text)).replace("-", "").upper()


@lru_cache(maxsize=4096)
def valid_credit_code(text: str) -> str:
    """Return a credit code in its canonical writing, ``""`` if its check digit is wrong."""
    code = credit_code(text)
    return code if uscc.is_valid(code) else ""


class _Reader:
    """The reading of one 封面."""

    def __init__(self, place: LocatedSheet, standard: Standard) -> None:
        self.sheet, self.grid, self.standard = place.name, place.grid, standard
        self.findings: list[Finding] = []
        self.cells: dict[str, str] = {}
        form = place.form
        self.asked, self._known = {label.key for label in form.cover}, form.known
        self._find(form.cover)
        panel = [label for label in form.panel if label.key in _RESULTS]
        self._find([replace(label, key=f"stated_{label.key}") for label in panel])

    def report(self, code: Code, cell: str, found: str = "", expected: str = "") -> None:
        self.findings.append(
            finding(code, sheet=self.sheet, cell=cell, found=found, expected=expected)
        )

    def _find(self, wanted: Sequence[Label]) -> None:
        """Record the cell right of each label, at the issued place or at the label's new one."""
        lost = []
        for label in wanted:
            if self.grid.at(cell_address(label.row, label.column)) == label.text:
                self.cells[label.key] = cell_address(label.row, label.column + 1)
            else:
                lost.append(label)
        found = labels(self.grid, [label.text for label in lost]) if lost else {}
        for label in lost:
            if label.text not in found and not self._known and label.key in _OPTIONAL:
                continue  # an unknown format need not have it
            places = found.get(label.text, [])
            if len(places) == 1:
                self.cells[label.key] = _right_of(places[0])
            elif places:
                self.report(Code.AMBIGUOUS_CONTENT, places[1], "、".join(places))
            elif any(found.values()) or len(lost) > _MOST_LOST or not self._known:
                self.report(Code.LABEL_MISSING, "", expected=label.text)
            else:  # the other labels are at their issued places, so this input is too
                self.cells[label.key] = cell_address(label.row, label.column + 1)
                at = cell_address(label.row, label.column)
                self.report(Code.LABEL_MISSING, at, expected=label.text)

    def _value(self, name: str) -> Value:
        return self.grid.at(self.cells[name]) if name in self.cells else None

    def _input(self, field: CoverField) -> Value:
        """Return the value of an input cell; report one that is missing, faulty or a formula.

        A placeholder is no value (rule 13).
        """
        value, at = self._value(field.key), self.cells.get(field.key, "")
        if value is None or self._is_placeholder(value):
            if field.required and field.key in self.asked:
                code, found = Code.REQUIRED_ENTRY_MISSING, value_text(value)
                self.report(code, at, found, field.label)
            return None
        if isinstance(value, CellFault):
            if field.is_date and EIGHT_DIGITS.fullmatch(value.shown):
                return value.shown  # 20251108 under a date format is no day number
            self.report(
                _FAULTS.get(value.kind, Code.COVER_WRONG_TYPE), at, value.shown, field.label
            )
            return None
        if isinstance(value, bool):
            self.report(Code.COVER_WRONG_TYPE, at, value_text(value), field.label)
            return None
        if (formula := self.grid.formula(at)) is not None:
            self.report(Code.ANSWER_IS_FORMULA, at, f"={formula}")
        return value

    def _is_placeholder(self, value: Value) -> bool:
        return isinstance(value, str | Decimal) and self.standard.states_nothing(value_text(value))

    def text(self, field: CoverField) -> str:
        """Read a text; a number counts as its plain digits, a choice as its printed form."""
        value, at = self._input(field), self.cells.get(field.key, "")
        if field.kind is Kind.CREDIT_CODE:
            return self._credit_code(value, at)
        if isinstance(value, Decimal) and abs(value) >= _MOST_DIGITS:
            self.report(Code.COVER_WRONG_TYPE, at, f"{value:.14E}", field.label)
            return ""
        text = field.tidied(value_text(value))
        if len(text) > field.limit:
            self.report(Code.ENTRY_TOO_LONG, at, str(len(text)), str(field.limit))
        if field.choices and text:
            choice = field.choice(text)
            if choice is None:
                self.report(Code.NOT_A_CHOICE, at, text, "、".join(field.choices))
            return choice or text
        return text

    def _credit_code(self, value: Value, at: str) -> str:
        """Return a credit code; a number has lost its last digits, so it is none (rule 11)."""
        code = credit_code(value_text(value))
        if isinstance(value, Decimal) or _SCIENTIFIC.fullmatch(code):
            self.report(Code.CREDIT_CODE_IS_NUMBER, at, code, f"{CREDIT_CODE_LENGTH} 位")
            return ""
        return code

    def date(self, field: CoverField) -> date | None:
        """Read a date: a real one, a text such as 2025/9/30, or what has one reading (rule 11).

        One reading have 20250930 and a day number without a date format, such as 45930.
        """
        value, at = self._input(field), self.cells.get(field.key, "")
        if value is None:
            return None
        read, code = read_date(value, from_1904=self.grid.dates_from_1904)
        if read is None:
            self.report(Code.NOT_A_DATE, at, value_text(value))
            return None
        if code is not None:
            self.report(code, at, value_text(value), read.isoformat())
        return read

    def check_credit_code(self, field: CoverField, code: str) -> None:
        """Check the check digit of a credit code (GB 32100)."""
        if code and not valid_credit_code(code):
            self.report(Code.CREDIT_CODE_INVALID, self.cells[field.key], code)

    def stated(self) -> Stated:
        """Read the results that the workbook itself shows."""
        values: dict[str, Decimal | None] = {}
        calculated = True
        for name in _RESULTS:
            at = self.cells.get(f"stated_{name}")
            value = self.grid.result(at) if at else None
            expected = str if name == "level" else Decimal
            if isinstance(value, CellFault) and value.kind is FaultKind.UNCALCULATED:
                calculated = False
            elif isinstance(value, Decimal):
                values[name] = value
            if value is not None and calculated and not isinstance(value, expected):
                self.report(
                    Code.STATED_NOT_A_NUMBER, self.cells[f"stated_{name}"], value_text(value)
                )
        level = self._value("stated_level")
        label = level if isinstance(level, str) and level != layout.INCOMPLETE_LEVEL else ""
        get = values.get
        return Stated(get("base"), get("deductions"), get("bonus"), get("final"), label, calculated)


def _right_of(address: str) -> str:
    """Return the address one column to the right."""
    column, row = split_address(address)
    return cell_address(row - 1, column)
