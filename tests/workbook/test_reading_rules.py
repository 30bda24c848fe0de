"""Rules 5 to 11 (docs/policy.md) as seen in returned workbooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from altering import (
    Raw,
    answers,
    as_date,
    built_in,
    entry_cell,
    error,
    filled,
    found,
    judged,
    openpyxl_edit,
    panel_cell,
    put,
    rating_cell,
    with_parts,
)
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes

MAC_PROPERTY = '<workbookPr date1904="1" '
BAND, PERCENT, EVIDENCE, TEXT, WEIGHT, SCORE = map(
    rating_cell, ("band", "percent", "evidence", "text", "weight", "score")
)
ENTRY = {field.label: entry_cell(field.label) for field in COVER_FIELDS}
FINAL, LEVEL = panel_cell("final"), panel_cell("level")
TOTALS = ("T01", "T02", "T03", "T04", "T05", "T06")


def with_percent(value: Any, band: Any = "80%-100%") -> Outcome:
    """Judge the whole workbook with other cells for the first clause."""
    cells = {rating_cell("band"): band, rating_cell("percent"): value}
    return judged(put(filled(), layout.RATINGS, cells))


@pytest.mark.parametrize(
    ("percent", "band", "read", "codes"),
    [
        # cell            band        read     findings
        (0.85, "80%-100%", "0.85", []),
        (0.56999999999999995, "40%-60%", "0.57", []),
        ("0.57000000000000006", "40%-60%", "0.57", ["R13"]),  # 15 digits, as a number
        (1, "80%-100%", "1", []),
        (0, "0%-20%", "0", []),
        ("-0", "0%-20%", "0", ["R13"]),
        (85, "80%-100%", "0.85", ["R13"]),
        (85.5, "80%-100%", "0.855", ["R13", "R14"]),
        (100, "80%-100%", "1", ["R13"]),
        (1, "0%-20%", None, ["R03"]),  # 1 is 100%, never 1%
        (1.05, "80%-100%", None, ["R11"]),  # 105%
        (15, "0%-20%", "0.15", ["R13"]),
        (85, "60%-80%", None, ["R03"]),
        (101, "80%-100%", None, ["R11"]),
        (-0.1, "0%-20%", None, ["R10"]),
        ("85", "80%-100%", "0.85", ["R13"]),
        ("85%", "80%-100%", "0.85", ["R13"]),
        ("８５％", "80%-100%", "0.85", ["R13"]),
        ("８５﹪", "80%-100%", "0.85", ["R13"]),
        (" 85 ", "80%-100%", "0.85", ["R13"]),
        ("\u300085 %\u200b", "80%-100%", "0.85", ["R13"]),
        ("\u202a\u200e85%\u202c", "80%-100%", "0.85", ["R13"]),
        ("0.85", "80%-100%", "0.85", ["R13"]),
        ("0.85", "0%-20%", None, ["R03"]),  # 85%, as a number
        ("0.85%", "0%-20%", "0.0085", ["R13", "R14"]),
        ("1", "80%-100%", "1", ["R13"]),
        ("1", "0%-20%", None, ["R03"]),
        ("1%", "80%-100%", None, ["R03"]),
        ("0.1", "0%-20%", "0.1", ["R13"]),
        ("85", "60%-80%", None, ["R03"]),
        ("101%", "80%-100%", None, ["R11"]),
        ("-5%", "0%-20%", None, ["R10"]),
        ("八十五", "80%-100%", None, ["R06"]),
        ("85~90", "80%-100%", None, ["R06"]),
        ("1_0", "0%-20%", None, ["R06"]),
        ("1e1", "0%-20%", "0.1", ["R13"]),
        ("0,85", "80%-100%", None, ["R06"]),
        ("9²", "80%-100%", None, ["R06"]),  # compatibility forms would make 92 of it
        ("٨٥", "80%-100%", None, ["R06"]),
        ("nan", "80%-100%", None, ["R12"]),
        ("-inf", "80%-100%", None, ["R12"]),
        (Raw("", "<v>NaN</v>"), "80%-100%", None, ["R12"]),
        (Raw("", "<v>1e999</v>"), "80%-100%", None, ["R12"]),
        (Raw("", "<v>1_0</v>"), "0%-20%", None, ["W18"]),
        (Raw(' t="s"', "<v>-1</v>"), "80%-100%", None, ["W18"]),
        (Raw(' t="s"', "<v>99999</v>"), "80%-100%", None, ["W18"]),
        (True, "80%-100%", None, ["R08"]),
        (False, "0%-20%", None, ["R08"]),
        (as_date(45874), "80%-100%", None, ["R09"]),
        (as_date(0.85), "80%-100%", None, ["R09"]),
        (error("#DIV/0!"), "80%-100%", None, ["R07"]),
        (error("#N/A"), "80%-100%", None, ["R07"]),
        (Raw("", "<f>17/20</f><v>0.85</v>"), "80%-100%", "0.85", ["R20"]),
        (Raw("", "<f>57*0.01</f><v>0.57000000000000006</v>"), "40%-60%", "0.57", ["R20"]),
        (Raw("", "<f>17/20</f>"), "80%-100%", None, ["R21"]),
    ],
)
def test_rule_06_number_forms(percent: Any, band: str, read: str | None, codes: list[str]) -> None:
    outcome = with_percent(percent, band)
    assert outcome.audit is not None
    rating = outcome.audit.ratings[0]
    assert rating.percent == (None if read is None else Decimal(read))
    assert rating.faulty == (read is None)
    assert sorted(c for c, _cell in found(outcome, *TOTALS)) == sorted(codes)
    assert {cell for c, cell in found(outcome, *TOTALS)} <= {PERCENT}
    assert outcome.status is (Status.NEEDS_CORRECTION if read is None else Status.GRADED)


@pytest.mark.parametrize(
    "percent", [0.85, 85, "85%", "0.85", 1, True, error("#REF!"), as_date(45000), "x", -1, 101]
)
def test_rule_05_a_percentage_without_a_band_is_never_guessed(percent: Any) -> None:
    outcome = with_percent(percent, None)
    assert outcome.audit is not None
    assert outcome.audit.ratings[0].percent is None
    assert ("R04", BAND) in found(outcome) or ("R04", PERCENT) in found(outcome)
    assert outcome.status is Status.NEEDS_CORRECTION


def test_rule_05_a_band_without_a_percentage_is_incomplete_never_a_midpoint() -> None:
    outcome = with_percent(None)
    assert found(outcome, *TOTALS) == [("R02", PERCENT)]
    assert outcome.score is not None
    assert outcome.bounds is not None
    assert outcome.score.items[0] is None
    assert outcome.judgement is None
    assert outcome.bounds.high - outcome.bounds.low == Decimal("0.2")


@pytest.mark.parametrize("band", ["0%-20%", "20%-40%"])
def test_rule_05_bands_are_closed_intervals(band: str) -> None:
    assert with_percent(0.2, band).status is Status.GRADED


def test_rule_05_outside_the_band_is_an_error_that_names_both() -> None:
    outcome = with_percent(0.85, "40%-60%")
    (finding,) = [f for f in outcome.findings if f.code == "R03"]
    assert (finding.place, finding.found, finding.expected) == (
        f"评分表!{PERCENT} ({built_in().indicators[0].clause})",
        "85%",
        "40%-60%",
    )


def test_rule_05_finer_percents_score_as_entered_and_are_flagged() -> None:
    outcome = with_percent(0.8555)
    assert found(outcome, *TOTALS) == [("R14", PERCENT)]
    assert outcome.score is not None
    assert outcome.score.items[0] == Decimal("0.8555")


@pytest.mark.parametrize(
    "band", ["80%–100%", "80％－１００％", "80% — 100%", " 80%~100% ", "80%～100%", "80%至100%"]
)
def test_rule_05_band_labels_in_other_writing_are_known(band: str) -> None:
    assert found(with_percent(0.85, band), *TOTALS) == []


@pytest.mark.parametrize(
    ("band", "code"),
    [("优", "R05"), ("80-100", "R05"), (0.8, "R05"), (True, "R05"), (error("#N/A"), "R07")],
)
def test_rule_05_an_unknown_band_is_an_error(band: Any, code: str) -> None:
    outcome = with_percent(0.85, band)
    assert found(outcome, *TOTALS) == [(code, BAND)]
    assert outcome.status is Status.NEEDS_CORRECTION


def test_rule_07_blank_is_neither_zero_nor_not_applicable() -> None:
    blank, zero = with_percent(None, None), with_percent(0, "0%-20%")
    assert found(blank, *TOTALS) == [("R01", BAND)]
    assert blank.status is Status.NEEDS_CORRECTION
    assert zero.status is Status.GRADED
    refused = with_percent(None, "不适用")
    assert found(refused, *TOTALS) == [("R16", BAND)]
    assert refused.audit is not None
    assert not refused.audit.ratings[0].not_applicable


def test_rule_07_an_error_cell_is_never_taken_for_a_blank() -> None:
    for cell in (BAND, PERCENT, EVIDENCE):
        outcome = judged(put(filled(), layout.RATINGS, {cell: error("#DIV/0!")}))
        assert found(outcome, *TOTALS) == [("R07", cell)]
        assert outcome.judgement is None


def test_rule_08_weights_and_texts_count_from_our_standard() -> None:
    content = put(filled(), layout.RATINGS, {WEIGHT: 90, TEXT: "改动过的内容"})
    outcome, whole = judged(content), judged(filled())
    assert found(outcome, *TOTALS) == [("W12", TEXT), ("W11", WEIGHT)]
    assert outcome.score == whole.score
    assert outcome.status is Status.GRADED


def test_rule_08_blanks_and_full_width_signs_do_not_alter_a_text() -> None:
    text = built_in().indicators[0].text
    spaced = f" {text[:5]} \n{text[5:]}　".replace("，", ",")
    assert found(judged(put(filled(), layout.RATINGS, {TEXT: spaced})), *TOTALS) == []


def test_rule_10_missing_evidence_is_a_warning_or_an_error_by_policy() -> None:
    content = put(filled(), layout.RATINGS, {EVIDENCE: None})
    outcome = judged(content)
    assert found(outcome) == [("R15", EVIDENCE)]
    assert outcome.status is Status.GRADED
    standard = built_in()
    strict = _with_policy(standard, require_evidence=True)
    assert judged(content, strict).status is Status.NEEDS_CORRECTION
    blank = put(content, layout.RATINGS, {BAND: None, PERCENT: None})
    assert "R15" not in dict(found(judged(blank)))  # of what is not rated, none is asked


def _with_policy(standard: Any, **switches: Any) -> Any:
    import msgspec

    policy = msgspec.structs.replace(standard.policy, **switches)
    return msgspec.structs.replace(standard, policy=policy)


@pytest.mark.parametrize(
    ("label", "value", "codes"),
    [
        ("企业名称", None, [("C01", "企业名称")]),  # 企业名称
        ("企业名称", "  \u3000", [("C01", "企业名称")]),
        ("企业名称", "\u2003\u200e", [("C01", "企业名称")]),  # blank to the eye
        ("统一社会信用代码", None, []),  # 统一社会信用代码 is not required
        ("统一社会信用代码", "91310000775785552X", [("C04", "统一社会信用代码")]),
        ("统一社会信用代码", "９１３１００００７７５７８５５５２ｌ", []),
        ("项目编号", None, [("C01", "项目编号")]),
        ("项目编号", 20250001, []),
        (
            "项目编号",
            1234567890123456,
            [("C06", "项目编号")],
        ),  # a number cell has lost digits
        ("项目编号", True, [("C06", "项目编号")]),
        ("项目编号", error("#NAME?"), [("C06", "项目编号")]),
        ("审核类型", None, [("C01", "审核类型")]),
        ("审核类型", "初次 认证", []),
        ("审核类型", "年度审核", [("C05", "审核类型")]),
        ("审核方式", "电话", [("C05", "审核方式")]),
        ("审核开始日期", "2025-09-28", []),
        ("审核开始日期", "2025/9/28", []),
        ("审核开始日期", "2025年9月28日", []),
        ("审核开始日期", "２０２５．９．２８", []),
        ("审核开始日期", "2025-02-30", [("C02", "审核开始日期")]),
        ("审核开始日期", "28/9/2025", [("C02", "审核开始日期")]),
        ("审核开始日期", Raw(' s="0"', "<v>20250928</v>"), [("C08", "审核开始日期")]),
        ("审核开始日期", "2025-10-01", [("C03", "审核结束日期")]),
        ("审核结束日期", None, [("C01", "审核结束日期")]),
        ("审核组长", None, [("C01", "审核组长")]),
        ("评审员", None, []),
    ],
)
def test_rule_11_cover(label: str, value: Any, codes: list[tuple[str, str]]) -> None:
    """Each entry by its label, and the codes that it leads to with the entry that they name."""
    outcome = judged(put(filled(), layout.COVER, {ENTRY[label]: value}))
    assert found(outcome) == [(code, ENTRY[named]) for code, named in codes]


def test_rule_11_cover_values_are_typed() -> None:
    typed = {ENTRY["项目编号"]: 20250001, ENTRY["审核开始日期"]: as_date(45928.5)}
    outcome = judged(put(filled(), layout.COVER, typed))
    assert outcome.audit is not None
    cover = outcome.audit.cover
    assert cover.audit_no == "20250001"
    assert (cover.start_date, cover.end_date) == (date(2025, 9, 28), date(2025, 9, 30))
    assert cover.uscc == "91310000775785552L"


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_rule_11_days_count_from_the_workbooks_own_epoch(epoch: datetime) -> None:
    """Excel for Mac may count days from 1904; openpyxl says which number a day has then."""
    first, last = date(2025, 9, 28), date(2025, 9, 30)
    typed = {
        ENTRY["审核开始日期"]: as_date(to_excel(first, epoch)),
        ENTRY["审核结束日期"]: as_date(to_excel(last, epoch)),
    }
    content = put(filled(), layout.COVER, typed)
    if epoch is CALENDAR_MAC_1904:
        edits = {"xl/workbook.xml": lambda xml: xml.replace("<workbookPr ", MAC_PROPERTY)}
        content = with_parts(content, edits)
    outcome = judged(content)
    assert outcome.audit is not None
    assert (outcome.audit.cover.start_date, outcome.audit.cover.end_date) == (first, last)


DEDUCTION = SpecialAnswer("不符合国家法律、法规的要求", "5.1.2.2", "未按期退换", "记录 7", "整改中")
BONUS = SpecialAnswer("售后服务的特别优势", "", "十年质保", "合同 3", "")


@pytest.mark.parametrize(
    ("number", "codes", "level"),
    [(1, [], "四星级"), (5, ["S03"], "四星级"), (6, ["S04"], "不通过")],
)
def test_rule_03_deductions_and_their_limit(number: int, codes: list[str], level: str) -> None:
    whole = answers(percent=Decimal("0.95"), deductions=(DEDUCTION,) * number)
    outcome = judged(filled_bytes(built_in(), whole))
    assert [code for code, _cell in found(outcome)] == codes
    assert outcome.judgement is not None
    assert outcome.score is not None
    assert outcome.score.deductions == number
    assert outcome.judgement.label == level


def test_rule_04_a_second_bonus_counts_nothing_and_is_flagged() -> None:
    whole = answers(bonuses=(BONUS, BONUS))
    outcome = judged(filled_bytes(built_in(), whole))
    assert [code for code, _cell in found(outcome)] == ["S05"]
    assert outcome.score is not None
    assert outcome.score.final == 86


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        (replace(BONUS, description=""), ["S01"]),
        (replace(BONUS, evidence=""), ["S01"]),
        (replace(BONUS, category=""), ["S01"]),
        (replace(BONUS, category="好"), ["S02"]),
        (replace(BONUS, clause="9.9.9"), ["S06"]),
    ],
)
def test_rule_04_a_bonus_must_be_justified(entry: SpecialAnswer, codes: list[str]) -> None:
    outcome = judged(filled_bytes(built_in(), answers(bonuses=(entry,))))
    assert [code for code, _cell in found(outcome, *TOTALS)] == codes
    whole = codes == ["S06"]
    assert outcome.status is (Status.GRADED if whole else Status.NEEDS_CORRECTION)
    assert outcome.score is not None
    assert outcome.score.bonus == (1 if whole else 0)


def test_rule_03_an_error_value_in_an_entry_is_told() -> None:
    content = filled_bytes(built_in(), answers(deductions=(DEDUCTION,)))
    outcome = judged(put(content, layout.SPECIAL, {"D5": error("#VALUE!")}))
    assert found(outcome, *TOTALS) == [("S07", "D5")]
    assert outcome.score is not None
    assert outcome.score.deductions == 1


def test_rule_09_a_workbook_never_calculated_is_no_mismatch() -> None:
    outcome = judged(filled_bytes(built_in(), answers(), calculated=False))
    assert found(outcome) == [("T03", "")]
    assert outcome.status is Status.GRADED
    assert outcome.audit is not None
    assert outcome.audit.stated.final is None


def test_rule_09_recomputed_values_win_and_the_impact_is_said() -> None:
    content = put(filled(), layout.COVER, {FINAL: 90.5, LEVEL: "四星级"})
    outcome = judged(content)
    assert outcome.judgement is not None
    assert outcome.judgement.label == "三星级"
    assert [(f.code, f.cell, str(f.impact)) for f in outcome.findings if f.code[0] == "T"] == [
        ("T01", FINAL, "-5.50，四星级→三星级"),
        ("T02", LEVEL, "-5.50，四星级→三星级"),
    ]


def test_rule_09_an_altered_item_score_is_named_with_its_effect() -> None:
    outcome = judged(put(filled(), layout.RATINGS, {SCORE: 6.85}))
    (told,) = [f for f in outcome.findings if f.code[0] == "T"]
    assert (told.code, told.cell, told.clause) == ("T04", SCORE, "5.1.1.1")
    impact = told.impact
    assert impact is not None
    assert (impact.points, impact.level_text) == (Decimal("-6.00"), "四星级→三星级")


@pytest.mark.parametrize("value", ["85分", error("#REF!"), True])
def test_rule_09_a_stated_result_that_is_no_number_is_told(value: Any) -> None:
    assert found(judged(put(filled(), layout.COVER, {FINAL: value}))) == [("T06", FINAL)]


@pytest.mark.parametrize("value", [3, error("#REF!"), True])
def test_rule_09_a_stated_level_that_is_no_text_is_told(value: Any) -> None:
    assert found(judged(put(filled(), layout.COVER, {LEVEL: value}))) == [("T06", LEVEL)]


def test_rule_01_a_bonus_can_lift_the_final_to_101() -> None:
    whole = answers(percent=1, bonuses=(BONUS,))
    outcome = judged(filled_bytes(built_in(), whole))
    assert outcome.score is not None
    assert outcome.score.final == 101
    assert found(outcome) == []


def test_rule_02_a_hair_below_a_level_is_below_it() -> None:
    just = Answers(
        answers().cover,
        {
            **answers(percent=Decimal("0.9")).ratings,
            "5.1.1.1": RatingAnswer("80%-100%", Decimal("0.8999999"), "查阅记录"),
        },
    )
    outcome = judged(filled_bytes(built_in(), just))
    assert outcome.judgement is not None
    assert outcome.judgement.label == "三星级"
    whole = judged(filled_bytes(built_in(), answers(percent=Decimal("0.9"))))
    assert whole.judgement is not None
    assert whole.judgement.label == "四星级"


def test_a_saving_by_another_library_changes_nothing() -> None:
    outcome = judged(openpyxl_edit(filled(), lambda _workbook: None))
    assert found(outcome) == [("T03", "")]
    assert outcome.score == judged(filled()).score
