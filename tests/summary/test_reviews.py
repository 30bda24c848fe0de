"""Why a graded audit should be reviewed: one reason each, and where management sees it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sample_outcomes import STANDARD, columns_of, outcome
from summary_files import opened, table, write

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Impact
from cts_excel.audit.outcome import Outcome
from cts_excel.summary.figures.reviewing import (
    Reason,
    in_review_order,
    review_reasons,
    reviews_text,
)
from cts_excel.summary.figures.similarity import find_similar_pairs
from cts_excel.summary.figures.statistics import Figures

LIMIT = int(STANDARD.special.deduction.limit / STANDARD.special.deduction.points)


def _with(made: Outcome, code: Code, **more: object) -> Outcome:
    return replace(made, findings=(*made.findings, finding(code, **more)))  # type: ignore[arg-type]


def _reasons(*made: Outcome) -> list[list[Reason]]:
    columns = columns_of(made)
    reviews = review_reasons(columns, find_similar_pairs(Figures(columns)))
    return [[one.reason for one in reviews.get(number, ())] for number in range(len(made))]


PLAIN = outcome("甲", "0.85")


def test_a_plain_audit_needs_no_review() -> None:
    assert _reasons(PLAIN) == [[]]


def test_fifty_rows_without_evidence_are_a_reason() -> None:
    columns = columns_of([outcome("甲", evidence="")])
    (reasons,) = review_reasons(columns, ()).values()
    assert reviews_text(reasons) == f"{len(STANDARD.indicators)} 项缺审核证据"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (outcome("甲", deductions=LIMIT), Reason.AT_LIMIT),
        (_with(PLAIN, Code.STATED_FINAL_DIFFERS,
               impact=Impact(Decimal(1), "三星级", "四星级")), Reason.LEVEL_CHANGED),
        (_with(PLAIN, Code.STATED_LEVEL_DIFFERS), Reason.LEVEL_CHANGED),
        (_with(PLAIN, Code.OTHER_ASSESSOR), Reason.TWO_ASSESSORS),
        (_with(PLAIN, Code.FORMULA_REPLACED), Reason.ALTERED),
        (_with(PLAIN, Code.WEIGHT_ALTERED), Reason.ALTERED),
        (_with(PLAIN, Code.NOT_ON_ROSTER), Reason.ISSUE),
    ],
)  # fmt: skip
def test_each_reason(made: Outcome, reason: Reason) -> None:
    assert _reasons(made) == [[reason]]


@pytest.mark.parametrize(
    "code", [Code.SHEET_RENAMED, Code.SHEET_ADDED, Code.PERCENT_OTHER_FORM, Code.NOT_CALCULATED]
)
def test_what_could_not_change_the_result_is_no_reason(code: Code) -> None:
    assert _reasons(_with(PLAIN, code)) == [[]]


def test_points_that_move_no_level_are_no_reason() -> None:
    impact = Impact(Decimal("9999"), "三星级", "三星级")
    assert _reasons(_with(PLAIN, Code.STATED_FINAL_DIFFERS, impact=impact)) == [[]]


def test_audits_of_different_clients_that_are_alike_are_a_reason_on_both() -> None:
    text = "查阅{clause}制度与记录，抽查三十份工单，其中两份超时，已要求整改并跟踪"
    mixed = ["0.85", "0.9"] * 25
    made = [outcome(name, mixed, number=n, evidence=text) for n, name in enumerate("甲乙")]
    assert _reasons(*made) == [[Reason.ALIKE], [Reason.ALIKE]]


def test_an_audit_without_a_level_is_not_reviewed_but_corrected() -> None:
    assert _reasons(outcome("甲", evidence="", blanks=("5.1.1.1",))) == [[]]


def test_the_gravest_come_first_and_management_sees_them(tmp_path: Path) -> None:
    made = [
        outcome("无证据", evidence="", number=1),
        outcome("无事", number=2, evidence="询问客服主管，查看三月以来的台账"),
        _with(outcome("改动", "0.8", number=3, evidence="短"), Code.FORMULA_REPLACED, cell="H4:H8"),
        _with(outcome("改级", "0.9", number=4, evidence="简"), Code.STATED_LEVEL_DIFFERS),
    ]
    columns = columns_of(made)
    reviews = review_reasons(columns, ())
    assert in_review_order(reviews) == [3, 2, 0]
    book = opened(write(tmp_path / "s.xlsx", made))
    shown = {r["企业名称"]: r["需复核"] for r in table(book["评分汇总"], "排名")}
    assert shown == {
        "无证据": "50 项缺审核证据", "无事": None, "改动": "5 处改动可能影响结果",
        "改级": "表内级别与复算不符",
    }  # fmt: skip
    texts = [c for row in book["总览"].iter_rows(values_only=True) for c in row if c is not None]
    assert texts[texts.index("需复核（3 份已评定）") :].count("表内级别与复算不符") == 1
    asked = {r["企业名称"]: r["需复核"] for r in table(book["认证决定"], "企业名称")}
    assert asked == shown
