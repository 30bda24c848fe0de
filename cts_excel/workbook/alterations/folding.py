"""The same alteration in many cells as one finding (rule 15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.workbook.alterations.places import cell_ranges

_MOST_VALUES = 3  # values that are shown of a folded finding


class Alteration(NamedTuple):
    """An altered cell. Those of one code and one ``kind`` are the same; without one, it is alone.

    A kind holds formulas relative to their cells, so that it is equal from row to row.
    """

    finding: Finding
    kind: tuple[str, ...] = ()


def folded(alterations: Iterable[Alteration]) -> Iterator[Finding]:
    """Yield one finding for each kind of alteration, with all its cells and their count."""
    groups: dict[object, list[Finding]] = {}
    for number, (found, kind) in enumerate(alterations):
        groups.setdefault((found.code, kind) if kind else number, []).append(found)
    for group in groups.values():
        yield group[0] if len(group) == 1 else _together(group)


def _together(group: list[Finding]) -> Finding:
    first = group[0]
    found = first.found
    if first.code in (Code.FORMULA_REPLACED, Code.INPUT_MERGED):
        values = list(dict.fromkeys(one.found for one in group))
        found = "、".join(values[:_MOST_VALUES]) + "…" * (len(values) > _MOST_VALUES)
    cells = ",".join(cell_ranges(one.cell for one in group))
    return replace(first, cell=cells, found=f"{found}（{len(group)} 处）")
