"""Small differences, and what an alteration did to the result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cts_excel.audit.catalogue import effect, finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped, difference
from cts_excel.audit.findings import Effect, Impact, Severity
from cts_excel.audit.totals import with_impacts


@pytest.mark.parametrize(
    ("issued", "returned", "shown"),
    [
        ("设立或指定专门机构", "设立并指定专门机构", "设立[或→并]指定专门机构"),
        ("甲乙丙", "甲丙", "甲[-乙]丙"),
        ("甲丙", "甲乙丙", "甲[+乙]丙"),
        ("甲", "", "—"),
        ("一二三四五六", "七八九", "七八九"),
        ("一二三四五六七八九十甲乙丙丁", "一二三四五六七八九十甲乙丙丁戊", "…九十甲乙丙丁[+戊]"),
    ],
)
def test_a_difference_is_small(issued: str, returned: str, shown: str) -> None:
    assert difference(issued, returned) == shown


def test_a_long_difference_is_cut() -> None:
    assert len(difference("甲" * 5000, "甲乙" * 3000)) <= 160
    assert clipped("甲" * 200, 10) == "甲" * 9 + "…"


def test_an_altered_formula_has_the_effect_of_its_result() -> None:
    impact = Impact(Decimal("1.50"), "三星级", "四星级")
    plain = finding(Code.FORMULA_REPLACED, sheet="封面", cell="F8")
    other = finding(Code.FORMULA_REPLACED, sheet="封面", cell="F5")
    total = finding(Code.STATED_FINAL_DIFFERS, sheet="封面", cell="F8", impact=impact)
    found = with_impacts([plain, other, total], _summed)
    assert [f.impact for f in found] == [impact, None, impact]
    assert with_impacts([plain], _summed) == [plain]


def test_a_formula_altered_in_many_cells_has_the_effect_of_all_their_results() -> None:
    altered = finding(Code.FORMULA_ALTERED, sheet="评分表", cell="H4:H6,H9")
    items = [
        finding(
            Code.STATED_ITEM_DIFFERS,
            sheet="评分表",
            cell=cell,
            impact=Impact(Decimal(points), "", ""),
        )
        for cell, points in (("H4", "1.5"), ("H6", "-0.25"), ("H9", "2"), ("H10", "8"))
    ]
    folded = with_impacts([altered, *items], _summed)[0]
    assert folded.impact == Impact(Decimal("3.25"), "", "summed")
    assert with_impacts([altered, items[1]], _summed)[0].impact == items[1].impact


def _summed(points: Decimal, _stated_level: str) -> Impact:
    return Impact(points, "", "summed")


def test_an_altered_weight_has_the_effect_of_its_item() -> None:
    impact = Impact(Decimal("-3.40"), "", "")
    weight = finding(Code.WEIGHT_ALTERED, sheet="评分表", cell="E4", clause="5.1.1.1")
    item = finding(
        Code.STATED_ITEM_DIFFERS, sheet="评分表", cell="H4", clause="5.1.1.1", impact=impact
    )
    assert with_impacts([weight, item], _summed)[0].impact == impact


def test_the_effect_of_a_finding() -> None:
    replaced = Code.FORMULA_REPLACED
    assert effect(finding(replaced)) is Effect.COULD
    assert effect(finding(replaced, impact=Impact(Decimal(0), "a", "a"))) is Effect.COULD
    assert effect(finding(replaced, impact=Impact(Decimal(1), "a", "a"))) is Effect.CHANGES
    assert effect(finding(replaced, impact=Impact(None, "a", "b"))) is Effect.CHANGES
    assert effect(finding(Code.SHEET_MISSING, severity=Severity.NOTICE)) is Effect.HARMLESS
    assert effect(finding(Code.EVIDENCE_MISSING, severity=Severity.ERROR)) is Effect.CHANGES
    assert effect(finding(Code.SHEET_ADDED)) is Effect.HARMLESS
    assert [e.shown for e in Effect] == ["影响结果", "可能影响结果", "不影响结果"]


AROUND = "一二三四五六七八九十百千万"


@pytest.mark.parametrize(
    ("issued", "returned", "shown"),
    [
        ("甲一二三四五六七", "乙一二三四五六七", "[甲→乙]一二三四五六七"),
        ("甲一二三四五六七八", "乙一二三四五六七八", "[甲→乙]一二三四五六…"),
        ("一二三四五六七甲", "一二三四五六七乙", "一二三四五六七[甲→乙]"),
        ("一二三四五六七八甲", "一二三四五六七八乙", "…三四五六七八[甲→乙]"),
        (f"甲{AROUND}乙", f"丁{AROUND}戊", f"[甲→丁]{AROUND}[乙→戊]"),
        (f"甲{AROUND}亿乙", f"丁{AROUND}亿戊", "[甲→丁]一二三四五六…九十百千万亿[乙→戊]"),
        ("甲甲甲甲甲共", "乙乙乙乙乙共", "[甲甲甲甲甲→乙乙乙乙乙]共"),
        # three of ten characters are the least that makes two texts alike
        ("甲一二三" + "乙" * 6, "丁一二三" + "丙" * 6, "[甲→丁]一二三[乙乙乙乙乙乙→丙丙丙丙丙丙]"),
        ("甲一二三" + "乙" * 7, "丁一二三" + "丙" * 6, "丁一二三丙丙丙丙丙丙"),
        # 200 characters are compared one by one, more are not
        ("甲" + "丙" * 198 + "乙", "丁" + "丙" * 198 + "戊",
         "[甲→丁]丙丙丙丙丙丙…丙丙丙丙丙丙[乙→戊]"),
        ("头甲" + "丙" * 198 + "乙", "头丁" + "丙" * 198 + "戊",
         "头[甲→丁]丙丙丙丙丙丙…丙丙丙丙丙丙[乙→戊]"),
        ("甲" + "丙" * 199 + "乙", "丁" + "丙" * 199 + "戊", "丁" + "丙" * 158 + "…"),
        ("头甲" + "丙" * 200, "头乙", "头[甲" + "丙" * 156 + "…"),
        ("头甲", "头乙" + "丙" * 200, "头[甲→乙" + "丙" * 154 + "…"),
    ],
)  # fmt: skip
def test_what_is_shown_of_a_change(issued: str, returned: str, shown: str) -> None:
    assert difference(issued, returned) == shown


def test_a_text_is_cut_only_beyond_its_longest() -> None:
    assert clipped("x" * 160) == "x" * 160
    assert clipped("x" * 161) == "x" * 159 + "…"
    assert (clipped("abc", 3), clipped("abcd", 3)) == ("abc", "ab…")
