"""What the workbook itself states, against what follows from its answers (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact
from cts_excel.audit.levels import Judgement, judge
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import Score
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

# The workbook's formulas round their results to so many decimals.
FORMULA_DECIMALS = Decimal(1).scaleb(-10)
_PARTS = ("base", "deductions", "bonus")


def totals(
    audit: Audit, standard: Standard, score: Score, judgement: Judgement | None
) -> Iterator[Finding]:
    """Compare stated item scores, partial results, final and level with the recomputed ones.

    :param judgement: the recommended level, ``None`` where none may be stated: then no level is
        compared, and the final only where every answer could be read, for a workbook's own sum
        over answers that cannot be read says nothing.
    """
    if not audit.stated.calculated:
        yield finding(Code.NOT_CALCULATED, sheet=audit.sheets.cover)
        return
    compare = _Comparison(audit, standard, score, judgement)
    yield from compare.items()
    if any(rating.faulty or not rating.row for rating in audit.ratings):
        return
    yield from compare.parts()
    yield from compare.final()
    yield from compare.level()


def agrees(stated: Decimal, exact: Decimal) -> bool:
    """Tell whether a stated value is the exact one, or that one as the formulas round it."""
    return stated == exact or abs(stated - exact) <= FORMULA_DECIMALS / 2


def _two_decimals(points: Decimal) -> Decimal:
    """Write points with two decimals, more only where they are needed: ``+1.50``."""
    least = Decimal(plain(points))
    exponent = least.as_tuple().exponent
    return least.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent > -2 else least


class _Comparison:
    """Stated against recomputed values of one audit."""

    def __init__(
        self, audit: Audit, standard: Standard, score: Score, judgement: Judgement | None
    ) -> None:
        self.audit, self.standard = audit, standard
        self.score, self.judgement = score, judgement

    def items(self) -> Iterator[Finding]:
        """Compare item scores."""
        audit = self.audit
        for rating, exact in zip(audit.ratings, self.score.items, strict=True):
            stated = rating.stated_score
            if stated is None or rating.faulty or agrees(stated, exact or Decimal(0)):
                continue
            yield finding(
                Code.STATED_ITEM_DIFFERS,
                sheet=audit.sheets.ratings,
                cell=audit.rating_cell(rating, "score"),
                clause=rating.clause,
                found=plain(stated),
                expected="" if exact is None else plain(exact),
                impact=self._impact((exact or Decimal(0)) - stated),
            )

    def parts(self) -> Iterator[Finding]:
        """Compare base, deductions and bonus."""
        for name in _PARTS:
            stated, exact = getattr(self.audit.stated, name), getattr(self.score, name)
            if stated is not None and not agrees(stated, exact):
                change = exact - stated
                impact = self._impact(-change if name == "deductions" else change)
                yield self._on_cover(
                    Code.STATED_PARTIAL_DIFFERS,
                    f"stated_{name}",
                    plain(stated),
                    plain(exact),
                    impact,
                )

    def final(self) -> Iterator[Finding]:
        """Compare the final score; its effect leads from the stated level to the recomputed one."""
        stated, exact = self.audit.stated.final, self.score.final
        if stated is None or agrees(stated, exact):
            return
        impact = self._impact(exact - stated, self.audit.stated.level)
        yield self._on_cover(
            Code.STATED_FINAL_DIFFERS, "stated_final", plain(stated), plain(exact), impact
        )

    def level(self) -> Iterator[Finding]:
        """Compare the level."""
        stated, judgement = self.audit.stated, self.judgement
        if judgement is None or not stated.level or stated.level == judgement.label:
            return
        points = None
        if stated.final is not None:
            points = _two_decimals(self.score.final - stated.final)
        impact = Impact(points, stated.level, judgement.label)
        yield self._on_cover(
            Code.STATED_LEVEL_DIFFERS, "stated_level", stated.level, judgement.label, impact
        )

    def _on_cover(
        self, code: str, field: str, found: str, expected: str, impact: Impact
    ) -> Finding:
        cell = self.audit.cover_cells.get(field, "")
        return finding(
            code,
            sheet=self.audit.sheets.cover,
            cell=cell,
            found=found,
            expected=expected,
            impact=impact,
        )

    def _impact(self, points: Decimal, stated_level: str = "") -> Impact:
        """Say what a difference does: without it, the final would be that many points away."""
        shown = _two_decimals(points)
        if self.judgement is None:
            return Impact(shown, "", "")
        before = judge(self.score.final - points, self.score.deductions, self.standard)
        return Impact(shown, stated_level or before.label, self.judgement.label)
