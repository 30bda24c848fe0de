"""Reading rosters: what people type, in every form that offices keep their lists in."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.audit.cover import ROSTER_FIELDS, Cover
from cts_excel.files.csv_text import guard, unguard
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.issuing.roster import Roster, read_roster
from cts_excel.workbook.issuing.roster_form import GUIDE, LIST, roster_template_bytes
from cts_excel.workbook.issuing.roster_table import RosterError
from cts_excel.workbook.ooxml.addresses import cell_address

CODE = "91440106MA50000010"
HEADINGS = ("企业名称", "统一社会信用代码", "项目编号", "审核类型", "审核开始日期", "审核结束日期")
MORNING = datetime(2025, 1, 1, 9, 30)  # noqa: DTZ001 - cells know no zone


def as_xlsx(path: Path, rows: list[list[object]]) -> Path:
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("名单")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, str) and value.startswith("#"):
                sheet.write_formula(row, column, "=NA()", None, value)
            else:
                sheet.write(row, column, value)
    workbook.close()
    return path


def as_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def row_of(tmp_path: Path, *values: object) -> Roster:
    return read_roster(as_xlsx(tmp_path / "r.xlsx", [list(HEADINGS), list(values)]))


def test_a_whole_row(tmp_path: Path) -> None:
    day = date(2025, 9, 28)
    roster = row_of(tmp_path, " 甲  公司 ", CODE.lower(), 20250001, "再认证", day, "2025年9月30日")
    (row,) = roster.rows
    assert (row.number, row.cover.organisation, row.cover.uscc) == (2, "甲 公司", CODE)
    assert (row.cover.audit_no, row.cover.audit_type) == ("20250001", "再认证")
    assert (row.cover.start_date, row.cover.end_date) == (day, date(2025, 9, 30))
    assert row.cover.scope == ""
    assert (roster.problems, roster.ignored) == ((), ())


@pytest.mark.parametrize(
    "written",
    ["2025-09-28", "2025/9/28", "2025.09.28", "20250928", "２０２５年９月２８日", 20250928],
)
def test_dates_as_people_write_them(tmp_path: Path, written: object) -> None:
    (row,) = row_of(tmp_path, "甲", "", "A1", "", written).rows
    assert row.cover.start_date == date(2025, 9, 28)


@pytest.mark.parametrize(
    ("values", "column", "problem"),
    [
        (["", "", "A1"], "企业名称", "is missing"),
        (["甲", "", ""], "项目编号", "is missing"),
        (["甲", "", "#N/A"], "项目编号", "#N/A"),
        (["甲", "", True], "项目编号", "TRUE"),
        (["甲", "", date(2025, 1, 2)], "项目编号", "no text"),
        (["甲", "", 1234567890123456], "项目编号", "lost digits"),
        (["甲", "", "1.23E+09"], "项目编号", "lost digits"),
        (["甲", "", "A\x02"], "项目编号", "U+0002"),
        (["甲" * 201, "", "A1"], "企业名称", "201 characters"),
        (["甲", CODE[:-1] + "1", "A1"], "统一社会信用代码", "check digit"),
        (["甲", "123", "A1"], "统一社会信用代码", "check digit"),
        (["甲", "", "A1", "年审"], "审核类型", "年审 is not one of the choices"),
        (["甲", "", "A1", "", "2025-02-30"], "审核开始日期", "2025-02-30 is no date"),
        (["甲", "", "A1", "", 45928], "审核开始日期", "45928 is no date"),
        (["甲", "", "A1", "", MORNING], "审核开始日期", "is no date"),
        (["甲", "", "A1", "", "1999-12-31"], "审核开始日期", "outside"),
        (["甲", "", "A1", "", "2025-09-28", "2025-09-27"], "审核结束日期", "before the beginning"),
    ],
)
def test_a_wrong_cell_names_row_column_and_problem(
    tmp_path: Path, values: list[object], column: str, problem: str
) -> None:
    rows = [list(HEADINGS), ["好", "", "OK"], values]
    roster = read_roster(as_xlsx(tmp_path / "r.xlsx", rows))
    assert [row.cover.audit_no for row in roster.rows] == ["OK"]
    (one,) = roster.problems
    assert (one.row, one.column) == (3, column)
    assert problem in one.problem
    assert one.repair


def test_a_number_that_stands_twice_is_refused_in_both_rows(tmp_path: Path) -> None:
    text = "项目编号,企业名称,审核类型\na1,甲,\nA2,乙,\nＡ1 ,丙,乱\n"
    roster = read_roster(as_csv(tmp_path / "r.csv", text))
    assert [row.cover.audit_no for row in roster.rows] == ["A2"]
    repeats = [(f.row, f.problem) for f in roster.problems if f.column == "项目编号"]
    assert [row for row, _problem in repeats] == [2, 4]
    assert "row 4" in repeats[0][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = delimiter.join(["备注", "项目编号", "企业名称"]) + "\r\n"
    text += delimiter.join(["急", "007", "=1+1（北京）公司"]) + "\r\n"
    roster = read_roster(as_csv(tmp_path / "r.csv", text, encoding))
    (row,) = roster.rows
    assert (row.cover.audit_no, row.cover.organisation) == ("007", "=1+1（北京）公司")
    assert roster.ignored == ("备注",)


def test_a_quoted_cell_with_a_line_break_counts_as_one_row(tmp_path: Path) -> None:
    text = '项目编号,企业名称\nA1,"甲\n公司"\n\nA2,\n'
    roster = read_roster(as_csv(tmp_path / "r.csv", text))
    assert roster.rows[0].cover.organisation == "甲 公司"
    assert [one.row for one in roster.problems] == [4]  # as a spreadsheet counts its rows


def test_headings_below_a_title_decorated_and_on_a_later_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["说明", "请勿删除"])
    sheet = workbook.create_sheet("二季度")
    for values in (["2025 年第二季度"], [], ["企业名称 *", "项目编号（必填）"], ["甲", "A1"]):
        sheet.append(values)
    workbook.save(tmp_path / "r.xlsx")
    (row,) = read_roster(tmp_path / "r.xlsx").rows
    assert (row.number, row.cover.audit_no) == (4, "A1")


def test_a_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    (row,) = row_of(tmp_path, "=SUM(1,1)", "", "-1").rows
    assert (row.cover.organisation, row.cover.audit_no) == ("=SUM(1,1)", "-1")


def test_a_stray_cell_at_the_end_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["企业名称", "项目编号"])
    workbook.active.append(["甲", "A1"])
    workbook.active["XFD1048576"] = "x"
    workbook.save(tmp_path / "r.xlsx")
    assert len(read_roster(tmp_path / "r.xlsx").rows) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("r.csv", b"", "empty"),
        ("r.csv", "企业名称,编号\n甲,1\n".encode(), "项目编号"),
        ("r.csv", "企业名称,项目编号\n".encode(), "no rows"),
        ("r.csv", "企业名称,项目编号,企业名称\n甲,1,乙\n".encode(), "stands in columns A and C"),
        ("r.csv", b"\xff\x00\x01\x80", "neither"),
        ("r.xlsx", b"PK\x03\x04 not a zip", "cannot be read"),
        ("r.xls", b"\xd0\xcf\x11\xe0", ".xls"),
        ("r.ods", b"PK\x03\x04", ".ods"),
    ],
)
def test_a_file_that_is_no_roster(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RosterError) as refusal:
        read_roster(tmp_path / name)
    assert problem in str(refusal.value)
    assert refusal.value.repair


def test_a_missing_roster(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "none.xlsx")


@given(st.text())
def test_the_guard_against_formulas_loses_nothing(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_the_empty_roster_is_read_once_filled_in(tmp_path: Path) -> None:
    content = roster_template_bytes(load_standard())
    assert content == roster_template_bytes(load_standard())
    workbook = openpyxl.load_workbook(BytesIO(content))
    assert workbook.sheetnames == [LIST, GUIDE]
    sheet = workbook[LIST]
    stated = Cover(organisation="甲公司", uscc=CODE, audit_no="A1", start_date=date(2025, 9, 28))
    for column, field in enumerate(ROSTER_FIELDS, start=1):
        sheet.cell(2, column).value = getattr(stated, field.key) or None
    workbook.save(tmp_path / "r.xlsx")
    (row,) = read_roster(tmp_path / "r.xlsx").rows
    assert row.cover == stated


def test_the_guides_own_example_is_right(tmp_path: Path) -> None:
    guide = openpyxl.load_workbook(BytesIO(roster_template_bytes(load_standard())))[GUIDE]
    cells = [[cell.value for cell in row[1:4]] for row in guide.iter_rows()]
    top = next(n for n, row in enumerate(cells) if row[0] == "列")
    labels, example = [r[0] for r in cells[top + 1 :]], [r[2] for r in cells[top + 1 :]]
    roster = read_roster(as_xlsx(tmp_path / "r.xlsx", [labels, example]))
    assert len(roster.rows) == 1
    assert labels == [field.label for field in ROSTER_FIELDS]


def test_the_empty_roster_has_dropdowns_text_columns_and_print_set_up() -> None:
    sheet = openpyxl.load_workbook(BytesIO(roster_template_bytes(load_standard())))[LIST]
    rules = {str(r.sqref).split(":")[0]: r for r in sheet.data_validations.dataValidation}
    first = {f.key: cell_address(1, column) for column, f in enumerate(ROSTER_FIELDS)}
    assert set(rules) == set(first.values())
    assert rules[first["audit_type"]].formula1 == '"初次认证,监督审核,再认证,特殊审核"'
    start, end = (rules[first[key]] for key in ("start_date", "end_date"))
    assert (start.type, end.formula1) == ("date", f"MAX({first['start_date']},DATE(2000,1,1))")
    letters = first["audit_no"].rstrip("0123456789")
    assert sheet.column_dimensions[letters].number_format == "@"
    assert all(cell.comment for cell in sheet[1])
    assert (sheet.print_title_rows, sheet.page_setup.paperSize) == ("$1:$1", 9)


@pytest.mark.real_application
def test_the_empty_roster_is_valid(ooxml_validator, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "roster.xlsx").write_bytes(roster_template_bytes(load_standard()))
    assert ooxml_validator(tmp_path / "roster.xlsx") == []
