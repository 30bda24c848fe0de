"""The inputs of tests/data/cases and what each must give: one line per case.

``fails`` says what goes wrong today; see people/expecting.py.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from people import places
from people.command import cts_excel, grade, issued, rows_of
from people.expecting import Gives, case, graded
from people.places import STANDARD

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form.released import known_forms
from cts_excel.workbook.returned import marked_copy

CASES = Path(__file__).parent / "data" / "cases"
FAULTY = Status.NEEDS_CORRECTION
CLEAR_ROW = "没有特别项请清空该行"
(FORMAT_1,) = (form for form in known_forms() if form.version == "1")  # of every case
cover, ratings, deduction = (
    partial(place, form=FORMAT_1) for place in (places.cover, places.ratings, places.deduction)
)

ORGANISATION, AUDIT_NO, LEAD = cover("企业名称"), cover("项目编号"), cover("审核组长")
CODE, START = cover("统一社会信用代码"), cover("审核开始日期")
LAST = len(STANDARD.indicators) - 1

WORKBOOKS = (
    case(
        "special-deductions-none.xlsx",
        Gives(FAULTY, "91.9", deductions=0, says={deduction(n): CLEAR_ROW for n in range(4)}),
        id="无 as four deductions",
    ),
    case(
        "special-none-in-description.xlsx",
        Gives(FAULTY, "91.9", deductions=0, says={deduction(0): CLEAR_ROW}),
        id="无 as the only fact",
    ),
    case(
        "percent-text-fraction.xlsx",
        Gives(FAULTY, codes=(Code.PERCENT_OUTSIDE_BAND,)),
        id="text 0.85 in the lowest band",
    ),
    case(
        "percent-text-17-digits.xlsx",
        Gives(final="95", level="five_star"),
        id="17 digits",
    ),
    case(
        "cover-placeholders.xlsx",
        Gives(FAULTY, "91.9", says=dict.fromkeys((ORGANISATION, AUDIT_NO, LEAD), "必填项未填")),
        id="placeholders on the cover",
    ),
    case(
        "date-year-only.xlsx",
        Gives(FAULTY, "91.9", codes=(Code.NOT_A_DATE,)),
        id="2025 as a date",
    ),
    case(
        "date-20251108.xlsx",
        Gives(final="91.9", level="four_star", says={START: "2025-11-08"}),
        id="20251108",
    ),
    case(
        "date-number-without-format.xlsx",
        Gives(final="91.9", level="four_star", says={START: "2025-11-08"}),
        id="day number",
    ),
    case(
        "evidence-none.xlsx",
        Gives(final="91.9", says={ratings("evidence", 0, LAST): "缺审核证据"}),
        id="/ as evidence in all rows",
    ),
    case(
        "code-as-number.xlsx",
        Gives(final="91.9", level="four_star", says={CODE: "文本"}),
        id="code as a number",
    ),
    case(
        "formula-filled-down.xlsx",
        # its own totals are stale: they differ from what the formulas' results give
        Gives(final="91.75", codes=(Code.ANSWER_IS_FORMULA,), may=("T01", "T04", "T05")),
        id="formula filled down",
    ),
    case(
        "weight-as-text.xlsx",
        Gives(final="91.9", level="four_star", never=(Code.WEIGHT_ALTERED,)),
        id="weight as text",
    ),
    case(
        "text-as-tstr.xlsx",
        Gives(final="87.87", level="", deductions=6, codes=(Code.DEDUCTIONS_OVER_LIMIT,)),
        id="texts as t=str",
    ),
    case(
        "macro-content-type-default-only.xlsx",
        Gives(FAULTY, codes=(Code.PERCENT_MISSING,)),
        id="macro type as a default",
    ),
    case(
        "not-calculated-poi.xlsx",
        Gives(final="79.365", level="qualified", codes=(Code.NOT_CALCULATED,)),
        id="filled by POI",
    ),
    case(
        "exceljs-name-and-double-check.xlsx",
        Gives(final="91.9", level="four_star", never=("A17", "A08")),
        id="ExcelJS",
    ),
    case(
        "gnumeric-unary-minus.xlsx",
        # Gnumeric's own results are wrong for formulas of format 1, and it shows #VALUE!
        Gives(final="91.9", level="four_star", may=("T06", "A22"), never=("A01", "A17")),
        id="Gnumeric",
    ),
    case(
        "google-list-range.xlsx",
        Gives(final="91.9", level="four_star", may=("A06",), never=("A08",)),
        id="Google Sheets",
    ),
    case(
        "ods-gnumeric.ods",
        Gives(final="83.2", level="three_star", deductions=2),
        id="Gnumeric .ods",
    ),
    case(
        "ods-whitespace-between-cells.ods",
        Gives(final="83.2", level="three_star", deductions=2),
        id="indented .ods",
    ),
    case(
        "ods-without-mimetype.ods",
        Gives(final="83.2", level="three_star", deductions=2),
        id=".ods without mimetype",
    ),
    case("html-named.xls", Gives(Status.REJECTED, codes=("F08",)), id="HTML"),
    case("text-named.xlsx", Gives(Status.REJECTED, codes=("F08",)), id="text"),
    case(
        "marked-copy-list-not-first-part.xlsx",
        Gives(FAULTY, "87.84", codes=(Code.PERCENT_OUTSIDE_BAND,)),
        id="marked copy",
    ),
    case(
        "string-tag-with-newline.xlsx",
        Gives(final="91", level="", deductions=6, codes=(Code.DEDUCTIONS_OVER_LIMIT,)),
        id="line break in a tag",
    ),
    case(
        "terminal-escapes.xlsx",
        Gives(final="83.2", level="three_star", may=("S06",)),
        id="control characters",
    ),
)


@pytest.mark.parametrize(("name", "gives"), WORKBOOKS)
def test_case(name: str, gives: Gives) -> None:
    gives.check(graded((CASES / name).read_bytes()))


def test_every_case_stands_in_a_table() -> None:
    listed = re.findall(r"[\w/.-]+", (CASES / "README.md").read_text(encoding="utf-8"))
    assert {path.name for path in CASES.iterdir()} - {"README.md"} <= {
        word.rstrip("/").split("/")[0] for word in listed
    }


# Where other readers agree: the value they see, or a file that is not graded, never another grade.
@pytest.mark.parametrize(
    ("name", "final"),
    [
        case("decoy-workbook-part.xlsx", "75", id="decoy"),
        case("foreign-id-attribute.xlsx", "75", id="foreign id"),
        case("v-inside-extLst.xlsx", "89.9", id="v in extLst"),
    ],
)
def test_the_value_that_other_readers_see_or_no_grade(name: str, final: str) -> None:
    outcome = graded((CASES / name).read_bytes())
    if outcome.status is Status.GRADED:
        assert outcome.score is not None
        assert outcome.score.final == Decimal(final)


def test_a_formula_filled_down_is_shown_in_each_cell() -> None:
    outcome = graded((CASES / "formula-filled-down.xlsx").read_bytes())
    found = [f.found for f in outcome.findings if f.code == Code.ANSWER_IS_FORMULA]
    assert found == ["=G11", "=G12", "=G13", "=G14", "=G15"]


@pytest.mark.parametrize(
    "name",
    [
        case("html-named.xls", id="HTML"),
        case("text-named.xlsx", id="text"),
    ],
)
def test_a_refusal_is_chinese_and_its_repair_helps(name: str) -> None:
    said = cts_excel("check", "--legacy", CASES / name).split(name)[1]
    assert "--legacy" not in said
    names = {"F08", "HTML", "html", "xlsx", "Excel", "WPS", "LibreOffice"}
    assert set(re.findall(r"[A-Za-z][A-Za-z0-9]+", said)) <= names


def test_control_characters_reach_no_terminal() -> None:
    said = cts_excel("check", CASES / "terminal-escapes.xlsx")
    unsafe = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    assert "evil.example" in said
    assert unsafe.findall(said) == []


def test_a_workbook_without_a_macro_is_marked_itself(tmp_path: Path) -> None:
    shutil.copy(CASES / "macro-content-type-default-only.xlsx", tmp_path)
    grade(tmp_path, tmp_path / "run")
    (copy,) = (tmp_path / "run" / "returned").iterdir()
    assert (
        graded(copy.read_bytes()).score == graded(next(tmp_path.glob("*.xlsx")).read_bytes()).score
    )


def test_parts_of_a_marked_copy_stand_in_tab_order() -> None:
    source = (CASES / "marked-copy-list-not-first-part.xlsx").read_bytes()
    marked = marked_copy(source, graded(source))
    with zipfile.ZipFile(io.BytesIO(marked)) as package:
        workbook = package.read("xl/workbook.xml").decode()
        relations = package.read("xl/_rels/workbook.xml.rels").decode()
    targets = {
        re.search(r'\bId="([^"]+)"', tag)[1]: re.search(r'Target="[^"]*?(\d+)\.xml"', tag)
        for tag in re.findall(r"<Relationship [^>]*>", relations)
    }
    order = re.findall(r'<sheet [^>]*r:id="([^"]+)"', workbook)
    numbers = [int(targets[one][1]) for one in order]
    assert numbers == list(range(1, len(order) + 1))


def test_one_audit_with_a_mistyped_code_is_a_conflict(tmp_path: Path) -> None:
    lines = grade(CASES / "code-mistyped", tmp_path / "run")
    assert {Path(name).name: line["status"] for name, line in lines.items()} == {
        "a.xlsx": "conflict",
        "b.xlsx": "conflict",
    }


def test_placeholders_make_no_conflict_of_three_companies(tmp_path: Path) -> None:
    lines = grade(CASES / "code-none", tmp_path / "run")
    assert {line["status"] for line in lines.values()} == {"needs_correction"}
    found = {(f["code"], f["cell"]) for f in rows_of(tmp_path / "run" / "findings.csv")}
    assert ("C01", AUDIT_NO) in found
    assert "D02" not in {code for code, _cell in found}


def test_every_file_of_a_folder_is_graded_and_nobody_is_chased(tmp_path: Path) -> None:
    roster = CASES / "folder-with-zip-roster.csv"
    lines = grade(CASES / "folder-with-zip", tmp_path / "run", "--roster", roster)
    assert len(lines) == 4
    assert {line["status"] for line in lines.values()} == {"graded"}
    audits = {row["项目编号"] for row in rows_of(roster)}
    assert audits <= {line["audit_no"] for line in lines.values()}


# (roster, (organisation, audit number) of what is issued, words of a note)
@pytest.mark.parametrize(
    ("name", "rows", "note"),
    [
        case("from-sheetjs", None, "", id="t=str"),
        case("two-sheets", 2, "二月", id="two sheets"),
        case("0001-by-format", [("甲", "0001")], "", id="0001"),
        case("total-row", [("甲", "ZJ-1")], "合计", id="total row"),
    ],
)
def test_roster(name: str, rows: object, note: str, tmp_path: Path) -> None:
    lines, said = issued(CASES / f"roster-{name}.xlsx", tmp_path / "issued")
    found = [(line["企业名称"], line["项目编号"]) for line in lines]
    assert found
    if isinstance(rows, int):  # all of them, or a note that names what is left out
        assert len(found) == rows or note in said
    else:
        assert found == (rows or found)
        assert note in said
