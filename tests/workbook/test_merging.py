"""Workbooks of assessors who share the clauses out, joined: every answer with its source."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, error, judged, openpyxl_edit, put
from form_cells import rating_cell

from cts_excel.audit.outcome import Status
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.merge import Merged, MergeError, PartFile, PartNotReadableError, merge
from cts_excel.workbook.read_audit import read_audit

SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
CLAUSES = [indicator.clause for indicator in built_in().indicators]
BAND = built_in().bands[-1].label
LAW, COMPANY = built_in().special.deduction.categories[:2]


def rated(clauses: list[str], percent: str = "0.85") -> dict[str, RatingAnswer]:
    return {clause: RatingAnswer(BAND, Decimal(percent), "查阅记录") for clause in clauses}


def part(
    name: str,
    ratings: Mapping[str, RatingAnswer],
    *,
    cover: Mapping[str, Any] | None = None,
    assessor: str = "",
    **special: Any,
) -> PartFile:
    stated = {**answers().cover, "评审员": assessor or name, **(cover or {})}
    filled = Answers(cover=stated, ratings=ratings, **special)
    return PartFile(f"{name}.xlsx", filled_bytes(built_in(), filled))


def joined(*parts: PartFile) -> Merged:
    return merge(parts, built_in())


def source(merged: Merged, label: str, clause: str = "") -> tuple[str, ...]:
    (files,) = [x.files for x in merged.taken if (x.label, x.clause) == (label, clause)]
    return files


def three() -> list[PartFile]:
    return [
        part("甲", rated(CLAUSES[:20])),
        part("乙", rated(CLAUSES[20:35], "0.9")),
        part("丙", rated(CLAUSES[35:])),
    ]


def test_three_assessors_make_one_complete_audit() -> None:
    merged = joined(*three())
    assert (merged.open, merged.unanswered, merged.findings) == ((), (), ())
    assert merged.complete
    outcome = judged(merged.content)
    assert outcome.status is Status.GRADED
    ratings = rated(CLAUSES[:20]) | rated(CLAUSES[20:35], "0.9") | rated(CLAUSES[35:])
    alone = judged(filled_bytes(built_in(), answers(ratings=ratings)))
    assert outcome.score == alone.score
    assert outcome.audit is not None
    assert outcome.audit.cover.assessor == "甲、乙、丙"
    assert source(merged, "评分档与评分比例", CLAUSES[0]) == ("甲.xlsx",)
    assert source(merged, "审核证据", CLAUSES[20]) == ("乙.xlsx",)
    assert source(merged, "企业名称") == ("甲.xlsx", "乙.xlsx", "丙.xlsx")
    rated_answers = [one for one in merged.taken if one.sheet == layout.RATINGS]
    assert len(rated_answers) == 2 * len(CLAUSES)


def test_the_first_sheet_names_the_source_of_every_answer() -> None:
    merged = joined(*three())
    sheet = openpyxl.load_workbook(io.BytesIO(merged.content))[layout.CORRECTIONS]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    of_clause = {row[4]: row[5] for row in rows if row[4]}
    assert set(of_clause) == set(CLAUSES)
    assert "丙.xlsx" in of_clause[CLAUSES[-1]]
    assert {row[1] for row in rows} == {"M06"}


def test_contradictions_are_left_blank_and_listed_side_by_side() -> None:
    first, second = CLAUSES[:2]
    other = {
        first: RatingAnswer("40%-60%", Decimal("0.5"), "查阅记录"),
        second: RatingAnswer(BAND, Decimal("0.85"), "现场观察"),
    }
    merged = joined(part("甲", rated(CLAUSES)), part("乙", other))
    assert [(x.clause, x.cell, x.label, x.values) for x in merged.open] == [
        (
            first,
            rating_cell(built_in(), first, "band"),
            "评分档与评分比例",
            ((f"{BAND} 85%", ("甲.xlsx",)), ("40%-60% 50%", ("乙.xlsx",))),
        ),
        (
            second,
            rating_cell(built_in(), second, "evidence"),
            "审核证据",
            (("查阅记录", ("甲.xlsx",)), ("现场观察", ("乙.xlsx",))),
        ),
    ]
    assert not merged.complete
    audit = read_audit(merged.content, built_in())
    assert (audit.ratings[0].band, audit.ratings[0].percent) == ("", None)
    assert audit.ratings[0].evidence == "查阅记录"
    assert (audit.ratings[1].percent, audit.ratings[1].evidence) == (Decimal("0.85"), "")
    assert source(merged, "评分档与评分比例", second) == ("甲.xlsx", "乙.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(merged.content))
    assert book.sheetnames[0] == layout.CORRECTIONS
    comment = book[layout.RATINGS][rating_cell(built_in(), first, "band")].comment.text
    assert "40%-60% 50%（乙.xlsx）" in comment


def test_equal_answers_in_other_writing_are_no_contradiction() -> None:
    other = {CLAUSES[0]: RatingAnswer(BAND.replace("-", "－"), "８５％", " 查阅 记录")}
    merged = joined(
        part("甲", rated(CLAUSES), cover={"审核开始日期": date(2025, 9, 28)}),
        part("乙", other, cover={"审核开始日期": "2025年9月28日"}),
    )
    assert merged.open == ()
    audit = read_audit(merged.content, built_in())
    assert audit.cover.start_date == date(2025, 9, 28)
    assert {rating.percent for rating in audit.ratings} == {Decimal("0.85")}
    assert audit.findings == ()


def test_a_band_alone_agrees_with_a_rating_of_that_band() -> None:
    clause = CLAUSES[0]
    merged = joined(part("甲", {clause: RatingAnswer(BAND, None, "")}), part("乙", rated([clause])))
    assert merged.open == ()
    assert set(source(merged, "评分档与评分比例", clause)) == {"甲.xlsx", "乙.xlsx"}
    assert read_audit(merged.content, built_in()).ratings[0].percent == Decimal("0.85")
    merged = joined(
        part("甲", {clause: RatingAnswer(BAND, None, "")}),
        part("乙", {clause: RatingAnswer("", Decimal("0.85"), "")}),
    )
    assert [one.clause for one in merged.open] == [clause]  # nobody gave that rating as a whole


def test_a_placeholder_contradicts_nothing() -> None:
    clause = CLAUSES[0]
    other = {clause: RatingAnswer("", None, "无"), CLAUSES[1]: RatingAnswer("", None, "/")}
    own = rated(CLAUSES) | {CLAUSES[1]: RatingAnswer(BAND, Decimal("0.85"), "无")}
    merged = joined(part("甲", own), part("乙", other, cover={"认证范围": "待定"}))
    assert merged.open == ()
    evidence = [rating.evidence for rating in read_audit(merged.content, built_in()).ratings]
    assert evidence[:2] == ["查阅记录", "无"]
    assert source(merged, "审核证据", clause) == ("甲.xlsx",)


def test_what_nobody_rated_is_open() -> None:
    merged = joined(part("甲", rated(CLAUSES[:10])), part("乙", rated(CLAUSES[10:49])))
    assert merged.unanswered == (CLAUSES[49],)
    assert not merged.complete


def test_the_same_special_item_counts_once() -> None:
    same = SpecialAnswer(LAW, "5.1", "未公示投诉电话", "现场照片", "")
    own = SpecialAnswer(COMPANY, "", "未按制度回访", "记录", "")
    merged = joined(
        part("甲", rated(CLAUSES), deductions=(same, own)),
        part("乙", {}, deductions=(SpecialAnswer(LAW, "5.1", "未公示 投诉电话", "现场照片"),)),
    )
    assert (merged.open, merged.complete) == ((), True)
    items = read_audit(merged.content, built_in()).deductions
    assert [item.description for item in items] == ["未公示投诉电话", "未按制度回访"]
    title = built_in().special.deduction.title
    assert source(merged, f"{title} 1") == ("甲.xlsx", "乙.xlsx")
    assert source(merged, f"{title} 2") == ("甲.xlsx",)


def test_one_assessors_equal_items_stay_two() -> None:
    item = SpecialAnswer(LAW, "", "同一事实", "证据")
    merged = joined(
        part("甲", rated(CLAUSES), deductions=(item, item)), part("乙", {}, deductions=(item,))
    )
    assert len(read_audit(merged.content, built_in()).deductions) == 2


def test_special_items_that_differ_in_a_field_are_left_open_there() -> None:
    merged = joined(
        part("甲", rated(CLAUSES), deductions=(SpecialAnswer(LAW, "", "事实", "照片", ""),)),
        part("乙", {}, deductions=(SpecialAnswer(LAW, "5.1", "事实", "录音", ""),)),
    )
    (item,) = read_audit(merged.content, built_in()).deductions
    assert (item.clause, item.evidence) == ("5.1", "")
    (one,) = merged.open
    assert one.values == (("照片", ("甲.xlsx",)), ("录音", ("乙.xlsx",)))
    assert one.label.endswith("证据")


def test_one_fact_in_two_categories_is_kept_twice_and_listed() -> None:
    merged = joined(
        part("甲", rated(CLAUSES), deductions=(SpecialAnswer(LAW, "", "事实", "照片"),)),
        part("乙", {}, deductions=(SpecialAnswer(COMPANY, "", "事实", "照片"),)),
    )
    assert len(read_audit(merged.content, built_in()).deductions) == 2
    (one,) = merged.open
    assert [value for value, _files in one.values] == [LAW, COMPANY]


def test_special_items_beyond_the_rows_are_listed() -> None:
    def items(word: str) -> tuple[SpecialAnswer, ...]:
        return tuple(SpecialAnswer(LAW, "", f"{word}{n}", "证据") for n in range(7))

    merged = joined(
        part("甲", rated(CLAUSES), deductions=items("a")), part("乙", {}, deductions=items("b"))
    )
    assert len(read_audit(merged.content, built_in()).deductions) == layout.DEDUCTION_ROWS
    assert [(name, f.code) for name, f in merged.findings] == [("乙.xlsx", "M02")] * 2
    assert "b6" in merged.findings[-1][1].found


def test_an_unreadable_part_is_listed_with_its_file() -> None:
    percent = rating_cell(built_in(), CLAUSES[30], "percent")
    second = part("乙", rated(CLAUSES[25:]))
    broken = put(second.content, layout.RATINGS, {percent: error("#DIV/0!")})
    merged = joined(part("甲", rated(CLAUSES[:25])), PartFile("乙.xlsx", broken))
    (found,) = [one for name, one in merged.findings if name == "乙.xlsx"]
    assert (found.code, found.cell, found.found) == ("M02", percent, "#DIV/0!")
    assert not merged.complete


def test_a_cover_filled_in_by_one_alone_serves_all() -> None:
    bare = dict.fromkeys(answers().cover)
    known = {"企业名称": answers().cover["企业名称"]}
    merged = joined(
        part("甲", rated(CLAUSES[:25])), part("乙", rated(CLAUSES[25:]), cover={**bare, **known})
    )
    assert merged.complete
    assert judged(merged.content).status is Status.GRADED


@pytest.mark.parametrize(
    ("cover", "said"),
    [
        ({"项目编号": "ZJ-OTHER"}, "ZJ-OTHER"),
        ({"企业名称": "别的公司", "统一社会信用代码": ""}, "别的公司"),
        ({"审核类型": "再认证"}, "再认证"),
        (dict.fromkeys(answers().cover), "nothing says"),
    ],
)
def test_different_audits_are_refused(cover: Mapping[str, Any], said: str) -> None:
    with pytest.raises(MergeError) as refused:
        joined(part("甲", rated(CLAUSES[:25])), part("乙", rated(CLAUSES[25:]), cover=cover))
    assert refused.value.place == "乙.xlsx"
    assert said in str(refused.value)
    assert "甲.xlsx" in str(refused.value)


def test_another_standard_is_refused() -> None:
    other = PartFile("乙.xlsx", filled_bytes(SMALL, Answers(cover=answers().cover)))
    with pytest.raises(MergeError, match=SMALL.id):
        joined(part("甲", rated(CLAUSES)), other)


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(PartNotReadableError) as refused:
        joined(part("甲", rated(CLAUSES)), PartFile("乙.xlsx", b"PK\x03\x04"))
    assert refused.value.number == 1


def test_the_common_issue_id_is_kept_and_joins_blank_covers() -> None:
    blank = [
        PartFile(
            f"{name}.xlsx",
            template_bytes(built_in(), answers=Answers(ratings=ratings), issue_id=issue_id),
        )
        for name, ratings, issue_id in (
            ("甲", rated(CLAUSES[:25]), "id-1"),
            ("乙", rated(CLAUSES[25:]), "id-1"),
            ("丙", {}, "id-2"),
        )
    ]
    merged = joined(*blank[:2])
    assert read_audit(merged.content, built_in()).identity.issue_id == "id-1"
    with pytest.raises(MergeError, match="nothing says"):
        joined(*blank)


def test_other_issue_ids_of_one_audit_are_open() -> None:
    parts = [
        PartFile(
            f"{name}.xlsx",
            template_bytes(built_in(), answers=answers(), issue_id=issue_id),
        )
        for name, issue_id in (("甲", "id-1"), ("乙", "id-2"))
    ]
    merged = joined(*parts)
    assert [one.label for one in merged.open] == ["发放编号"]
    assert read_audit(merged.content, built_in()).identity.issue_id == ""


def test_a_note_in_one_workbook_is_listed() -> None:
    def edit(workbook: Any) -> None:
        workbook.create_sheet("我的笔记")["A1"] = "x"

    second = part("乙", rated(CLAUSES[25:]))
    noted = PartFile("乙.xlsx", openpyxl_edit(second.content, edit))
    merged = joined(part("甲", rated(CLAUSES[:25])), noted)
    assert ("乙.xlsx", "我的笔记") in {(name, f.sheet) for name, f in merged.findings}


def test_the_same_files_give_the_same_bytes_and_a_joined_one_can_be_joined() -> None:
    first = joined(*three())
    assert joined(*three()).content == first.content
    again = joined(PartFile("合并.xlsx", first.content), three()[1])
    assert again.open == ()
    assert read_audit(again.content, built_in()).cover.assessor == "甲、乙、丙"
    assert judged(again.content).score == judged(first.content).score
