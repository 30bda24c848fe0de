"""A workbook's stated totals against its own stated items: what was typed over, or is out of date.

This says nothing of whether the items are right: :mod:`cts_excel.audit.totals` compares each of
them with what follows from the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import final_score
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

# Each of the items is rounded on its own, so their sum may differ by that much from the total.
_ROUNDING = Decimal(1).scaleb(-8)
_EXPLAINED = (Code.FORMULA_ALTERED, Code.FORMULA_REPLACED, Code.FORMULA_REMOVED)


def own_totals(audit: Audit, standard: Standard, found: Sequence[Finding]) -> Iterator[Finding]:
    """Compare base, final and level with the items beside them (rule 9).

    :param found: findings so far: a total whose formula was altered needs no second one.
    """
    if not audit.stated.calculated or any(one.code == Code.OTHER_STANDARD for one in found):
        return  # nothing is stated, or by the levels of another specification
    known = {
        one.cell for one in found if one.code in _EXPLAINED and one.sheet == audit.sheets.cover
    }
    for one in (*_base(audit, standard), *_final(audit)):
        if one.cell not in known:
            known.add(one.cell)
            yield one
    if not known & {audit.cover_cells.get(f"stated_{name}", "") for name in ("final", "level")}:
        yield from _level(audit, standard)


def _base(audit: Audit, standard: Standard) -> Iterator[Finding]:
    stated = audit.stated.base
    left_out = standard.prorates and any(rating.not_applicable for rating in audit.ratings)
    if stated is None or left_out or not all(rating.row for rating in audit.ratings):
        return
    if any(rating.rated and rating.stated_score is None for rating in audit.ratings):
        return  # an item that the workbook does not state contradicts nothing
    items = sum((rating.stated_score or Decimal(0) for rating in audit.ratings), Decimal(0))
    if abs(stated - items) > _ROUNDING:
        yield _finding(audit, "stated_base", stated, items)


def _final(audit: Audit) -> Iterator[Finding]:
    stated = audit.stated
    parts = (stated.base, stated.deductions, stated.bonus)
    base, deductions, bonus = (Decimal(0) if part is None else part for part in parts)
    if stated.final is None or None in parts:
        return
    own = final_score(base, deductions, bonus)
    if abs(stated.final - own) > _ROUNDING:
        yield _finding(audit, "stated_final", stated.final, own)


def _level(audit: Audit, standard: Standard) -> Iterator[Finding]:
    stated = audit.stated
    if stated.final is None or stated.deductions is None or not stated.level:
        return
    own = judge(stated.final, stated.deductions, standard).label
    if own != stated.level:
        yield finding(
            Code.TOTAL_DOES_NOT_FOLLOW,
            sheet=audit.sheets.cover,
            cell=audit.cover_cells.get("stated_level", ""),
            found=stated.level,
            expected=own,
        )


def _finding(audit: Audit, field: str, stated: Decimal, own: Decimal) -> Finding:
    return finding(
        Code.TOTAL_DOES_NOT_FOLLOW,
        sheet=audit.sheets.cover,
        cell=audit.cover_cells.get(field, ""),
        found=plain(stated),
        expected=plain(own),
    )
