"""What an alteration does to the result: the effect of the stated value that it led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact

_TOTALS = (
    Code.FORMULA_ALTERED,
    Code.FORMULA_REPLACED,
    Code.FORMULA_REMOVED,
    Code.TOTAL_DOES_NOT_FOLLOW,
)
_WEIGHT, _ITEM = Code.WEIGHT_ALTERED, Code.STATED_ITEM_DIFFERS


def with_effects(found: Sequence[Finding]) -> list[Finding]:
    """Give each altered formula and weight the impact of the stated result that it led to.

    An altered formula whose cell still shows the right result has none: it could have had one.
    """
    by_cell: dict[tuple[str, str], Impact] = {}
    by_clause: dict[str, Impact] = {}
    for one in found:
        if one.impact is not None and one.code.startswith("T"):
            by_cell.setdefault((one.sheet, one.cell), one.impact)
            if one.code == _ITEM:
                by_clause.setdefault(one.clause, one.impact)
    if not by_cell:
        return list(found)
    return [_with_effect(one, by_cell, by_clause) for one in found]


def _with_effect(
    one: Finding, by_cell: dict[tuple[str, str], Impact], by_clause: dict[str, Impact]
) -> Finding:
    impact = None
    if one.impact is None and one.code in _TOTALS:
        impact = by_cell.get((one.sheet, one.cell))
    elif one.impact is None and one.code == _WEIGHT:
        impact = by_clause.get(one.clause)
    return one if impact is None else replace(one, impact=impact)
