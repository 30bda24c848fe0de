"""Exact scores: items, base, special items, final (rules 1, 3, 4 and 7)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_audits import BUILT_IN, SMALL, audit, left_out, made, rating, special

from cts_excel.audit.levels import FailReason, judge
from cts_excel.audit.scoring import item_score, score
from cts_excel.standard.model import Standard

D = Decimal


def test_rule_01_item_score_is_weight_times_percentage_unrounded() -> None:
    indicator = BUILT_IN.by_clause["5.2.2.1"]  # 1.5 points
    given_percent = rating(BUILT_IN, indicator.clause, "0.333333333333333")
    assert item_score(indicator, given_percent) == D("0.4999999999999995")


def test_rule_01_base_is_the_sum_of_the_items() -> None:
    result = score(audit(BUILT_IN, "0.85"), BUILT_IN)
    assert result.base == result.final == 85
    assert result.items[0] == D("0.85")
    assert sum(item for item in result.items if item is not None) == 85
    assert result.complete


def test_rule_01_final_is_base_less_deductions_plus_bonus() -> None:
    result = score(audit(BUILT_IN, "0.9", deductions=3, bonuses=1), BUILT_IN)
    parts = (result.base, result.deductions, result.bonus, result.final)
    assert parts == (90, 3, 1, 88)


def test_rule_01_final_can_be_one_above_the_total() -> None:
    assert score(audit(BUILT_IN, "1", bonuses=1), BUILT_IN).final == 101


def test_rule_01_final_is_never_below_zero() -> None:
    result = score(audit(BUILT_IN, "0.01", deductions=4), BUILT_IN)
    assert (result.base, result.final) == (1, 0)


def test_rule_01_a_hair_below_a_level_stays_below() -> None:
    hair = rating(BUILT_IN, "5.1.1.1", "0.699999999999999")
    result = score(audit(BUILT_IN, "0.7", changes={"5.1.1.1": hair}), BUILT_IN)
    assert result.final == D("69.999999999999999")
    assert judge(result.final, D(0), BUILT_IN).key == "not_passed"


@pytest.mark.parametrize("tiny", ["1E-300", "4.94065645841247E-324"])
@pytest.mark.parametrize("standard", [BUILT_IN, SMALL], ids=["built-in", "small"])
def test_rule_01_the_smallest_doubles_are_added_exactly(standard: Standard, tiny: str) -> None:
    clause = standard.indicators[0].clause
    small = audit(
        standard, "0.95", changes={clause: rating(standard, clause, tiny)}, deductions=1, bonuses=1
    )
    result = score(small, standard)
    first = standard.indicators[0].weight
    special_points = standard.special.bonus.points - standard.special.deduction.points
    expected = (Fraction(standard.total) - Fraction(first)) * Fraction("0.95") + Fraction(
        first
    ) * Fraction(tiny)
    assert Fraction(result.base) == expected
    assert Fraction(result.final) == expected + Fraction(special_points)


def test_rule_01_the_smallest_double_prorated_and_deducted_stays_zero_or_above() -> None:
    clauses = [i.clause for i in SMALL.indicators]
    changes = {clauses[0]: rating(SMALL, clauses[0], "4.94065645841247E-324")}
    changes |= {c: left_out(SMALL, c) for c in clauses[1:]}
    assert score(audit(SMALL, None, changes=changes), SMALL).final > 0
    assert score(audit(SMALL, None, changes=changes, deductions=1), SMALL).final == 0


@pytest.mark.parametrize(
    ("entries", "final", "reasons"),
    [
        (4, "91", ()),
        (5, "90", ()),
        (6, "89", (FailReason.DEDUCTION_LIMIT,)),
    ],
)
def test_rule_03_more_than_five_deductions_fail(
    entries: int, final: str, reasons: tuple[FailReason, ...]
) -> None:
    result = score(audit(BUILT_IN, "0.95", deductions=entries), BUILT_IN)
    judgement = judge(result.final, result.deductions, BUILT_IN)
    assert (result.final, judgement.fail_reasons) == (D(final), reasons)
    assert judgement.passed is not bool(reasons)


def test_rule_03_an_incomplete_deduction_counts_until_it_is_settled() -> None:
    ratings = audit(BUILT_IN, "1").ratings
    result = score(made(ratings, (special(1), special(2, complete=False))), BUILT_IN)
    assert (result.deductions, result.complete) == (2, False)


def test_rule_03_points_per_entry_come_from_the_standard() -> None:
    result = score(audit(SMALL, "1", deductions=4), SMALL)
    assert (result.deductions, result.final) == (2, 38)
    assert judge(result.final, result.deductions, SMALL).fail_reasons == (
        FailReason.DEDUCTION_LIMIT,
    )


@pytest.mark.parametrize(("entries", "points"), [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_rule_04_bonus_is_at_most_one_point_in_all(entries: int, points: int) -> None:
    assert score(audit(BUILT_IN, "0.5", bonuses=entries), BUILT_IN).bonus == points


def test_rule_04_an_unjustified_bonus_does_not_count() -> None:
    ratings = audit(BUILT_IN, "1").ratings
    result = score(made(ratings, (), (special(1, complete=False),)), BUILT_IN)
    assert (result.bonus, result.complete) == (0, False)


def test_rule_05_band_without_percentage_is_no_score_and_not_zero() -> None:
    open_rating = rating(BUILT_IN, "5.1.1.1", None, band="80%-100%")
    result = score(audit(BUILT_IN, "1", changes={"5.1.1.1": open_rating}), BUILT_IN)
    assert (result.items[0], result.base, result.complete) == (None, 99, False)


def test_rule_05_percentage_without_band_is_no_score() -> None:
    open_rating = rating(BUILT_IN, "5.1.1.1", "0.9", band="")
    result = score(audit(BUILT_IN, "1", changes={"5.1.1.1": open_rating}), BUILT_IN)
    assert (result.items[0], result.complete) == (None, False)


def test_rule_05_a_faulty_rating_is_no_score() -> None:
    faulty = rating(BUILT_IN, "5.1.1.1", None, band="0%-20%", faulty=True)
    result = score(audit(BUILT_IN, "1", changes={"5.1.1.1": faulty}), BUILT_IN)
    assert (result.items[0], result.complete) == (None, False)


def test_rule_07_zero_is_a_rating_and_blank_is_none() -> None:
    zero, blank = score(audit(BUILT_IN, "0"), BUILT_IN), score(audit(BUILT_IN), BUILT_IN)
    assert (zero.items[0], zero.complete) == (0, True)
    assert (blank.items[0], blank.complete) == (None, False)
    assert zero.final == blank.final == 0


def test_rule_07_not_applicable_leaves_the_base_where_the_standard_prorates() -> None:
    # 7.5 of 40 points are left out; the rest earns 80 %: 26 / 32.5 x 40 = 32.
    result = score(audit(SMALL, "0.8", changes={"3.1.1": left_out(SMALL, "3.1.1")}), SMALL)
    assert (result.base, result.complete) == (32, True)


def test_rule_07_a_repeating_quotient_is_rounded_down_and_never_reaches_a_level() -> None:
    # 5 of 40 left out; earned 21 / 35 x 40 = 24 exactly, the lowest level; a hair less repeats.
    exact = score(audit(SMALL, "0.6", changes={"3.1.2": left_out(SMALL, "3.1.2")}), SMALL)
    assert exact.base == 24
    changes = {
        "3.1.2": left_out(SMALL, "3.1.2"),
        "3.2.1": rating(SMALL, "3.2.1", "0.599999999999999"),
    }
    hair = score(audit(SMALL, "0.6", changes=changes), SMALL)
    quotient = Fraction("20.999999999999992") / 35 * 40
    assert 0 <= quotient - Fraction(hair.base) < Fraction(1, 10**57)
    assert judge(exact.final, D(0), SMALL).key == "bronze"
    assert judge(hair.final, D(0), SMALL).key == "not_passed"


def test_rule_07_not_applicable_is_unrated_where_the_standard_rejects_it() -> None:
    result = score(
        audit(BUILT_IN, "1", changes={"5.1.1.1": left_out(BUILT_IN, "5.1.1.1")}), BUILT_IN
    )
    assert (result.base, result.complete) == (99, False)


def test_rule_07_everything_not_applicable_is_no_result() -> None:
    everything = {i.clause: left_out(SMALL, i.clause) for i in SMALL.indicators}
    result = score(audit(SMALL, everything), SMALL)
    assert (result.base, result.final, result.complete) == (0, 0, False)


_percents = st.decimals("0", "1", places=6)


@given(st.lists(_percents, min_size=50, max_size=50), st.integers(0, 49), _percents)
def test_rule_01_raising_a_percentage_never_lowers_the_score(
    percents: list[Decimal], at: int, other: Decimal
) -> None:
    low, high = list(percents), list(percents)
    low[at], high[at] = min(percents[at], other), max(percents[at], other)
    finals = [
        score(
            made(
                tuple(
                    rating(BUILT_IN, i.clause, p)
                    for i, p in zip(BUILT_IN.indicators, row, strict=True)
                )
            ),
            BUILT_IN,
        ).final
        for row in (low, high)
    ]
    assert finals[0] <= finals[1]
