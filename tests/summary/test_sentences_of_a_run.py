"""The headline and its sentences: every figure in them worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sample_outcomes import STANDARD, columns_of, outcome, with_status

from cts_excel.audit.codes import Code
from cts_excel.audit.grading import rejected
from cts_excel.audit.levels import number_shown, percent_shown
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.model import NOT_PASSED, Group, Indicator
from cts_excel.summary.figures.client_changes import client_changes
from cts_excel.summary.figures.headline import Headline, headline, mean_rates, sentences
from cts_excel.summary.figures.losses import short_text
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.figures.tally import tally
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun

FIRST_GROUP, LAST_GROUP = STANDARD.groups[0], STANDARD.groups[-1]
TOO_MANY = int(STANDARD.special.deduction.limit / STANDARD.special.deduction.points) + 1


def _said(outcomes: list[Outcome], previous: PreviousRun | None = None) -> list[str]:
    figures = Figures(columns_of(outcomes))
    ranking = rank(figures.outcomes)
    counted = tally(figures.outcomes, ranking)
    head = headline(figures, counted)
    changes = client_changes(figures.outcomes, ranking, previous) if previous else ()
    return list(sentences(figures, counted, head, previous, changes))


def _head(outcomes: list[Outcome]) -> Headline:
    figures = Figures(columns_of(outcomes))
    return headline(figures, tally(figures.outcomes, rank(figures.outcomes)))


def test_a_run_without_a_graded_audit() -> None:
    bad = rejected("input/坏.xlsx", "0" * 64, Code("F01"), found="x")
    assert _head([bad]) == Headline(1, 0, 0, None, None, None, "", "")
    assert _said([bad]) == [
        "收到 1 个文件，没有可以评定的文件，因此没有得分、级别与统计。",
        f"1 个文件需要处理：{Status.REJECTED.shown} 1 个。",
    ]
    assert _said([])[1] == "没有需要处理的文件。"


def test_the_headline_of_one_audit() -> None:
    assert _head([outcome("甲", "0.85")]) == Headline(
        1, 1, 1, 1.0, 85.0, 85.0, "只有 1 份", "最低 85.00，最高 85.00"
    )


def test_the_headline_of_several() -> None:
    made = [outcome(p, p, number=n) for n, p in enumerate(("0.60", "0.80", "0.90", "0.96"))]
    made.append(rejected("input/坏.xlsx", "0" * 64, Code("F01"), found="x"))
    head = _head(made)
    assert (head.files, head.graded, head.passed, head.pass_rate) == (5, 4, 3, 0.75)
    assert (head.mean, head.median) == (81.5, 85.0)
    assert head.range_note == "最低 60.00，最高 96.00"


def test_the_sentences_of_a_run() -> None:
    made = [
        outcome("甲", "0.98", number=1),
        outcome("乙", "0.85", number=2),
        outcome("丙", "0.60", number=3),
        outcome("丁", "0.85", number=4, deductions=TOO_MANY),
        outcome("戊", "0.85", number=5, blanks=(STANDARD.indicators[0].clause,)),
    ]
    low = STANDARD.levels[-1].minimum
    exceeded = STANDARD.special.deduction.exceeded
    points = STANDARD.special.deduction.points * TOO_MANY
    mean = (Decimal(98) + 85 + 60 + (85 - points)) / 4
    median = (85 + max(Decimal(60), 85 - points)) / 2
    first, _weakest, last = _said(made)
    assert first.startswith(
        f"4 份已评定，通过率 50.0%（通过 2 份，其中五星级 1 份）；"
        f"平均最终得分 {mean:.2f} 分，中位数 {median:.2f} 分。未通过原因："
    )
    assert first.count(" 1 份") == 3  # the one of five stars, and one for each reason
    assert "、" in first.partition("未通过原因：")[2]
    assert f"{low}" in first or exceeded in first
    needs = Status.NEEDS_CORRECTION.shown
    assert last == f"1 份距级别线不超过 1 分，见“临界分析”。1 个文件需要处理：{needs} 1 个。"


def test_what_no_audit_has_is_said_to_be_none() -> None:
    first, _weakest, last = _said([outcome("甲", "0.85")])
    assert first == (
        "1 份已评定，通过率 100.0%（通过 1 份，无五星级）；平均最终得分 85.00 分，中位数 85.00 分。"
    )
    assert last == "没有距级别线 1 分以内的审核。没有需要处理的文件。"


def test_each_status_that_waits_is_counted() -> None:
    good = outcome("甲", "0.85", number=1)
    made = [
        good,
        with_status(good, Status.DUPLICATE, Code("D01"), good.file),
        with_status(outcome("乙", "0.85", number=2), Status.CONFLICT, Code("D02"), "x.xlsx"),
        with_status(outcome("丙", "0.85", number=3), Status.CONFLICT, Code("D02"), "y.xlsx"),
        outcome("丁", "0.85", number=4, blanks=(STANDARD.indicators[0].clause,)),
        rejected("input/坏.xlsx", "0" * 64, Code("F01"), found="x"),
    ]
    assert _said(made)[-1].endswith(
        f"4 个文件需要处理：{Status.NEEDS_CORRECTION.shown} 1 个、"
        f"{Status.CONFLICT.shown} 2 个、{Status.REJECTED.shown} 1 个。"
    )


def test_the_weakest_and_the_strongest() -> None:
    def within(group: Group) -> list[Indicator]:
        return [i for i in STANDARD.indicators if i.clause.startswith(f"{group.clause}.")]

    own = within(FIRST_GROUP)
    worst = max(own, key=lambda indicator: indicator.weight)
    given = {i.clause: "0.85" for i in STANDARD.indicators}
    given |= {i.clause: "0.95" for i in within(LAST_GROUP)}
    given |= {i.clause: "0.70" for i in own}
    given |= {worst.clause: "0.05"}
    percents = list(given.values())
    whole = sum(i.weight for i in own)
    earned = sum(i.weight * Decimal(given[i.clause]) for i in own)
    lost = {i.clause: i.weight * (1 - Decimal(given[i.clause])) for i in STANDARD.indicators}
    most = max(lost.values())
    (clause,) = [c for c, points in lost.items() if points == most]
    said = _said([outcome("甲", percents, number=1), outcome("乙", percents, number=2)])[1]
    named = short_text(STANDARD.by_clause[clause], STANDARD)
    assert said == (
        f"最弱的二级指标是 {FIRST_GROUP.label}，平均得分率 {percent_shown(float(earned / whole))}；"
        f"最强的是 {LAST_GROUP.label}，95.0%。"
        f"失分最多的单项是 {clause}“{named}”，平均每份失 {most:.2f} 分。"
    )


def test_mean_rates_are_those_of_the_second_level() -> None:
    rates = mean_rates(Figures(columns_of([outcome("甲", "0.60"), outcome("乙", "0.80")])))
    assert rates == pytest.approx([0.7] * len(STANDARD.groups))


def _earlier(*audits: tuple[str, str]) -> PreviousRun:
    made = tuple(
        PreviousAudit(f"{n}.xlsx", f"企业{n}", "", "", "2025-01-01", Decimal(final), level)
        for n, (final, level) in enumerate(audits)
    )
    return PreviousRun("上期", made, {})


def test_the_change_since_the_earlier_run_is_that_of_clients_in_both() -> None:
    now = [
        outcome("企业0", "0.85", number=1),
        outcome("企业2", "0.60", number=2),
        outcome("新", "0.99", number=3),
    ]
    earlier = _earlier(("80.5", "three_star"), ("70", "standard"), ("50", NOT_PASSED))
    said = _said(now, earlier)
    assert len(said) == 4
    assert said[2] == (
        "与上次（上期）两次均已评定的 2 家企业相比：平均最终得分 65.25 → 72.50（+7.25 分），"
        "通过率 50.0% → 50.0%（0.0 个百分点）；新增 1 家、本次未交回 1 家；逐家见“对比”。"
    )


def test_an_earlier_run_without_audits_is_no_comparison() -> None:
    said = _said([outcome("甲", "0.85")], _earlier())
    assert said[2] == "与上次（上期）相比，没有两次均已评定的企业，无法比较；新增 1 家。"


def test_sums_and_counts_of_a_tally() -> None:
    made = [
        outcome("甲", "0.96", number=1, bonuses=1),
        outcome("乙", "0.85", number=2, deductions=2),
        outcome("丙", "0.60", number=3),
    ]
    columns = columns_of(made)
    found = tally(columns, rank(columns))
    scores = [one.score for one in made if one.score]
    assert (found.n, found.passed) == (3, 2)
    for name in ("base", "deductions", "bonus", "final"):
        wanted = sum(Decimal(getattr(score, name)) for score in scores)
        assert found.sums[name] == wanted, name
        assert found.mean(name) == pytest.approx(float(wanted / 3))
    finals = sorted(score.final for score in scores)
    assert (found.low, found.median, found.high) == tuple(finals)
    assert found.levels[NOT_PASSED] == 1
    assert sum(found.levels.values()) == 3
    assert sum(found.reasons.values()) == 1
    empty = tally(columns_of([]), rank(columns_of([])))
    assert (empty.n, empty.mean("final"), empty.low, empty.median) == (0, None, None, None)


def test_two_reasons_of_one_audit_are_both_counted() -> None:
    columns = columns_of([outcome("甲", "0.55", deductions=TOO_MANY)])
    found = tally(columns, rank(columns))
    assert len(found.reasons) == 2
    assert set(found.reasons.values()) == {1}


def test_the_nearest_to_a_line_stand_first_and_ties_by_name() -> None:
    made = [
        outcome("丁", "0.79", number=1),
        outcome("乙", "0.795", number=2),
        outcome("丙", "0.81", number=3),
        outcome("甲", "0.85", number=4),
        replace(outcome("乙", "0.805", number=5), file="0.xlsx"),
    ]
    columns = columns_of(made)
    found = tally(columns, rank(columns))
    assert found.near_count == 4
    shown = [(str(near.distance.normalize()), near.level, near.number) for near in found.near]
    assert shown == [
        ("0.5", "三星级", 4), ("-0.5", "三星级", 1), ("-1", "三星级", 0), ("1", "三星级", 2),
    ]  # fmt: skip


def test_a_rate_in_words_is_the_one_that_the_tile_shows() -> None:
    """345 of 400 are 86.25 %: a spreadsheet shows 86.3 %, Python's format 86.2 %."""
    assert percent_shown(345 / 400) == "86.3%"
    assert percent_shown(0.125, 0) == "13%"
    assert number_shown(2.675) == "2.68"
    made = [outcome(f"企业{n}", "0.85" if n < 69 else "0.60", number=n) for n in range(80)]
    assert "通过率 86.3%" in _said(made)[0]
