"""Every statistic against an independent computation."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sample_outcomes import STANDARD, columns_of, crowd, outcome
from scipy import stats
from summary_files import opened as open_workbook
from summary_files import table, write

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.figures.headline import headline
from cts_excel.summary.figures.leniency import habits
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.statistics import Figures, spread, t_quantile
from cts_excel.summary.figures.tally import tally
from cts_excel.summary.outcomes.excerpt import excerpt, opened


def _figures(outcomes: list[Outcome]) -> Figures:
    return Figures(columns_of(outcomes))


def _graded(outcomes: list[Outcome]) -> list[Outcome]:
    return [o for o in outcomes if o.status is Status.GRADED]


def _rates(one: Outcome) -> list[float]:
    assert one.audit
    return [float(r.percent) for r in one.audit.ratings if r.percent is not None]


@pytest.mark.parametrize("freedom", [1.0, 1.5, 2.0, 3.7, 9.0, 28.4, 300.0, 5000.0])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995, 0.9999])
def test_t_quantile(probability: float, freedom: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(
        stats.t.ppf(probability, freedom), rel=1e-8
    )


def test_indicators_from_counts_equal_all_values_described() -> None:
    made = _graded(crowd(40))
    figures = _figures(made)
    for place in range(figures.width):
        values = [_rates(one)[place] for one in made]
        found = figures.indicator(place)
        assert found
        q = statistics.quantiles(values, n=4, method="inclusive")
        assert [found.q1, found.median, found.q3] == pytest.approx(q)
        assert found.mean == pytest.approx(statistics.fmean(values))
        assert found.deviation == pytest.approx(statistics.stdev(values))
        assert (found.low, found.high, found.n) == (min(values), max(values), len(values))


def test_the_sheet_shows_these_figures(tmp_path: Path) -> None:
    made = crowd(30)
    graded = _graded(made)
    finals = [float(one.score.final) for one in graded if one.score]
    rows = table(open_workbook(write(tmp_path / "s.xlsx", made))["指标分析"], "条款")
    for place, row in enumerate(rows):
        values = [_rates(one)[place] for one in graded]
        assert row["平均得分率"] == pytest.approx(statistics.fmean(values))
        assert row["中位数"] == pytest.approx(statistics.median(values))
        assert row["标准差"] == pytest.approx(statistics.stdev(values))
        weight = float(STANDARD.indicators[place].weight)
        assert row["平均失分"] == pytest.approx(weight * (1 - statistics.fmean(values)))
        assert row["与最终得分相关"] == pytest.approx(statistics.correlation(values, finals))
        top = [one.audit.ratings[place].band for one in graded if one.audit].count("80%-100%")
        assert row["档 80%-100%"] == pytest.approx(top / len(graded))
        lowest = min(graded, key=lambda one: (_rates(one)[place], made.index(one)))
        assert lowest.audit
        assert lowest.audit.cover.organisation in str(row["得分率最低的企业"])


def test_first_and_second_level_are_exact(tmp_path: Path) -> None:
    made = _graded(crowd(15))
    figures = _figures(made)
    points, rates = figures.group_points
    for row, one in enumerate(made):
        assert one.audit
        for place, columns in enumerate(figures.group_columns):
            items = [
                Fraction(STANDARD.indicators[c].weight)
                * Fraction(one.audit.ratings[c].percent or 0)
                for c in columns
            ]
            whole = sum(Fraction(STANDARD.indicators[c].weight) for c in columns)
            assert points[row, place] == pytest.approx(float(sum(items)), abs=1e-12)
            assert rates[row, place] == pytest.approx(float(sum(items) / whole), abs=1e-12)
    sections = len(STANDARD.sections)
    for row, one in enumerate(made):
        assert one.score
        assert points[row, :sections].sum() == pytest.approx(float(one.score.base))


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = crowd(25)
    whole = _figures(made)
    expected = (*whole.group_points, *whole.audit_rates)
    monkeypatch.setattr("cts_excel.summary.figures.statistics._CHUNK", 7)
    pieces = _figures(made)
    for one, other in zip(expected, (*pieces.group_points, *pieces.audit_rates), strict=True):
        np.testing.assert_array_equal(one, other)


def test_leniency_is_welch_on_audits() -> None:
    made = _graded(crowd(60))
    figures = _figures(made)
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    found = habits(figures, people)
    assert sum(h.audits for h in found) == 60
    for h in found:
        own = [
            statistics.fmean(_rates(o))
            for o in made
            if o.audit and o.audit.cover.assessor == h.name
        ]
        rest = [
            statistics.fmean(_rates(o))
            for o in made
            if o.audit and o.audit.cover.assessor != h.name
        ]
        interval = stats.ttest_ind(own, rest, equal_var=False).confidence_interval(0.95)
        assert h.difference == pytest.approx(statistics.fmean(own) - statistics.fmean(rest))
        assert (h.low, h.high) == pytest.approx((interval.low, interval.high))


def _two(ours: list[str], theirs: list[str]) -> dict[str, str]:
    made = [outcome(f"甲{n}", p, number=n, assessor="宽") for n, p in enumerate(ours)]
    made += [outcome(f"乙{n}", p, number=50 + n, assessor="常") for n, p in enumerate(theirs)]
    figures = _figures(made)
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    return {h.name: h.verdict for h in habits(figures, people)}


def test_people_are_flagged_only_where_number_size_and_interval_justify_it() -> None:
    clear = ["0.95", "0.96", "0.94", "0.95", "0.97"], ["0.80", "0.82", "0.81", "0.79", "0.80"]
    assert _two(*clear) == {"宽": "lenient", "常": "strict"}
    few = clear[0][:4], clear[1]
    assert set(_two(*few).values()) == {""}
    scattered = ["0.99", "0.60", "0.95", "0.70", "0.98"], ["0.60", "0.90", "0.75", "0.80", "0.70"]
    assert set(_two(*scattered).values()) == {""}
    tiny = ["0.811", "0.812", "0.81", "0.811", "0.81"], ["0.80", "0.801", "0.80", "0.80", "0.80"]
    assert set(_two(*tiny).values()) == {""}


def test_habits_of_rating() -> None:
    half = ["0.9"] * 25 + ["0.85"] * 25
    made = [
        outcome("甲", half, evidence="十个字的证据文本呀呀"),
        outcome("乙", "0.83", evidence=""),
    ]
    figures = _figures([made[0], made[1]])
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    (h,) = habits(figures, people)
    assert h.round_share == pytest.approx(0.25)
    assert h.mode == pytest.approx((0.5 + 1) / 2)
    assert h.flat == pytest.approx(0.025 / 2)
    assert h.evidence_length == 10
    assert h.evidence_blank == 0.5
    assert h.bands == (0, 0, 0, 0, 1)


def test_the_deviation_is_that_of_a_sample() -> None:
    found = spread(np.array([0.70, 0.80, 0.90]))
    assert found
    assert found.deviation == pytest.approx(0.1)  # of a population: 0.0816


def test_one_value_has_no_deviation() -> None:
    found = spread(np.array([0.70]))
    assert found
    assert np.isnan(found.deviation)


def test_the_headline_shows_the_deviation_of_a_sample() -> None:
    figures = _figures([outcome(p, p, number=n) for n, p in enumerate(("0.70", "0.80", "0.90"))])
    head = headline(figures, tally(figures.outcomes, rank(figures.outcomes)))
    assert head.mean_note == "标准差 10.00"


def test_who_is_compared_with_many_needs_a_clearer_difference() -> None:
    """Bonferroni: the same difference that marks one of two people does not mark one of nine."""
    ours = ["0.855", "0.875", "0.88", "0.90", "0.92"]
    theirs = ["0.80", "0.82", "0.84", "0.86", "0.88"]
    own, rest = ([float(p) for p in side] for side in (ours, theirs * 8))
    welch = stats.ttest_ind(own, rest, equal_var=False)
    assert 0.05 / 9 < welch.pvalue < 0.05 / 2
    made = [outcome(f"甲{n}", p, number=n, assessor="宽") for n, p in enumerate(ours)]
    for person in range(8):
        made += [
            outcome(f"乙{person}{n}", p, number=100 + 10 * person + n, assessor=f"常{person}")
            for n, p in enumerate(theirs)
        ]
    figures = _figures(made)
    people = np.frombuffer(figures.outcomes.assessors, dtype=np.uint32)
    (lenient,) = [h for h in habits(figures, people) if h.name == "宽"]
    assert lenient.low is not None
    assert lenient.low > 0  # the plain 95 % interval misses 0
    assert lenient.verdict == ""
    assert _two(ours, theirs * 8)["宽"] == "lenient"  # two people, the same ratings


def test_spread_of_nothing_is_nothing() -> None:
    assert spread(np.array([np.nan])) is None
    one = spread(np.array([0.5, np.nan]))
    assert one
    assert (one.n, one.mean, one.q1) == (1, 0.5, 0.5)


def test_more_percentages_than_a_small_code_holds() -> None:
    step = Decimal(1) / 70_000
    exact = [[step * (50 * n + place) for place in range(50)] for n in (0, 466, 932)]
    columns = columns_of(outcome(f"甲{n}", p, number=n) for n, p in enumerate(exact))
    columns.percents.extend(Decimal(n) for n in range(2, 65_600))
    columns.add(opened(excerpt(outcome("乙", "0.123456", number=9), STANDARD)))
    figures = Figures(columns)
    assert columns.codes.typecode == "I"
    assert figures.percents[figures.codes[-1]] == pytest.approx(0.123456)
    assert figures.percents[figures.codes[0]] == pytest.approx([float(p) for p in exact[0]])
