"""A placeholder states nothing (rules 3, 4 and 13): on the cover, as evidence, in 特别项."""

from __future__ import annotations

from typing import Any

import pytest
from altering import answers
from people.expecting import Gives, case, graded
from people.places import CLAUSES, STANDARD, bonus, cover, deduction, rating, ratings

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes

FAULTY = Status.NEEDS_CORRECTION
CLEAR_ROW = "没有特别项请清空该行"
LISTED = (
    *("无", "没有", "暂无", "未发现", "未发现问题", "不涉及", "不适用", "待定", "待补充"),
    *("/", "-", "—", "0", "N/A", "none"),
)
FOLDED = (
    " 无 ",
    "无。",
    "（无）",
    "无\u200b",
    "\u3000暂 无",
    "Ｎ／Ａ",
    "n/a",
    "NONE",
    "——",
    "無",
    "均无。",
    "无不符合项",
    "没 有 涉及",
    "暂无数据",
    "－",
    "／",
)
SPELLINGS = (*LISTED, *FOLDED)
REAL = (
    "无投诉记录，抽查 3 份",
    "0 起投诉",
    "无锡分公司记录",
    "空调维修记录",
    "没收保证金通知",
    "/data/记录.pdf",
    "不适用条款见附件 2",
)
CATEGORY = STANDARD.special.deduction.categories[0]
BONUS = STANDARD.special.bonus.categories[0]


def outcome(given: Answers) -> Any:
    return graded(filled_bytes(STANDARD, given))


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in SPELLINGS])
def test_required_entry(text: str) -> None:
    gives = Gives(FAULTY, "85", says={cover("企业名称"): "必填项未填"})
    gives.check(outcome(answers(cover={"企业名称": text})))


@pytest.mark.parametrize(
    "label",
    [
        case("项目编号", id="audit number"),
        case("审核组长", id="lead assessor"),
        case("审核开始日期", id="date"),
        case("审核类型", id="audit type"),
    ],
)
def test_other_required_entries(label: str) -> None:
    gives = Gives(FAULTY, "85", says={cover(label): "必填项未填"})
    gives.check(outcome(answers(cover={label: "待定"})))


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in SPELLINGS])
def test_evidence(text: str) -> None:
    rated = {CLAUSES[4]: RatingAnswer("80%-100%", 0.85, text)}
    gives = Gives(final="85", level="three_star", says={rating("evidence", 4): "缺审核证据"})
    gives.check(outcome(answers(ratings=rated)))


@pytest.mark.parametrize("text", REAL)
def test_a_text_that_holds_such_a_word_is_evidence(text: str) -> None:
    rated = {CLAUSES[4]: RatingAnswer("80%-100%", 0.85, text)}
    Gives(final="85", level="three_star").check(outcome(answers(ratings=rated)))


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in ("无", "/", "N/A", "未发现问题")])
def test_evidence_in_many_rows_is_one_finding(text: str) -> None:
    rated = {c: RatingAnswer("80%-100%", 0.85, text) for c in CLAUSES[10:20]}
    found = outcome(answers(ratings=rated))
    Gives(final="85", says={ratings("evidence", 10, 19): "缺审核证据"}).check(found)
    assert [f.code for f in found.findings].count(Code.EVIDENCE_MISSING) == 1


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in SPELLINGS])
def test_deductions_without_a_fact(text: str) -> None:
    item = SpecialAnswer(CATEGORY, CLAUSES[0], text, text, "未整改")
    gives = Gives(FAULTY, "85", deductions=0, says={deduction(n): CLEAR_ROW for n in range(6)})
    gives.check(outcome(answers(deductions=(item,) * 6)))


@pytest.mark.parametrize(
    "item",
    [
        case(SpecialAnswer(description="无"), id="fact only"),
        case(SpecialAnswer("", "", "/", "/", ""), id="fact and evidence"),
        case(SpecialAnswer(CATEGORY, "", "没有", "", ""), id="with category"),
        case(SpecialAnswer(evidence="无"), id="evidence only"),
        case(SpecialAnswer(*["无"] * 5), id="every cell"),
    ],
)
def test_a_row_that_says_there_is_none(item: SpecialAnswer) -> None:
    gives = Gives(FAULTY, "85", deductions=0, says={deduction(0): CLEAR_ROW})
    gives.check(outcome(answers(deductions=(item,))))


def test_none_beside_a_true_deduction() -> None:
    true = SpecialAnswer(CATEGORY, CLAUSES[0], "未按承诺上门", "录音 3 号", "未整改")
    none = SpecialAnswer(CATEGORY, CLAUSES[0], "无", "无", "")
    gives = Gives(FAULTY, "84", deductions=1, says={deduction(1): CLEAR_ROW})
    gives.check(outcome(answers(deductions=(true, none))))


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in ("无", "/", "N/A")])
def test_a_fact_without_evidence_is_incomplete_and_counts(text: str) -> None:
    item = SpecialAnswer(CATEGORY, CLAUSES[0], "未按承诺上门", text, "未整改")
    gives = Gives(FAULTY, "84", deductions=1, says={deduction(0): "特别项未填完整"})
    gives.check(outcome(answers(deductions=(item,))))


@pytest.mark.parametrize("text", [case(t, id=repr(t)) for t in SPELLINGS])
def test_a_bonus_without_a_fact_earns_nothing(text: str) -> None:
    item = SpecialAnswer(BONUS, CLAUSES[0], text, text, "")
    Gives(None, "85", bonus=0, says={bonus(0): ""}).check(outcome(answers(bonuses=(item,))))
