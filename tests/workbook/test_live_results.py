"""What the form itself shows equals what is graded, also where a text states nothing (rule 13).

The form's results are those of :mod:`cts_excel.workbook.form.results`; the tests of real
applications hold these to what LibreOffice, Gnumeric and IronCalc calculate.
"""

from __future__ import annotations

import random

import pytest
from altering import answers, built_in
from real_applications.generated import spelled, with_placeholders

from cts_excel.api import grade_file
from cts_excel.audit.codes import Code
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import formulas, layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.results import Results, calculate, rounded, stating_nothing

STANDARD = built_in()
SPELLED = frozenset(formulas.placeholder_spellings(STANDARD))
FACT = (STANDARD.special.deduction.categories[0], "", "未按期退换", "记录 7")


def results(**changes: object) -> Results:
    return calculate(STANDARD, answers(**changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", STANDARD.policy.placeholders)
def test_every_placeholder_states_nothing_in_the_form(text: str) -> None:
    assert stating_nothing(text, SPELLED)
    assert stating_nothing(f"（{text.upper()}）。", SPELLED)
    assert stating_nothing(f"{text}；{text}", SPELLED)


def test_any_spelling_is_judged_as_the_reader_judges_it() -> None:
    rng = random.Random(1)
    for _n in range(2000):
        text = spelled(rng, STANDARD)
        assert stating_nothing(text, SPELLED), text
        stated = text + rng.choice(("员工", "3 份"))
        assert stating_nothing(stated, SPELLED) == STANDARD.states_nothing(stated), stated


def test_states_points_and_level_equal_the_grade() -> None:
    for given in with_placeholders(STANDARD, 7, 12):
        outcome = grade_file(filled_bytes(STANDARD, given), STANDARD)
        _compare(calculate(STANDARD, given), given, outcome, STANDARD)


def _compare(shown: Results, given: Answers, outcome: object, standard: Standard) -> None:
    assert outcome.audit  # type: ignore[attr-defined]
    states = [
        layout.NO_EVIDENCE if standard.states_nothing(rating.evidence) else layout.DONE
        for rating in outcome.audit.ratings  # type: ignore[attr-defined]
    ]
    assert list(shown.states) == states, given
    for name in ("base", "deductions", "bonus", "final"):
        exact = getattr(outcome.score, name)  # type: ignore[attr-defined]
        assert getattr(shown, name) == rounded(exact), (name, given)
    judgement = outcome.judgement  # type: ignore[attr-defined]
    assert shown.level == (judgement.label if judgement else layout.INCOMPLETE_LEVEL), given


@pytest.mark.parametrize(
    ("entry", "points", "hint"),
    [
        (SpecialAnswer(*FACT), 1, "完整"),
        (SpecialAnswer(FACT[0]), 0, "缺事实描述 证据"),
        (SpecialAnswer(FACT[0], "", "无", "无"), 0, "缺事实。没有特别项请清空该行"),
        (SpecialAnswer(FACT[0], "", "N/A、没有"), 0, "缺事实。没有特别项请清空该行"),
        (SpecialAnswer(FACT[0], "", FACT[2], "/"), 1, "缺证据"),
        (SpecialAnswer("", "", FACT[2], FACT[3]), 1, "缺类别"),
        (SpecialAnswer(measure="重订流程"), 0, "缺类别 事实描述 证据"),
    ],
)
def test_a_deduction_has_a_point_only_for_a_fact(
    entry: SpecialAnswer, points: int, hint: str
) -> None:
    shown = results(deductions=(entry,))
    assert (shown.deductions, shown.deduction_points[0]) == (points, points)
    assert shown.deduction_hints[0] == hint
    outcome = grade_file(filled_bytes(STANDARD, answers(deductions=(entry,))), STANDARD)
    assert outcome.score
    assert outcome.score.deductions == points
    assert not [f for f in outcome.findings if f.code.family == "T"]


@pytest.mark.parametrize(
    ("rating", "state", "hint"),
    [
        (RatingAnswer(), layout.UNRATED, ""),
        (RatingAnswer("60%-80%"), layout.NO_PERCENT, "请填 60%–80% 之间的比例"),
        (RatingAnswer("60%-80%", "好"), layout.BAD_PERCENT, "请填 60%–80% 之间的比例"),
        (RatingAnswer("60%-80%", 0.85, "记录"), layout.OUTSIDE,
         "所选档为 60%–80%，比例只能在 60%–80% 之间；要给更高分，请先改选评分档"),
        (RatingAnswer("60%-80%", 0.75, "记录"), layout.DONE, STANDARD.bands[3].bullets[0]),
        (RatingAnswer("60%-80%", 0.75, "暂无"), layout.NO_EVIDENCE, STANDARD.bands[3].bullets[0]),
    ],
)  # fmt: skip
def test_the_hint_says_what_holds_in_this_row(rating: RatingAnswer, state: str, hint: str) -> None:
    shown = results(ratings={STANDARD.indicators[0].clause: rating})
    assert (shown.states[0], shown.hints[0]) == (state, hint)


def test_a_new_code_is_not_told_twice() -> None:
    entry = SpecialAnswer(*FACT, rectification="已验证", verifier="王芳", verified_on="某日")
    outcome = grade_file(filled_bytes(STANDARD, answers(deductions=(entry,))), STANDARD)
    assert [f.code for f in outcome.findings] == [Code.ACTION_DATE_INVALID]
