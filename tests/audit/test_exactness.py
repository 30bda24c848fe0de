"""100,000 random audits: every level equals that of an independent reference in Fractions."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from made_audits import BUILT_IN, SMALL, left_out, made, rating, special

from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit, Rating
from cts_excel.audit.scoring import score
from cts_excel.standard.model import Standard

pytestmark = pytest.mark.slow  # `make unit` leaves it out

AUDITS = 100_000
HAIR = Decimal("1E-15")
# One denominator for everything that is dealt: weights in 1/100 points, percentages in 1E-16.
_SCALE = 10**18

Dealt = tuple[Rating, int]  # a rating, and its item score in points x _SCALE


def _dealt(standard: Standard, clause: str, percent: Decimal) -> Dealt:
    exact = Fraction(str(standard.by_clause[clause].weight)) * Fraction(str(percent)) * _SCALE
    assert exact.denominator == 1
    return rating(standard, clause, percent), exact.numerator


class _Cards:
    """Ratings made once and dealt often: whole percents, and some at 15 digits."""

    def __init__(self, standard: Standard, dice: random.Random) -> None:
        self.standard, self.dice = standard, dice
        self.whole = [
            [_dealt(standard, i.clause, Decimal(n) / 100) for n in range(101)]
            for i in standard.indicators
        ]
        self.fine = [
            [_dealt(standard, i.clause, Decimal(dice.randrange(10**15)) * HAIR) for _n in range(40)]
            for i in standard.indicators
        ]

    def anywhere(self) -> list[Dealt]:
        """Deal percentages around one quality, as an assessor's are."""
        dice = self.dice
        middle, spread = dice.randint(40, 100), dice.randint(0, 30)
        low, high = max(0, middle - spread), min(100, middle + spread)
        width = high - low + 1
        hand = [cards[low + int(dice.random() * width)] for cards in self.whole]
        if dice.random() < 0.3:
            for _n in range(5):
                place = dice.randrange(len(hand))
                hand[place] = dice.choice(self.fine[place])
        return hand

    def at_a_line(self, shift: Decimal) -> list[Dealt]:
        """Deal a final exactly on a level's line, or a hair beside; ``shift`` is added later."""
        standard, dice = self.standard, self.dice
        base = dice.choice(standard.levels).minimum - shift
        percent = base / standard.total
        if not Decimal("0.05") <= percent <= Decimal("0.95"):
            return self.anywhere()
        percents = [percent] * len(standard.indicators)
        weights = [i.weight for i in standard.indicators]
        for _n in range(3):  # up here, down there, by the same points
            up, down = dice.sample(range(len(weights)), 2)
            if weights[up] == weights[down]:
                step = Decimal(dice.randint(0, 1000)) / 100_000
                percents[up], percents[down] = percents[up] + step, percents[down] - step
        place = dice.randrange(len(percents))
        percents[place] += dice.choice((-HAIR, Decimal(0), HAIR))
        return [
            _dealt(standard, i.clause, p)
            for i, p in zip(standard.indicators, percents, strict=True)
        ]


_ENTRIES = tuple(special(n) for n in range(1, 10))


def _reference(
    standard: Standard, items: list[int], weight: Fraction, deductions: int, bonuses: int
) -> str:
    """Judge again, in Fractions and by the words of the rules, with nothing from audit/."""
    rules = standard.special
    total = Fraction(str(standard.total))
    base = Fraction(sum(items), _SCALE) * total / weight
    taken = deductions * Fraction(str(rules.deduction.points))
    given = min(bonuses * Fraction(str(rules.bonus.points)), Fraction(str(rules.bonus.limit)))
    final = max(Fraction(0), base - taken + given)
    if taken > Fraction(str(rules.deduction.limit)):
        return "not_passed"
    for level in sorted(standard.levels, key=lambda x: x.minimum, reverse=True):
        if final >= Fraction(str(level.minimum)):
            return level.key
    return "not_passed"


def _graded(audit: Audit, standard: Standard) -> tuple[str, Decimal]:
    result = score(audit, standard)
    assert result.complete
    return judge(result.final, result.deductions, standard).key, result.final


@pytest.mark.slow
def test_rule_02_no_level_of_100000_random_audits_differs_from_fractions() -> None:
    dice = random.Random(27922)
    cards = _Cards(BUILT_IN, dice)
    weight = Fraction(100)
    differing, on_a_line, beside_a_line = [], 0, 0
    lines = {level.minimum for level in BUILT_IN.levels}
    for number in range(AUDITS):
        deductions = dice.choice((0, 0, 0, 1, 2, 4, 5, 6))
        bonuses = dice.choice((0, 0, 1, 2))
        shift = Decimal(min(bonuses, 1) - deductions)
        hand = cards.at_a_line(shift) if number % 10 == 0 else cards.anywhere()
        audit = made(tuple([card[0] for card in hand]), _ENTRIES[:deductions], _ENTRIES[:bonuses])
        key, final = _graded(audit, BUILT_IN)
        expected = _reference(BUILT_IN, [card[1] for card in hand], weight, deductions, bonuses)
        if key != expected:
            differing.append((number, final, key, expected))
        on_a_line += final in lines
        beside_a_line += final not in lines and any(
            abs(final - x) < Decimal("1E-12") for x in lines
        )
    assert differing == []
    # The comparison means little unless many finals stand where levels change.
    assert on_a_line > 1000
    assert beside_a_line > 1000


def test_rule_07_no_level_of_prorated_audits_differs_from_fractions() -> None:
    dice = random.Random(40)
    cards = _Cards(SMALL, dice)
    for number in range(5000):
        deductions, bonuses = dice.randint(0, 4), dice.randint(0, 3)
        rules = SMALL.special
        given = min(bonuses * rules.bonus.points, rules.bonus.limit)
        shift = given - deductions * rules.deduction.points
        hand = cards.at_a_line(shift) if number % 2 else cards.anywhere()
        kept = [dice.random() < 0.7 for _card in hand]
        if not any(kept):
            continue
        ratings = tuple(
            card[0] if keep else left_out(SMALL, card[0].clause)
            for card, keep in zip(hand, kept, strict=True)
        )
        items = [card[1] for card, keep in zip(hand, kept, strict=True) if keep]
        weight = sum(
            Fraction(str(i.weight)) for i, keep in zip(SMALL.indicators, kept, strict=True) if keep
        )
        audit = made(ratings, _ENTRIES[:deductions], _ENTRIES[:bonuses])
        key, _final = _graded(audit, SMALL)
        assert key == _reference(SMALL, items, Fraction(weight), deductions, bonuses)


def test_rule_01_finals_equal_the_sum_of_fractions() -> None:
    dice = random.Random(7)
    cards = _Cards(BUILT_IN, dice)
    for _number in range(300):
        hand = cards.anywhere()
        plain_sum = sum(
            Fraction(str(i.weight)) * Fraction(str(card[0].percent))
            for i, card in zip(BUILT_IN.indicators, hand, strict=True)
        )
        _key, final = _graded(made(tuple(card[0] for card in hand)), BUILT_IN)
        assert Fraction(final) == plain_sum == Fraction(sum(c[1] for c in hand), _SCALE)
