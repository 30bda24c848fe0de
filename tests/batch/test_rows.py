"""grades.csv, ratings.csv and findings.csv line by line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from altering import answers, built_in, judged, put, rating_cell

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Impact
from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.outputs.columns import FINDINGS, GRADES, RATINGS, SPECIALS, Table
from cts_excel.batch.outputs.csv_files import lines
from cts_excel.files.csv_text import unescape
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes


def whole(**change: object) -> Outcome:
    return judged(filled_bytes(built_in(), answers(**change)))  # type: ignore[arg-type]


def rows(table: Table, outcome: Outcome) -> list[dict[str, str]]:
    text = ",".join(table.names) + "\r\n" + lines(table, outcome, built_in())
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(None not in row for row in found)  # no line has more fields than the heading
    return found


def grade_row(outcome: Outcome) -> dict[str, str]:
    (row,) = rows(GRADES, outcome)
    assert None not in row
    assert None not in row.values()
    return row


def test_a_graded_file_has_every_fact() -> None:
    row = grade_row(whole(percent=Decimal("0.851")))
    assert row | {"file": "", "sha256": ""} == {
        "file": "", "sha256": "", "status": "graded", "organisation": "南京某某电器有限公司",
        "uscc": "91310000775785552L", "audit_no": "ZJ-2025-0001", "audit_type": "初次认证",
        "lead_assessor": "张三", "assessor": "李四", "start_date": "2025-09-28",
        "end_date": "2025-09-30", "base_score": "85.1", "deductions": "0", "bonus": "0",
        "final_score": "85.1", "level": "three_star", "passed": "true", "fail_reasons": "",
        "stated_final": "85.1", "stated_level": "three_star", "score_low": "85.1",
        "score_high": "85.1", "errors": "0", "warnings": "0", "notices": "1",
        "scope": "家用电器的售后服务", "audit_method": "现场", "industry": "",
        "province": "", "team_members": "",
        "conclusion": "", "strengths": "", "improvements": "",
    }  # fmt: skip


def test_the_cover_is_there_with_its_line_breaks() -> None:
    stated = {
        "认证范围": "家电安装，\n家电维修", "审核方式": "远程", "行业/专业类别": "家电",
        "省/市": "广东", "审核组成员": "王五", "审核结论": "符合",
        "优势": "一\n二", "改进建议": "=三",
    }  # fmt: skip
    row = {name: unescape(text) for name, text in grade_row(whole(cover=stated)).items()}
    # After all that a run had before, so that what reads by position goes on.
    assert list(row)[-9:] == ["notices", *(c.name for c in GRADES.columns if c.later)]
    assert (row["scope"], row["audit_method"], row["industry"]) == (
        "家电安装，\n家电维修",
        "远程",
        "家电",
    )
    assert (row["province"], row["team_members"], row["conclusion"]) == ("广东省", "王五", "符合")
    assert row["strengths"] == "一\n二"
    assert row["improvements"] == "=三"


def test_a_finding_in_many_cells_keeps_its_columns() -> None:
    several = finding(Code.EVIDENCE_MISSING, sheet="评分表", cell="J4,J8:J12", found="x")
    made = replace(whole(), findings=(several,))
    (row,) = rows(FINDINGS, made)
    assert (row["cell"], row["found"]) == ("J4,J8:J12", "x")


def test_both_fail_reasons_are_named() -> None:
    item = SpecialAnswer(built_in().special.deduction.categories[0], "5.1.1.1", "x", "y", "未整改")
    row = grade_row(whole(band="60%-80%", percent=Decimal("0.7"), deductions=(item,) * 6))
    assert (row["level"], row["passed"]) == ("not_passed", "false")
    assert row["fail_reasons"] == "below_minimum;deduction_limit"
    assert (row["deductions"], row["final_score"]) == ("6", "64")
    assert row["stated_level"] == "not_passed"


def test_an_incomplete_file_has_the_score_so_far_and_no_level() -> None:
    blank = put(
        filled_bytes(built_in(), answers()),
        "评分表",
        {rating_cell("band"): None, rating_cell("percent"): None},
    )
    row = grade_row(judged(blank))
    assert (row["status"], row["level"], row["passed"]) == ("needs_correction", "", "")
    assert Decimal(row["score_high"]) - Decimal(row["score_low"]) == 1
    assert Decimal(row["final_score"]) == Decimal(row["score_low"])


def test_a_rejected_file_has_empty_facts_and_no_ratings() -> None:
    refused = rejected("in/a.xlsx", "", "F09")
    row = grade_row(refused)
    assert (row["file"], row["status"], row["errors"]) == ("in/a.xlsx", "rejected", "1")
    assert not any(row[name] for name in list(row)[3:22])
    assert lines(RATINGS, refused, built_in()) == ""


def test_ratings_follow_the_indicators() -> None:
    found = rows(RATINGS, whole())
    assert [row["clause"] for row in found] == [i.clause for i in built_in().indicators]
    assert found[1] == {
        "file": found[0]["file"], "clause": built_in().indicators[1].clause, "weight": "3",
        "band": "80%-100%", "percent": "0.85", "score": "2.55", "stated_score": "2.55",
        "evidence": "查阅记录",
    }  # fmt: skip


def test_a_finding_with_impact_keeps_its_sign_as_a_number() -> None:
    hit = finding("T01", sheet="封面", cell="F8", found="=1", expected="95",
                  impact=Impact(Decimal("-1.50"), "三星级", "四星级"))  # fmt: skip
    outcome = replace(rejected("-a.xlsx", "", "F09"), findings=(hit,))
    (row,) = rows(FINDINGS, outcome)
    assert row["file"] == "'-a.xlsx"
    assert (row["found"], row["impact_points"], row["impact_level"]) == (
        "'=1", "-1.5", "三星级→四星级",
    )  # fmt: skip
    assert row["repair"] == "表内为 =1，复算为 95；以复算为准。"


def test_every_line_ends_in_cr_lf_and_none_holds_another() -> None:
    outcome = whole(cover={"企业名称": 'a\nb,"c"'})
    text = lines(GRADES, outcome, built_in())
    assert text.endswith("\r\n")
    assert text.count("\n") == 1
    assert grade_row(outcome)["organisation"] == 'a\\nb,"c"'
    assert unescape(grade_row(outcome)["organisation"]) == 'a\nb,"c"'


def test_special_items_have_a_line_each_with_what_they_are_worth() -> None:
    category = built_in().special.deduction.categories[0]
    deduction = SpecialAnswer(
        category, "5.1.1.1", "事实\n二", "=1", "未开始", "改", "李四", date(2025, 10, 31)
    )
    half = SpecialAnswer(category, "", "", "", "")
    bonus = SpecialAnswer(built_in().special.bonus.categories[0], "", "创新", "证书", "")
    found = rows(SPECIALS, whole(deductions=(deduction, half), bonuses=(bonus,)))
    assert [tuple(row.values())[1:] for row in found] == [
        (
            "deduction",
            "1",
            category,
            "5.1.1.1",
            "事实\\n二",
            "'=1",
            "未开始",
            "1",
            "改",
            "李四",
            "2025-10-31",
            "",
            "",
        ),
        ("deduction", "2", category, "", "", "", "", "", *[""] * 5),
        ("bonus", "1", bonus.category, "", "创新", "证书", "", "1", *[""] * 5),
    ]
