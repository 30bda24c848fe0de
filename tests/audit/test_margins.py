"""Near the line: distances, and the shortest list of next bands, against trying everything."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from made_audits import BUILT_IN, SMALL, audit, left_out, rating

from cts_excel.audit.grading import grade
from cts_excel.audit.levels import judge
from cts_excel.audit.margins import Margins, Step, _offered, margins, shortest
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.scoring import EXACT, score
from cts_excel.standard.model import Standard


def outcome(made: Audit, standard: Standard = BUILT_IN) -> Outcome:
    graded = grade(made, standard, file="a.xlsx", sha256="")
    return Outcome(
        "a.xlsx", "", graded.status, made, graded.score, None, judged(made, standard), ()
    )


def judged(made: Audit, standard: Standard):  # type: ignore[no-untyped-def]
    result = score(made, standard)
    return judge(result.final, result.deductions, standard)


def measured(made: Audit, standard: Standard = BUILT_IN) -> Margins:
    found = margins(outcome(made, standard), standard)
    assert found is not None
    return found


def tried(gains: list[Decimal], needed: Decimal) -> tuple[int, ...]:
    """Try every list, the shortest first, then the least, then the first in order."""
    for count in range(1, len(gains) + 1):
        fitting = [
            (sum(Fraction(gains[n]) for n in chosen), chosen)
            for chosen in combinations(range(len(gains)), count)
            if sum(Fraction(gains[n]) for n in chosen) >= Fraction(needed)
        ]
        if fitting:
            return min(fitting)[1]
    return ()


@pytest.mark.parametrize("seed", range(60))
def test_the_shortest_list_is_the_one_that_trying_everything_finds(seed: int) -> None:
    chance = random.Random(seed)
    steps = ["0.2", "0.4", "0.05", "0.15", "1.5", "3", "0.333", "0.7"]
    gains = [Decimal(chance.choice(steps)) * chance.randint(1, 4) for _ in range(9)]
    total = sum(gains, Decimal(0))
    needed = total * chance.randint(1, 110) / 100
    assert shortest(gains, needed) == tried(gains, needed)


def test_exact_to_the_last_digit() -> None:
    gains = [Decimal("0.1"), Decimal("0.2"), Decimal("0.30000000000000001")]
    assert shortest(gains, Decimal("0.3")) == (2,)
    assert shortest(gains[:2], Decimal("0.3")) == (0, 1)
    assert shortest(gains[:2], Decimal("0.300000000000001")) == ()


def test_sums_too_fine_to_search_still_give_a_shortest_list() -> None:
    gains = [Decimal("0.2") + Decimal(n).scaleb(-15) for n in range(1, 8)]
    assert shortest(gains, Decimal("0.5")) == (4, 5, 6)


def test_distances_at_a_line_and_a_hair_below() -> None:
    on_line = measured(audit(BUILT_IN, "0.80"))
    assert (on_line.next_level, on_line.to_next) == (BUILT_IN.levels[1], Decimal(10))
    assert on_line.above_line == 0
    below = audit(BUILT_IN, "0.80", changes={"5.1.1.1": rating(BUILT_IN, "5.1.1.1", "0.79999999")})
    found = measured(below)
    assert found.next_level == BUILT_IN.levels[2]
    assert found.to_next == Decimal("1e-8")
    assert [step.clause for step in found.steps] == ["5.1.1.1"]
    assert found.steps[0].percent_to == Decimal("0.8")


def test_highest_level_has_no_next() -> None:
    found = measured(audit(BUILT_IN, "0.97"))
    assert (found.next_level, found.to_next, found.steps) == (None, None, ())
    assert found.above_line == 2


def test_no_next_band_within_the_highest_one() -> None:
    found = measured(audit(BUILT_IN, "0.85"))
    assert found.to_next == 5
    assert found.steps == ()


def test_an_edge_belongs_to_both_bands_and_the_step_is_a_real_one() -> None:
    edge = rating(BUILT_IN, "5.3.2.2", "0.60", band="40%-60%")  # 7 points
    found = measured(audit(BUILT_IN, "0.81", changes={"5.3.2.2": edge}))
    assert found.to_next == Decimal("0.47")
    assert [(s.clause, s.band_to, s.points) for s in found.steps] == [
        ("5.3.2.2", "80%-100%", Decimal("1.4"))
    ]


def test_too_many_deductions_leave_nothing_to_gain() -> None:
    found = measured(audit(BUILT_IN, "0.9", deductions=6))
    assert (found.next_level, found.above_line, found.steps) == (None, None, ())


def test_below_every_level_the_lowest_is_next() -> None:
    found = measured(audit(BUILT_IN, "0.69"))
    assert found.next_level == BUILT_IN.lowest_level
    assert found.to_next == 1
    assert found.above_line is None
    assert len(found.steps) == 2  # 7 points and the first of 6: 13 x 0.11 = 1.43
    assert sum(step.points for step in found.steps) >= 1


def test_of_equally_short_lists_the_one_with_the_fewest_points() -> None:
    found = measured(audit(BUILT_IN, "0.795"))
    # 0.5 points to 80: no fewer than 100 points of weight would do, so every band moves.
    assert found.to_next == Decimal("0.5")
    assert len(found.steps) == 50
    few = {c: rating(BUILT_IN, c, "0.75") for c in ("5.1.1.1", "5.1.1.2", "5.3.1.1", "5.3.2.2")}
    close = measured(audit(BUILT_IN, "0.802", changes=few))
    # 80.2 - 14 x 0.052 = 79.472; weights 1, 3, 3 and 7 gain 0.05 of each: the
    # three largest give 0.65, yet 1, 3 and 7 give 0.55, and that is enough.
    assert close.to_next == Decimal("0.528")
    assert [s.clause for s in close.steps] == ["5.1.1.1", "5.1.1.2", "5.3.2.2"]
    fewer = {c: rating(BUILT_IN, c, "0.79") for c in ("5.1.1.1", "5.1.1.2", "5.3.1.1", "5.3.2.2")}
    nearest = measured(audit(BUILT_IN, "0.8005", changes=fewer))
    # 80.05 - 14 x 0.0105 = 79.903: 7 and a 3 give 0.1, and 7 and 3 are the fewest that do.
    assert [s.clause for s in nearest.steps] == ["5.1.1.2", "5.3.2.2"]


@pytest.mark.parametrize("seed", range(25))
def test_taking_the_steps_reaches_the_level_also_where_weights_are_prorated(seed: int) -> None:
    chance = random.Random(seed)
    clauses = [indicator.clause for indicator in SMALL.indicators]
    changes = {c: rating(SMALL, c, str(Decimal(chance.randint(0, 100)) / 100)) for c in clauses}
    changes[clauses[0]] = left_out(SMALL, clauses[0])
    made = audit(SMALL, changes, bonuses=chance.randint(0, 1), deductions=chance.randint(0, 2))
    found = measured(made, SMALL)
    if found.next_level is None:
        assert score(made, SMALL).final >= SMALL.levels[0].minimum
        return
    raised = {s.clause: rating(SMALL, s.clause, s.percent_to) for s in found.steps}
    after = score(
        audit(
            SMALL, {**changes, **raised}, bonuses=len(made.bonuses), deductions=len(made.deductions)
        ),
        SMALL,
    )
    if found.steps:
        assert after.final >= found.next_level.minimum
    best = every_step(made, SMALL, changes)
    assert bool(found.steps) == (best >= found.next_level.minimum)


def every_step(made: Audit, standard: Standard, changes) -> Decimal:  # type: ignore[no-untyped-def]
    raised = dict(changes)
    for clause, held in changes.items():
        higher = [
            b.low for b in standard.bands if held.percent is not None and b.low > held.percent
        ]
        if higher:
            raised[clause] = rating(standard, clause, min(higher))
    counts = {"bonuses": len(made.bonuses), "deductions": len(made.deductions)}
    return score(audit(standard, raised, **counts), standard).final


def test_without_a_level_there_is_no_distance() -> None:
    made = audit(BUILT_IN, "0.8", changes={"5.1.1.1": rating(BUILT_IN, "5.1.1.1", None)})
    assert margins(grade(made, BUILT_IN, file="a", sha256=""), BUILT_IN) is None


def test_a_step_says_from_which_band_and_percentage_to_which() -> None:
    clause = BUILT_IN.indicators[-1].clause
    low = rating(BUILT_IN, clause, "0.79")
    found = measured(audit(BUILT_IN, "0.80", changes={clause: low}))
    points = BUILT_IN.by_clause[clause].weight / 100
    step = Step(clause, "60%-80%", "80%-100%", Decimal("0.79"), Decimal("0.8"), points)
    assert (found.to_next, found.steps) == (points, (step,))


@pytest.mark.parametrize("change", [{"faulty": True}, {"band": ""}, {"percent": None}])
def test_what_is_not_rated_offers_no_step(change: dict[str, object]) -> None:
    low = rating(BUILT_IN, "5.3.1.1", "0.5")
    other = rating(BUILT_IN, "5.3.1.2", "0.5")
    made = audit(BUILT_IN, "1", changes={low.clause: replace(low, **change), other.clause: other})
    assert [offer[0] for offer in _offered(made.ratings, BUILT_IN)] == [other]


def test_distances_are_exact_to_any_digit() -> None:
    clause = BUILT_IN.indicators[0].clause
    hair = Decimal(1).scaleb(-40)
    weight = BUILT_IN.by_clause[clause].weight
    above = rating(BUILT_IN, clause, "0.8" + "0" * 38 + "1")
    found = measured(audit(BUILT_IN, "0.80", changes={clause: above}))
    assert (found.above_line, found.to_next) == (weight * hair, Decimal("9." + "9" * 40))


def test_a_distance_of_many_digits_is_not_rounded() -> None:
    clause = BUILT_IN.indicators[0].clause
    weight = BUILT_IN.by_clause[clause].weight
    above = rating(BUILT_IN, clause, Decimal("0.8" + "1" * 40))
    found = measured(audit(BUILT_IN, "0.80", changes={clause: above}))
    assert found.above_line == EXACT.multiply(weight, Decimal("0.0" + "1" * 40))


def test_as_many_deductions_as_are_allowed_leave_the_next_level_open() -> None:
    limit = int(BUILT_IN.special.deduction.limit)
    open_ = measured(audit(BUILT_IN, "0.9", deductions=limit))
    assert (open_.next_level, open_.to_next) == (BUILT_IN.levels[1], Decimal(5))
    failed = measured(audit(BUILT_IN, "0.9", deductions=limit + 1))
    assert (failed.next_level, failed.to_next, failed.above_line) == (None, None, None)


def test_of_equally_short_lists_the_least_sum_is_chosen() -> None:
    assert shortest([Decimal(5), Decimal(4), Decimal(3)], Decimal(8)) == (0, 2)
    assert shortest([Decimal(5), Decimal(4), Decimal(3)], Decimal(7)) == (1, 2)
    millions = [Decimal(n * 1_000_000) for n in (5, 4, 3)]  # a common unit makes them small
    assert shortest(millions, Decimal(7_000_000)) == (1, 2)
