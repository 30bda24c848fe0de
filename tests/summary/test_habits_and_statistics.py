"""Rating habits and distributions on values small enough to work out by hand."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from msgspec.structs import replace
from sample_outcomes import STANDARD, columns_of, outcome
from scipy import stats

from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import NotApplicable, Policy, Standard, parent
from cts_excel.summary.figures.leniency import NOBODY, Habits, habits
from cts_excel.summary.figures.statistics import (
    Figures,
    counted_spread,
    spread,
    t_quantile,
)

WIDTH = len(STANDARD.indicators)


def _habits(made: list[Outcome]) -> list[Habits]:
    figures = Figures(columns_of(made))
    return habits(figures, np.frombuffer(figures.outcomes.assessors, dtype=np.uint32))


def _rated(assessor: str, *percents: object, first: int = 1) -> list[Outcome]:
    return [
        outcome(f"{assessor}企业{n}", p, number=n, assessor=assessor)
        for n, p in enumerate(percents, start=first)
    ]


def test_who_has_most_audits_stands_first_then_by_name() -> None:
    made = [
        *_rated("乙", "0.80", first=1),
        *_rated("甲", "0.80", first=10),
        *_rated("丙", "0.80", "0.90", first=20),
        *_rated("", "0.80", "0.80", "0.80", first=30),
    ]
    assert [(h.name, h.audits) for h in _habits(made)] == [
        (NOBODY, 3), ("丙", 2), *((name, 1) for name in sorted("甲乙")),
    ]  # fmt: skip


def test_the_figures_of_one_person() -> None:
    half = ["0.90"] * (WIDTH // 2) + ["0.70"] * (WIDTH - WIDTH // 2)
    made = _rated("甲", half, "0.50")
    (found,) = _habits(made)
    assert (found.difference, found.low, found.high, found.verdict) == (None, None, None, "")
    assert found.rate == pytest.approx((0.8 + 0.5) / 2)
    finals = [float(one.score.final) for one in made if one.score]
    assert found.finals == spread(np.array(finals))
    assert sum(found.bands) == pytest.approx(1)
    assert found.round_share == 1
    assert found.flat == pytest.approx(0.05)
    assert found.mode == pytest.approx(0.75)
    assert found.evidence_blank == 0


def test_evidence_is_counted_over_the_cells_that_hold_any() -> None:
    made = [
        outcome("甲", "0.80", number=1, evidence="四字证据"),
        outcome("乙", "0.80", number=2, evidence=""),
        outcome("丙", "0.80", number=3, evidence="共六字证据呀"[:6]),
    ]
    (found,) = _habits(made)
    assert found.evidence_length == pytest.approx(5)
    assert found.evidence_blank == pytest.approx(1 / 3)
    (empty,) = _habits(made[1:2])
    assert (empty.evidence_length, empty.evidence_blank) == (0, 1)


def test_one_audit_gives_a_difference_without_an_interval() -> None:
    made = [*_rated("甲", "0.90", first=1), *_rated("乙", "0.80", "0.84", first=10)]
    by_name = {h.name: h for h in _habits(made)}
    assert by_name["甲"].difference == pytest.approx(0.08)
    assert by_name["乙"].difference == pytest.approx(-0.08)
    for found in by_name.values():
        assert (found.low, found.high, found.verdict) == (None, None, "")


def test_two_audits_on_each_side_give_an_interval() -> None:
    ours, theirs = [0.90, 0.94], [0.80, 0.84]
    made = [*_rated("甲", *map(str, ours), first=1), *_rated("乙", *map(str, theirs), first=10)]
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    found = {h.name: h for h in _habits(made)}["甲"]
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.verdict == ""


def test_ratings_without_any_spread_give_no_verdict() -> None:
    made = [*_rated("甲", *["0.90"] * 6, first=1), *_rated("乙", *["0.80"] * 6, first=10)]
    found = {h.name: h for h in _habits(made)}["甲"]
    assert found.difference == found.low == found.high == pytest.approx(0.1)
    assert found.verdict == ""


@pytest.mark.parametrize(("lift", "verdict"), [("0.0199", ""), ("0.0201", "lenient")])
def test_two_percentage_points_matter(lift: str, verdict: str) -> None:
    theirs = [Decimal("0.80") + Decimal(n) / 100_000 for n in range(6)]
    ours = [p + Decimal(lift) for p in theirs]
    made = [*_rated("甲", *ours, first=1), *_rated("乙", *theirs, first=10)]
    assert {h.name: h.verdict for h in _habits(made)}["甲"] == verdict


@pytest.mark.parametrize(("own", "rest", "verdict"), [(5, 5, "lenient"), (4, 5, ""), (5, 4, "")])
def test_five_audits_on_each_side_are_enough(own: int, rest: int, verdict: str) -> None:
    ours = [Decimal("0.95") + Decimal(n) / 1000 for n in range(own)]
    theirs = [Decimal("0.80") + Decimal(n) / 1000 for n in range(rest)]
    made = [*_rated("甲", *ours, first=1), *_rated("乙", *theirs, first=10)]
    assert {h.name: h.verdict for h in _habits(made)}["甲"] == verdict


def test_nobody_is_neither_lenient_nor_strict() -> None:
    ours = [Decimal("0.95") + Decimal(n) / 1000 for n in range(6)]
    theirs = [Decimal("0.80") + Decimal(n) / 1000 for n in range(6)]
    made = [*_rated("", *ours, first=1), *_rated("乙", *theirs, first=10)]
    assert {h.name: h.verdict for h in _habits(made)} == {NOBODY: "", "乙": "strict"}


def _prorating() -> Standard:
    """Return the built-in standard with 不适用 allowed."""
    policy: Policy = replace(STANDARD.policy, not_applicable=NotApplicable.PRORATE)
    return replace(STANDARD, policy=policy)


def test_what_does_not_apply_counts_nowhere() -> None:
    """The first indicator is rated by one audit alone; others are compared on the rest."""
    standard = _prorating()
    first = STANDARD.indicators[0]
    rest = ["0.80"] * (WIDTH - 1)
    made = [
        outcome("甲", ["0.20", *rest], number=1, standard=standard, assessor="甲"),
        outcome("乙", [None, *rest], number=2, standard=standard, assessor="乙"),
        outcome("丙", [None, *rest], number=3, standard=standard, assessor="乙"),
    ]
    figures = Figures(columns_of(made, standard))
    assert figures.value_counts[0].sum() == 3
    one = figures.indicator(0)
    assert one
    assert (one.n, one.mean, one.low, one.high) == (1, 0.2, 0.2, 0.2)
    points, rates = figures.group_points
    group = parent(first.clause)
    own = [n for n, i in enumerate(STANDARD.indicators) if parent(i.clause) == group]
    weights = [float(STANDARD.indicators[n].weight) for n in own]
    place = len(STANDARD.sections) + [g.clause for g in STANDARD.groups].index(group)
    assert points[1, place] == pytest.approx(0.8 * sum(weights[1:]))
    assert rates[1, place] == pytest.approx(0.8)
    assert rates[0, place] == pytest.approx(
        (0.2 * weights[0] + 0.8 * sum(weights[1:])) / sum(weights)
    )
    means, deviations, modes = figures.audit_rates
    assert means[1:] == pytest.approx([0.8, 0.8])
    assert deviations[1:] == pytest.approx([0, 0])
    assert modes == pytest.approx([(WIDTH - 1) / WIDTH] * 3)
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    by_name = {h.name: h for h in habits(figures, people)}
    assert by_name["甲"].difference == pytest.approx(0)  # nobody else rated the first indicator
    assert by_name["乙"].round_share == 1
    assert sum(by_name["乙"].bands) == pytest.approx(1)
    assert math.isnan(figures.correlations[0])


def test_a_difference_is_taken_over_what_others_rated() -> None:
    """Of two others, one left the first indicator out: its mean is that of the third audit."""
    standard = _prorating()
    rest = ["0.80"] * (WIDTH - 1)
    made = [
        outcome("甲", [None, *["0.90"] * (WIDTH - 1)], number=1, standard=standard, assessor="甲"),
        outcome("乙", ["0.90"] * WIDTH, number=2, standard=standard, assessor="甲"),
        outcome("丙", [None, *rest], number=3, standard=standard, assessor="乙"),
        outcome("丁", ["0.60", *rest], number=4, standard=standard, assessor="乙"),
    ]
    figures = Figures(columns_of(made, standard))
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    (found,) = [h for h in habits(figures, people) if h.name == "甲"]
    # 0.10 for the first audit; 0.30 once and 0.10 else for the second; 0 for those of the others.
    second = (0.30 + 0.10 * (WIDTH - 1)) / WIDTH
    assert found.difference == pytest.approx((0.10 + second) / 2)


def test_an_indicator_that_nobody_rated() -> None:
    standard = _prorating()
    made = [outcome("甲", [None, *["0.80"] * (WIDTH - 1)], standard=standard)]
    figures = Figures(columns_of(made, standard))
    assert figures.indicator(0) is None
    assert figures.band_counts(0) == [0] * len(standard.bands)
    assert sum(figures.band_counts(1)) == 1


def test_headings_and_their_columns() -> None:
    figures = Figures(columns_of([outcome()]))
    titles = [s.label for s in STANDARD.sections] + [g.label for g in STANDARD.groups]
    assert figures.headings == titles
    sections = figures.group_columns[: len(STANDARD.sections)]
    groups = figures.group_columns[len(STANDARD.sections) :]
    for parts in (sections, groups):
        assert sorted(place for part in parts for place in part) == list(range(WIDTH))
    assert len(figures.group_spreads) == len(titles)
    for points, rates in figures.group_spreads:
        assert points
        assert rates
        assert rates.mean == pytest.approx(0.85)


def test_a_correlation_needs_three_audits_and_some_spread() -> None:
    def correlated(*percents: list[str]) -> list[float]:
        made = [outcome(f"甲{n}", p, number=n) for n, p in enumerate(percents)]
        return Figures(columns_of(made)).correlations.tolist()

    rest = ["0.85"] * (WIDTH - 1)
    two = correlated(["0.80", *rest], ["0.90", *rest])
    assert all(math.isnan(value) for value in two)
    three = correlated(["0.80", *rest], ["0.90", *rest], ["0.95", *rest])
    assert three[0] == pytest.approx(1)
    assert all(math.isnan(value) for value in three[1:])
    high = ["0.95"] * (WIDTH - 1)
    low = ["0.70"] * (WIDTH - 1)
    against = correlated(["0.80", *high], ["0.85", *rest], ["0.90", *low])
    assert against[0] == pytest.approx(-1, abs=0.01)


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([0.9, 0.1, 0.5], [1, 2, 0]),
        ([0.3, 0.2], [0, 1]),
        ([0.5, 0.7, 0.2, 0.9], [3, 1, 4, 2]),
        ([0.5, 0.7], [1, 1]),
    ],
)
def test_counted_values_are_described_like_all_of_them(
    values: list[float], counts: list[int]
) -> None:
    whole = spread(np.repeat(values, counts))
    found = counted_spread(np.array(values), np.array(counts))
    assert whole
    assert found
    assert found.n == whole.n
    for name in ("mean", "deviation", "low", "q1", "median", "q3", "high"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), nan_ok=True), name


def test_no_counted_value() -> None:
    assert counted_spread(np.array([0.5]), np.array([0])) is None


@pytest.mark.parametrize("probability", [0.501, 0.51, 0.75, 0.999999])
def test_quantiles_near_the_ends(probability: float) -> None:
    for freedom in (1.0, 4.0, 60.0):
        exact = stats.t.ppf(probability, freedom)
        assert t_quantile(probability, freedom) == pytest.approx(exact, rel=1e-8, abs=1e-9)


def test_many_audits_are_read_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _rated("甲", "0.80", "0.90", "0.70")
    figures = Figures(columns_of(made))
    monkeypatch.setattr("cts_excel.summary.figures.statistics._CHUNK", 2)
    pieces = list(figures.chunks())
    assert [(rows.start, rows.stop) for rows, _shares in pieces] == [(0, 2), (2, 3)]
    assert [shares.shape for _rows, shares in pieces] == [(2, WIDTH), (1, WIDTH)]
    assert [shares[0, 0] for _rows, shares in pieces] == [0.8, 0.7]
    (first, _last) = figures.chunks([3, 1])
    assert first[1].shape == (2, 2)
    assert figures.n == 3
    np.testing.assert_array_equal(figures.finals, [80, 90, 70])
