"""Rule 9: stated totals against the answers, and against the workbook's own items."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from made_audits import BUILT_IN, SMALL, audit, left_out, rating, special

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit, Rating, Stated
from cts_excel.audit.scoring import score
from cts_excel.audit.totals import against_answers, against_own_items
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

CELLS = {f"stated_{name}": f"F{n}" for n, name in enumerate(
    ("base", "deductions", "bonus", "final", "level"), start=5)}  # fmt: skip


def stating(
    base: str | None, deductions: str | None, bonus: str | None, final: str | None, level: str = "",
    *, standard: Standard = BUILT_IN, percent: str = "0.85",
) -> Audit:  # fmt: skip
    """An audit with the right item scores, and results as stated."""
    made = audit(standard, percent)
    ratings = tuple(
        replace(r, stated_score=standard.by_clause[r.clause].weight * Decimal(percent))
        for r in made.ratings
    )
    numbers = (None if n is None else Decimal(n) for n in (base, deductions, bonus, final))
    stated = Stated(*numbers, level, calculated=True)
    return replace(made, ratings=ratings, stated=stated, cover_cells=CELLS)


def told(made: Audit, *found: Finding, standard: Standard = BUILT_IN) -> list[tuple[str, ...]]:
    return [
        (f.code.name, f.sheet, f.cell, f.found, f.expected)
        for f in against_own_items(made, standard, found)
    ]


def wrong(cell: str, found: str, expected: str) -> tuple[str, ...]:
    return ("TOTAL_DOES_NOT_FOLLOW", "封面", cell, found, expected)


@pytest.mark.parametrize("base", ["85", "85.00000001", "84.99999999"])
def test_a_base_within_the_rounding_of_its_items_follows_from_them(base: str) -> None:
    assert told(stating(base, None, None, None)) == []


@pytest.mark.parametrize("base", ["85.00000002", "84.99999998", "85.009", "86", "0"])
def test_a_base_beyond_the_rounding_of_its_items_does_not(base: str) -> None:
    assert told(stating(base, None, None, None)) == [wrong("F5", base, "85")]


@pytest.mark.parametrize("final", ["83", "83.00000001", "82.99999999"])
def test_a_final_within_the_rounding_of_its_parts_follows_from_them(final: str) -> None:
    assert told(stating("85", "3", "1", final)) == []


@pytest.mark.parametrize("final", ["83.00000002", "82.99999998", "83.009", "85", "87", "89"])
def test_a_final_beyond_the_rounding_of_its_parts_does_not(final: str) -> None:
    assert told(stating("85", "3", "1", final)) == [wrong("F8", final, "83")]


def test_a_final_is_never_below_zero() -> None:
    ours = stating("0", "3", "1", "0", percent="0")
    assert told(ours) == []
    assert told(stating("0", "3", "1", "-2", percent="0")) == [wrong("F8", "-2", "0")]


@pytest.mark.parametrize("missing", range(4))
def test_a_final_is_not_compared_with_parts_that_are_not_stated(missing: int) -> None:
    parts: list[str | None] = ["85", "3", "1", "99"]
    parts[missing] = None
    assert told(stating(*parts)) == []


@pytest.mark.parametrize(
    ("deductions", "final", "level", "expected"),
    [
        ("0", "85", "三星级", ""), ("0", "85", "四星级", "三星级"), ("0", "90", "三星级", "四星级"),
        ("6", "79", "不通过", ""), ("6", "79", "达标级", "不通过"),
        ("0", "85", "", ""), (None, "85", "四星级", ""), ("0", None, "四星级", ""),
    ],
)  # fmt: skip
def test_a_level_follows_from_the_final_and_the_deductions(
    deductions: str | None, final: str | None, level: str, expected: str
) -> None:
    made = stating(None, deductions, None, final, level)
    assert told(made) == ([wrong("F9", level, expected)] if expected else [])


def test_a_total_with_an_altered_formula_needs_no_second_finding() -> None:
    made = stating("1", "0", "0", "99", "四星级")
    base, final, level = wrong("F5", "1", "85"), wrong("F8", "99", "1"), wrong(
        "F9", "四星级", "五星级"
    )  # fmt: skip
    assert told(made) == [base, final]  # the level follows from a final that is wrong itself
    for code in (Code.FORMULA_ALTERED, Code.FORMULA_REPLACED, Code.FORMULA_REMOVED):
        assert told(made, finding(code, sheet="封面", cell="F5")) == [final]
        assert told(made, finding(code, sheet="封面", cell="F8")) == [base]
        assert told(made, finding(code, sheet="评分表", cell="F8")) == [base, final]
    assert told(made, finding(Code.CELLS_UNLOCKED, sheet="封面", cell="F5")) == [base, final]
    right = stating("85", "0", "0", "85", "五星级")
    assert told(right) == [wrong("F9", "五星级", "三星级")]
    assert told(right, finding(Code.FORMULA_REPLACED, sheet="封面", cell="F9")) == []
    assert level not in told(made)


def test_nothing_is_said_of_what_was_never_calculated_or_of_another_specification() -> None:
    made = stating("1", "0", "0", "99", "五星级")
    assert told(replace(made, stated=replace(made.stated, calculated=False))) == []
    assert told(made, finding(Code.OTHER_STANDARD)) == []
    assert len(told(made, finding(Code.INDICATOR_TABLE_DIFFERS))) == 2


def test_items_that_are_not_stated_contradict_nothing() -> None:
    made = stating("99", None, None, None)
    first, *rest = made.ratings
    silent = replace(first, stated_score=None)
    assert told(replace(made, ratings=(silent, *rest))) == []
    blank = replace(rating(BUILT_IN, first.clause, None), stated_score=None)
    own = Decimal(85) - BUILT_IN.by_clause[first.clause].weight * Decimal("0.85")
    assert told(replace(made, ratings=(blank, *rest))) == [wrong("F5", "99", f"{own.normalize()}")]
    assert told(replace(made, ratings=(replace(first, row=0), *rest))) == []


def test_a_prorated_base_is_no_sum_of_items() -> None:
    clause = SMALL.indicators[0].clause
    made = stating("1", None, None, None, standard=SMALL)
    assert len(told(made, standard=SMALL)) == 1
    out = (left_out(SMALL, clause), *made.ratings[1:])
    assert told(replace(made, ratings=out), standard=SMALL) == []
    rejected = (left_out(BUILT_IN, BUILT_IN.indicators[0].clause),)
    built_in = stating("1", None, None, None)
    assert len(told(replace(built_in, ratings=(*rejected, *built_in.ratings[1:])))) == 1


def items(*changes: Rating) -> list[tuple[str, ...]]:
    """What is said of item scores where the right results are stated."""
    made = stating("85", "0", "0", "85", "三星级")
    changed = {change.clause: change for change in changes}
    made = replace(made, ratings=tuple(changed.get(r.clause, r) for r in made.ratings))
    result = score(made, BUILT_IN)
    whole = judge(result.final, result.deductions, BUILT_IN)
    return [
        (f.code.name, f.place, f.found, f.expected, str(f.impact))
        for f in against_answers(made, BUILT_IN, result, whole)
        if f.code == Code.STATED_ITEM_DIFFERS
    ]


def test_a_stated_item_score_is_compared_with_the_exact_one() -> None:
    clause = BUILT_IN.indicators[0].clause
    right = replace(rating(BUILT_IN, clause, "0.85"), stated_score=Decimal("0.85"))
    weight = BUILT_IN.indicators[0].weight
    exact = plain(weight * Decimal("0.85"))
    place = f"评分表!H4 ({clause})"
    assert items(replace(right, stated_score=weight * Decimal("0.85"))) == []
    wrong_by = weight * Decimal("0.85") + Decimal("1.5")
    assert items(replace(right, stated_score=wrong_by)) == [
        ("STATED_ITEM_DIFFERS", place, plain(wrong_by), exact, "-1.50")
    ]
    assert items(replace(right, stated_score=Decimal(9), faulty=True)) == []
    assert items(replace(right, stated_score=None)) == []
    blank = rating(BUILT_IN, clause, None)
    assert items(replace(blank, stated_score=Decimal(0))) == []
    assert [found[:4] for found in items(replace(blank, stated_score=Decimal("0.5")))] == [
        ("STATED_ITEM_DIFFERS", place, "0.5", "")
    ]


def compared(made: Audit, *, whole: bool = True) -> list[tuple[object, ...]]:
    """What differs from the recomputed results; ``whole`` if a level may be stated."""
    result = score(made, BUILT_IN)
    judgement = judge(result.final, result.deductions, BUILT_IN) if whole else None
    return [
        (f.code.name, f.sheet, f.cell, f.found, f.expected, f.impact)
        for f in against_answers(made, BUILT_IN, result, judgement)
    ]


def moved(points: str | None, before: str = "三星级", after: str = "三星级") -> Impact:
    return Impact(None if points is None else Decimal(points), before, after)


def test_every_stated_result_is_compared_with_the_recomputed_one() -> None:
    made = stating("85.5", "3", "0.5", "84.99", "四星级")
    made = replace(made, deductions=(special(1),))
    partial, final = "STATED_PARTIAL_DIFFERS", "STATED_FINAL_DIFFERS"
    assert compared(made) == [
        (partial, "封面", "F5", "85.5", "85", moved("-0.50")),
        (partial, "封面", "F6", "3", "1", moved("2.00")),
        (partial, "封面", "F7", "0.5", "0", moved("-0.50")),
        (final, "封面", "F8", "84.99", "84", moved("-0.99", "四星级")),
        ("STATED_LEVEL_DIFFERS", "封面", "F9", "四星级", "三星级", moved("-0.99", "四星级")),
    ]
    assert compared(made, whole=False) == [
        (partial, "封面", "F5", "85.5", "85", moved("-0.50", "", "")),
        (partial, "封面", "F6", "3", "1", moved("2.00", "", "")),
        (partial, "封面", "F7", "0.5", "0", moved("-0.50", "", "")),
        (final, "封面", "F8", "84.99", "84", moved("-0.99", "", "")),
    ]


def test_a_difference_without_a_stated_level_starts_from_the_level_of_its_points() -> None:
    assert compared(stating("85", "0", "0", "91")) == [
        ("STATED_FINAL_DIFFERS", "封面", "F8", "91", "85", moved("-6.00", "四星级"))
    ]
    assert compared(stating(None, None, None, None, "五星级")) == [
        ("STATED_LEVEL_DIFFERS", "封面", "F9", "五星级", "三星级", moved(None, "五星级"))
    ]


@pytest.mark.parametrize(
    ("final", "points"),
    [
        ("85.00000000005", None),  # half of the last decimal that the formulas keep
        ("84.99999999995", None),
        ("85.00000000006", "-0.00000000006"),
        ("84.999", "0.001"),
        ("84.99", "0.01"),
        ("84.5", "0.50"),
        ("84", "1.00"),
    ],
)
def test_how_much_a_final_may_differ_and_how_the_difference_is_shown(
    final: str, points: str | None
) -> None:
    found = compared(stating(None, None, None, final))
    assert [str(impact) for *_rest, impact in found] == (
        [f"{Decimal(points):+f}"] if points else []
    )


def test_what_was_never_calculated_is_said_once() -> None:
    made = stating("1", "1", "1", "1", "五星级")
    made = replace(made, stated=replace(made.stated, calculated=False))
    assert compared(made) == [("NOT_CALCULATED", "封面", "", "", "", None)]


@pytest.mark.parametrize("change", [{"faulty": True}, {"row": 0}])
def test_totals_over_answers_that_could_not_be_read_say_nothing(change: dict[str, object]) -> None:
    made = stating("1", "1", "1", "1", "五星级")
    first, *rest = made.ratings
    unread = replace(made, ratings=(replace(first, stated_score=None, **change), *rest))
    assert compared(unread) == []
