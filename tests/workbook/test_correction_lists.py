"""What a list of corrections says and withholds: no score, no level, one line per fault."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, judged, openpyxl_edit, put, rating_cell

from cts_excel.audit.catalogue import CATALOGUE, finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Impact, Severity
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.returned import ReturnTerms, correction_list, marked_copy
from cts_excel.workbook.returned.corrections import list_corrections

percent = partial(rating_cell, "percent")
TERMS = ReturnTerms("10 个工作日", "张三 020-12345678")
HEADINGS = ("序号", "代码", "严重程度", "位置", "条款", "发现", "应为", "修改办法", "影响")
# Chosen so that no other text of a list holds them by chance.
STATED, RECOMPUTED = Decimal("93.17"), Decimal("87.63")


def half_rated() -> bytes:
    """Return a workbook with faults alike in cells apart: the level is withheld."""
    ratings = {
        "5.1.1.1": RatingAnswer("40%-60%", Decimal("0.85"), "记录"),
        "5.1.1.2": RatingAnswer("40%-60%", Decimal("0.85"), "记录"),
        "5.1.3.1": RatingAnswer("40%-60%", Decimal("0.85"), "记录"),
        "5.1.4.1": RatingAnswer("60%-80%", Decimal("0.85"), "记录"),
        "5.3.2.3": RatingAnswer(),
    }
    return filled_bytes(built_in(), answers(ratings=ratings))


def texts_in(content: bytes) -> list[str]:
    """Return every text of the list, and of comments anywhere."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    listed = [str(cell.value) for row in workbook["修改清单"] for cell in row if cell.value]
    cells = (cell for sheet in workbook for row in sheet for cell in row if cell.comment)
    return [*listed, *(cell.comment.text for cell in cells)]


def lines_of(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def levels() -> list[str]:
    standard = built_in()
    special = standard.special.deduction.exceeded
    return [*(level.label for level in standard.levels), standard.not_passed.label, special]


def coaching(outcome: Outcome) -> Outcome:
    """Return an outcome whose findings would tell scores and levels, if they were let."""
    label = levels()
    impact = Impact(RECOMPUTED - STATED, label[1], label[2])
    codes = {
        Code.STATED_PARTIAL_DIFFERS: (str(STATED), str(RECOMPUTED)),
        Code.STATED_FINAL_DIFFERS: (str(STATED), str(RECOMPUTED)),
        Code.STATED_LEVEL_DIFFERS: (label[1], label[2]),
        Code.TOTAL_DOES_NOT_FOLLOW: (label[1], label[2]),
        Code.READERS_DIFFER: (f"final {STATED}; level {label[1]}", f"final {RECOMPUTED}"),
    }
    more = [
        finding(code, sheet="封面", cell=f"C{row}", found=found, expected=expected, impact=impact)
        for row, (code, (found, expected)) in enumerate(codes.items(), start=30)
    ]
    altered = finding(Code.FORMULA_REPLACED, sheet="封面", cell="C40", found="1", impact=impact)
    return replace(outcome, findings=(*outcome.findings, *more, altered))


@pytest.mark.parametrize("whole", [False, True], ids=["without a level", "graded"])
@pytest.mark.parametrize("made", ["copy", "list"])
def test_no_list_and_no_comment_tells_a_score_or_a_level(whole: bool, made: str) -> None:
    source = filled_bytes(built_in(), answers()) if whole else half_rated()
    outcome = judged(source)
    assert outcome.score is not None
    assert outcome.bounds is not None
    told = coaching(outcome)
    content = marked_copy(source, told) if made == "copy" else correction_list(told)
    texts = texts_in(content)
    assert len(texts) > 20
    numbers = {outcome.score.final, outcome.bounds.low, outcome.bounds.high}
    secrets = [*levels(), *(f"{n:.2f}" for n in (STATED, RECOMPUTED, *numbers)), "-5.54", "得分 "]
    assert [(secret, text) for secret in secrets for text in texts if secret in text] == []


def test_a_workbook_whose_total_was_typed_over_is_told_to_recalculate() -> None:
    source = put(filled_bytes(built_in(), answers(cover={"审核组长": None})), "封面", {"F20": 1})
    outcome = judged(source)
    total = finding(Code.TOTAL_DOES_NOT_FOLLOW, sheet="封面", cell="C20", found="1", expected="2")
    (line,) = list_corrections(replace(outcome, findings=(total,))).corrections
    assert line.texts[5:8] == (
        "表内合计与工作簿自身分项不符",
        "",
        "与按评分复算的结果不符，以复算为准。请用 Excel 或 WPS 打开，按 F9 重新计算后保存。",
    )


def test_errors_block_the_level_and_warnings_say_what_they_do() -> None:
    outcome = judged(half_rated())
    moves = Impact(Decimal("-1.5"), "四星级", "三星级")
    warnings = (
        finding(Code.CREDIT_CODE_INVALID, sheet="封面", cell="C6", found="1"),
        finding(Code.FORMULA_REPLACED, sheet="封面", cell="C20", found="1", impact=moves),
    )
    listed = list_corrections(replace(outcome, findings=(*outcome.findings, *warnings)))
    for one in listed.corrections:
        effect = one.texts[8]
        assert (effect == "阻止定级") == (one.severity is Severity.ERROR)
        assert one.comment.endswith(f"影响：{effect}")
    assert [one.texts[8] for one in listed.corrections[-2:]] == ["不影响结果", "影响结果"]


def test_what_reads_the_same_is_one_line_with_its_cells() -> None:
    source = half_rated()
    outcome = judged(source)
    errors = [found for found in outcome.findings if found.severity is Severity.ERROR]
    assert len(errors) == 5
    content = marked_copy(source, outcome)
    rows = [row for row in lines_of(content)[5:] if row[1] in ("R03", "R01")]
    assert [row[3:6] for row in rows] == [
        [
            f"评分表!{percent(0)}:{percent(1)} 等",
            "5.1.1.1–5.1.1.2\n5.1.3.1",
            f"评分比例不在所选档内：85%（3 处）\n单元格：{percent(0)}:{percent(1)}、{percent(4)}",
        ],
        [f"评分表!{percent(7)}", "5.1.4.1", "评分比例不在所选档内：85%"],
        [f"评分表!{rating_cell('band', 49)}", "5.3.2.3", "指标未评分"],
    ]
    assert "错误 3 项（必须改正）" in texts_in(content)[2]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["评分表"]
    marked = (*map(percent, (0, 1, 4, 7)), rating_cell("band", 49))
    assert all(sheet[cell].comment for cell in marked)


@pytest.mark.parametrize("differs", ["code", "sheet", "found", "expected", "severity"])
def test_lines_that_differ_stay_apart(differs: str) -> None:
    one = finding(Code.PERCENT_OUTSIDE_BAND, sheet="评分表", cell="G4", found="1", expected="2")
    changed: dict[str, Any] = {
        "code": {"code": Code.PERCENT_NOT_A_NUMBER},
        "sheet": {"sheet": "另一表"},
        "found": {"found": "9"},
        "expected": {"expected": "9"},
        "severity": {"severity": Severity.WARNING},
    }[differs]
    apart = replace(one, cell="G5", **changed)
    alike = replace(one, cell="G6")
    outcome = replace(judged(half_rated()), findings=(one, apart, alike))
    assert [c.cells for c in list_corrections(outcome).corrections] == [("G4", "G6"), ("G5",)]


def test_the_same_finding_without_a_cell_stands_once_and_ranges_are_not_joined() -> None:
    whole = finding(Code.CONFLICT, expected="乙.xlsx")
    area = finding(Code.FORMULA_REPLACED, sheet="评分表", cell="H4:H9", found="1（6 处）")
    other = replace(area, cell="H20:H22")
    outcome = replace(judged(half_rated()), findings=(whole, whole, area, other))
    listed = list_corrections(outcome).corrections
    assert [one.texts[3] for one in listed] == ["整个文件", "评分表!H4:H9", "评分表!H20:H22"]


def test_every_code_can_be_listed() -> None:
    every = tuple(finding(code, found="1", expected="2") for code in CATALOGUE)
    outcome = replace(judged(half_rated()), findings=every)
    wanted = [found.code for found in every if found.severity is not Severity.NOTICE]
    assert [one.texts[1] for one in list_corrections(outcome).corrections] == wanted


@pytest.mark.parametrize("made", ["copy", "list"])
def test_deadline_and_contact_stand_on_top_and_in_a_column(made: str) -> None:
    source = half_rated()
    outcome = judged(source)
    copy = made == "copy"
    content = marked_copy(source, outcome, TERMS) if copy else correction_list(outcome, TERMS)
    lines = lines_of(content)
    assert lines[3][0] == "补正期限：10 个工作日　|　联系人：张三 020-12345678"
    assert lines[5] == [*HEADINGS, "补正期限"]
    assert {row[9] for row in lines[6:]} == {"10 个工作日"}
    sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.freeze_panes == "A7"
    assert sheet.auto_filter.ref == f"A6:J{len(lines)}"
    assert {str(area) for area in sheet.merged_cells.ranges} == {f"A{n}:J{n}" for n in range(1, 6)}


@pytest.mark.parametrize(
    ("terms", "line", "columns"),
    [
        (ReturnTerms(), None, 9),
        (ReturnTerms(contact="张三"), "联系人：张三", 9),
        (ReturnTerms(deadline="收到后 5 天内"), "补正期限：收到后 5 天内", 10),
    ],
)
def test_what_is_not_said_is_left_out(terms: ReturnTerms, line: str | None, columns: int) -> None:
    source = half_rated()
    lines = lines_of(marked_copy(source, judged(source), terms))
    assert len(lines[0]) == columns
    texts = [str(row[0]) for row in lines]
    assert (line in texts) if line else not any("期限" in text for text in texts)


def test_a_list_with_terms_gives_way_to_the_next_and_the_way_home_holds() -> None:
    source = half_rated()
    outcome = judged(source)
    marked = marked_copy(source, outcome, TERMS)
    assert marked == marked_copy(source, outcome, TERMS)
    assert judged(marked).findings == outcome.findings
    assert marked_copy(marked, outcome) == marked_copy(marked_copy(source, outcome), outcome)

    def correct(workbook: Any) -> None:
        sheet = workbook["评分表"]
        for cell in map(percent, (0, 1, 4, 7)):
            sheet[cell].value = 0.6
        sheet[rating_cell("band", 49)].value, sheet[percent(49)].value = "80%-100%", 0.9
        sheet[rating_cell("evidence", 49)].value = "记录"

    again = judged(openpyxl_edit(marked, correct))
    assert again.status is Status.GRADED
    assert again.audit is not None
    assert again.audit.corrects


def test_long_lines_on_top_wrap_in_rows_that_are_high_enough() -> None:
    long = replace(TERMS, contact="审核部" * 60)
    source = half_rated()
    sheet = openpyxl.load_workbook(io.BytesIO(marked_copy(source, judged(source), long)))
    top = sheet["修改清单"]
    assert top["A4"].alignment.wrap_text
    assert top.row_dimensions[4].height > 2 * 14
    assert top.row_dimensions[3].height < 2 * 14
