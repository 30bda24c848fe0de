"""Rule 12: the same audit, and the same answers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_audits import BUILT_IN, audit, rating, special

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.identity import (
    AuditKey,
    answers_digest,
    audit_key,
    same_audits,
    same_occasions,
)
from cts_excel.audit.model import Audit, Cover


def stated(percent: str = "0.85", deductions: int = 0, **cover: Any) -> Audit:
    whole = audit(BUILT_IN, percent, deductions=deductions)
    facts = {"organisation": "甲公司", "uscc": "91310000775785552L", "audit_no": "ZJ-1",
             "audit_type": "初次认证", "assessor": "李四"}  # fmt: skip
    return replace(whole, cover=replace(whole.cover, **(facts | cover)))


def groups(*audits: Audit) -> list[tuple[int, ...]]:
    keys = {number: key for number, a in enumerate(audits) if (key := audit_key(a))}
    return same_audits(keys)


def test_rule_12_case_width_and_space_make_no_difference() -> None:
    same = stated(uscc="９１３１００００ 775785552l", audit_no=" zj－1\u3000", assessor="李 四")
    assert audit_key(same) == audit_key(stated())
    assert groups(stated(), same) == [(0, 1)]


@pytest.mark.parametrize("field", ["audit_no", "audit_type", "assessor"])
def test_rule_12_each_part_of_the_key_tells_audits_apart(field: str) -> None:
    assert groups(stated(), stated(**{field: "另"})) == []


def test_rule_12_an_equal_code_or_an_equal_name_is_the_same_organisation() -> None:
    other = "91440300708461136T"
    assert groups(stated(), stated(organisation="乙公司")) == [(0, 1)]
    assert groups(stated(), stated(uscc=other)) == [(0, 1)]
    assert groups(stated(), stated(uscc=other, organisation="乙公司")) == []
    assert groups(stated(uscc=""), stated()) == [(0, 1)]
    assert groups(stated(uscc=""), stated(uscc="", organisation="乙公司")) == []
    chain = stated(uscc=other, organisation="甲公司"), stated(uscc=other, organisation="乙公司")
    assert groups(stated(), *chain) == [(0, 1, 2)]  # a person decides


def test_rule_12_a_code_that_fails_its_check_digit_tells_nothing() -> None:
    wrong = (finding(Code.CREDIT_CODE_INVALID, found="91310000775785552K"),)
    one, other = (
        replace(stated(uscc="91310000775785552K", organisation=name), findings=wrong)
        for name in ("甲公司", "乙公司")
    )
    assert groups(one, other) == []
    assert groups(one, stated()) == [(0, 1)]


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        (
            "audit_no",
            ["ZJ-1", "ZJ—1", "ZJ——1", "ZJ–1", "zj −1", "ＺＪ－１", "ZJ‑1\u200b", "ZJ\u00ad-1"],
        ),
        ("organisation", ["甲（广州）公司", "甲(广州)公司", "甲〔广州〕公司", "甲【广州】 公司"]),
        (
            "assessor",
            ["张三、李四", "李四,张三", "李四；张三", "张三 李四", "张 三/李 四", "李四\n张三"],
        ),
        ("assessor", ["Li Na、张三", "张三, li na", "LI  NA/张三"]),
        ("assessor", ["张三", "张 三", "张\u3000三", "张三、张三", "张三、"]),
    ],
)
def test_rule_12_spellings_of_one_identity(field: str, spellings: list[str]) -> None:
    made = [stated(**{field: text}) for text in spellings]
    assert groups(*made) == [tuple(range(len(spellings)))]
    assert len({answers_digest(one) for one in made}) == 1


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("audit_no", ["ZJ-1", "ZJ1", "ZJ-11", "ZJ/1", "ZJ.1"]),
        ("organisation", ["甲（广州）公司", "甲广州公司", "甲-广州公司"]),
        ("assessor", ["张三", "张三、李四", "李四", "张三李四王五", "张四、李三"]),
    ],
)
def test_rule_12_what_is_not_folded_tells_audits_apart(field: str, spellings: list[str]) -> None:
    made = [stated(uscc="", **{field: text}) for text in spellings]
    assert groups(*made) == []


def test_rule_12_the_same_occasion_whoever_assessed() -> None:
    keys = {n: audit_key(stated(assessor=name)) for n, name in enumerate(("李四", "王五", "李 四"))}
    assert same_occasions(keys) == [(0, 1, 2)]
    assert same_audits(keys) == [(0, 2)]


def test_rule_12_a_part_that_is_empty_names_nothing() -> None:
    key = audit_key(stated(organisation=""))
    assert key is not None
    assert key.organisation == b""
    key = audit_key(stated(uscc=""))
    assert key is not None
    assert key.uscc == b""


def test_rule_12_what_names_nothing_is_never_the_same() -> None:
    assert audit_key(stated(uscc="", organisation=" ")) is None
    assert audit_key(stated(audit_no="")) is None
    assert groups(stated(audit_no=""), stated(audit_no="")) == []


def test_rule_12_a_save_by_another_application_is_the_same_answer() -> None:
    one = stated()
    first = replace(one.ratings[0], evidence="查阅 记录\r\n第二行", percent=Decimal("0.850"), row=9)
    again = replace(first, evidence="查阅记录\n第二行 ", percent=Decimal("0.85"), row=4)
    rest = one.ratings[1:]
    assert answers_digest(replace(one, ratings=(first, *rest))) == answers_digest(
        replace(one, ratings=(again, *rest))
    )


FIRST = stated().ratings[0]
UNREADABLE = finding(Code.PERCENT_NOT_A_NUMBER, clause="5.1.1.1", found="优")


@pytest.mark.parametrize(
    "other",
    [
        stated("0.86"),
        stated(deductions=1),
        stated(start_date=date(2025, 1, 1)),
        stated(scope="其他"),
        replace(stated(), ratings=(replace(FIRST, evidence="x"), *stated().ratings[1:])),
        replace(stated(), ratings=(rating(BUILT_IN, "5.1.1.1", None), *stated().ratings[1:])),
        replace(stated(), findings=(UNREADABLE,)),
    ],
)  # fmt: skip
def test_rule_12_any_other_answer_differs(other: Audit) -> None:
    assert answers_digest(other) != answers_digest(stated())


@pytest.mark.parametrize("field", [field.name for field in fields(Cover)])
def test_rule_12_every_entry_of_the_cover_is_an_answer(field: str) -> None:
    entry = date(2030, 1, 1) if field.endswith("_date") else "另"
    assert answers_digest(stated(**{field: entry})) != answers_digest(stated())


@pytest.mark.parametrize(
    ("field", "entry"),
    [("band", "60%-80%"), ("percent", Decimal("0.8500001")), ("not_applicable", True),
     ("evidence", "另"), ("faulty", True)],
)  # fmt: skip
def test_rule_12_every_entry_of_a_rating_is_an_answer(field: str, entry: object) -> None:
    last = replace(stated().ratings[-1], **{field: entry})
    other = replace(stated(), ratings=(*stated().ratings[:-1], last))
    assert answers_digest(other) != answers_digest(stated())


@pytest.mark.parametrize("kind", ["deductions", "bonuses"])
@pytest.mark.parametrize(
    "field", ["category", "clause", "description", "evidence", "rectification"]
)
def test_rule_12_every_entry_of_a_special_item_is_an_answer(kind: str, field: str) -> None:
    items = special(1), special(2)
    one, other = (
        replace(stated(), **{kind: (items[0], last)})
        for last in (items[1], replace(items[1], **{field: "另"}))
    )
    assert answers_digest(one) != answers_digest(other)


def test_rule_12_the_order_of_special_items_is_no_answer_and_their_kind_is() -> None:
    a, b = special(1), replace(special(2), description="另")
    one = replace(stated(), deductions=(a, b))
    assert answers_digest(replace(one, deductions=(b, a))) == answers_digest(one)
    assert answers_digest(replace(stated(), bonuses=(a, b))) != answers_digest(one)


def test_rule_12_only_an_unreadable_entry_is_an_answer() -> None:
    def digest(code: Code, **values: str) -> bytes:
        found = finding(code, **values)
        return answers_digest(replace(stated(), findings=(found,)))

    plain = answers_digest(stated())
    assert digest(Code.NOT_A_DATE, found="明天") != plain
    assert digest(Code.SPECIAL_ERROR_VALUE, found="#N/A") != plain
    assert digest(Code.PERCENT_NOT_A_NUMBER, found="优") != digest(
        Code.PERCENT_NOT_A_NUMBER, found="良"
    )
    assert digest(Code.CREDIT_CODE_INVALID, found="1") == plain  # a warning: the entry was read
    assert digest(Code.SHEET_MISSING, expected="封面") == plain  # an error, yet no entry


def test_rule_12_what_was_not_entered_makes_no_difference() -> None:
    renamed = replace(
        stated(), findings=(finding(Code.SHEET_RENAMED, sheet="x", found="x", expected="封面"),)
    )
    assert answers_digest(renamed) == answers_digest(stated())


KEYS = st.builds(
    AuditKey,
    st.sampled_from([b"o1", b"o2"]),
    st.sampled_from([b"", b"c1", b"c2", b"c3"]),
    st.sampled_from([b"n1", b"n2", b"n3"]),
    st.sampled_from([b"", b"a1"]),
)


@given(st.lists(KEYS, max_size=12))
def test_rule_12_groups_are_the_closure_of_same_code_or_same_name(
    keys: list[AuditKey],
) -> None:
    def linked(a: AuditKey, b: AuditKey) -> bool:
        if (a.occasion, a.assessor) != (b.occasion, b.assessor):
            return False
        return bool(a.uscc and a.uscc == b.uscc) or a.organisation == b.organisation

    clusters = [{n} for n in range(len(keys))]
    for a in range(len(keys)):
        for b in range(a):
            if linked(keys[a], keys[b]):
                joined = [c for c in clusters if a in c or b in c]
                clusters = [c for c in clusters if c not in joined] + [set().union(*joined)]
    expected = sorted(tuple(sorted(c)) for c in clusters if len(c) > 1)
    assert same_audits(dict(enumerate(keys))) == expected
