"""Reading rosters: what people type, in every form that offices keep their lists in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from altering import with_parts
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.audit.chasing import ReturnedFile, chase
from cts_excel.audit.cover import ROSTER_FIELDS, Cover
from cts_excel.files.csv_text import guard, unguard
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.issuing import roster_sheets
from cts_excel.workbook.issuing.roster import Roster, read_roster
from cts_excel.workbook.issuing.roster_form import GUIDE, LIST, roster_template_bytes
from cts_excel.workbook.issuing.roster_table import RosterError
from cts_excel.workbook.issuing.shown_numbers import shown
from cts_excel.workbook.issuing.xls_formats import xls_formats
from cts_excel.workbook.ooxml.addresses import cell_address

DATA = Path(__file__).parents[1] / "data"
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


def sheets_of(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


TWO = ("企业名称", "项目编号")


def test_rows_with_one_number_on_two_sheets_are_told_apart(tmp_path: Path) -> None:
    path = sheets_of(tmp_path / "r.xlsx", 一月=[TWO, ("甲", "A1")], 二月=[TWO, ("乙", "A2")])
    rows = read_roster(path).rows
    assert [(row.sheet, row.number) for row in rows] == [("一月", 2), ("二月", 2)]
    found = chase(rows, [ReturnedFile("a.xlsx", "", Cover(organisation="甲", audit_no="A1"))])
    assert [one.issued.cover.audit_no for one in found.missing] == ["A2"]


def test_problems_of_several_sheets_name_the_sheet(tmp_path: Path) -> None:
    path = sheets_of(tmp_path / "r.xlsx", 一月=[TWO, ("甲", "A1")], 二月=[TWO, ("乙", "A1")])
    roster = read_roster(path)
    assert roster.rows == ()
    assert [str(one).partition(".")[0] for one in roster.problems] == [
        "sheet 一月, row 2, 项目编号: A1 also stands in row 二月!2",
        "sheet 二月, row 2, 项目编号: A1 also stands in row 一月!2",
    ]


def test_sheets_that_are_left_out_are_named(tmp_path: Path) -> None:
    path = sheets_of(
        tmp_path / "r.xlsx",
        名单=[TWO, ("甲", "A1")],
        作废=[TWO, ("乙", "A2")],
        通讯录=[("姓名", "电话")],
        空=[],
        填写说明=[("怎样填写",)],
    )
    workbook = openpyxl.load_workbook(path)
    workbook["作废"].sheet_state = "hidden"
    workbook.save(path)
    roster = read_roster(path)
    assert [row.cover.audit_no for row in roster.rows] == ["A1"]
    assert roster.notices == (
        "Hidden sheets were not read: 作废.",
        "Sheets without the headings were not read: 通讯录.",
    )


def test_headings_that_stand_again_are_followed(tmp_path: Path) -> None:
    rows = [TWO, ("甲", "A1"), ("第 2 页",), ("项目编号", "企业名称"), ("A2", "乙")]
    path = sheets_of(tmp_path / "r.xlsx", 名单=[row for row in rows if row != ("第 2 页",)])
    covers = [row.cover for row in read_roster(path).rows]
    assert [(c.organisation, c.audit_no) for c in covers] == [("甲", "A1"), ("乙", "A2")]


@pytest.mark.parametrize(
    ("row", "left_out"),
    [
        (("合计", 12), True),
        (("本页小计：", None), True),
        (("共计 12 家企业", None), True),
        (("甲公司 汇总", 2), True),
        ((None, "总计"), True),
        ((None, 3, "合计"), True),
        ((None, "3", "合计"), True),
        (("合计科技有限公司", "A2"), False),
        (("总计时器厂", "A2"), False),
        (("乙公司", "A2", "合计"), False),
        ((None, "A2", "合计"), False),
        (("乙公司", None, "小计"), False),
        (("乙公司 汇总", "A2"), False),
    ],
)
def test_totals_are_told_from_companies(
    row: tuple[object, ...], left_out: bool, tmp_path: Path
) -> None:
    path = sheets_of(tmp_path / "r.xlsx", 名单=[(*TWO, "备注"), ("甲", "A1"), row])
    roster = read_roster(path)
    assert bool(roster.notices) is left_out
    assert len(roster.rows) + len(roster.problems) == (1 if left_out else 2)


def test_a_printed_heading_counts_before_a_usual_one_and_an_own_one_before_both(
    tmp_path: Path,
) -> None:
    rows = [("企业名称", "项目编号", "合同编号", "甲方"), ("甲", "A1", "HT-1", "乙")]
    path = sheets_of(tmp_path / "r.xlsx", 名单=rows)
    (row,) = (roster := read_roster(path)).rows
    assert (row.cover.organisation, row.cover.audit_no) == ("甲", "A1")
    assert roster.ignored == ("合同编号", "甲方")
    (row,) = read_roster(path, headings={"organisation": ["甲方"], "audit_no": ["合同编号"]}).rows
    assert (row.cover.organisation, row.cover.audit_no) == ("乙", "HT-1")


def test_two_usual_headings_of_one_field_are_refused(tmp_path: Path) -> None:
    rows = [("单位名称", "合同编号", "审核编号"), ("甲", "HT-1", "A1")]
    path = sheets_of(tmp_path / "r.xlsx", 名单=rows)
    with pytest.raises(RosterError, match=r"合同编号 \(column B\) and 审核编号 \(column C\)") as no:
        read_roster(path)
    assert 'audit_no = "合同编号"' in no.value.repair
    (row,) = read_roster(path, headings={"audit_no": ["审核编号"]}).rows
    assert row.cover.audit_no == "A1"


@pytest.mark.parametrize(
    "headings",
    [
        ("受审核方（全称）", "审核编号", "社会信用代码", "组长"),
        ("客户\n名称", "合 同 编 号", "信用代码(18位)", "审核组长 *"),
        ("公司名称：", "审核项目编号", "统一代码", "评审组长"),
    ],
)
def test_usual_headings(headings: tuple[str, ...], tmp_path: Path) -> None:
    path = sheets_of(tmp_path / "r.xlsx", 名单=[headings, ("甲", "A1", CODE, "张三")])
    (row,) = (roster := read_roster(path)).rows
    cover = row.cover
    assert (cover.organisation, cover.audit_no, cover.uscc) == ("甲", "A1", CODE)
    assert (cover.lead_assessor, roster.ignored) == ("张三", ())


def test_a_merged_cell_counts_for_its_rows_alone(tmp_path: Path) -> None:
    rows = [TWO, ("甲", "A1"), ("看不见", "A2"), (None, "A3"), (None, "A4")]
    path = sheets_of(tmp_path / "r.xlsx", 名单=rows)
    content = with_parts(path.read_bytes(), {"xl/worksheets/sheet1.xml": merge("A2:A4")})
    path.write_bytes(content)
    roster = read_roster(path)
    assert [(r.cover.organisation, r.cover.audit_no) for r in roster.rows] == [
        ("甲", "A1"),
        ("甲", "A2"),
        ("甲", "A3"),
    ]
    assert [(one.row, one.column) for one in roster.problems] == [(5, "企业名称")]


def merge(place: str) -> Callable[[str], str]:
    """Return an edit that merges cells and leaves what stands under the merge."""
    merged = f'</sheetData><mergeCells count="1"><mergeCell ref="{place}"/></mergeCells>'
    return lambda text: text.replace("</sheetData>", merged)


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("0000", "1", "0001"),
        ('"ZJ-"0000', "7", "ZJ-0007"),
        ("00-00", "123456", "1234-56"),
        ("##00", "5", "05"),
        ("0000;-0000;;@", "3", "0003"),
        ('000"号"', "9", "009号"),
        ("[$-804]000", "9", "009"),
        ("第000号", "9", "第009号"),
        ("0000-00-00", "20250928", "2025-09-28"),
    ],
)
def test_a_number_is_laid_out_by_its_format(code: str, value: str, text: str) -> None:
    assert shown(Decimal(value), code) == text


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("General", "1"),
        ("0", "1"),
        ("0000", "12345"),
        ("#,##0", "20250001"),
        ("0.00", "1"),
        ("0.00E+00", "1"),
        ("0%", "1"),
        ("000", "1.5"),
        ("000", "-1"),
        ("yyyy", "1"),
        ("[>5]000;0", "1"),
        ("0000", "1234567890123456"),
        ("", "1"),
        ("@", "1"),
    ],
)
def test_other_formats_leave_a_number_alone(code: str, value: str) -> None:
    assert shown(Decimal(value), code) == Decimal(value)


def test_a_format_adds_its_fixed_text_to_a_text() -> None:
    assert shown("001", '"ZJ-"@') == "ZJ-001"
    assert shown("001", '0;-0;0;"ZJ-"@') == "ZJ-001"
    assert shown("001", "@") == "001"
    assert shown("001", '"ZJ-"000') == "001"


def test_numbers_without_their_format_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_sheets, "xls_formats", lambda content: [])
    roster = read_roster(DATA / "roster_by_libreoffice.xls")
    assert roster.rows[-1].cover.audit_no == "4"
    assert "lost in 一月!B5, 二月!B2, or" in roster.notices[1]


def test_a_damaged_xls_loses_its_formats_alone() -> None:
    content = (DATA / "roster_by_libreoffice.xls").read_bytes()
    assert xls_formats(content)[1] == {(2, 2): "0000"}
    for length in range(0, len(content), 97):
        for number in xls_formats(content[:length]):
            assert all(isinstance(code, str) for code in number.values())


def test_a_placeholder_is_a_blank_cell(tmp_path: Path) -> None:
    path = sheets_of(
        tmp_path / "r.xlsx", 名单=[(*TWO, "审核组长"), ("甲", "A1", "无"), ("无", "A2")]
    )
    roster = read_roster(path, states_nothing=lambda text: text == "无")
    assert [row.cover.lead_assessor for row in roster.rows] == [""]
    assert [(one.row, one.problem) for one in roster.problems] == [(3, "is missing")]


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
