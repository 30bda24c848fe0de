"""Two audits side by side: what differs, and what it does to the result."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from made_audits import BUILT_IN, SMALL, audit, left_out, rating, special

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.comparing import compare
from cts_excel.audit.cover import COVER_FIELDS, CoverField
from cts_excel.audit.findings import Impact
from cts_excel.audit.identity import answers_digest
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import score


def shown(first: Audit, second: Audit, standard=BUILT_IN) -> list[tuple[str, ...]]:  # type: ignore[no-untyped-def]
    return [
        (d.part, d.clause, d.label, d.first, d.second, str(d.impact or ""))
        for d in compare(first, second, standard).differences
    ]


def test_same_answers_have_no_difference() -> None:
    made = audit(BUILT_IN, "0.85")
    found = compare(made, replace(made, cover_cells={"uscc": "C6"}), BUILT_IN)
    assert found.same
    assert found.total == Impact(Decimal(0), "三星级", "三星级")


def test_spaces_width_and_places_do_not_count() -> None:
    made = audit(BUILT_IN, "0.85")
    cover = replace(made.cover, organisation=" 某 公司", audit_no="a－1")
    moved = tuple(replace(r, row=r.row + 7, evidence="有 记录") for r in made.ratings)
    assert compare(made, replace(made, cover=cover, ratings=moved), BUILT_IN).same


def test_a_rating_shows_both_values_and_its_effect_alone() -> None:
    first = audit(BUILT_IN, "0.80")
    second = audit(BUILT_IN, "0.80", changes={"5.1.1.2": rating(BUILT_IN, "5.1.1.2", "0.79")})
    assert shown(first, second) == [
        ("评分表", "5.1.1.2", "评分比例", "80%", "79%", "-0.03，三星级→达标级")
    ]
    assert shown(second, first)[0][-1] == "+0.03，达标级→三星级"


def test_band_and_percentage_share_one_effect() -> None:
    first = audit(BUILT_IN, "0.85")
    second = audit(BUILT_IN, "0.85", changes={"5.3.2.2": rating(BUILT_IN, "5.3.2.2", "0.5")})
    assert shown(first, second) == [
        ("评分表", "5.3.2.2", "评分档", "80%-100%", "40%-60%", ""),
        ("评分表", "5.3.2.2", "评分比例", "85%", "50%", "-2.45"),
    ]


def test_another_band_for_the_same_percentage_changes_nothing() -> None:
    first = audit(BUILT_IN, "0.8", changes={"5.1.1.1": rating(BUILT_IN, "5.1.1.1", "0.8")})
    other = rating(BUILT_IN, "5.1.1.1", "0.8", band="80%-100%")
    second = audit(BUILT_IN, "0.8", changes={"5.1.1.1": other})
    assert shown(first, second) == [("评分表", "5.1.1.1", "评分档", "60%-80%", "80%-100%", "")]


def test_evidence_and_cover_have_no_effect() -> None:
    first = audit(BUILT_IN, "0.85")
    changed = replace(first.ratings[0], evidence="另一份")
    second = replace(
        first,
        ratings=(changed, *first.ratings[1:]),
        cover=replace(first.cover, start_date=date(2025, 9, 28), assessor="丙"),
    )
    assert shown(first, second) == [
        ("封面", "", "审核开始日期", "", "2025-09-28", ""),
        ("封面", "", "评审员", "乙", "丙", ""),
        ("评分表", "5.1.1.1", "审核证据", "有记录", "另一份", ""),
    ]


def test_special_items_are_paired_where_they_are_the_same() -> None:
    first = replace(audit(BUILT_IN, "0.85"), deductions=(special(1), named(2, "乙")))
    second = replace(first, deductions=(named(1, "乙"), named(2, "丙"), special(3), named(4, "丁")))
    assert shown(first, second) == [
        ("特别项", "", "特别扣分项 2", "", entry("丙"), "-1"),
        ("特别项", "", "特别扣分项 4", "", entry("丁"), "-1"),
    ]
    assert shown(second, first)[0] == ("特别项", "", "特别扣分项 2", entry("丙"), "", "+1")
    assert compare(first, replace(first, deductions=first.deductions[::-1]), BUILT_IN).same


def test_a_sixth_deduction_fails_the_audit() -> None:
    first, second = (audit(BUILT_IN, "1", deductions=n) for n in (5, 6))
    second = replace(second, deductions=(*first.deductions, named(6, "己")))
    impact = compare(first, second, BUILT_IN).differences[0].impact
    assert impact is not None
    assert impact.level_text == f"五星级→{BUILT_IN.special.deduction.exceeded}"


def test_both_finals_and_their_exact_difference() -> None:
    clause = BUILT_IN.indicators[0].clause
    fine = "0.9" + "1" * 40
    second = audit(BUILT_IN, "0.9", changes={clause: rating(BUILT_IN, clause, fine)})
    found = compare(audit(BUILT_IN, "0.9"), second, BUILT_IN)
    points = Decimal("0.0" + "1" * 40)
    assert BUILT_IN.by_clause[clause].weight == 1
    assert (found.final_first, str(found.final_second)) == (90, "90.0" + "1" * 40)
    assert found.total.points == points


def test_a_bonus_of_one_audit_alone_shows_its_effect() -> None:
    first, second = audit(BUILT_IN, "0.895"), audit(BUILT_IN, "0.895", bonuses=1)
    (found,) = [d for d in compare(first, second, BUILT_IN).differences if d.part == "特别项"]
    assert str(found.impact) == "+1，三星级→四星级"


def test_an_edited_bonus_is_one_difference() -> None:
    first, second = audit(BUILT_IN, "0.85", bonuses=1), audit(BUILT_IN, "0.85", bonuses=1)
    second = replace(second, bonuses=(named(1, "别的"),))
    assert shown(first, second) == [
        ("特别项", "", "特别加分项 1", entry("事实"), entry("别的"), "")
    ]


def test_not_applicable_moves_a_prorated_result() -> None:
    first = audit(SMALL, "0.5")
    clause = SMALL.indicators[0].clause
    better = {clause: rating(SMALL, clause, "0.9")}
    found = compare(audit(SMALL, "0.5", changes=better), first, SMALL)
    gone = audit(SMALL, "0.5", changes={clause: left_out(SMALL, clause)})
    without = compare(audit(SMALL, "0.5", changes=better), gone, SMALL)
    assert without.differences[0].second == "不适用"
    assert without.total.points == found.total.points  # the rest is at 50% either way


def test_what_could_not_be_read_is_shown_from_its_finding() -> None:
    clause = "5.1.1.1"
    faulty = rating(BUILT_IN, clause, None, band="80%-100%", faulty=True)
    made = audit(BUILT_IN, "0.85", changes={clause: faulty})
    first, second = (
        replace(
            made,
            findings=(
                finding(Code.PERCENT_NOT_A_NUMBER, sheet="评分表", clause=clause, found=text),
            ),
        )
        for text in ("八十", "九十")
    )
    assert shown(first, second) == [
        ("评分表", clause, "R06", "八十", "", ""),
        ("评分表", clause, "R06", "", "九十", ""),
    ]
    whole = shown(audit(BUILT_IN, "0.85"), first)
    assert ("评分表", clause, "评分比例", "85%", "无法读取", "-0.85") in whole


@pytest.mark.parametrize("field", COVER_FIELDS, ids=lambda field: field.key)
def test_every_cover_field_is_compared_under_its_printed_label(field: CoverField) -> None:
    first = audit(BUILT_IN, "0.9")
    other = date(2031, 1, 2) if field.is_date else "别的"
    second = replace(first, cover=replace(first.cover, **{field.key: other}))
    (found,) = compare(first, second, BUILT_IN).differences
    stated = (first.cover.text(field.key), second.cover.text(field.key))
    assert (found.label, found.first, found.second) == (field.label, *stated)


@pytest.mark.parametrize("seed", range(40))
def test_no_difference_exactly_where_rule_12_sees_the_same_answers(seed: int) -> None:
    chance = random.Random(seed)
    first, second = (varied(random.Random(chance.choice((seed, seed + 1000)))) for _ in range(2))
    found = compare(first, second, BUILT_IN)
    assert found.same == (answers_digest(first) == answers_digest(second))
    both = [score(made, BUILT_IN).final for made in (first, second)]
    assert found.total.points == both[1] - both[0]


def varied(chance: random.Random) -> Audit:
    clauses = chance.sample([i.clause for i in BUILT_IN.indicators], 3)
    changes = {c: rating(BUILT_IN, c, str(Decimal(chance.randint(0, 100)) / 100)) for c in clauses}
    made = audit(BUILT_IN, "0.8", changes=changes, deductions=chance.randint(0, 2))
    cover = replace(made.cover, lead_assessor=chance.choice(("甲", "丙")))
    return replace(made, cover=cover)


def named(number: int, fact: str):  # type: ignore[no-untyped-def]
    return replace(special(number), description=fact)


def entry(fact: str) -> str:
    return f"类别 类别；事实描述 {fact}；证据 证据"
