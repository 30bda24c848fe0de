"""Answers carried into a fresh workbook: clause by clause, and nothing dropped silently."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, error, filled, judged, openpyxl_edit, put
from form_cells import cover_input, rating_cell
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from cts_excel.audit.comparing import compare
from cts_excel.audit.outcome import Status
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Indicator, Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.migrate import Migration, migrate
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.read_audit import read_audit
from cts_excel.workbook.returned import unmarked

DATA = Path(__file__).parents[1] / "data"
SMALL = load_standard(DATA / "small_standard.toml")


@lru_cache(maxsize=1)
def next_edition() -> Standard:
    """Return an invented edition: a reworded text, another weight, a clause gone, a clause new."""
    standard = built_in()
    changes = {
        "5.1.1.1": {"text": standard.by_clause["5.1.1.1"].text.replace("合理", "明确")},
        "5.1.1.2": {"weight": Decimal(2)},
        "5.1.2.1": {"weight": Decimal(2)},
    }
    indicators: list[Indicator] = []
    for indicator in standard.indicators:
        if indicator.clause == "5.3.2.3":
            indicators.append(Indicator("5.3.2.4", indicator.weight, "新增的检查内容"))
            continue
        given = {"clause": indicator.clause, "weight": indicator.weight, "text": indicator.text}
        indicators.append(Indicator(**{**given, **changes.get(indicator.clause, {})}))
    fields = {name: getattr(standard, name) for name in standard.__struct_fields__}
    return Standard(**{**fields, "edition": "2027-01-01", "indicators": tuple(indicators)})


def old_cell(clause: str, name: str) -> str:
    return rating_cell(built_in(), clause, name)


def new_cell(clause: str, name: str) -> str:
    return rating_cell(next_edition(), clause, name)


def codes(migration: Migration) -> list[tuple[str, str, str]]:
    return [(f.code, f.cell, f.clause) for f in migration.findings]


def test_same_edition_carries_every_answer() -> None:
    old = filled_bytes(
        built_in(),
        answers(
            ratings={"5.1.1.1": RatingAnswer("60%-80%", Decimal("0.675"), "=1+1\n第二行")},
            deductions=(
                SpecialAnswer(built_in().special.deduction.categories[0], "5.1", "a", "b"),
            ),
        ),
    )
    migration = migrate(old, built_in())
    assert (migration.carried, migration.findings) == (50, ())
    audits = [read_audit(content, built_in()) for content in (old, migration.content)]
    assert compare(*audits, built_in()).same
    assert judged(migration.content).score == judged(old).score
    assert judged(migration.content).findings == judged(old).findings


def test_another_edition_marks_what_changed_and_lists_what_is_gone() -> None:
    migration = migrate(filled(), next_edition())
    assert codes(migration) == [
        ("M01", reworded := new_cell("5.1.1.1", "text"), "5.1.1.1"),
        ("M01", lighter := new_cell("5.1.1.2", "weight"), "5.1.1.2"),
        ("M01", heavier := new_cell("5.1.2.1", "weight"), "5.1.2.1"),
        ("M02", gone := old_cell("5.3.2.3", "clause"), "5.3.2.3"),
        ("M03", added := new_cell("5.3.2.4", "band"), "5.3.2.4"),
    ]
    found = {f.clause: f.found for f in migration.findings}
    assert "[合理→明确]" in found["5.1.1.1"]
    assert found["5.1.1.2"] == "分值 3→2"
    assert found["5.3.2.3"] == "80%-100%，0.85，查阅记录"
    workbook = openpyxl.load_workbook(io.BytesIO(migration.content))
    assert workbook.sheetnames[0] == "修改清单"
    assert "分值 3→2" in workbook["评分表"][lighter].comment.text
    assert [cell.value for cell in workbook["修改清单"]["D"]][5:] == [
        *(f"评分表!{cell}" for cell in (reworded, lighter, heavier)),
        f"旧文件 评分表!{gone} (5.3.2.3)",
        f"评分表!{added}",
    ]
    outcome = judged(migration.content, next_edition())
    assert outcome.status is Status.NEEDS_CORRECTION
    assert [(f.code, f.clause) for f in outcome.findings] == [("R01", "5.3.2.4")]


def test_another_shape_of_specification_loses_nothing_silently() -> None:
    migration = migrate(filled(), SMALL)
    clauses = {indicator.clause for indicator in built_in().indicators}
    kept = {indicator.clause for indicator in SMALL.indicators} & clauses
    listed = {f.clause for f in migration.findings if f.code == "M02"}
    assert listed == clauses - kept
    assert migration.carried == len(kept)


def test_answers_are_carried_as_typed_right_or_wrong() -> None:
    typed = {
        "5.1.1.1": RatingAnswer("乱写", "好", "记录"),
        "5.1.1.2": RatingAnswer("40%-60%", Decimal("0.85"), ""),
        "5.1.2.1": RatingAnswer("", True, ""),
        "5.1.2.2": RatingAnswer("80%-100%", "85%", "x"),
        "5.1.3.1": RatingAnswer("不适用", None, "无此业务"),
        "5.1.3.2": RatingAnswer("80%-100%", date(2025, 9, 1), "x"),
    }
    special = (SpecialAnswer("别的类别", "9.9", "事实", "", "乱"),)
    cover = {"审核类型": "别的", "审核开始日期": "昨天", "统一社会信用代码": 123, "企业名称": None}
    old = filled_bytes(built_in(), answers(cover=cover, ratings=typed, deductions=special))
    migration = migrate(old, built_in())
    assert migration.findings == ()
    assert judged(migration.content).findings == judged(old).findings


def test_what_has_no_value_is_listed() -> None:
    percent, evidence = old_cell("5.1.1.1", "percent"), old_cell("5.1.1.2", "evidence")
    old = put(filled(), "评分表", {percent: error("#DIV/0!"), evidence: error("#REF!")})
    old = put(old, "封面", {cover_input("organisation"): error("#N/A")})
    migration = migrate(old, built_in())
    found = [(f.code, f.sheet, f.cell, f.found) for f in migration.findings]
    assert found == [
        ("M02", "封面", cover_input("organisation"), "#N/A"),
        ("M02", "评分表", percent, "#DIV/0!"),
        ("M02", "评分表", evidence, "#REF!"),
    ]


def test_a_formula_is_replaced_by_its_result_and_said_so() -> None:
    percent = old_cell("5.1.1.2", "percent")

    def edit(workbook: Any) -> None:
        workbook["评分表"][percent].value = "=0.4+0.45"

    migration = migrate(openpyxl_edit(filled(), edit), built_in())
    assert codes(migration) == [("M02", percent, "5.1.1.2")]  # openpyxl stores no result
    assert migration.findings[0].found == "=0.4+0.45"


def test_a_clause_that_stands_twice_is_not_guessed() -> None:
    first, second = old_cell("5.1.1.1", "clause"), old_cell("5.1.1.2", "clause")

    def edit(workbook: Any) -> None:
        workbook["评分表"][second].value = "5.1.1.1"

    migration = migrate(openpyxl_edit(filled(), edit), built_in())
    assert codes(migration) == [
        ("M02", first, "5.1.1.1"),
        ("M02", second, "5.1.1.1"),
        ("M03", old_cell("5.1.1.2", "band"), "5.1.1.2"),
    ]
    assert migration.findings[0].found.startswith("条款重复 2 处：80%-100%")


def test_surplus_special_items_other_sheets_and_comments_are_listed() -> None:
    def edit(workbook: Any) -> None:
        workbook.create_sheet("我的笔记")["A1"] = "x"
        evidence = old_cell(built_in().indicators[5].clause, "evidence")
        workbook["评分表"][evidence].comment = Comment("留言", "李四")
        sheet, row = workbook["特别项"], layout.DEDUCTION_TOTAL_ROW + 1
        sheet.insert_rows(row)
        sheet.cell(row, layout.SPECIAL_COLUMN["description"] + 1).value = "第十三项"

    category = built_in().special.deduction.categories[0]
    items = tuple(SpecialAnswer(category, "", f"事实{n}", "证据") for n in range(12))
    old = filled_bytes(built_in(), answers(deductions=items))
    migration = migrate(openpyxl_edit(old, edit), built_in())
    found = [(f.code, f.sheet, f.found) for f in migration.findings]
    assert ("M02", "特别项", "第十三项") in found
    assert ("M02", "我的笔记", "工作表“我的笔记”") in found
    assert ("M02", "", "批注（1 个部件）") in found
    assert len(read_audit(migration.content, built_in()).deductions) == 12


def test_notes_beside_the_form_and_rows_without_a_clause_are_listed() -> None:
    clause = old_cell("5.1.1.2", "clause")

    def edit(workbook: Any) -> None:
        workbook["评分表"][clause].value = None
        workbook["评分表"]["P4"].value = "待复查"
        workbook["封面"]["H3"].value = "请先与客户确认"
        special = workbook["特别项"]
        special.cell(layout.DEDUCTION_TOTAL_ROW + 1, 10).value = "补充说明"

    migration = migrate(openpyxl_edit(filled(), edit), built_in())
    listed = {(f.sheet, f.cell, f.found.partition("：")[0]) for f in migration.findings}
    assert listed >= {
        ("评分表", old_cell("5.1.1.2", "band"), "没有条款号"),
        ("评分表", "P4", "待复查"),
        ("封面", "H3", "请先与客户确认"),
        ("特别项", f"J{layout.DEDUCTION_TOTAL_ROW + 1}", "补充说明"),
    }
    assert len([f for f in migration.findings if f.code == "M02"]) == 4


def test_special_items_below_a_lost_heading_are_listed() -> None:
    category = built_in().special.deduction.categories[0]
    items = (SpecialAnswer(category, "", "第一项事实", "证据甲"),)

    def edit(workbook: Any) -> None:
        sheet = workbook["特别项"]
        for row in sheet.iter_rows(max_row=layout.DEDUCTION_FIRST_ROW):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = "？"

    old = filled_bytes(built_in(), answers(deductions=items))
    migration = migrate(openpyxl_edit(old, edit), built_in())
    assert any(f.code == "W14" for f in migration.findings)
    listed = {f.found for f in migration.findings if f.code == "M02"}
    assert listed >= {"第一项事实", "证据甲"}


def test_a_column_that_stands_twice_is_said() -> None:
    def edit(workbook: Any) -> None:
        workbook["评分表"]["P3"].value = "评分比例"

    migration = migrate(openpyxl_edit(filled(), edit), built_in())
    assert ("W16", "P3") in {(f.code, f.cell) for f in migration.findings}


def test_a_marked_copy_migrates_without_its_marks() -> None:
    first = migrate(filled(), next_edition()).content
    again = migrate(first, built_in())
    # The clause that was new has no place in the older edition, and was not answered yet.
    assert [(f.code, f.clause) for f in again.findings] == [
        ("M01", "5.1.1.1"),
        ("M01", "5.1.1.2"),
        ("M01", "5.1.2.1"),
        ("M03", "5.3.2.3"),
    ]
    clean = read_audit(unmarked(again.content), built_in())
    assert clean.ratings == read_audit(again.content, built_in()).ratings


@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_older_types_are_carried_too(kind: str) -> None:
    path = DATA / f"filled_by_libreoffice.{kind}"
    migration = migrate(path.read_bytes(), built_in(), kind=kind)
    before = read_audit(path.read_bytes(), built_in(), kind=kind)
    after = read_audit(migration.content, built_in())
    assert [f.code for f in migration.findings] == []
    assert compare(before, after, built_in()).same


def test_the_issue_id_is_kept() -> None:
    from cts_excel.workbook.form.template import template_bytes

    old = template_bytes(built_in(), issue_id="2025-0007")
    assert read_audit(migrate(old, built_in()).content, built_in()).identity.issue_id == "2025-0007"


def test_what_is_no_audit_workbook_is_refused() -> None:
    with pytest.raises(NotReadableError):
        migrate(b"PK\x03\x04", built_in())
    stripped = openpyxl_edit(filled(), lambda workbook: workbook.remove(workbook["评分表"]))
    with pytest.raises(NotReadableError) as refused:
        migrate(stripped, built_in())
    assert refused.value.reason == "F02"


_TEXTS = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), max_size=20)
_RATINGS = st.builds(
    RatingAnswer,
    band=st.sampled_from([band.label for band in SMALL.bands] + ["", "不适用"]),
    percent=st.one_of(st.none(), st.decimals(0, 1, places=3)),
    evidence=_TEXTS,
)


@settings(max_examples=20, deadline=None)
@given(st.lists(_RATINGS, min_size=len(SMALL.indicators), max_size=len(SMALL.indicators)), _TEXTS)
def test_any_answers_survive(ratings: list[RatingAnswer], name: str) -> None:
    by_clause = {i.clause: r for i, r in zip(SMALL.indicators, ratings, strict=True)}
    old = filled_bytes(SMALL, Answers(cover={"企业名称": name}, ratings=by_clause))
    migration = migrate(old, SMALL)
    assert migration.findings == ()
    before, after = (read_audit(content, SMALL) for content in (old, migration.content))
    assert compare(before, after, SMALL).same
    assert replace(before, findings=()) == replace(after, findings=())
