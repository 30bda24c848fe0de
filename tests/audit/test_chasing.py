"""A campaign's state from a roster and what came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cts_excel import messages
from cts_excel.audit.chasing import (
    Chase,
    ReturnedFile,
    RosterRow,
    chase,
    chase_findings,
    chase_lines,
)
from cts_excel.audit.cover import ROSTER_FIELDS, Cover, CoverField
from cts_excel.audit.naming import chase_state_name
from cts_excel.messages import use_language_here

DAY = date(2025, 9, 28)


def cover(organisation: str, audit_no: str, **changes: object) -> Cover:
    usual = Cover(
        organisation=organisation,
        audit_no=audit_no,
        audit_type="初次认证",
        start_date=DAY,
        end_date=DAY,
        lead_assessor="张三",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


ISSUED = (
    RosterRow(2, cover("甲公司", "A1"), "A1_甲公司.xlsx", "id1.proof1"),
    RosterRow(3, cover("乙公司", "A2"), "A2_乙公司.xlsx", "id2.proof2"),
    RosterRow(4, cover("丙公司", "A3"), "A3_丙公司.xlsx", "id3.proof3"),
)
PLANNED = tuple(RosterRow(row.number, row.cover) for row in ISSUED)
CELLS = {"audit_no": "C8", "organisation": "C5"}


def back(file: str, issue_id: str, made: Cover | None) -> ReturnedFile:
    return ReturnedFile(file, issue_id, made, "封面", CELLS)


def shown(state: Chase) -> tuple[list[tuple[str, int]], list[int], list[str]]:
    matches = [(match.returned.file, match.issued.number) for match in state.matches]
    missing = [missing.issued.number for missing in state.missing]
    return matches, missing, [file.file for file in state.not_issued]


def test_returned_missing_and_never_issued() -> None:
    state = chase(
        ISSUED,
        [
            back("a.xlsx", "id1.proof1", ISSUED[0].cover),
            back("x.xlsx", "", cover("丁公司", "Z9")),
            back("y.xlsx", "id9.proof9", cover("乙公司", "Z8")),
        ],
    )
    assert shown(state) == ([("a.xlsx", 2)], [3, 4], ["x.xlsx", "y.xlsx"])
    assert state.matches[0].mismatches == ()


def test_a_returned_file_is_known_by_its_issue_id_whatever_its_name_and_number() -> None:
    altered = cover("乙公司", "A2-改", start_date=date(2025, 10, 1), lead_assessor="")
    state = chase(ISSUED, [back("renamed.xlsx", "id2.proof2", altered)])
    assert shown(state)[0] == [("renamed.xlsx", 3)]
    found = {(d.key, d.found, d.issued) for d in state.matches[0].mismatches}
    assert found == {
        ("audit_no", "A2-改", "A2"),
        ("start_date", "2025-10-01", "2025-09-28"),
        ("lead_assessor", "", "张三"),
    }


def test_another_audits_issue_id_is_a_difference_of_the_audit_it_was_copied_into() -> None:
    state = chase(ISSUED, [back("b.xlsx", "id1.proof1", ISSUED[1].cover)])
    assert shown(state)[0] == [("b.xlsx", 3)]
    assert [(d.key, d.found, d.issued) for d in state.matches[0].mismatches] == [
        ("issue_id", "id1", "id2")
    ]


def test_an_altered_proof_is_shown_whole() -> None:
    state = chase(ISSUED, [back("a.xlsx", "id1.other", ISSUED[0].cover)])
    (mismatch,) = state.matches[0].mismatches
    assert (mismatch.found, mismatch.issued) == ("id1.other", "id1.proof1")


def test_a_blank_copy_filled_in_for_an_issued_audit_lacks_the_issue_id() -> None:
    state = chase(ISSUED, [back("a.xlsx", "", ISSUED[0].cover)])
    assert [(d.key, d.issued) for d in state.matches[0].mismatches] == [("issue_id", "id1")]


def test_a_planned_roster_matches_by_number_then_by_client() -> None:
    state = chase(
        PLANNED,
        [
            back("a.xlsx", "any", cover("甲 公司", "ａ1")),
            back("b.xlsx", "", cover("乙公司", "B7")),
            back("x.xlsx", "", cover("丁公司", "Z9")),
        ],
    )
    assert shown(state) == ([("a.xlsx", 2), ("b.xlsx", 3)], [4], ["x.xlsx"])


def test_a_client_with_two_audits_is_not_guessed() -> None:
    twice = (*PLANNED, RosterRow(5, cover("乙公司", "A4")))
    state = chase(twice, [back("b.xlsx", "", cover("乙公司", "B7"))])
    assert shown(state)[2] == ["b.xlsx"]


def test_what_the_roster_leaves_open_is_no_difference() -> None:
    filled = cover("甲公司", "A1", assessor="李四", uscc="91440106MA50000010")
    state = chase(ISSUED, [back("a.xlsx", "id1.proof1", filled)])
    assert state.matches[0].mismatches == ()


def test_an_unreadable_file_of_the_issued_name_is_told_from_one_that_never_came() -> None:
    state = chase(ISSUED, [back("inbox/A1_甲公司.xlsx", "", None)])
    assert [(m.issued.number, m.unreadable) for m in state.missing] == [
        (2, "inbox/A1_甲公司.xlsx"),
        (3, ""),
        (4, ""),
    ]


def test_findings_name_file_cell_and_both_values() -> None:
    files = [
        back("a.xlsx", "id1.proof1", cover("甲公司", "A9")),
        back("x.xlsx", "", cover("丁公司", "Z9")),
    ]
    found = [
        (file, f.code, f.cell, f.found, f.expected)
        for file, f in chase_findings(chase(ISSUED, files))
    ]
    assert found == [
        ("x.xlsx", "I07", "C8", "Z9、丁公司", ""),
        ("a.xlsx", "I08", "C8", "A9", "A1"),
    ]


def test_lines_to_chase_say_state_client_file_and_reason() -> None:
    files = [
        back("a.xlsx", "id1.proof1", cover("甲公司", "A9", lead_assessor="")),
        back("x.xlsx", "", cover("丁公司", "Z9")),
        back("A2_乙公司.xlsx", "", None),
    ]
    lines = [
        (line.state, line.cover.audit_no, line.file, line.remark)
        for line in chase_lines(chase(ISSUED, files))
    ]
    assert lines == [
        ("未回收", "A2", "A2_乙公司.xlsx", "交回的文件无法读取：A2_乙公司.xlsx"),
        ("未回收", "A3", "A3_丙公司.xlsx", ""),
        ("名单外交回", "Z9", "x.xlsx", "发放名单中没有记录"),
        (
            "与发放不一致",
            "A1",
            "a.xlsx",
            "项目编号：实际 A9，发放时 A1；审核组长：实际 空，发放时 张三",
        ),
    ]


@pytest.mark.parametrize("field", ROSTER_FIELDS, ids=lambda field: field.key)
def test_each_field_of_a_roster_is_compared_under_its_printed_label(field: CoverField) -> None:
    planned = ISSUED[0].cover
    other = date(2031, 1, 2) if field.is_date else "别的"
    row = replace(ISSUED[0], cover=replace(planned, **{field.key: other}))
    (match,) = chase([row], [back("a.xlsx", "id1.proof1", planned)]).matches
    (one,) = match.mismatches
    assert (one.key, one.label) == (field.key, field.label)
    assert (one.found, one.issued) == (planned.text(field.key), row.cover.text(field.key))


@pytest.mark.parametrize(
    ("state", "english"),
    [("未回收", "not back"), ("名单外交回", "never issued"), ("与发放不一致", "not as issued")],
)
def test_a_state_is_named_in_the_language_of_the_page(state: str, english: str) -> None:
    named = []
    for language in ("zh", "en"):
        use_language_here(language)
        named.append(chase_state_name(state))
    messages._here.set(None)
    assert named == [state, english]
