"""Cells as ranges, ``I4:I53,I60``, and equal findings of many cells as one (rule 15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding

# What many cells can have in common: equal findings of these codes are joined into one.
JOINED = frozenset(
    (
        Code.NOT_RATED,
        Code.PERCENT_MISSING,
        Code.RATING_ERROR_VALUE,
        Code.FORMULA_NOT_CALCULATED,
        Code.PERCENT_OTHER_FORM,
        Code.PERCENT_TOO_FINE,
        Code.EVIDENCE_MISSING,
        Code.NOT_APPLICABLE_REJECTED,
        Code.NOT_APPLICABLE_WITHOUT_REASON,
    )
)
_MOST_CLAUSES = 3  # ranges of clauses that are named; the rest are … in the text


def one_per_cause(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings that say the same of several cells of a sheet; the first one's place counts.

    Only codes of :data:`JOINED` are joined, and only findings without an impact of their own.
    """
    groups: dict[object, list[Finding]] = {}
    for number, found in enumerate(findings):
        joins = found.code in JOINED and found.impact is None and found.addresses == (found.cell,)
        same = (found.code, found.severity, found.sheet, found.found, found.expected)
        groups.setdefault(same if joins else number, []).append(found)
    return [_counted(group) if len(group) > 1 else group[0] for group in groups.values()]


def _counted(findings: Sequence[Finding]) -> Finding:
    one = joined(findings)
    return replace(one, found=f"{one.found}（{len(one.addresses)} 处）")


def joined(findings: Sequence[Finding]) -> Finding:
    """Return the first of findings, each of one cell, with the cells and clauses of all."""
    by_cell = {found.cell: found for found in findings}
    runs = cell_runs(by_cell)
    clauses = [span(by_cell[first].clause, by_cell[last].clause, "–") for first, last in runs]
    named = [clause for clause in dict.fromkeys(clauses) if clause]
    shown = "、".join(named[:_MOST_CLAUSES]) + ("…" if len(named) > _MOST_CLAUSES else "")
    cell = ",".join(span(first, last) for first, last in runs)
    return replace(findings[0], cell=cell, clause=shown)


def span(first: str, last: str, between: str = ":") -> str:
    """Write a range, or the one thing that it is."""
    return first if first == last else f"{first}{between}{last}"


def cell_runs(addresses: Iterable[str]) -> list[tuple[str, str]]:
    """Return the first and the last cell of every unbroken run down a column."""
    places = sorted(map(_place, addresses))
    breaks = [
        number
        for number, (here, below) in enumerate(pairwise(places), start=1)
        if here[:2] != below[:2] or here[2] + 1 != below[2]
    ]
    starts, ends = [0, *breaks], [*breaks, len(places)]
    return [
        (_address(places[start]), _address(places[end - 1]))
        for start, end in zip(starts, ends, strict=True)
    ]


def _place(address: str) -> tuple[int, str, int]:
    """Return a key that sorts by column, then by row."""
    letters = address.rstrip("0123456789")
    return len(letters), letters, int(address[len(letters) :])


def _address(place: tuple[int, str, int]) -> str:
    return f"{place[1]}{place[2]}"
