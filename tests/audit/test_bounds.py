"""The finals still possible: no completion lies outside, and both ends can be reached."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from made_audits import BUILT_IN, SMALL, audit, left_out, made, rating, special

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Severity
from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.audit.scoring import bounds, score
from cts_excel.standard.model import Standard

D = Decimal


def test_a_blank_audit_may_still_earn_anything() -> None:
    result = bounds(audit(BUILT_IN), BUILT_IN)
    assert (result.low, result.high) == (0, 100)
    assert (result.low_judgement.key, result.high_judgement.key) == ("not_passed", "five_star")


def test_a_complete_audit_has_one_final() -> None:
    whole = audit(BUILT_IN, "0.83", deductions=2, bonuses=1)
    result = bounds(whole, BUILT_IN)
    assert result.low == result.high == score(whole, BUILT_IN).final == 82
    assert result.low_judgement == result.high_judgement


def test_a_chosen_band_limits_what_is_possible() -> None:
    changes = {"5.3.2.2": rating(BUILT_IN, "5.3.2.2", None, band="40%-60%")}
    result = bounds(audit(BUILT_IN, "1", changes=changes), BUILT_IN)
    assert (result.low, result.high) == (D("95.8"), D("97.2"))


@pytest.mark.parametrize(
    "open_rating",
    [
        rating(BUILT_IN, "5.3.2.2", None),
        rating(BUILT_IN, "5.3.2.2", "0.5", band=""),
        rating(BUILT_IN, "5.3.2.2", None, band="40%-60%", faulty=True),
        rating(BUILT_IN, "5.3.2.2", None, band="胡写"),
        left_out(BUILT_IN, "5.3.2.2"),
    ],
    ids=["blank", "no band", "faulty", "unknown band", "rule_07 not applicable is rejected"],
)
def test_any_other_open_rating_may_be_anything(open_rating: Rating) -> None:
    result = bounds(audit(BUILT_IN, "1", changes={"5.3.2.2": open_rating}), BUILT_IN)
    assert (result.low, result.high) == (93, 100)


def test_incomplete_special_items_may_count_or_be_dropped() -> None:
    ratings = audit(BUILT_IN, "0.95").ratings
    deductions = (*(special(n) for n in range(1, 6)), special(6, complete=False))
    result = bounds(made(ratings, deductions, (special(1, complete=False),)), BUILT_IN)
    assert (result.low, result.high) == (89, 91)
    assert (result.low_judgement.label, result.high_judgement.label) == ("不通过", "四星级")


def test_a_missing_sheet_of_special_items_may_hold_any_deductions_and_the_bonus() -> None:
    whole = audit(BUILT_IN, "0.95", deductions=1)
    result = bounds(replace(whole, sheets=replace(whole.sheets, special="")), BUILT_IN)
    assert (result.low, result.high) == (0, 96)
    assert (result.low_judgement.label, result.high_judgement.label) == ("不通过", "五星级")


@pytest.mark.parametrize("code", ["W14", "W15", "W16", "W18"])
def test_what_can_be_read_in_more_than_one_way_may_be_anything(code: str) -> None:
    whole = audit(BUILT_IN, "0.95")
    doubts = {
        sheet: finding(code, sheet=sheet) for sheet in (whole.sheets.ratings, whole.sheets.special)
    }
    for (sheet, doubt), high in zip(doubts.items(), (100, 96), strict=True):
        result = bounds(replace(whole, findings=(doubt,)), BUILT_IN)
        assert (result.low, result.high) == (0, high), sheet


def test_a_missing_column_that_nothing_is_read_from_leaves_the_bounds_alone() -> None:
    whole = audit(BUILT_IN, "0.95")
    state = finding(Code.COLUMN_MISSING, sheet=whole.sheets.ratings, severity=Severity.WARNING)
    assert bounds(replace(whole, findings=(state,)), BUILT_IN).low == 95


def test_rule_04_bounds_never_count_a_second_bonus() -> None:
    ratings = audit(BUILT_IN, "0.95").ratings
    result = bounds(made(ratings, (), (special(1), special(2, complete=False))), BUILT_IN)
    assert (result.low, result.high) == (96, 96)


def test_rule_07_not_applicable_without_a_reason_may_still_be_rated() -> None:
    settled = audit(SMALL, "0.8", changes={"3.1.1": left_out(SMALL, "3.1.1")})
    unsettled = audit(SMALL, "0.8", changes={"3.1.1": left_out(SMALL, "3.1.1", " ")})
    assert (bounds(settled, SMALL).low, bounds(settled, SMALL).high) == (32, 32)
    # 26 points are earned for sure, and 7.5 more are open.
    assert (bounds(unsettled, SMALL).low, bounds(unsettled, SMALL).high) == (26, D("33.5"))


def test_rule_07_everything_not_applicable_leaves_everything_open() -> None:
    everything = {i.clause: left_out(SMALL, i.clause) for i in SMALL.indicators}
    result = bounds(audit(SMALL, everything), SMALL)
    assert (result.low, result.high) == (0, 40)


def _unfinished(dice: random.Random, standard: Standard) -> Audit:
    """Rate some indicators, leave others in every open state that a returned workbook has."""
    ratings = []
    for indicator in standard.indicators:
        clause, kind = indicator.clause, dice.randrange(8)
        percent = D(dice.randint(0, 1000)) / 1000
        if kind == 0:
            ratings.append(rating(standard, clause, None))
        elif kind == 1:
            band = dice.choice(standard.bands)
            ratings.append(rating(standard, clause, None, band=band.label))
        elif kind == 2:
            ratings.append(rating(standard, clause, None, faulty=True))
        elif kind == 3:
            ratings.append(left_out(standard, clause, dice.choice(("", "无此业务"))))
        else:
            ratings.append(rating(standard, clause, percent))
    items = [
        tuple(special(n, complete=dice.random() < 0.5) for n in range(dice.randint(0, most)))
        for most in (7, 3)
    ]
    return made(tuple(ratings), items[0], items[1])


def _completed(audit: Audit, standard: Standard, dice: random.Random, lean: float | None) -> Audit:
    """Complete an audit at random, or at one end: ``lean`` 0 is the worst, 1 the best."""

    def settle(open_rating: Rating) -> Rating:
        if open_rating.rated:
            return open_rating
        if open_rating.not_applicable and standard.prorates and open_rating.evidence:
            return open_rating
        bands = {band.label: band for band in standard.bands}
        band = bands.get(open_rating.band)
        low, high = (band.low, band.high) if band else (D(0), D(1))
        share = D(dice.randint(0, 100)) / 100 if lean is None else D(lean)
        may_leave_out = standard.prorates and band is None and lean is None
        if may_leave_out and dice.random() < 0.4:
            return left_out(standard, open_rating.clause)
        return rating(standard, open_rating.clause, low + (high - low) * share)

    def keep(items: tuple[SpecialItem, ...], *, good: bool) -> tuple[SpecialItem, ...]:
        wanted = None if lean is None else (lean == 1) is good
        return tuple(
            replace(item, complete=True)
            for item in items
            if item.complete or (dice.random() < 0.5 if wanted is None else wanted)
        )

    return made(
        tuple(settle(r) for r in audit.ratings),
        keep(audit.deductions, good=False),
        keep(audit.bonuses, good=True),
    )


@pytest.mark.parametrize("standard", [BUILT_IN, SMALL], ids=["built-in", "small"])
def test_every_completion_lies_within_the_bounds_and_both_ends_are_reached(
    standard: Standard,
) -> None:
    dice = random.Random(20250816)
    for _round in range(300):
        unfinished = _unfinished(dice, standard)
        if all(r.not_applicable for r in unfinished.ratings):
            continue  # has its own test: nothing says what to complete
        result = bounds(unfinished, standard)
        for _try in range(5):
            whole = score(_completed(unfinished, standard, dice, None), standard)
            if whole.complete:  # a completion may have left out everything
                assert result.low <= whole.final <= result.high
        ends = [score(_completed(unfinished, standard, dice, lean), standard) for lean in (0, 1)]
        assert [end.final for end in ends] == [result.low, result.high]
        assert all(end.complete for end in ends)
