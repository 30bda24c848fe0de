"""The corrective action of a deduction read: optional, but checked where it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import VERIFIED
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.cells import CellFault, Value, value_text
from cts_excel.workbook.reading.dates import EIGHT_DIGITS, read_date
from cts_excel.workbook.reading.folding import comparison_key

FIELDS = tuple(name for name in layout.SPECIAL_INPUTS if name not in layout.BONUS_INPUTS)
_WORDS = {
    comparison_key(word): now
    for word, now in (
        *((word, word) for word in layout.RECTIFICATIONS),
        *layout.EARLIER_RECTIFICATIONS.items(),
    )
}


@dataclass(slots=True)
class ActionReader:
    """The reading of one entry's corrective action.

    :ivar values: what the cells hold, by field.
    :ivar at: gives the address of a field's cell.
    """

    values: Mapping[str, Value]
    at: Callable[[str], str]
    sheet: str
    standard: Standard
    from_1904: bool
    findings: list[Finding] = field(default_factory=list)

    def read(self) -> dict[str, str | date | None]:
        """Return the fields as :class:`cts_excel.audit.model.SpecialItem` takes them."""
        read: dict[str, str | date | None] = {
            name: self._date(name) if name in layout.SPECIAL_DATES else self._text(name)
            for name in FIELDS
        }
        read["rectification"] = self._state(str(read["rectification"]))
        if read["rectification"] == VERIFIED:
            self._check_verified()
        return read

    def _report(self, code: Code, name: str, found: str, expected: str = "") -> None:
        severity = Severity.WARNING if code == Code.SPECIAL_ERROR_VALUE else None
        one = finding(
            code,
            sheet=self.sheet,
            cell=self.at(name),
            found=found,
            expected=expected,
            severity=severity,
        )
        self.findings.append(one)

    def _text(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, CellFault):
            self._report(Code.SPECIAL_ERROR_VALUE, name, value.shown)
            return ""
        return value_text(value)

    def _state(self, text: str) -> str:
        """Return a state as it is worded now; format 1 had other words for the same."""
        if self.standard.states_nothing(text):
            return text
        state = _WORDS.get(comparison_key(text))
        if state is None:
            choices = "、".join(layout.RECTIFICATIONS)
            self._report(Code.RECTIFICATION_UNKNOWN, "rectification", text, choices)
        return state or text

    def _date(self, name: str) -> date | None:
        value = self.values.get(name)
        if isinstance(value, CellFault) and EIGHT_DIGITS.fullmatch(value.shown):
            value = value.shown  # 20251108 under a date format is no day number
        shown = value.shown if isinstance(value, CellFault) else value_text(value)
        if not isinstance(value, CellFault) and self.standard.states_nothing(shown):
            return None
        usable = not isinstance(value, CellFault | bool)
        day, code = read_date(value, from_1904=self.from_1904) if usable else (None, None)
        if day is None:
            self._report(Code.ACTION_DATE_INVALID, name, shown, layout.SPECIAL_HEADING[name])
        elif code is not None:
            self._report(code, name, shown, day.isoformat())
        return day

    def _check_verified(self) -> None:
        """A verified action names who verified it, and when; an earlier format did not ask."""
        lacking = [
            name
            for name in ("verifier", "verified_on")
            if name in self.values and self.standard.states_nothing(value_text(self.values[name]))
        ]
        if lacking:
            headings = "、".join(layout.SPECIAL_HEADING[name] for name in lacking)
            self._report(Code.VERIFICATION_INCOMPLETE, lacking[0], VERIFIED, headings)
