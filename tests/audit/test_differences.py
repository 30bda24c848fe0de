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
    assert [f.impact for f in with_impacts([plain, other, total])] == [impact, None, impact]
    assert with_impacts([plain]) == [plain]


def test_an_altered_weight_has_the_effect_of_its_item() -> None:
    impact = Impact(Decimal("-3.40"), "", "")
    weight = finding(Code.WEIGHT_ALTERED, sheet="评分表", cell="E4", clause="5.1.1.1")
    item = finding(
        Code.STATED_ITEM_DIFFERS, sheet="评分表", cell="H4", clause="5.1.1.1", impact=impact
    )
    assert with_impacts([weight, item])[0].impact == impact


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
