"""Results that the workbook states: checked against its answers, then against its own items.

A stated result never counts (rule 9). What differs is a finding with its impact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from cts_excel.audit.catalogue import finding
from cts_excel.audit.cell_findings import cover_finding, rating_finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact
from cts_excel.audit.levels import Judgement, judge
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import Score, final_score
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

# The workbook's formulas round their results to so many decimals.
FORMULA_DECIMALS = Decimal(1).scaleb(-10)
# Each item is rounded on its own, so their sum may differ from the total by this much.
_SUM_ROUNDING = Decimal(1).scaleb(-8)
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_FORMULA_CHANGED = (Code.FORMULA_ALTERED, Code.FORMULA_REPLACED, Code.FORMULA_REMOVED)
_CHANGES_A_RESULT = (*_FORMULA_CHANGED, Code.TOTAL_DOES_NOT_FOLLOW)

# Points (recomputed minus stated) and the stated level, if there is one, give the impact.
_Effect = Callable[[Decimal, str], Impact]


def against_answers(
    audit: Audit, standard: Standard, score: Score, judgement: Judgement | None
) -> Iterator[Finding]:
    """Compare stated item scores, partial results, final and level with the recomputed ones.

    :param judgement: the recommended level, or ``None`` if no level may be stated. Then the level
        is not compared. Totals are compared only if every answer could be read: a workbook's sum
        over unreadable answers says nothing.
    """
    if not audit.stated.calculated:
        yield finding(Code.NOT_CALCULATED, sheet=audit.sheets.cover)
        return

    effect = impact_of(score, judgement, standard)
    yield from _items(audit, score, effect)
    if any(rating.faulty or not rating.row for rating in audit.ratings):
        return
    yield from _totals(audit, standard, score, effect)
    if judgement is not None:
        yield from _level(audit, score, judgement)


def impact_of(score: Score, judgement: Judgement | None, standard: Standard) -> _Effect:
    """Return what gives the impact of a difference: without it the final would be so far away."""

    def effect(points: Decimal, stated_level: str) -> Impact:
        shown = _two_decimals(points)
        if judgement is None:
            return Impact(shown, "", "")
        before = judge(score.final - points, score.deductions, standard)
        return Impact(shown, stated_level or before.label, judgement.label)

    return effect


def _items(audit: Audit, score: Score, effect: _Effect) -> Iterator[Finding]:
    for rating, exact in zip(audit.ratings, score.items, strict=True):
        stated = rating.stated_score
        if stated is None or rating.faulty or _agrees(stated, exact or _ZERO):
            continue
        yield rating_finding(
            audit,
            Code.STATED_ITEM_DIFFERS,
            rating,
            "score",
            found=plain(stated),
            expected="" if exact is None else plain(exact),
            impact=effect((exact or _ZERO) - stated, ""),
        )


def _totals(audit: Audit, standard: Standard, score: Score, effect: _Effect) -> Iterator[Finding]:
    own = _with_entries_without_fact(audit, standard, score)
    for name in ("base", "deductions", "bonus", "final"):
        stated, exact = getattr(audit.stated, name), getattr(score, name)
        if stated is None or _agrees(stated, exact) or _agrees(stated, own[name]):
            continue
        final = name == "final"
        points = stated - exact if name == "deductions" else exact - stated
        yield cover_finding(
            audit,
            Code.STATED_FINAL_DIFFERS if final else Code.STATED_PARTIAL_DIFFERS,
            f"stated_{name}",
            found=plain(stated),
            expected=plain(exact),
            impact=effect(points, audit.stated.level if final else ""),
        )


def _with_entries_without_fact(
    audit: Audit, standard: Standard, score: Score
) -> dict[str, Decimal]:
    """Return the results if special items that state no fact counted as the formulas count them.

    A finding names each such entry, so what differs for this reason alone is no second one. In the
    form of format 1 an entry of deductions counts once it is begun, one of bonus only if the form
    takes it for complete: so both its points and none explain a stated bonus.
    """
    special = standard.special
    blocks = [f.expected for f in audit.findings if f.code == Code.SPECIAL_STATES_NOTHING]
    begun = blocks.count(special.deduction.title)
    begun += sum(1 for entry in audit.deductions if not entry.states_fact)
    deductions = score.deductions + special.deduction.points * begun
    most = score.bonus + special.bonus.points * blocks.count(special.bonus.title)
    bonus = min(most, special.bonus.limit)
    if audit.stated.bonus is not None and _agrees(audit.stated.bonus, score.bonus):
        bonus = score.bonus
    final = final_score(score.base, deductions, bonus)
    return {"base": score.base, "deductions": deductions, "bonus": bonus, "final": final}


def _level(audit: Audit, score: Score, judgement: Judgement) -> Iterator[Finding]:
    stated, label = audit.stated, judgement.label
    if not stated.level or stated.level == label:
        return
    points = None if stated.final is None else _two_decimals(score.final - stated.final)
    impact = Impact(points, stated.level, label)
    yield cover_finding(
        audit,
        Code.STATED_LEVEL_DIFFERS,
        "stated_level",
        found=stated.level,
        expected=label,
        impact=impact,
    )


def _agrees(stated: Decimal, exact: Decimal) -> bool:
    """Tell whether a stated value is the exact one, or the exact one as the formulas round it."""
    return stated == exact or abs(stated - exact) <= FORMULA_DECIMALS / 2


def _two_decimals(points: Decimal) -> Decimal:
    """Write points with two decimals, with more only if they are needed: ``+1.50``."""
    least = Decimal(plain(points))
    exponent = least.as_tuple().exponent
    return least.quantize(_CENT) if isinstance(exponent, int) and exponent > -2 else least


def against_own_items(
    audit: Audit, standard: Standard, found: Sequence[Finding]
) -> Iterator[Finding]:
    """Compare stated base, final and level with the stated items they are made of.

    Such a total was typed over or is out of date, whatever the items are worth.

    :param found: findings so far. A total with an altered formula needs no second finding, and the
        levels of another specification are not ours to compare.
    """
    if not audit.stated.calculated or any(one.code == Code.OTHER_STANDARD for one in found):
        return
    known = {
        cell
        for one in found
        if one.code in _FORMULA_CHANGED and one.sheet == audit.sheets.cover
        for cell in one.addresses
    }
    left_out = standard.prorates and any(rating.not_applicable for rating in audit.ratings)
    if any(one.code == Code.OTHER_POLICY for one in found):  # what it allowed, this one may refuse
        left_out = any(rating.not_applicable or rating.faulty for rating in audit.ratings)
    parts = () if left_out else _base_of_items(audit)
    for one in (*parts, *_final_of_parts(audit)):
        if one.cell not in known:
            known.add(one.cell)
            yield one
    if not known & {audit.cover_cells.get(f"stated_{name}", "") for name in ("final", "level")}:
        yield from _level_of_final(audit, standard)


def _base_of_items(audit: Audit) -> Iterator[Finding]:
    stated = audit.stated.base
    if stated is None or not all(rating.row for rating in audit.ratings):
        return
    if any(rating.rated and rating.stated_score is None for rating in audit.ratings):
        return  # an item that the workbook does not state contradicts nothing
    own = sum((rating.stated_score or _ZERO for rating in audit.ratings), _ZERO)
    if abs(stated - own) > _SUM_ROUNDING:
        yield _does_not_follow(audit, "stated_base", plain(stated), plain(own))


def _final_of_parts(audit: Audit) -> Iterator[Finding]:
    stated = audit.stated
    final, base, deductions, bonus = stated.final, stated.base, stated.deductions, stated.bonus
    if final is None or base is None or deductions is None or bonus is None:
        return
    own = final_score(base, deductions, bonus)
    if abs(final - own) > _SUM_ROUNDING:
        yield _does_not_follow(audit, "stated_final", plain(final), plain(own))


def _level_of_final(audit: Audit, standard: Standard) -> Iterator[Finding]:
    stated = audit.stated
    if stated.final is None or stated.deductions is None or not stated.level:
        return
    own = judge(stated.final, stated.deductions, standard).label
    if own != stated.level:
        yield _does_not_follow(audit, "stated_level", stated.level, own)


def _does_not_follow(audit: Audit, field: str, stated: str, own: str) -> Finding:
    return cover_finding(audit, Code.TOTAL_DOES_NOT_FOLLOW, field, found=stated, expected=own)


def with_impacts(found: Sequence[Finding], effect: _Effect) -> list[Finding]:
    """Give each altered formula and weight the impact of the stated result that it led to.

    An altered formula gets none if its cell still shows the right result. What was altered in
    many cells gets the impact of all of them.
    """
    by_cell: dict[tuple[str, str], Impact] = {}
    by_clause: dict[str, Impact] = {}
    for one in found:
        if one.impact is not None and one.code.family == "T":
            by_cell.setdefault((one.sheet, one.cell), one.impact)
            if one.code == Code.STATED_ITEM_DIFFERS:
                by_clause.setdefault(one.clause, one.impact)

    def impact(one: Finding) -> Impact | None:
        if one.impact is None and one.code in _CHANGES_A_RESULT:
            led_to = [
                by_cell[one.sheet, cell] for cell in one.addresses if (one.sheet, cell) in by_cell
            ]
            if len(led_to) < 2:
                return led_to[0] if led_to else None
            return effect(sum((each.points or _ZERO for each in led_to), _ZERO), "")
        if one.impact is None and one.code == Code.WEIGHT_ALTERED:
            return by_clause.get(one.clause)
        return one.impact

    return [replace(one, impact=impact(one)) for one in found] if by_cell else list(found)
