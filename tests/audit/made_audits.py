"""Audits built directly, without a file, for the tests of audit/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from cts_excel.audit.model import (
    Audit,
    Cover,
    Identity,
    Rating,
    RatingColumns,
    SheetNames,
    SpecialItem,
    Stated,
)
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard

BUILT_IN = load_standard()
SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")


def rating(
    standard: Standard,
    clause: str,
    percent: Decimal | str | None,
    *,
    band: str | None = None,
    faulty: bool = False,
) -> Rating:
    """Rate an indicator; without a band, in the first that holds the percentage."""
    number = None if percent is None else Decimal(percent)
    if band is None:
        held = (b.label for b in standard.bands if number is not None and b.holds(number))
        band = next(held, "")
    row = standard.position[clause] + 4
    return Rating(clause, band, number, False, "有记录", None, faulty, row)


def left_out(standard: Standard, clause: str, reason: str = "无此业务") -> Rating:
    """Rate an indicator 不适用."""
    return replace(rating(standard, clause, None), not_applicable=True, evidence=reason)


def special(number: int, *, complete: bool = True) -> SpecialItem:
    """Make an entry of 特别项."""
    return SpecialItem(number, "类别", "", "事实", "证据", "", complete, number)


def audit(
    standard: Standard,
    percent: Decimal | str | Mapping[str, Rating] | None = None,
    *,
    changes: Mapping[str, Rating] | None = None,
    deductions: int = 0,
    bonuses: int = 0,
) -> Audit:
    """Make an audit with one percentage everywhere, except for the clauses in ``changes``."""
    given = dict(percent) if isinstance(percent, Mapping) else {}
    same = None if isinstance(percent, Mapping) else percent
    given |= changes or {}
    ratings = [given.get(i.clause) or rating(standard, i.clause, same) for i in standard.indicators]
    return made(
        tuple(ratings),
        tuple(special(n + 1) for n in range(deductions)),
        tuple(special(n + 1) for n in range(bonuses)),
    )


def made(
    ratings: tuple[Rating, ...],
    deductions: tuple[SpecialItem, ...] = (),
    bonuses: tuple[SpecialItem, ...] = (),
) -> Audit:
    """Put ratings and special items into an audit."""
    return replace(_FRAME, ratings=ratings, deductions=deductions, bonuses=bonuses)


_FRAME = Audit(
    identity=Identity("1", "", "", "", "", ""),
    sheets=SheetNames("封面", "评分表", "特别项", "_cts"),
    cover=Cover(
        organisation="某公司",
        audit_no="A-1",
        audit_type="初次认证",
        lead_assessor="甲",
        assessor="乙",
    ),
    cover_cells={},
    columns=RatingColumns("C", "D", "E", "F", "G", "H", "I", "J"),
    ratings=(),
    deductions=(),
    bonuses=(),
    stated=Stated(None, None, None, None, "", False),
    findings=(),
)
