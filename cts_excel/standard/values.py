"""Limits on single numbers and texts of a standard file, so that every application can hold them.

Excel keeps 15 significant digits and 32,767 UTF-16 units to a cell, and reads what is
chosen from a dropdown as if it were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from cts_excel.messages import _
from cts_excel.standard.model import RESERVED_WORDS, Form, Standard
from cts_excel.standard.shape import StandardFault, leaves

MOST, DECIMALS = Decimal(1_000_000), 6
CELL_UNITS = 32_767
_FORM = tuple(f"form.{field.name}" for field in msgspec.structs.fields(Form))
_OPTIONAL = ("publisher", "basis", "subject", *_FORM)

# Longest text by key, in UTF-16 units; every other text may fill a cell.
_LONGEST = {
    "id": 50, "edition": 50, "title": 100, "publisher": 100, "basis": 100, "subject": 100,
    "clause": 30, "key": 30, "label": 50, "exceeded": 50, "categories": 255,
    "placeholders": 50, "document_no": 40, "revision": 20, "body": 60,
}  # fmt: skip
# Fewest and most entries by table: formulas nest, and a form must stay one that people fill in.
_ENTRIES = {
    "levels": (1, 20), "bands": (1, 20), "sections": (1, 100), "groups": (1, 500),
    "indicators": (1, 2000), "errata": (0, 1000),
}  # fmt: skip
# Texts that are chosen from a dropdown or compared in a formula.
_CHOSEN = re.compile(
    r"(bands\[\d+\]\.label|levels\[\d+\]\.label|not_passed\.label|special\.deduction\.exceeded"
    r"|special\.\w+\.categories\[\d+\])"
)
_TYPED_VALUE = re.compile(
    r"[\d.,\s]+%?|\d+([-/.:]\d+){1,2}|\d+年?\d*月?\d*日?|true|false|[\d.]+e[+-]?\d+", re.IGNORECASE
)
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def value_faults(standard: Standard) -> Iterator[StandardFault]:
    """Yield the faults of single values, and of tables with too few or too many entries."""
    for table, (fewest, most) in _ENTRIES.items():
        entries = len(getattr(standard, table))
        if not fewest <= entries <= most:
            problem = _("{} entries, allowed are {} to {}").format(entries, fewest, most)
            yield StandardFault(table, problem, _("Add or remove a [[{}]] table.").format(table))
    for path, value in leaves(standard):
        if isinstance(value, Decimal):
            problem, repair = _number_fault(value)
        elif isinstance(value, str):
            problem, repair = _text_fault(path, value) or _choice_fault(path, value)
        else:
            continue
        if problem:
            yield StandardFault(path, problem, repair, _clause(standard, path))


def _number_fault(number: Decimal) -> tuple[str, str]:
    exponent = number.as_tuple().exponent
    if number.is_finite() and 0 <= number <= MOST and isinstance(exponent, int):
        whole = number.normalize().as_tuple().exponent
        if isinstance(whole, int) and whole >= -DECIMALS:
            return "", ""
    shown = str(number) if len(str(number)) <= 30 else f"{str(number)[:30]}…"
    return (
        _("{} is not a number from 0 to 1000000 with at most 6 decimals").format(shown),
        _("Correct it."),
    )


def _text_fault(path: str, text: str) -> tuple[str, str] | None:
    if not text.strip():
        return (
            None if path in _OPTIONAL and not text else (_("the text is empty"), _("Fill it in."))
        )
    unseen = next((c for c in text if unicodedata.category(c) in _UNSEEN or _illegal(c)), None)
    if unseen is not None:
        problem = _("an invisible or control character, U+{:04X}, stands in the text")
        return problem.format(ord(unseen)), _("Remove it; a text is one line.")
    if text != text.strip():
        return _("the text begins or ends with a space"), _("Remove the space.")
    units = len(text.encode("utf-16-le")) // 2
    longest = _LONGEST.get(re.sub(r"\[\d+\]$", "", path).rpartition(".")[2], CELL_UNITS)
    if units > longest:
        problem = _("the text has {} characters, at most {} fit").format(units, longest)
        return problem, _("Shorten it.")
    return None


def _illegal(character: str) -> bool:
    """Tell whether XML, and so a workbook, cannot hold a character."""
    return ord(character) & 0xFFFE == 0xFFFE


def _choice_fault(path: str, text: str) -> tuple[str, str]:
    if not _CHOSEN.fullmatch(path):
        return "", ""
    if text in RESERVED_WORDS:
        return (
            _("'{}' has a meaning of its own in the workbook").format(text),
            _("Choose another word."),
        )
    if text[0] in "=+-@'" or _TYPED_VALUE.fullmatch(unicodedata.normalize("NFKC", text)):
        return (
            _("Excel would take '{}' for a formula, a number or a date").format(text),
            _("Put a word before it."),
        )
    return "", ""


def _clause(standard: Standard, path: str) -> str:
    step = re.match(r"(\w+)\[(\d+)\]", path)
    entry = getattr(standard, step[1])[int(step[2])] if step else None
    return str(getattr(entry, "clause", getattr(entry, "label", "")))
