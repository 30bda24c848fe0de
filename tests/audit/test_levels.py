"""Levels are decided on the exact final and shown without seeming to cross one (rules 1 to 3)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_audits import BUILT_IN, SMALL

from cts_excel.audit.levels import (
    FailReason,
    decimals_shown,
    judge,
    reason_text,
    rounded_half_up,
    shown,
)

D = Decimal
HAIR = D("1E-15")


@pytest.mark.parametrize(
    ("final", "key", "label"),
    [
        ("101", "five_star", "五星级"),
        ("95", "five_star", "五星级"),
        ("94.995", "four_star", "四星级"),
        ("90", "four_star", "四星级"),
        ("89.999", "three_star", "三星级"),
        ("80", "three_star", "三星级"),
        ("79.99999", "qualified", "达标级"),
        ("70", "qualified", "达标级"),
        ("69.996", "not_passed", "未达标"),
        ("0", "not_passed", "未达标"),
    ],
)
def test_rule_02_levels_are_inclusive(final: str, key: str, label: str) -> None:
    judgement = judge(D(final), D(0), BUILT_IN)
    assert (judgement.key, judgement.label) == (key, label)
    assert judgement.passed is (key != "not_passed")


@pytest.mark.parametrize("minimum", [70, 80, 90, 95])
def test_rule_02_a_hair_decides(minimum: int) -> None:
    at, below = (judge(D(minimum) - gap, D(0), BUILT_IN) for gap in (D(0), HAIR))
    assert at.level is not None
    assert at.level.minimum == minimum
    assert below.level is not at.level


def test_rule_02_levels_follow_the_standard() -> None:
    finals = ("36", "35.99", "30.5", "30.4", "24", "23.9")
    keys = [judge(D(final), D(0), SMALL).key for final in finals]
    assert keys == ["gold", "silver", "silver", "bronze", "bronze", "not_passed"]


def test_rule_03_the_two_fail_reasons_are_told_apart() -> None:
    low, limit = FailReason.BELOW_MINIMUM, FailReason.DEDUCTION_LIMIT
    cases = {
        ("69.9", "0"): ((low,), "未达标"),
        ("99", "6"): ((limit,), "不通过"),
        ("60", "6"): ((low, limit), "不通过"),
        ("70", "5"): ((), "达标级"),
    }
    for (final, deductions), expected in cases.items():
        judgement = judge(D(final), D(deductions), BUILT_IN)
        assert (judgement.fail_reasons, judgement.label) == expected


def test_rule_03_fail_reasons_are_worded_with_the_standard_s_numbers() -> None:
    assert reason_text(FailReason.BELOW_MINIMUM, BUILT_IN) == "低于70分"
    assert reason_text(FailReason.BELOW_MINIMUM, SMALL) == "低于24分"
    assert reason_text(FailReason.DEDUCTION_LIMIT, SMALL) == "特别扣分超限"


@pytest.mark.parametrize(
    ("final", "text"),
    [
        ("69.996", "69.996"),
        ("69.9951", "69.995"),
        ("69.994", "69.99"),
        ("70", "70.00"),
        ("70.004", "70.00"),
        ("94.995", "94.995"),
        ("94.9999996", "94.9999996"),
        ("100.5", "100.50"),
        ("100.995", "101.00"),
        ("85.125", "85.13"),
        ("0", "0.00"),
        ("69.999999999999999", "69.999999999999999"),
        ("70." + "0" * 300 + "1", "70.00"),
        ("69." + "9" * 80, "69." + "9" * 80),
    ],
)
def test_rule_01_shown_with_two_decimals_and_more_near_a_level(final: str, text: str) -> None:
    assert shown(D(final), BUILT_IN) == text


def test_rule_01_shown_follows_the_levels_of_the_standard() -> None:
    assert shown(D("30.4951"), SMALL) == "30.495"
    assert shown(D("69.996"), SMALL) == "70.00"


@pytest.mark.parametrize(
    ("number", "decimals", "rounded"),
    [("2.675", 2, "2.68"), ("2.665", 2, "2.67"), ("1E-300", 2, "0.00"), ("0.5", 0, "1")],
)
def test_half_is_rounded_up(number: str, decimals: int, rounded: str) -> None:
    assert str(rounded_half_up(D(number), decimals)) == rounded


@given(st.decimals("0", "101", places=17))
def test_rule_01_what_is_shown_reaches_exactly_the_levels_that_are_reached(final: Decimal) -> None:
    seen = D(shown(final, BUILT_IN))
    assert judge(seen, D(0), BUILT_IN) == judge(final, D(0), BUILT_IN)
    decimals = decimals_shown(final, BUILT_IN)
    assert abs(Fraction(seen) - Fraction(final)) <= Fraction(1, 2 * 10**decimals)
