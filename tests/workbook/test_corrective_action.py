"""Corrective action of special deductions: optional, checked where it is filled in, never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from altering import answers, built_in, error, filled, judged, put

from cts_excel.audit.findings import Severity
from cts_excel.audit.model import SpecialItem
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.outputs.columns import SPECIALS
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.ooxml.addresses import cell_address

FACT = (built_in().special.deduction.categories[0], "5.1.2.2", "未按期退换", "记录 7")
ACTION: dict[str, Any] = {
    "rectification": "已验证",
    "measure": "重订退换流程",
    "responsible": "李四",
    "due": date(2025, 10, 31),
    "verifier": "王芳",
    "verified_on": date(2025, 10, 20),
}


def outcome_of(**action: Any) -> Outcome:
    entry = SpecialAnswer(*FACT, **action)
    return judged(filled_bytes(built_in(), answers(deductions=(entry,))))


def item_of(outcome: Outcome) -> SpecialItem:
    assert outcome.audit
    (item,) = outcome.audit.deductions
    return item


def at(name: str) -> str:
    return cell_address(layout.DEDUCTION_FIRST_ROW, layout.SPECIAL_COLUMN[name])


def told(outcome: Outcome) -> list[tuple[str, str, str, str]]:
    return [(str(f.code), f.cell, f.found, f.expected) for f in outcome.findings]


def test_every_field_is_read_as_it_was_filled_in() -> None:
    outcome = outcome_of(**ACTION)
    item = item_of(outcome)
    assert {name: getattr(item, name) for name in ACTION} == ACTION
    assert told(outcome) == []


def test_every_field_is_a_column_of_specials() -> None:
    (row,) = SPECIALS.rows(outcome_of(**ACTION), built_in())
    values = {column.name: column.value(row) for column in SPECIALS.columns}
    assert {name: values[name] for name in ACTION} == ACTION
    assert SPECIALS.names[-6:] == (
        "points", "measure", "responsible", "due", "verifier", "verified_on",
    )  # fmt: skip


def test_none_of_it_is_required() -> None:
    assert told(outcome_of()) == []
    assert told(outcome_of(**dict.fromkeys(ACTION, "/"))) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"rectification": "快好了"},
         ("S09", at("rectification"), "快好了", "未开始、进行中、已完成、已验证")),
        ({"due": "下个月"}, ("S10", at("due"), "下个月", "整改期限")),
        ({"due": date(1899, 12, 31)}, ("S10", at("due"), "", "整改期限")),
        ({"verified_on": "2125-01-01"}, ("S10", at("verified_on"), "2125-01-01", "验证日期")),
        ({"due": "20251031"}, ("C08", at("due"), "20251031", "2025-10-31")),
        ({"due": "45961"}, ("C08", at("due"), "45961", "2025-10-31")),
        ({"verifier": ""}, ("S11", at("verifier"), "已验证", "验证人")),
        ({"verifier": "无", "verified_on": None},
         ("S11", at("verifier"), "已验证", "验证人、验证日期")),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_checked(
    changes: dict[str, Any], finding: tuple[str, str, str, str]
) -> None:
    outcome = outcome_of(**{**ACTION, **changes})
    (one,) = told(outcome)
    assert one[:2] == finding[:2]
    assert one[3] == finding[3]
    assert finding[2] in one[2]
    assert outcome.status is Status.GRADED
    assert outcome.score == outcome_of(**ACTION).score


def test_an_error_value_in_an_action_blocks_no_level() -> None:
    content = filled_bytes(built_in(), answers(deductions=(SpecialAnswer(*FACT),)))
    outcome = judged(put(content, layout.SPECIAL, {at("due"): error("#REF!")}))
    (one,) = [f for f in outcome.findings if f.sheet == layout.SPECIAL]
    assert (one.code, one.cell, one.severity) == ("S10", at("due"), Severity.WARNING)
    outcome = judged(put(content, layout.SPECIAL, {at("measure"): error("#REF!")}))
    (one,) = [f for f in outcome.findings if f.sheet == layout.SPECIAL]
    assert (one.code, one.cell, one.severity) == ("S07", at("measure"), Severity.WARNING)
    assert outcome.status is Status.GRADED


@pytest.mark.parametrize(
    ("earlier", "now"),
    [("未整改", "未开始"), ("整改中", "进行中"), ("已整改", "已完成"), ("已验证", "已验证")],
)
def test_words_of_format_1_read_as_the_present_ones(earlier: str, now: str) -> None:
    outcome = outcome_of(**{**ACTION, "rectification": earlier})
    assert item_of(outcome).rectification == now
    assert told(outcome) == []


def test_a_migration_carries_it_and_tells_what_it_cannot_carry() -> None:
    entry = SpecialAnswer(*FACT, **{**ACTION, "due": "下个月"})
    content = filled_bytes(built_in(), answers(deductions=(entry,)))
    moved = migrate(content, built_in())
    (lost,) = [f for f in moved.findings if f.sheet == layout.SPECIAL]
    assert (lost.code, lost.cell, lost.found) == ("M02", at("due"), "下个月")
    item = item_of(judged(moved.content))
    assert {name: getattr(item, name) for name in ACTION} == {**ACTION, "due": None}


@pytest.mark.parametrize("name", ["measure", "due", "rectification", "verified_on"])
def test_a_lost_heading_is_told_and_its_column_still_read(name: str) -> None:
    content = filled_bytes(built_in(), answers(deductions=(SpecialAnswer(*FACT, **ACTION),)))
    heading = cell_address(layout.DEDUCTION_FIRST_ROW - 1, layout.SPECIAL_COLUMN[name])
    outcome = judged(put(content, layout.SPECIAL, {heading: "别的"}))
    assert [(f.code, f.cell) for f in outcome.findings] == [("W19", heading)]
    assert getattr(item_of(outcome), name) == ACTION[name]


def test_an_action_without_a_fact_is_an_entry_worth_nothing() -> None:
    content = put(filled(), layout.SPECIAL, {at("measure"): "重订流程"})
    outcome = judged(content)
    assert outcome.status is Status.NEEDS_CORRECTION
    assert outcome.score
    assert outcome.score.deductions == 0
    assert [f.code for f in outcome.findings] == ["S01"]
