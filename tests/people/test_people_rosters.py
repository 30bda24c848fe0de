"""The roster is anybody's list: sheets, headings, formats, totals, applications."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import with_parts
from people.command import issued
from people.expecting import case

Row = Sequence[Any]
NAME, NUMBER = "企业名称", "项目编号"
HEADINGS = (NAME, NUMBER)
FIRST, SECOND = ("甲公司", "ZJ-1"), ("乙公司", "ZJ-2")
BOTH = [FIRST, SECOND]


def workbook(*sheets: Sequence[Row], shown: str = "", merged: str = "") -> bytes:
    """Return a workbook of sheets; ``shown`` is the number format of column B."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"第{number + 1}页")
        for row in rows:
            sheet.append(list(row))
        for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
            cell.number_format = shown or cell.number_format
        if merged:
            sheet.merge_cells(merged)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def as_tstr(content: bytes) -> bytes:
    """Return a workbook whose texts stand in the cells as t="str", as SheetJS writes them."""
    pattern = re.compile(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is>')
    edit = partial(pattern.sub, r't="str"><v>\1</v>')
    return with_parts(content, {"xl/worksheets/sheet1.xml": edit})


def roster(tmp_path: Path, content: bytes, suffix: str = "xlsx") -> tuple[list[Row], str]:
    path = tmp_path / f"名单.{suffix}"
    path.write_bytes(content)
    lines, said = issued(path, tmp_path / "issued")
    return [(line[NAME], line[NUMBER]) for line in lines], said


BOOKS = (
    case(workbook([HEADINGS, *BOTH]), id="plain"),
    case(as_tstr(workbook([HEADINGS, *BOTH])), id="SheetJS"),
    case(as_tstr(workbook([("清单",), HEADINGS, *BOTH])), id="SheetJS, title"),
    case(workbook([HEADINGS, FIRST], [HEADINGS, SECOND]), id="two sheets"),
    case(workbook([("说明",)], [HEADINGS, *BOTH]), id="second sheet"),
    case(
        workbook([HEADINGS, FIRST], [("公司", "备注")], [HEADINGS, SECOND]),
        id="first and third sheet",
    ),
    case(workbook([*[("标题",)] * 9, HEADINGS, *BOTH]), id="headings in row 10"),
    case(workbook([("公司名称", NUMBER), *BOTH]), id="公司名称"),
    case(workbook([("单位名称", "合同编号"), *BOTH]), id="合同编号"),
    case(workbook([("客户名称", "项目编号"), *BOTH]), id="客户名称"),
    case(workbook([(" 企业 名称* ", "项目编号："), *BOTH]), id="decorated headings"),
    case(workbook([HEADINGS, *BOTH, ("合计", 2)]), id="合计"),
    case(workbook([HEADINGS, *BOTH, ("总计", "2")]), id="总计"),
    case(workbook([HEADINGS, *BOTH, ("合 计：", 2)]), id="合 计"),
)


@pytest.mark.parametrize("content", BOOKS)
def test_both_rows_are_issued(content: bytes, tmp_path: Path) -> None:
    found, _said = roster(tmp_path, content)
    assert found == BOTH


@pytest.mark.parametrize("word", ["合计", "总计", "小计"])
def test_a_total_row_is_left_out_with_a_notice(word: str, tmp_path: Path) -> None:
    found, said = roster(tmp_path, workbook([HEADINGS, *BOTH, (word, 2)]))
    assert found == BOTH
    assert word in said


@pytest.mark.parametrize(
    ("shown", "value", "number"),
    [
        case("0000", 1, "0001", id="0000"),
        case("000000", 250001, "250001", id="as wide as the number"),
        case('"ZJ-"000', 7, "ZJ-007", id="a text before"),
        case("00-00", 1234, "12-34", id="a dash inside"),
        case("General", 20250001, "20250001", id="general"),
        case("@", "0001", "0001", id="text"),
    ],
)
def test_a_number_is_issued_as_it_is_shown(
    shown: str, value: object, number: str, tmp_path: Path
) -> None:
    content = workbook([HEADINGS, ("甲公司", value)], shown=shown)
    found, _said = roster(tmp_path, content)
    assert found == [("甲公司", number)]


@pytest.mark.parametrize("rows", [2, 3, 5])
def test_a_merged_company_counts_for_every_row(rows: int, tmp_path: Path) -> None:
    body = [("甲公司", f"ZJ-{n}") if n == 0 else (None, f"ZJ-{n}") for n in range(rows)]
    content = workbook([HEADINGS, *body], merged=f"A2:A{rows + 1}")
    found, _said = roster(tmp_path, content)
    assert found == [("甲公司", f"ZJ-{n}") for n in range(rows)]


@pytest.mark.parametrize(
    "row", [("无", "ZJ-3"), ("丙公司", "待定"), ("/", "ZJ-3"), ("丙公司", "N/A")]
)
def test_a_placeholder_is_no_entry(row: Row, tmp_path: Path) -> None:
    found, said = roster(tmp_path, workbook([HEADINGS, FIRST, row]))
    assert row not in found
    assert "3" in said  # the row


@pytest.mark.parametrize("headings", [("公司", "编码"), ("姓名", "电话"), ("名称", "日期")])
def test_a_refusal_names_the_headings_found(headings: Row, tmp_path: Path) -> None:
    found, said = roster(tmp_path, workbook([headings, FIRST]))
    assert found == []
    assert all(str(heading) in said for heading in headings)


OTHER_FILES = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_file_types_are_read_as_well(suffix: str, tmp_path: Path) -> None:
    """Two sheets, a title, other headings, a merged company, a date, a total, 4 shown as 0004."""
    lines, said = issued(OTHER_FILES / f"roster_by_libreoffice.{suffix}", tmp_path / "issued")
    assert [(line[NAME], line[NUMBER]) for line in lines] == [
        ("甲公司", "ZJ-1"),
        ("甲公司", "ZJ-2"),
        ("乙公司", "20250003"),
        ("丙公司", "0004"),
    ]
    assert lines[0]["审核开始日期"] == "2025-09-28"
    assert "合计" in said
    assert "说明" in said
