"""A standard as a tree of lines, for ``cts-excel standard``: data that a terminal only prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cts_excel.files.numbers import plain
from cts_excel.messages import _
from cts_excel.standard.model import Bonus, Deduction, Standard, parent


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of the tree and the lines below it."""

    text: str
    below: tuple[Branch, ...] = ()


def outline(standard: Standard) -> Branch:
    """Return the whole standard as a tree: every number, text and switch that grading uses."""
    head = f"{standard.title} {standard.edition} ({standard.id})"
    facts = (
        _("Publisher: {}").format(standard.publisher or "—"),
        _("Basis: {}").format(standard.basis or "—"),
        _("{} indicators, {} points").format(len(standard.indicators), plain(standard.total)),
        _("SHA-256 of the indicator table: {}").format(standard.digest),
    )
    return Branch(
        head,
        (
            *(Branch(fact) for fact in facts),
            Branch(_("Indicators"), tuple(_sections(standard))),
            Branch(_("Bands"), tuple(_bands(standard))),
            Branch(_("Levels"), tuple(_levels(standard))),
            Branch(_("Special rules"), tuple(_special(standard))),
            Branch(_("Policy"), tuple(_policy(standard))),
            Branch(_("Errata"), tuple(_errata(standard))),
        ),
    )


def lines(branch: Branch, depth: int = 0) -> Iterator[str]:
    """Yield the tree as plain lines, two spaces deeper per step, for a pipe or a file."""
    yield "  " * depth + branch.text
    for below in branch.below:
        yield from lines(below, depth + 1)


def _sections(standard: Standard) -> Iterator[Branch]:
    for section in standard.sections:
        groups = tuple(
            Branch(
                f"{group.label} · {plain(group.weight)}",
                tuple(
                    Branch(f"{i.clause} · {plain(i.weight)} · {i.text}")
                    for i in standard.indicators
                    if parent(i.clause) == group.clause
                ),
            )
            for group in standard.groups
            if parent(group.clause) == section.clause
        )
        count = _("{} indicators, {} points").format(section.count, plain(section.weight))
        yield Branch(f"{section.label} · {count}", groups)


def _bands(standard: Standard) -> Iterator[Branch]:
    for band in standard.bands:
        low, high = (plain(edge * 100) for edge in (band.low, band.high))
        text = _("{}: from {}% to {}%, both included").format(band.label, low, high)
        yield Branch(text, tuple(Branch(bullet) for bullet in band.bullets))


def _levels(standard: Standard) -> Iterator[Branch]:
    for level in standard.levels:
        least = _("from {} points").format(plain(level.minimum))
        yield Branch(f"{level.label} ({level.key}): {least} · {level.statement}")
    yield Branch(f"{standard.not_passed.label}: " + _("below every level"))


def _special(standard: Standard) -> Iterator[Branch]:
    deduction, bonus = standard.special.deduction, standard.special.bonus
    fails = _("{} points per entry; more than {} in all: {}")
    counts = _("{} points per entry; at most {} count")
    limit = plain(deduction.limit)
    yield _rule(deduction, fails.format(plain(deduction.points), limit, deduction.exceeded))
    yield _rule(bonus, counts.format(plain(bonus.points), plain(bonus.limit)))


def _rule(special: Deduction | Bonus, effect: str) -> Branch:
    categories = tuple(Branch(category) for category in special.categories)
    return Branch(
        f"{special.title} · {effect}",
        (Branch(special.rule), Branch(special.statement), Branch(_("Categories"), categories)),
    )


def _policy(standard: Standard) -> Iterator[Branch]:
    meaning = (
        _("不适用 needs a reason and leaves the base")
        if standard.prorates
        else _("不适用 is refused")
    )
    yield Branch(f'not_applicable = "{standard.policy.not_applicable}": {meaning}')
    if standard.policy.require_evidence:
        yield Branch("require_evidence = true: " + _("a rating without evidence is an error"))
    else:
        yield Branch("require_evidence = false: " + _("a rating without evidence is a warning"))
    listed = "、".join(standard.policy.placeholders)
    yield Branch("placeholders: " + _("these texts state nothing: {}").format(listed))


def _errata(standard: Standard) -> Iterator[Branch]:
    for erratum in standard.errata:
        yield Branch(f"{erratum.place}: {erratum.printed} → {erratum.reading}")
    if not standard.errata:
        yield Branch(_("none"))
