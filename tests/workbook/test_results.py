"""What the workbook's formulas show, without an application: the cached values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.totals import FORMULA_DECIMALS
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer, Value
from cts_excel.workbook.form.layout import NOT_APPLICABLE
from cts_excel.workbook.form.results import Results, calculate

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
BUILT_IN = load_standard()
COVER: dict[str, Value] = {field.label: "甲" for field in COVER_FIELDS if field.required}
TOP = BUILT_IN.bands[-1].label


def whole(standard: Standard, percent: str, evidence: str = "记录") -> dict[str, RatingAnswer]:
    value = Decimal(percent)
    band = next(b for b in reversed(standard.bands) if b.holds(value))
    return {i.clause: RatingAnswer(band.label, value, evidence) for i in standard.indicators}


def one(answer: RatingAnswer) -> tuple[str, Decimal | None]:
    """Return state and score of a single answered indicator."""
    results = calculate(BUILT_IN, Answers(ratings={"5.1.1.2": answer}))
    return results.states[1], results.scores[1]


def test_the_formulas_round_where_the_grading_expects_it() -> None:
    assert Decimal(1).scaleb(-layout.FORMULA_DECIMALS) == FORMULA_DECIMALS


def test_a_blank_workbook_says_what_is_missing() -> None:
    results = calculate(BUILT_IN, Answers())
    assert results.final == 0
    assert results.level == "未完成"
    assert results.completion == "0/50（0%）"
    required = [field.label for field in COVER_FIELDS if field.required]
    assert results.missing == (
        "请补齐以下内容：",
        "、".join(required),
        "未评 50 项",
        "已齐",
        "已齐",
    )


@pytest.mark.parametrize(
    ("answer", "state", "score"),
    [
        (RatingAnswer(), "未评", None),
        (RatingAnswer("", Decimal("0.85")), "缺评分档", None),
        (RatingAnswer(TOP), "缺比例", None),
        (RatingAnswer("乱写", Decimal("0.85")), "评分档无效", None),
        (RatingAnswer(TOP, "85%"), "比例非数字", None),
        (RatingAnswer(TOP, True), "比例非数字", None),
        (RatingAnswer(TOP, float("nan")), "错误值", None),
        (RatingAnswer(TOP, 85), "比例不在档内", None),
        (RatingAnswer(TOP, date(2025, 9, 1)), "比例不在档内", None),
        (RatingAnswer(TOP, Decimal("0.79")), "比例不在档内", None),
        (RatingAnswer(TOP, Decimal("0.8")), "缺证据", Decimal("2.4")),
        (RatingAnswer(TOP, 0.8, "记录"), "完成", Decimal("2.4")),
        (RatingAnswer(NOT_APPLICABLE, None, "理由"), "评分档无效", None),
    ],
)
def test_each_row_says_what_it_lacks(answer: RatingAnswer, state: str, score: Decimal) -> None:
    assert one(answer) == (state, score)


@pytest.mark.parametrize(
    ("percent", "level"),
    [
        ("0.95", "五星级"),
        ("0.9499999999", "四星级"),
        ("0.90", "四星级"),
        ("0.80", "三星级"),
        ("0.70", "达标级"),
        ("0.6999999999", "未达标"),
    ],
)
def test_the_level_is_decided_on_the_line_and_a_hair_below(percent: str, level: str) -> None:
    results = calculate(BUILT_IN, Answers(COVER, whole(BUILT_IN, percent)))
    assert results.level == level
    assert results.missing[0] == "资料齐全，可以提交"


@pytest.mark.parametrize(("count", "level"), [(5, "五星级"), (6, "不通过")])
def test_more_than_five_deductions_fail(count: int, level: str) -> None:
    entry = SpecialAnswer(BUILT_IN.special.deduction.categories[0], "5.1.1.1", "事实", "证据")
    answers = Answers(COVER, whole(BUILT_IN, "1"), (entry,) * count)
    results = calculate(BUILT_IN, answers)
    assert (results.deductions, results.final, results.level) == (count, 100 - count, level)


def test_a_second_bonus_counts_nothing_and_an_incomplete_one_blocks_the_level() -> None:
    entry = SpecialAnswer(BUILT_IN.special.bonus.categories[0], "", "优势", "证据")
    twice = calculate(BUILT_IN, Answers(COVER, whole(BUILT_IN, "1"), (), (entry, entry)))
    assert (twice.bonus_points, twice.bonus, twice.final) == ((1, 0, None), 1, 101)
    begun = SpecialAnswer(description="优势")
    results = calculate(BUILT_IN, Answers(COVER, whole(BUILT_IN, "1"), (), (begun,)))
    assert results.bonus_hints == ("缺类别 证据", "", "")
    assert (results.bonus, results.level) == (0, "未完成")


def small(changes: dict[str, RatingAnswer]) -> Results:
    standard = load_standard(SMALL)
    return calculate(standard, Answers(COVER, {**whole(standard, "0.9"), **changes}))


def test_left_out_indicators_are_prorated() -> None:
    standard = load_standard(SMALL)
    clause = standard.indicators[0].clause
    results = small({clause: RatingAnswer(NOT_APPLICABLE, None, "无此项业务")})
    assert results.states[0] == NOT_APPLICABLE
    assert results.base == 36
    assert results.level == "金级"
    bare = small({clause: RatingAnswer(NOT_APPLICABLE)})
    assert (bare.states[0], bare.base, bare.level) == ("缺理由", 36, "未完成")
    surplus = small({clause: RatingAnswer(NOT_APPLICABLE, Decimal(1), "理由")})
    assert (surplus.states[0], surplus.level) == ("比例应留空", "未完成")


def test_nothing_left_to_rate_gives_no_level() -> None:
    standard = load_standard(SMALL)
    none = RatingAnswer(NOT_APPLICABLE, None, "理由")
    results = small(dict.fromkeys((i.clause for i in standard.indicators), none))
    assert (results.base, results.level) == (0, "未完成")


def test_evidence_counts_where_the_policy_asks_for_it() -> None:
    standard = load_standard(SMALL)
    answers = Answers(COVER, whole(standard, "0.9", evidence=""))
    assert calculate(standard, answers).level == "未完成"
    assert (
        calculate(BUILT_IN, Answers(COVER, whole(BUILT_IN, "0.9", evidence=""))).level == "四星级"
    )


def test_subtotals_follow_the_clause_numbers() -> None:
    results = calculate(BUILT_IN, Answers(COVER, whole(BUILT_IN, "1")))
    for heading in (*BUILT_IN.sections, *BUILT_IN.groups):
        assert results.subtotals[heading.clause] == heading.weight
    assert results.earned == 100
