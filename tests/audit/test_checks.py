"""Checks on typed audits: each rule of docs/policy.md that needs only values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from made_audits import BUILT_IN, SMALL, audit, left_out, rating

from cts_excel.audit.catalogue import CATALOGUE, finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.grading import grade, in_order, rejected
from cts_excel.audit.model import Audit, Identity, Stated
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.scoring import Bounds, bounds
from cts_excel.standard.model import Standard


def judged(made: Audit, standard: Standard = BUILT_IN) -> Outcome:
    return grade(made, standard, file="a.xlsx", sha256="")


def codes(outcome: Outcome) -> list[str]:
    return [f.code for f in outcome.findings if f.code != "T03"]


def stating(made: Audit, *numbers: Any, level: str = "") -> Audit:
    """Let the workbook state base, deductions, bonus, final and level."""
    values = (None if n is None else Decimal(str(n)) for n in numbers)
    base, deductions, bonus, final = values
    stated = Stated(base, deductions, bonus, final, level, calculated=True)
    return replace(made, stated=stated, cover_cells={"stated_final": "F8", "stated_level": "F9"})


def test_a_whole_audit_is_graded_without_findings() -> None:
    outcome = judged(audit(BUILT_IN, "0.85"))
    assert (outcome.status, codes(outcome)) == (Status.GRADED, [])
    assert outcome.bounds is not None
    assert outcome.bounds.low == outcome.bounds.high == 85


@pytest.mark.parametrize(("band", "code"), [("", "R01"), ("80%-100%", "R02")])
def test_rule_05_what_is_unrated_is_said_once(band: str, code: str) -> None:
    blank = rating(BUILT_IN, "5.1.2.2", None, band=band)
    outcome = judged(audit(BUILT_IN, "0.85", changes={"5.1.2.2": blank}))
    assert codes(outcome) == [code]
    (found,) = (f for f in outcome.findings if f.code == code)
    cell = "F7" if code == Code.NOT_RATED else "G7"
    assert (found.place, found.found, found.expected) == (f"评分表!{cell} (5.1.2.2)", "", band)
    assert outcome.status is Status.NEEDS_CORRECTION
    assert outcome.judgement is None


@pytest.mark.parametrize("change", [{"faulty": True}, {"row": 0}])
def test_rule_05_what_the_reader_reported_is_not_said_again(change: dict[str, Any]) -> None:
    blank = replace(rating(BUILT_IN, "5.1.2.2", None), **change)
    outcome = judged(audit(BUILT_IN, "0.85", changes={"5.1.2.2": blank}))
    assert codes(outcome) == []
    assert outcome.status is Status.NEEDS_CORRECTION  # incomplete, whoever said it


@pytest.mark.parametrize("column", ["band", "percent"])
def test_a_missing_column_is_not_fifty_findings(column: str) -> None:
    made = audit(BUILT_IN, None)
    made = replace(made, columns=made.columns._replace(**{column: ""}))
    assert codes(judged(made)) == []


def test_rule_05_finer_percents_are_flagged() -> None:
    outcome = judged(audit(BUILT_IN, "0.855"))
    (found,) = (f for f in outcome.findings if f.code == Code.PERCENT_TOO_FINE)
    assert (found.found, len(found.addresses)) == ("85.5%（50 处）", 50)


def test_rule_07_left_out_with_a_reason_is_prorated() -> None:
    clause = SMALL.indicators[0].clause
    made = audit(SMALL, "0.8", changes={clause: left_out(SMALL, clause)})
    outcome = judged(made, SMALL)
    assert (outcome.status, codes(outcome)) == (Status.GRADED, [])
    assert outcome.score is not None
    assert outcome.score.base == SMALL.total * Decimal("0.8")


def test_rule_07_left_out_without_a_reason_is_an_error() -> None:
    clause = SMALL.indicators[0].clause
    made = audit(SMALL, "0.8", changes={clause: left_out(SMALL, clause, reason="")})
    assert codes(judged(made, SMALL)) == ["R17"]


def test_rule_07_not_everything_can_be_left_out() -> None:
    every = {i.clause: left_out(SMALL, i.clause) for i in SMALL.indicators}
    outcome = judged(audit(SMALL, every), SMALL)
    assert codes(outcome) == ["R19"]
    assert outcome.judgement is None


@pytest.mark.parametrize(("standard", "severity"), [(BUILT_IN, 2), (SMALL, 3)])
def test_rule_10_missing_evidence(standard: Standard, severity: int) -> None:
    clause = standard.indicators[0].clause
    bare = replace(rating(standard, clause, "0.8"), evidence="")
    outcome = judged(audit(standard, "0.8", changes={clause: bare}), standard)
    assert [(f.code, f.severity) for f in outcome.findings if f.code != "T03"] == [
        ("R15", Severity(severity))
    ]
    assert (outcome.status is Status.GRADED) == (severity == 2)


@pytest.mark.parametrize(
    ("number", "told", "passed"),
    [(0, [], True), (4, [], True), (5, ["S03"], True), (6, ["S04"], False)],
)
def test_rule_03_the_limit_of_deductions(number: int, told: list[str], passed: bool) -> None:
    outcome = judged(audit(BUILT_IN, "1", deductions=number))
    assert codes(outcome) == told
    assert outcome.judgement is not None
    assert outcome.judgement.passed is passed


@pytest.mark.parametrize(("number", "told", "final"), [(1, [], 86), (2, ["S05"], 86)])
def test_rule_04_at_most_one_point_of_bonus(number: int, told: list[str], final: int) -> None:
    outcome = judged(audit(BUILT_IN, "0.85", bonuses=number))
    assert codes(outcome) == told
    assert outcome.score is not None
    assert outcome.score.final == final


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(28, 30, []), (28, 28, []), (30, 28, ["C03"]), (None, 28, []), (28, None, [])],
)
def test_rule_11_an_audit_ends_after_it_begins(
    start: int | None, end: int | None, told: list[str]
) -> None:
    made = audit(BUILT_IN, "0.85")
    dates = (None if day is None else date(2025, 9, day) for day in (start, end))
    cover = replace(made.cover, **dict(zip(("start_date", "end_date"), dates, strict=True)))
    assert codes(judged(replace(made, cover=cover))) == told


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        (("", "", ""), []),
        ((BUILT_IN.id, BUILT_IN.edition, BUILT_IN.digest), []),
        ((BUILT_IN.id, BUILT_IN.edition, "0" * 64), ["W02"]),
        ((BUILT_IN.id, "2030-01-01", BUILT_IN.digest), ["W01"]),
        (("other", BUILT_IN.edition, ""), ["W01"]),
    ],
)
def test_rule_08_the_standard_is_ours(identity: tuple[str, str, str], told: list[str]) -> None:
    made = replace(audit(BUILT_IN, "0.85"), identity=Identity("1", *identity, "", ""))
    outcome = judged(made)
    assert codes(outcome) == told
    assert (outcome.status is Status.GRADED) == ("W01" not in told)


@pytest.mark.parametrize(
    ("numbers", "level", "told"),
    [
        ((85, 0, 0, 85), "三星级", []),
        ((None, None, None, None), "", []),
        ((85, 0, 0, "85.00000000004"), "三星级", []),  # within the rounding of the formulas
        ((85, 0, 0, "85.0000000001"), "三星级", [("T01", "-0.0000000001")]),
        ((83.5, 0, 0, 83.5), "三星级", [("T01", "+1.50"), ("T05", "+1.50")]),
        (
            (91, 0, 0, 91),
            "四星级",
            [
                ("T01", "-6.00，四星级→三星级"),
                ("T02", "-6.00，四星级→三星级"),
                ("T05", "-6.00，四星级→三星级"),
            ],
        ),
        ((85, 0, 0, 85), "五星级", [("T02", "+0.00，五星级→三星级")]),
        ((85, 0, 6, 85), "三星级", [("T05", "-6.00，四星级→三星级")]),
        ((85, 6, 0, 85), "三星级", [("T05", "+6.00，达标级→三星级")]),
    ],
)
def test_rule_09_stated_and_recomputed(
    numbers: tuple[Any, ...], level: str, told: list[tuple[str, str]]
) -> None:
    outcome = judged(stating(audit(BUILT_IN, "0.85"), *numbers, level=level))
    compared = [f for f in outcome.findings if f.code != "A21"]  # says what contradicts itself
    assert sorted((f.code, str(f.impact)) for f in compared) == told
    assert outcome.status is Status.GRADED
    assert outcome.judgement is not None
    assert outcome.judgement.label == "三星级"


def test_rule_09_nothing_is_compared_that_could_not_be_read() -> None:
    faulty = rating(BUILT_IN, "5.1.2.2", None, faulty=True)
    made = audit(BUILT_IN, "0.85", changes={"5.1.2.2": faulty})
    assert codes(judged(stating(made, 85, 0, 0, 85, level="三星级"))) == []


def test_rule_09_a_part_filled_workbook_states_the_score_so_far() -> None:
    blank = rating(BUILT_IN, "5.1.2.2", None)
    made = audit(BUILT_IN, "0.8", changes={"5.1.2.2": blank})
    assert codes(judged(stating(made, 76, 0, 0, 76))) == ["R01"]
    assert codes(judged(stating(made, 76, 0, 0, 80))) == ["R01", "A21", "T01"]


def test_rule_09_item_scores() -> None:
    low = replace(rating(BUILT_IN, "5.1.2.2", "0.85"), stated_score=Decimal("4.24"))
    made = audit(BUILT_IN, "0.85", changes={"5.1.2.2": low})
    outcome = judged(stating(made, 85, 0, 0, 85, level="三星级"))
    assert [(f.code, f.place, str(f.impact)) for f in outcome.findings] == [
        ("T04", "评分表!H7 (5.1.2.2)", "+0.01")
    ]


def test_findings_come_gravest_first_then_by_effect_then_by_place() -> None:
    made = audit(BUILT_IN, "0.85")
    impacts = [None, Impact(Decimal(1), "", ""), Impact(Decimal(1), "三星级", "四星级")]
    mixed = [
        finding(Code.EVIDENCE_MISSING, sheet="评分表", cell="I10"),
        finding(Code.EVIDENCE_MISSING, sheet="评分表", cell="I9"),
        *(
            finding(Code.STATED_ITEM_DIFFERS, sheet="评分表", cell="H4", impact=impact)
            for impact in impacts
        ),
        finding(Code.NOT_RATED, sheet="评分表", cell="F4"),
        finding(Code.REQUIRED_ENTRY_MISSING, sheet="封面", cell="C5"),
        finding(Code.NOT_CALCULATED),
    ]
    expected = ["C01", "R01", "T04", "T04", "T04", "R15", "R15", "T03"]
    for order in (mixed, mixed[::-1]):
        made_order = in_order(order, made)
        assert [f.code for f in made_order] == expected
        assert [f.impact for f in made_order[2:5]] == impacts[::-1]
        assert [f.cell for f in made_order[5:7]] == ["I9", "I10"]


def test_findings_of_one_weight_come_in_the_order_of_the_workbook() -> None:
    cells = ("B4", "F4", "AA4", "B5", "B10")
    expected = [
        finding(Code.SHEETS_REORDERED),
        finding(Code.SHEET_RENAMED, sheet="封面"),
        *(finding(Code.SHEET_RENAMED, sheet="封面", cell=cell) for cell in cells),
        finding(Code.SHEET_RENAMED, sheet="评分表", cell="A1"),
        finding(Code.SHEET_RENAMED, sheet="特别项", cell="A1"),
        finding(Code.SHEET_RENAMED, sheet="_cts"),
        finding(Code.SHEET_RENAMED, sheet="其他"),
        finding(Code.ROWS_MOVED, sheet="其他", clause="1", found="a"),
        finding(Code.ROWS_MOVED, sheet="其他", clause="1", found="b"),
        finding(Code.ROWS_MOVED, sheet="其他", clause="2", found="a"),
        finding(Code.ROWS_MOVED, sheet="其他二"),
    ]
    made = audit(BUILT_IN, "0.85")
    assert list(in_order(expected[::-1], made)) == expected
    assert list(in_order(expected[::2] + expected[1::2], made)) == expected
    assert [f.sheet for f in in_order([expected[7], expected[1], expected[0]])] == [
        "", "封面", "评分表",
    ]  # fmt: skip


def test_an_outcome_keeps_file_hash_and_bounds() -> None:
    whole = grade(audit(BUILT_IN, "0.85"), BUILT_IN, file="a.xlsx", sha256="ab")
    level = whole.judgement
    assert level is not None
    assert (whole.file, whole.sha256) == ("a.xlsx", "ab")
    assert whole.bounds == Bounds(Decimal(85), Decimal(85), level, level)
    made = audit(BUILT_IN, "0.85", changes={"5.1.2.2": rating(BUILT_IN, "5.1.2.2", None)})
    unfinished = judged(made)
    assert unfinished.bounds == bounds(made, BUILT_IN)
    assert unfinished.bounds.low < unfinished.bounds.high


def test_findings_of_a_graded_audit_come_in_the_order_of_its_sheets() -> None:
    made = audit(BUILT_IN, "0.85", changes={"5.1.1.1": rating(BUILT_IN, "5.1.1.1", None)})
    cover = replace(made.cover, start_date=date(2025, 9, 30), end_date=date(2025, 9, 28))
    made = replace(made, cover=cover, cover_cells={"end_date": "C12"})
    assert codes(judged(made)) == [Code.ENDS_BEFORE_START, Code.NOT_RATED]


def test_a_rejected_file_keeps_its_name_and_hash() -> None:
    outcome = rejected("b.xlsx", "ab", Code.FILE_EMPTY)
    why = Finding(Code.FILE_EMPTY, Severity.ERROR)
    assert outcome == Outcome("b.xlsx", "ab", Status.REJECTED, None, None, None, None, (why,))


def test_findings_are_counted_by_severity() -> None:
    bare = replace(rating(BUILT_IN, "5.1.2.2", "0.855"), evidence="")
    outcome = judged(audit(BUILT_IN, "0.85", changes={"5.1.2.2": bare}))
    assert [outcome.count(severity) for severity in Severity] == [2, 1, 0]


def test_a_rejected_file_has_a_code_and_nothing_else() -> None:
    outcome = rejected("b.xlsx", "", Code.OVER_A_LIMIT, found="70 MiB", expected="64 MiB")
    assert outcome.status is Status.REJECTED
    assert (outcome.audit, outcome.score, outcome.bounds, outcome.judgement) == (None,) * 4
    assert [(f.code, f.found, f.expected) for f in outcome.findings] == [
        ("F04", "70 MiB", "64 MiB")
    ]
    assert CATALOGUE["F04"].severity is Severity.ERROR
