"""Checks across a standard that has the right shape: clauses, sums, bands, levels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from cts_excel.files.numbers import plain
from cts_excel.messages import _
from cts_excel.standard.folding import folded
from cts_excel.standard.model import (
    NOT_PASSED,
    Band,
    Bonus,
    Deduction,
    Group,
    Section,
    Standard,
    parent,
)
from cts_excel.standard.shape import StandardFault
from cts_excel.standard.values import value_faults

_CLAUSE = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*")
MOST_PLACEHOLDERS = 500
_LEVEL_KEY = re.compile(r"[a-z][a-z0-9_]*")
_PRINTED_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*[-–—~～至到]\s*(\d+(?:\.\d+)?)\s*%")


def faults(standard: Standard) -> Iterator[StandardFault]:
    """Yield every fault; checks across tables run only if all single values are sound."""
    sound = True
    for fault in value_faults(standard):
        sound = False
        yield fault
    if sound:
        for check in _CHECKS:
            yield from check(standard)


def _clauses(standard: Standard) -> Iterator[StandardFault]:
    sections = {s.clause for s in standard.sections}
    groups = {g.clause for g in standard.groups}
    tables: tuple[tuple[str, Sequence[str], set[str] | None], ...] = (
        ("sections", [s.clause for s in standard.sections], None),
        ("groups", [g.clause for g in standard.groups], sections),
        ("indicators", [i.clause for i in standard.indicators], groups),
    )
    seen: set[str] = set()
    for table, clauses, parents in tables:
        for index, clause in enumerate(clauses):
            if fault := _clause_fault(clause, seen, parents):
                yield StandardFault(f"{table}[{index}].clause", *fault, clause=clause)
            seen.add(folded(clause))


def _clause_fault(clause: str, seen: set[str], parents: set[str] | None) -> tuple[str, str] | None:
    if not _CLAUSE.fullmatch(clause):
        return _("'{}' is not a clause number").format(clause), _("Write it like 5.1.2.2.")
    if folded(clause) in seen:
        return _("clause {} stands twice").format(clause), _("Keep one of the two.")
    if parents is not None and parent(clause) not in parents:
        return (
            _("clause {} has no heading {} above it").format(clause, parent(clause) or "?"),
            _("Add the heading or correct the number."),
        )
    return None


def _headings(standard: Standard) -> Iterator[StandardFault]:
    tables: tuple[tuple[str, Sequence[Section | Group], set[str]], ...] = (
        ("sections", standard.sections, {parent(g.clause) for g in standard.groups}),
        ("groups", standard.groups, {parent(i.clause) for i in standard.indicators}),
    )
    for table, headings, below in tables:
        for index, heading in enumerate(headings):
            if heading.clause not in below:
                problem = _("nothing stands under {}").format(heading.clause)
                repair = _("Add what belongs there or remove the heading.")
                yield StandardFault(f"{table}[{index}]", problem, repair, heading.clause)


def _weights(standard: Standard) -> Iterator[StandardFault]:
    for index, i in enumerate(standard.indicators):
        if i.weight == 0:
            problem = _("weight 0 is not above 0")
            yield StandardFault(f"indicators[{index}].weight", problem, _("Correct it."), i.clause)
    pairs = [(parent(i.clause), i.weight) for i in standard.indicators]
    for index, group in enumerate(standard.groups):
        found = [w for above, w in pairs if above == group.clause]
        yield from _sum_fault(f"groups[{index}].weight", group.clause, found, group.weight)
    for index, section in enumerate(standard.sections):
        found = [w for above, w in pairs if parent(above) == section.clause]
        yield from _sum_fault(f"sections[{index}].weight", section.clause, found, section.weight)
        if len(found) != section.count:
            problem = _("{} indicators stand here, 'count' says {}").format(
                len(found), section.count
            )
            repair = _("Add or remove indicators, or correct the count.")
            yield StandardFault(f"sections[{index}].count", problem, repair, section.clause)
    yield from _sum_fault("total", "", [w for _above, w in pairs], standard.total)


def _sum_fault(
    path: str, clause: str, weights: Sequence[Decimal], stated: Decimal
) -> Iterator[StandardFault]:
    found = sum(weights, Decimal(0))
    if found != stated:
        problem = _("the weights sum to {}, stated is {}").format(plain(found), plain(stated))
        yield StandardFault(path, problem, _("Correct a weight or the stated sum."), clause)


def _bands(standard: Standard) -> Iterator[StandardFault]:
    edge = Decimal(0)
    labels: set[str] = set()
    for index, band in enumerate(standard.bands):
        at = f"bands[{index}]"
        if band.low != edge:
            kind = _("a gap") if band.low > edge else _("an overlap")
            problem = _("{}: the band begins at {}, the one before ends at {}").format(
                kind, plain(band.low), plain(edge)
            )
            repair = _("Let each band begin where the one before ends, the first at 0.")
            yield StandardFault(f"{at}.low", problem, repair, band.label)
        if band.high <= band.low:
            problem = _("'high' ({}) is not above 'low' ({})").format(
                plain(band.high), plain(band.low)
            )
            yield StandardFault(f"{at}.high", problem, _("Correct one of them."), band.label)
        if band.high > 1:
            problem = _("'high' ({}) is above 1").format(plain(band.high))
            yield StandardFault(f"{at}.high", problem, _("Write 85% as 0.85."), band.label)
        if folded(band.label) in labels:
            problem = _("the label '{}' stands twice").format(band.label)
            yield StandardFault(f"{at}.label", problem, _("Give each band its own."), band.label)
        if not band.bullets:
            problem = _("the band has no bullet")
            yield StandardFault(f"{at}.bullets", problem, _("Add at least one."), band.label)
        yield from _printed_range(at, band)
        labels.add(folded(band.label))
        edge = band.high
    if edge != 1:
        problem = _("the last band ends at {}, not at 1").format(plain(edge))
        at = f"bands[{len(standard.bands) - 1}].high"
        yield StandardFault(at, problem, _("Add the missing band or write fractions of 1."))


def _printed_range(at: str, band: Band) -> Iterator[StandardFault]:
    """Compare the percentages printed in a label, if there are any, with the numbers."""
    printed = _PRINTED_RANGE.search(unicodedata.normalize("NFKC", band.label))
    if printed:
        low, high = (Decimal(part) / 100 for part in printed.groups())
        if (low, high) != (band.low, band.high):
            problem = _("the label says {}, the numbers say {} to {}").format(
                printed[0], plain(band.low), plain(band.high)
            )
            yield StandardFault(
                f"{at}.label", problem, _("Correct the label or the numbers."), band.label
            )


def _levels(standard: Standard) -> Iterator[StandardFault]:
    above: Decimal | None = None
    keys = {NOT_PASSED}
    labels = {folded(standard.not_passed.label), folded(standard.special.deduction.exceeded)}
    for index, level in enumerate(standard.levels):
        at = f"levels[{index}]"
        if above is not None and level.minimum >= above:
            problem = _("minimum {} is not below the level before it ({})").format(
                plain(level.minimum), plain(above)
            )
            repair = _("List levels from the highest to the lowest.")
            yield StandardFault(f"{at}.minimum", problem, repair, level.label)
        if not 0 < level.minimum <= standard.total:
            problem = _("minimum {} lies outside 0 to {}").format(
                plain(level.minimum), plain(standard.total)
            )
            yield StandardFault(f"{at}.minimum", problem, _("Correct it."), level.label)
        if not _LEVEL_KEY.fullmatch(level.key) or level.key in keys:
            problem = _("key '{}' is taken or not of the form five_star").format(level.key)
            yield StandardFault(f"{at}.key", problem, _("Give each level its own."), level.label)
        if folded(level.label) in labels:
            problem = _("the label '{}' is taken").format(level.label)
            yield StandardFault(f"{at}.label", problem, _("Give each level its own."), level.label)
        keys.add(level.key)
        labels.add(folded(level.label))
        above = level.minimum


def _special(standard: Standard) -> Iterator[StandardFault]:
    kinds: tuple[tuple[str, Deduction | Bonus], ...] = (
        ("special.deduction", standard.special.deduction),
        ("special.bonus", standard.special.bonus),
    )
    for table, special in kinds:
        if special.points == 0:
            problem = _("an entry is worth 0 points")
            yield StandardFault(f"{table}.points", problem, _("Write a number above 0."))
        if not special.categories:
            yield StandardFault(f"{table}.categories", _("no category"), _("Add at least one."))
        if len({folded(c) for c in special.categories}) != len(special.categories):
            problem = _("a category stands twice")
            yield StandardFault(f"{table}.categories", problem, _("Give each its own name."))


def _policy(standard: Standard) -> Iterator[StandardFault]:
    if not 0 < len(standard.policy.placeholders) <= MOST_PLACEHOLDERS:
        problem = _("{} entries, allowed are {} to {}").format(
            len(standard.policy.placeholders), 1, MOST_PLACEHOLDERS
        )
        yield StandardFault("policy.placeholders", problem, _("Add at least one."))


_CHECKS: tuple[Callable[[Standard], Iterator[StandardFault]], ...] = (
    _clauses,
    _headings,
    _weights,
    _bands,
    _levels,
    _special,
    _policy,
)
