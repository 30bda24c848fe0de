"""The fields of 封面: texts of several lines, limits, choices, dates that nobody reads back."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from altering import answers, built_in, entry_cell, filled, judged, part, put, sheet_part
from form_cells import panel_value
from stdnum.cn import uscc

from cts_excel.audit.cover import COVER_FIELDS, Cover, cover_field
from cts_excel.audit.identity import answers_digest
from cts_excel.audit.outcome import Status
from cts_excel.audit.provinces import PROVINCES
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.results import calculate
from cts_excel.workbook.issuing.prefill import prefilled_bytes
from cts_excel.workbook.issuing.region import province_of
from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.read_audit import read_audit

LONG = [field for field in COVER_FIELDS if field.lines > 1]
# The first two digits of the region codes, in the order of the provinces (GB/T 2260).
REGIONS = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64"),
    *("65", "71", "81", "82"),
)


def read(label: str, value: object) -> tuple[Cover, list[tuple[str, str]]]:
    """Return the cover and its findings for one entry, on a workbook that has none else."""
    audit = read_audit(put(filled(), layout.COVER, {entry_cell(label): value}), built_in())
    return audit.cover, [(f.code, f.cell) for f in audit.findings if f.sheet == layout.COVER]


def credit_code(region: str) -> str:
    """Return a valid credit code of an organisation that was registered in a region."""
    number = f"91{region}MA5000001"
    return number + uscc.calc_check_digit(number + "0")


@pytest.mark.parametrize("field", LONG, ids=lambda field: field.key)
@pytest.mark.parametrize("broken", ["\r\n", "\r", "\n", "\u2028", "\x0b", " \n"])
def test_line_breaks_are_kept_in_one_form(field, broken: str) -> None:  # type: ignore[no-untyped-def]
    cover, findings = read(field.label, f"第一行{broken}{broken}第三行{broken}")
    assert (cover.text(field.key), findings) == ("第一行\n\n第三行", [])


def test_a_text_over_its_limit_is_taken_whole_and_named() -> None:
    for field in COVER_FIELDS:
        if field.kind.name != "TEXT":
            continue
        fits, long = "字" * field.limit, "字" * (field.limit + 1)
        assert read(field.label, fits)[1] == []
        cover, findings = read(field.label, long)
        assert cover.text(field.key) == long
        assert findings == [("C10", entry_cell(field.label))]
    outcome = judged(filled_bytes(built_in(), answers(cover={"审核结论": "字" * 2001})))
    assert outcome.status is Status.GRADED


@pytest.mark.parametrize(
    ("typed", "province"),
    [
        ("广东省", "广东省"),
        ("广东", "广东省"),
        (" 广 东 ", "广东省"),
        ("内蒙古", "内蒙古自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("北京", "北京市"),
        ("香港", "香港特别行政区"),
    ],
)
def test_the_usual_short_form_of_a_province_stands_for_it(typed: str, province: str) -> None:
    assert read("省/市", typed) == (read("省/市", province)[0], [])
    assert read("省/市", typed)[0].province == province


@pytest.mark.parametrize("typed", ["广", "广州市", "全国", "广东省广州市", "江"])
def test_no_province_is_guessed(typed: str) -> None:
    assert read("省/市", typed)[1] == [("C05", entry_cell("省/市"))]


def test_only_provinces_have_short_forms() -> None:
    assert read("审核方式", "现")[1] == [("C05", entry_cell("审核方式"))]
    assert read("审核类型", "监督")[1] == [("C05", entry_cell("审核类型"))]


@pytest.mark.parametrize("value", [date(2025, 10, 1), "2025-10-01", "签字日期另附", 45931])
def test_dates_of_signatures_change_nothing(value: object) -> None:
    plain = judged(filled())
    cells = dict.fromkeys(layout.signature_dates(), value)
    signed = judged(put(filled(), layout.COVER, cells))
    assert signed.score == plain.score
    assert signed.judgement == plain.judgement
    assert [f.code for f in signed.findings] == [f.code for f in plain.findings]
    assert signed.audit is not None
    assert plain.audit is not None
    assert answers_digest(signed.audit) == answers_digest(plain.audit)


@pytest.mark.parametrize(("region", "province"), list(zip(REGIONS, PROVINCES, strict=True)))
def test_a_credit_code_proposes_its_province(region: str, province: str) -> None:
    assert province_of(credit_code(f"{region}0100")) == province


def test_what_is_no_credit_code_of_a_province_proposes_nothing() -> None:
    good = credit_code("440106")
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    for code in ("", wrong, good[:-1], credit_code("100000"), credit_code("990000"), "无"):
        assert province_of(code) == ""


def test_a_proposed_province_is_an_input_and_the_rosters_own_wins() -> None:
    cover = Cover(organisation="甲", audit_no="A1", uscc=credit_code("440106"))
    for stated, shown in (("", "广东省"), ("浙江省", "浙江省")):
        content = prefilled_bytes(built_in(), Cover(**{**_values(cover), "province": stated}), "x")
        sheet = openpyxl.load_workbook(io.BytesIO(content))[layout.COVER]
        cells = [sheet[entry_cell(label)] for label in ("省/市", "企业名称")]
        assert [(cell.value, cell.protection.locked) for cell in cells] == [
            (shown, False),
            ("甲", True),
        ]
        assert read_audit(content, built_in()).cover.province == shown


def _values(cover: Cover) -> dict[str, object]:
    return {field.key: getattr(cover, field.key) for field in COVER_FIELDS}


def test_the_form_has_room_for_what_is_long_and_lets_it_grow() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(filled()))[layout.COVER]
    xml = part(filled(), sheet_part(layout.COVER))
    for field in COVER_FIELDS:
        number = layout.cover_row(field.key) + 1
        if field.lines > 1:
            assert sheet.row_dimensions[number].height >= 13.3 * field.lines
        row = re.search(f'<row r="{number}"[^>]*>', xml)
        assert row is not None
        assert ("customHeight" in row[0]) == (field.kind.name != "TEXT")
        cell = sheet[entry_cell(field.label)]
        assert cell.alignment.wrap_text or field.is_date


def test_the_panel_says_why_an_audit_is_not_passed() -> None:
    standard, category = built_in(), built_in().special.deduction.categories[0]
    six = (SpecialAnswer(category, "", "事实", "证据"),) * 6
    cases = (
        ({"band": "80%-100%"}, ""),
        ({"band": "60%-80%", "percent": 0.65}, "低于70分"),
        ({"deductions": six}, "特别扣分超限"),
        ({"band": "60%-80%", "percent": 0.65, "deductions": six}, "低于70分；特别扣分超限"),
    )
    for given, reason in cases:
        assert calculate(standard, answers(**given)).reason == reason
    content = filled_bytes(standard, answers(**cases[-1][0]))
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert book[layout.COVER][panel_value("reason")].value == "低于70分；特别扣分超限"


def test_the_order_of_team_members_does_not_matter() -> None:
    one, other = (
        read_audit(filled_bytes(built_in(), answers(cover={"审核组成员": names})), built_in())
        for names in ("王五、赵六", "赵六 王五")
    )
    assert answers_digest(one) == answers_digest(other)


def test_choices_are_found_folded() -> None:
    field = cover_field("province")
    assert field.choice("廣東") is None
    assert field.choice("") is None
    assert field.choice("上海") == "上海市"


@pytest.mark.parametrize("typed", ["无", "/", " — ", "Ｎ／Ａ", "待定", "暂无。", "n/a", "无/无"])
def test_a_placeholder_is_missing_to_the_form_too(typed: str) -> None:
    given = answers(cover={"审核组长": typed, "评审员": typed})
    results = calculate(built_in(), given)
    assert results.missing[:2] == ("请补齐以下内容：", "审核组长")
    outcome = judged(filled_bytes(built_in(), given))
    assert [(f.code, f.cell) for f in outcome.findings if f.code == "C01"] == [
        ("C01", entry_cell("审核组长"))
    ]


def test_hidden_cells_tell_of_required_entries_only() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(filled()))[layout.COVER]
    letters = [column_letters(n) for n in (layout.COVER_FOLDED_COLUMN, layout.COVER_NOTHING_COLUMN)]
    assert all(sheet.column_dimensions[letters[0]].hidden for _x in letters)
    for field in COVER_FIELDS:
        cells = [sheet[f"{x}{layout.cover_row(field.key) + 1}"] for x in letters]
        assert [cell.data_type == "f" for cell in cells] == [field.required] * 2
        assert all(cell.protection.locked for cell in cells)
