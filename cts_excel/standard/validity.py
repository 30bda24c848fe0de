"""What makes a specification whole: checks on a standard that has the right shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cts_excel.messages import _
from cts_excel.standard.model import NOT_PASSED, Bonus, Deduction, Standard, parent, plain

_CLAUSE = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a standard file: table, 0-based entry, key, what is wrong, what to do."""

    table: str
    problem: str
    repair: str
    index: int | None = None
    key: str = ""
    clause: str = ""


def faults(standard: Standard) -> Iterator[Fault]:
    """Yield every fault, in the order of the checks."""
    for check in _CHECKS:
        yield from check(standard)


def _not_empty(standard: Standard) -> Iterator[Fault]:
    for table in ("levels", "bands", "sections", "groups", "indicators"):
        if not getattr(standard, table):
            yield Fault(table, _("no entry"), _("Add at least one [[{}]].").format(table))
    for key in ("id", "edition", "title"):
        if not getattr(standard, key).strip():
            yield Fault("", _("'{}' is empty").format(key), _("Fill it in."), key=key)


def _clauses(standard: Standard) -> Iterator[Fault]:
    tables: tuple[tuple[str, Sequence[str], set[str] | None], ...] = (
        ("sections", [s.clause for s in standard.sections], None),
        ("groups", [g.clause for g in standard.groups], {s.clause for s in standard.sections}),
        (
            "indicators",
            [i.clause for i in standard.indicators],
            {g.clause for g in standard.groups},
        ),
    )
    for table, clauses, parents in tables:
        seen: set[str] = set()
        for index, clause in enumerate(clauses):
            fault = _clause_fault(clause, seen, parents)
            if fault:
                yield Fault(table, *fault, index=index, key="clause", clause=clause)
            seen.add(clause)
        for above in sorted((parents or set()) - {parent(c) for c in clauses}):
            problem = _("nothing stands under {}").format(above)
            yield Fault(table, problem, _("Add what belongs there or remove it."), clause=above)


def _clause_fault(clause: str, seen: set[str], parents: set[str] | None) -> tuple[str, str] | None:
    if not _CLAUSE.fullmatch(clause):
        return _("'{}' is not a clause number").format(clause), _("Write it like 5.1.2.2.")
    if clause in seen:
        return _("clause {} stands twice").format(clause), _("Keep one of the two.")
    if parents is not None and parent(clause) not in parents:
        return (
            _("clause {} has no heading {}").format(clause, parent(clause) or "?"),
            _("Add the heading or correct the number."),
        )
    return None


def _texts(standard: Standard) -> Iterator[Fault]:
    for index, indicator in enumerate(standard.indicators):
        if not indicator.text.strip():
            problem = _("the text is empty")
            yield Fault("indicators", problem, _("Copy the text."), index, "text", indicator.clause)


def _weights(standard: Standard) -> Iterator[Fault]:
    for index, i in enumerate(standard.indicators):
        if i.weight <= 0 or not i.weight.is_finite():
            problem = _("weight {} is not above 0").format(i.weight)
            yield Fault("indicators", problem, _("Correct it."), index, "weight", i.clause)
            return
    pairs = [(parent(i.clause), i.weight) for i in standard.indicators]
    for index, group in enumerate(standard.groups):
        found = sum((w for above, w in pairs if above == group.clause), Decimal(0))
        yield from _sum_fault("groups", index, group.clause, found, group.weight)
    for index, section in enumerate(standard.sections):
        below = [w for above, w in pairs if parent(above) == section.clause]
        yield from _sum_fault(
            "sections", index, section.clause, sum(below, Decimal(0)), section.weight
        )
        if len(below) != section.count:
            problem = _("{} indicators stand here, 'count' says {}").format(
                len(below), section.count
            )
            repair = _("Add or remove indicators, or correct the count.")
            yield Fault("sections", problem, repair, index, "count", section.clause)
    yield from _sum_fault(
        "total", None, "", sum((w for _a, w in pairs), Decimal(0)), standard.total
    )


def _sum_fault(
    table: str, index: int | None, clause: str, found: Decimal, stated: Decimal
) -> Iterator[Fault]:
    if found != stated:
        problem = _("the weights sum to {}, stated is {}").format(plain(found), plain(stated))
        key = "" if index is None else "weight"
        yield Fault(table, problem, _("Correct a weight or the stated sum."), index, key, clause)


def _bands(standard: Standard) -> Iterator[Fault]:
    edge = Decimal(0)
    labels: set[str] = set()
    for index, band in enumerate(standard.bands):
        if band.low != edge:
            problem = _("the band begins at {}, the one before ends at {}").format(
                plain(band.low), plain(edge)
            )
            yield Fault("bands", problem, _("Close the gap."), index, "low", band.label)
        if not band.high > band.low:
            problem = _("'high' is not above 'low'")
            yield Fault("bands", problem, _("Exchange them."), index, "high", band.label)
        if band.label in labels or not band.label.strip():
            problem = _("label '{}' is empty or stands twice").format(band.label)
            yield Fault("bands", problem, _("Give each its own."), index, "label", band.label)
        labels.add(band.label)
        edge = band.high
    if edge != 1:
        problem = _("the last band ends at {}, not at 1").format(plain(edge))
        yield Fault("bands", problem, _("Add the missing band."), len(standard.bands) - 1, "high")


def _levels(standard: Standard) -> Iterator[Fault]:
    above: Decimal | None = None
    keys, labels = {NOT_PASSED}, {standard.not_passed.label, standard.special.deduction.exceeded}
    for index, level in enumerate(standard.levels):
        if above is not None and level.minimum >= above:
            problem = _("minimum {} is not below the level before it ({})").format(
                plain(level.minimum), plain(above)
            )
            repair = _("List levels from the highest to the lowest.")
            yield Fault("levels", problem, repair, index, "minimum", level.label)
        if level.minimum <= 0 or level.minimum > standard.total:
            problem = _("minimum {} lies outside 0 to {}").format(
                plain(level.minimum), plain(standard.total)
            )
            yield Fault("levels", problem, _("Correct it."), index, "minimum", level.label)
        if level.key in keys or level.label in labels:
            problem = _("key or label '{}' is taken").format(level.label)
            yield Fault("levels", problem, _("Give each its own."), index, "key", level.label)
        keys.add(level.key)
        labels.add(level.label)
        above = level.minimum


def _special(standard: Standard) -> Iterator[Fault]:
    kinds: tuple[tuple[str, Deduction | Bonus], ...] = (
        ("special.deduction", standard.special.deduction),
        ("special.bonus", standard.special.bonus),
    )
    for table, special in kinds:
        if special.points <= 0 or special.limit < 0:
            yield Fault(table, _("'points' must be above 0, 'limit' at least 0"), _("Correct it."))
        if not special.categories or len(set(special.categories)) != len(special.categories):
            problem = _("categories are missing or stand twice")
            yield Fault(table, problem, _("Give each its own."), key="categories")


_CHECKS: tuple[Callable[[Standard], Iterator[Fault]], ...] = (
    _not_empty,
    _clauses,
    _texts,
    _weights,
    _bands,
    _levels,
    _special,
)
