"""The two paths through a sheet's XML, and what they say of irregular sheets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from altering import (
    Raw,
    answers,
    built_in,
    filled,
    judged,
    openpyxl_edit,
    part,
    put,
    rating_cell,
    sheet_part,
    with_parts,
)
from python_calamine import CalamineWorkbook

from cts_excel.workbook.form import layout
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml import fast_path as fast_path_module
from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.expat_path import expat_path
from cts_excel.workbook.ooxml.fast_path import fast_path
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.ooxml.pictures import SheetPictures
from cts_excel.workbook.ooxml.raw_sheet import FORMULA_TAG, VALUE, RawSheet
from cts_excel.workbook.ooxml.sheet_settings import read_settings
from cts_excel.workbook.ooxml.strings import expat_path as expat_path_strings
from cts_excel.workbook.ooxml.strings import fast_path as fast_path_strings
from cts_excel.workbook.ooxml.strings import shared_strings
from cts_excel.workbook.ooxml.styles import _is_date
from cts_excel.workbook.ooxml.usual_form import in_utf8
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook, read_sheet

DATA = Path(__file__).parents[1] / "data"


def indented(content: bytes) -> bytes:
    """Indent sheets and strings as Gnumeric does, and cut inline texts into runs."""

    def indent(xml: str) -> str:
        runs = re.sub("<is><t( [^>]*)?>", r"<is><r><rPr/><t/></r><r><t\1>", xml)
        runs = runs.replace("</t></is>", "</t></r></is>")
        return re.sub("(?<=>)<(?!/[vft]>)", "\n  <", runs)

    return each_part(content, indent)


def each_part(content: bytes, change: Callable[[str], str]) -> bytes:
    names = {sheet.part for sheet in Package(content).sheets} | {"xl/sharedStrings.xml"}
    return with_parts(content, dict.fromkeys(names, change))


def in_utf16(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            if name.startswith(("xl/worksheets/sheet", "xl/sharedStrings")):
                text = xml.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
                xml = text.encode("utf-16")
            new.writestr(name, xml)
    return out.getvalue()


SOURCES = {
    "xlsxwriter": filled(),
    "openpyxl": openpyxl_edit(filled(), lambda _workbook: None),
    "LibreOffice": (DATA / "filled_by_libreoffice.xlsx").read_bytes(),
    "indented": indented(openpyxl_edit(filled(), lambda _workbook: None)),
    "indented strings": indented(filled()),
    "UTF-16": in_utf16(filled()),
    "never calculated": filled_bytes(built_in(), answers(), calculated=False),
}


def values(raw: RawSheet, content: bytes) -> dict[str, Value]:
    book = XlsxWorkbook(content)
    part = book.package.sheets[0].part
    grid = XlsxGrid(raw, book, SheetPictures(book.package, part))
    return {address: grid.at(address) for address in raw.cells}


@pytest.mark.parametrize("source", SOURCES)
def test_both_paths_give_the_same_cells(source: str) -> None:
    content = SOURCES[source]
    package = Package(content)
    for sheet in package.sheets:
        xml = package.part(sheet.part)
        fast, slow = fast_path(xml), expat_path(sheet.part, xml)
        assert fast is not None, f"{sheet.name}: the fast path gave up"
        assert values(fast, content) == values(slow, content)
        assert fast.cells.keys() == slow.cells.keys()
        assert fast.row_attributes.keys() == slow.row_attributes.keys()
        assert {a for a, c in fast.cells.items() if c[FORMULA_TAG]} == {
            a for a, c in slow.cells.items() if c[FORMULA_TAG]
        }
        assert fast.irregular == slow.irregular
        assert fast.ambiguous == slow.ambiguous
        assert fast.bounds == slow.bounds
        assert read_settings(slow.outer_xml) == read_settings(fast.outer_xml)


def test_a_cell_of_unusual_make_does_not_hide_the_rest_from_the_scan() -> None:
    rich = Raw(' t="inlineStr"', "<is><r><t>查阅</t></r><r><rPr><b/></rPr><t>记录</t></r></is>")
    made = put(filled(), "评分表", {rating_cell("evidence"): rich})
    assert judged(made).findings == ()
    altered = put(made, "评分表", {rating_cell("score", 1): 99})
    assert "A02" in {f.code for f in judged(altered).findings}


@pytest.mark.parametrize("source", SOURCES)
def test_both_paths_give_the_same_strings(source: str) -> None:
    table = Package(SOURCES[source]).shared_strings
    if table is not None:
        fast = fast_path_strings(in_utf8(table))
        assert fast is not None
        assert fast == expat_path_strings(table)


@pytest.mark.parametrize("source", sorted(SOURCES.keys() - {"UTF-16"}))  # calamine reads UTF-8 only
def test_calamine_reads_the_same_values(source: str) -> None:
    """A second reader, written by others, agrees on every cell of a regular workbook."""
    from decimal import Decimal

    book = XlsxWorkbook(SOURCES[source])
    second = CalamineWorkbook.from_filelike(io.BytesIO(SOURCES[source]))
    for index in range(len(book.sheets)):
        rows = second.get_sheet_by_index(index).to_python(skip_empty_area=False)
        grid = book.grid(index)
        compared = 0
        for row, line in enumerate(rows, start=1):
            for column, value in enumerate(line):
                own = grid.at(f"{column_letters(column)}{row}")
                if isinstance(own, CellFault):
                    assert own.kind is FaultKind.UNCALCULATED
                    own = None
                if isinstance(value, str):
                    assert (own or "") == value.strip()
                elif isinstance(value, float):
                    assert own == Decimal(f"{value:.15g}")
                elif hasattr(value, "year") and not hasattr(value, "hour"):
                    assert own.date() == value  # type: ignore[union-attr]
                else:
                    assert own == value
                compared += 1
        assert compared


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def scanned(rows: str) -> RawSheet:
    return read_sheet("sheet", SHEET.format(rows).encode())


@pytest.mark.parametrize(
    ("rows", "cells", "irregular", "ambiguous"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row>', ["A1"], "", []),
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', ["A1"], "", ["A1"]),
        ('<row r="2"/><row r="1"/>', [], "row order", []),
        ('<row r="1"/><row r="1"/>', [], "row order", []),
        ('<row r="1"><c r="A2"/></row>', ["A2"], "row 1", []),
        ('<row r="1"><c><v>1</v></c></row>', ["A1"], "", []),
        ('<row r="2"><c r="B2"/><c><v>1</v></c></row><row><c/></row>', ["A3", "B2", "C2"], "", []),
        ('<row r="1"><c r="B1"/><c r="A1"/><c/></row>', ["A1", "B1"], "", ["B1"]),
        ('<row r="1_0"><c r="A1"/></row>', ["A1"], "row '1_0'", []),
        ("<row><c/></row>", ["A1"], "", []),
        ('<row r="1"><c r="a1"/></row>', [], "row 1", []),
        ('<row r="1"><c r="A1" cm="1"><f>1</f><v>1</v></c></row>', ["A1"], "", []),
        ('<row r="1"><!-- x --><c r="A1"/></row>', ["A1"], "", []),
        ('<row r="1"><c r="A1"><v><![CDATA[7]]></v></c></row>', ["A1"], "", []),
    ],
)
def test_irregular_sheets(
    rows: str, cells: list[str], irregular: str, ambiguous: list[str]
) -> None:
    sheet = scanned(rows)
    assert sorted(sheet.cells) == cells
    assert sheet.irregular == irregular
    assert sorted(sheet.ambiguous) == ambiguous


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1" r="A2"/></row>',
    ],
)
def test_broken_xml_is_damage(rows: str) -> None:
    with pytest.raises(NotReadableError) as caught:
        scanned(rows)
    assert caught.value.reason == "F01"


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET.format('<row r="1"><c r="A1" t="str"><v>@</v></c></row>'),
        SHEET.format('<row r="1"><c r="A1"><f>"@"</f><v>1</v></c></row>'),
        SHEET.format('<row r="1"><c r="A1" t="inlineStr"><is><t>@</t></is></c></row>'),
        SHEET.format("").replace("<sheetData>", '<sheetPr codeName="@"/><sheetData>'),
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_damage_wherever_they_stand(sheet: str) -> None:
    content = sheet.encode()
    assert read_sheet("sheet", content.replace(b"@", "售".encode())).irregular == ""
    with pytest.raises(NotReadableError) as caught:
        read_sheet("sheet", content.replace(b"@", b"\xe5\x94"))
    assert caught.value.reason == "F01"


def test_a_cached_segment_gives_no_value_to_another_sheet() -> None:
    rows = '<row r="1"><c r="A1" s="2" t="str"><f>B1</f><v>{}</v></c><c r="B1"/></row>'
    for value in ("甲", "", "7", "乙 &gt; 甲", "甲"):
        content = SHEET.format(rows.format(value)).encode()
        fast = fast_path(content)
        assert fast is not None
        assert fast.cells["A1"] == ("A", "1", "2", "str", "<f>", "B1", value, "")
        assert fast.cells.keys() == {"A1", "B1"}


def test_a_bracket_in_a_value_goes_the_expat_path() -> None:
    content = SHEET.format('<row r="1"><c r="A1" t="str"><v>5 > 3</v></c></row>').encode()
    assert fast_path(content) is None
    assert read_sheet("sheet", content).cells["A1"][VALUE] == "5 > 3"


@pytest.mark.parametrize(
    "rows",
    [
        '<c r="A1"><v>1</v></c>',
        '</row><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</v></c></row></row>',
        '<row r="1"><row r="2"><c r="A2"><v>1</v></c></row></row>',
        '<row r="1"><c r="A1"><v>1</v></c><row r="2"/></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><c r="A2"/>',
        '<row r="1"><c r="A1"><v>1<x/></v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="1" t="n" s="2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    ],
)
def test_the_fast_path_accounts_for_every_tag(rows: str) -> None:
    for _twice in range(2):  # also when its segments are cached
        assert fast_path(SHEET.format(rows).encode()) is None


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="inlineStr"><is><t>a<!-- x --> </t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>a <x/></t></is></c>',
        '<c r="A1"><is><t>a</t></is></c>',
        '<c r="A1" t="inlineStr"><v>1</v></c>',
        '<c r="A1" t="inlineStr"><is><t>1</v></c>',
        '<c r="A1"><v>1</t></is></c>',
        '<c r="A1" t="inlineStr"><is> a <t>1</t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><t>1</t></r> a</is></c>',
    ],
)
def test_an_inline_text_is_read_fast_only_in_the_usual_form(cell: str) -> None:
    usual = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    assert fast_path(SHEET.format(usual).encode()) is not None
    for _twice in range(2):
        assert fast_path(SHEET.format(f'<row r="1">{cell}</row>').encode()) is None


def test_the_order_of_a_cells_attributes_does_not_count() -> None:
    cells = (
        '<c r="A1" t="str" s="2"><v>甲</v></c>',
        '<c r="A1" s="2" t="str" xml:space="preserve"><v xml:space="preserve">甲</v></c>',
    )
    for cell in cells:
        fast = fast_path(SHEET.format(f'<row r="1" xml:space="preserve">{cell}</row>').encode())
        assert fast is not None
        assert fast.cells["A1"] == ("A", "1", "2", "str", "", "", "甲", "")


def test_blanks_that_belong_to_a_value_stay() -> None:
    rows = """<row r="1">
      <c r="A1" t="str"> <v> 甲
      </v> </c>
      <c r="B1" t="inlineStr"> <is> <t xml:space="preserve"> 乙 </t> </is> </c>
      <c r="C1"> <f> D1 </f> <v>1</v> </c>
    </row>
    """
    content = SHEET.format(rows).encode()
    fast, slow = fast_path(content), expat_path("sheet", content)
    assert fast is not None
    assert fast.cells == slow.cells


def test_utf16_declared_as_another_encoding_is_left_to_the_xml_parser() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    text = '<?xml version="1.0" encoding="{}"?>' + SHEET.format(rows)
    assert fast_path(text.format("UTF-16").encode("utf-16")) is not None
    assert fast_path(text.format("UTF-8").encode("utf-16")) is None


def test_a_full_cache_of_segments_changes_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fast_path_module, "_MAX_CACHED", 3)
    monkeypatch.setattr(fast_path_module, "_cache", {})
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20))
    fast = fast_path(SHEET.format(rows).encode())
    assert fast is not None
    assert [cell[VALUE] for cell in fast.cells.values()] == [str(n) for n in range(1, 20)]
    assert len(fast_path_module._cache) <= 3


def test_a_reference_that_xml_does_not_know_is_damage() -> None:
    unknown = Raw(' t="inlineStr"', "<is><t>&unknown;</t></is>")
    with pytest.raises(NotReadableError) as caught:
        judged(put(filled(), "评分表", {"J4": unknown}))
    assert caught.value.reason == "F01"


def test_shared_formulas_are_formulas() -> None:
    rows = '<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c></row>'
    fast, slow = (
        fast_path(SHEET.format(rows).encode()),
        expat_path("s", SHEET.format(rows).encode()),
    )
    assert fast is not None
    assert fast.cells["A1"][FORMULA_TAG]
    assert slow.cells["A1"][FORMULA_TAG]


def test_true_bounds_are_counted() -> None:
    sheet = scanned('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert sheet.bounds == (1_048_576, 16_384)


def test_prefixed_elements_and_strict_documents_are_read() -> None:
    for namespace in (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ):
        xml = (
            f'<x:worksheet xmlns:x="{namespace}"><x:sheetData><x:row r="1">'
            '<x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
        )
        assert list(read_sheet("s", xml.encode()).cells) == ["A1"]
        assert list(read_sheet("s", xml.encode("utf-16")).cells) == ["A1"]


def test_a_template_sheet_is_told_as_it_is() -> None:
    sheet = read_sheet("s", part(filled(), sheet_part("评分表")).encode())
    assert read_settings(sheet.outer_xml).protected
    assert sheet.irregular == ""
    assert sheet.bounds[1] == len(layout.RATING_COLUMN)


SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        ("<si><t>a</t></si><si/><si><t/></si>", ["a", None, None]),
        ('<si><t xml:space="preserve"> a </t></si>', ["a"]),
        ("<si><r><rPr><b/></rPr><t>甲</t></r><r><t>乙</t></r></si>", ["甲乙"]),
        ("<si><t>甲</t><rPh sb='0' eb='1'><t>jia</t></rPh></si>", ["甲"]),
        ("<si><t>a &amp; b &#60; &#x3C;</t></si>", ["a & b < <"]),
        ("<si><t>a_x000A_b</t></si>", ["a\nb"]),
        ("<si><t><![CDATA[<x>]]></t></si>", ["<x>"]),
    ],
)
def test_shared_strings(items: str, texts: list[str | None]) -> None:
    assert list(shared_strings(SST.format(items).encode()).values()) == texts


def test_the_fast_path_declines_the_unusual_only() -> None:
    usual = SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert fast_path(usual.encode()) is not None
    for unusual in (
        "<!-- x -->",
        "\x00",
        "<row r='2'/>",
        "text",
        '<row r="1"><c r="A1">x</c></row>',
    ):
        assert fast_path(SHEET.format(unusual).encode()) is None


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy\\-mm\\-dd", True),
        ("[$-804]yyyy年m月d日", True),
        ("[h]:mm", True),
        ("[mm]", True),
        ("[Magenta]0%", False),
        ("0.00;[Red]-0.00", False),
        ('0"days"', False),
    ],
)
def test_a_colour_makes_no_date_of_a_number(code: str, date: bool) -> None:
    assert _is_date("164", {"164": code}) is date
