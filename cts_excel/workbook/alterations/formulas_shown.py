"""Formulas as findings show them: short ones whole, of two long ones what differs."""

from __future__ import annotations

from cts_excel.audit.differences import clipped, shared_start
from cts_excel.workbook.ooxml.formula_text import lexemes

_SHORT = 80  # characters of a formula that is shown whole
_AROUND = 4  # tokens that are shown on both sides of a difference
_MAX_SHOWN = 600  # characters


def shown_formula(formula: str) -> str:
    """Write a formula with its ``=``."""
    return clipped(f"={formula}", _MAX_SHOWN)


def shown_difference(issued: str, returned: str) -> tuple[str, str]:
    """Write two formulas; if one is long, only what differs and a few tokens around it."""
    if max(len(issued), len(returned)) <= _SHORT:
        return shown_formula(issued), shown_formula(returned)
    one, other = lexemes(issued), lexemes(returned)
    start = shared_start(one, other)
    end = shared_start(one[start:][::-1], other[start:][::-1])
    return _part(one, start, end), _part(other, start, end)


def _part(parts: list[str], start: int, end: int) -> str:
    """Write what lies between that many equal tokens at the beginning and at the end."""
    first, last = max(0, start - _AROUND), len(parts) - max(0, end - _AROUND)
    before = "…" if first else "="
    after = "…" if last < len(parts) else ""
    return clipped(f"{before}{''.join(parts[first:last])}", _MAX_SHOWN) + after
