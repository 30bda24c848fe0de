"""Packages and parts that readers could take for different things: one reading, or none."""
# ruff: noqa: E501 - rows of a table, wide with Chinese

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from altering import Raw, filled, judged, part, put, sheet_part, with_parts

from cts_excel.api import grade_file
from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.cells import CellFault, Value, day_number
from cts_excel.workbook.ooxml.content_types import content_types
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.ods import read_tables
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.ooxml.strings import fast_path, shared_strings
from cts_excel.workbook.ooxml.xml_parser import MAIN_NAMESPACES, elements

MAIN = MAIN_NAMESPACES[0]
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
BOOK, BOOK_RELS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
PERCENT = "H4"
Edit = Callable[[str], str]


def after(text: str, added: str) -> Edit:
    return lambda xml: xml.replace(text, text + added, 1)


def instead(old: str, new: str) -> Edit:
    return lambda xml: xml.replace(old, new)


SECOND_BOOK = f'<Relationship Id="rId9" Type="{RELS}/officeDocument" Target="docProps/app.xml"/>'


@pytest.mark.parametrize(
    ("name", "edit", "reason"),
    [
        ("_rels/.rels", instead("</Relationships>", f"{SECOND_BOOK}</Relationships>"), "F05"),
        ("_rels/.rels", instead("xl/workbook.xml", "xl/styles.xml"), "F05"),
        ("_rels/.rels", instead("officeDocument\"", "other\""), "F08"),
        (BOOK_RELS, instead('Id="rId2"', 'Id="rId1"'), "F05"),
        (BOOK_RELS, instead('Id="rId2"', 'y="x"'), "F05"),
        (BOOK, instead("</sheets>", "</sheets><sheets/>"), "F05"),
        (BOOK, instead('r:id="rId2"', f'r:id="rId2" xmlns:q="{STRICT}" q:id="rId3"'), "F05"),
        (TYPES, instead("spreadsheetml.sheet.main+xml", "spreadsheetml.styles+xml"), "F08"),
        (TYPES, instead("spreadsheetml.worksheet+xml", "spreadsheetml.chartsheet+xml"), "F01"),
        (TYPES, instead("spreadsheetml.sharedStrings+xml", "x+xml"), "F01"),
        (TYPES, instead("</Types>", '<Default Extension="xml" ContentType="text/xml"/></Types>'), "F05"),
        ("xl/styles.xml", instead("</cellXfs>", "</cellXfs><cellXfs/>"), "F01"),
    ],
)  # fmt: skip
def test_a_package_of_two_readings_is_rejected(name: str, edit: Edit, reason: str) -> None:
    content = with_parts(filled(), {name: edit})
    assert part(content, name) != part(filled(), name)
    outcome = grade_file(content)
    assert outcome.status is Status.REJECTED
    assert [str(f.code) for f in outcome.findings] == [reason]


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        # what other applications write, and what decides nothing
        (BOOK, instead('r:id="rId2"', 'y:id="rId1" xmlns:y="urn:y" r:id="rId2"')),
        (BOOK, after("<sheets>", '<y:sheet xmlns:y="urn:y" name="评分表" r:id="rId1"/>')),
        (TYPES, instead("</Types>", '<Default Extension="bin" ContentType="x/y"/></Types>')),
        ("_rels/.rels", instead("xl/workbook.xml", "/XL/Workbook.xml")),
    ],
)
def test_what_decides_nothing(name: str, edit: Edit) -> None:
    content = with_parts(filled(), {name: edit})
    assert part(content, name) != part(filled(), name)
    assert judged(content).score == judged(filled()).score


@pytest.mark.parametrize(
    "inner",
    [
        "<v>0.85</v><v>0.95</v>", "<v>0.<b/>85</v>", "<v>0.<!-- -->85</v>", "<v>0.<?x?>85</v>",
        '<v>0.85</v><y:v xmlns:y="urn:y">1</y:v>', '<v xmlns="">0.85</v>', "<v>0.85</v>9",
        '<v xmlns="urn:y">0.85</v>', "<v>0.85</v><is><t>1</t></is>", "<x><v>0.85</v></x>",
        "<v>&#48;.85</v>", "<v> 0.85</v>", "<is><t>85%</t></is>", "<f/><f/><v>0.85</v>",
    ],
)  # fmt: skip
def test_a_cell_of_two_readings_blocks(inner: str) -> None:
    outcome = judged(put(filled(), layout.RATINGS, {PERCENT: Raw("", inner)}))
    assert outcome.status is Status.NEEDS_CORRECTION
    assert Code.AMBIGUOUS_CONTENT in {f.code for f in outcome.findings}


@pytest.mark.parametrize(
    "inner",
    [
        "<v>0.85</v><extLst><ext uri='u'><v>9</v></ext></extLst>", "<v><![CDATA[0.85]]></v>",
        f'<p:v xmlns:p="{MAIN}">0.85</p:v>', "<v\n>0.85</v >", "<!-- x --><v>0.85</v>",
    ],
)  # fmt: skip
def test_a_cell_of_one_reading_counts(inner: str) -> None:
    outcome = judged(put(filled(), layout.RATINGS, {PERCENT: Raw("", inner)}))
    assert (outcome.status, outcome.score) == (Status.GRADED, judged(filled()).score)


@pytest.mark.parametrize(
    ("attributes", "inner"),
    [
        (' t="inlineStr"', "<v>80%-100%</v>"),
        (' t="inlineStr"', "<is><t>80%-</t><t>100%</t></is>"),
        (' t="inlineStr"', "<is>80%-100%</is>"),
        (' t="inlineStr"', "<is><t>80%-100%</t></is><v>1</v>"),
        (' t="s"', "<is><t>80%-100%</t></is>"),
        (' t="s"', "<v>+1</v>"),
        (' t="s"', "<v>99999</v>"),
    ],
)
def test_a_text_of_two_readings_blocks(attributes: str, inner: str) -> None:
    outcome = judged(put(filled(), layout.RATINGS, {"G4": Raw(attributes, inner)}))
    assert outcome.status is Status.NEEDS_CORRECTION


@pytest.mark.parametrize("wrap", ["<y xmlns='urn:y'>{}</y>", "<extLst><ext>{}</ext></extLst>"])
def test_sheet_data_in_another_place_is_none(wrap: str) -> None:
    def edit(xml: str) -> str:
        start, end = xml.index("<sheetData>"), xml.index("</sheetData>") + len("</sheetData>")
        return xml[:start] + wrap.format(xml[start:end]) + xml[end:]

    content = with_parts(filled(), {sheet_part(layout.RATINGS): edit})
    assert grade_file(content).status is not Status.GRADED


SST = f'<sst xmlns="{MAIN}">{{}}</sst>'


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<si><t\n>甲</t></si>", "甲"), ("<si><t>甲</t ></si>", "甲"),
        ("<si><t>甲</t></si >", "甲"),
        ("<si><t>甲<!-- x -->乙</t></si>", "甲乙"), ("<si><t>甲<?x y?>乙</t></si>", "甲乙"),
        ("<si><t><![CDATA[甲]]>乙</t></si>", "甲乙"),
        (f'<si><p:t xmlns:p="{MAIN}">甲</p:t></si>', "甲"),
        ("<si><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r></si>", "甲乙"),
        ('<si><t>甲</t><rPh sb="0" eb="1"><t>jia</t></rPh><phoneticPr fontId="1"/></si>', "甲"),
        ("<si><t>a\r\nb</t></si>", "a\nb"),
    ],
)  # fmt: skip
def test_a_string_of_unusual_form_is_read(item: str, text: str) -> None:
    assert shared_strings(SST.format(f"{item}<si><t>z</t></si>").encode()) == {"0": text, "1": "z"}


@pytest.mark.parametrize(
    "item",
    [
        "<si><t>甲</t><t>乙</t></si>", "<si><t>甲</t><r><t>乙</t></r></si>",
        "<si><t>甲<b/></t></si>",
        '<si><t>甲</t><y:t xmlns:y="urn:y">乙</y:t></si>', "<si>甲<t>乙</t></si>",
        "<si><r><t>甲</t><t>乙</t></r></si>", "<si><t xmlns=''>甲</t></si>",
    ],
)  # fmt: skip
def test_a_string_of_two_readings_is_left_out(item: str) -> None:
    assert shared_strings(SST.format(f"{item}<si><t>z</t></si>").encode()) == {"1": "z"}


@pytest.mark.parametrize(
    "table",
    [
        '<sst xmlns="urn:y"><si><t>x</t></si></sst>',
        SST.format("<extLst><ext><si><t>x</t></si></ext></extLst>"),
        SST.format('<si xmlns="urn:y"><t>x</t></si>'),
    ],
)
def test_a_table_that_readers_count_differently_is_not_read(table: str) -> None:
    assert fast_path(table.encode()) is None
    with pytest.raises(NotReadableError):
        shared_strings(table.encode())


def test_paths_tell_namespaces() -> None:
    xml = f'<a xmlns="{MAIN}"><b>1<c xmlns="urn:y">2</c>3</b><d xmlns=""/></a>'
    assert [(path, text) for path, _a, text in elements("x", xml.encode())] == [
        ("a", ""), ("a/b", "13"), ("a/b/urn:y c", "2"), ("a/ d", ""),
    ]  # fmt: skip


def test_content_types() -> None:
    xml = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="XML" ContentType="a"/><Override PartName="/xl/B.xml" ContentType="b"/>'
        '<y:Override xmlns:y="urn:y" PartName="/c.xml" ContentType="c"/></Types>'
    )
    types = content_types(xml.encode())
    assert [types.of(name) for name in ("xl/b.xml", "c.xml", "d.bin")] == ["b", "a", ""]


@pytest.mark.parametrize("second", ["folded", "named again"])
def test_a_part_with_two_names_is_refused(second: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        info = zipfile.ZipInfo("xl/workbook.xml")
        if second == "named again":
            info.extra = b"up" + (9).to_bytes(2, "little") + b"\1" + bytes(4) + b"b.xm"
        package.writestr(info, b"x")
        if second == "folded":
            package.writestr(zipfile.ZipInfo("XL/workbook.xml"), b"y")
    with pytest.raises(NotReadableError) as caught:
        Package(target.getvalue())
    assert caught.value.reason == "F05"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (time(12), Decimal("0.5")), (date(1900, 1, 1), Decimal(1)), (date(1900, 2, 28), None),
        (datetime.fromisoformat("1900-01-02T14:38:24"), Decimal("2.61")), (date(1900, 3, 1), Decimal(61)),
        (datetime.fromisoformat("1900-04-01T06:00"), Decimal("92.25")), (date(2025, 11, 8), Decimal(45969)),
        ("x", "x"), (True, True), (None, None),
    ],
)  # fmt: skip
def test_a_date_where_a_number_belongs(value: Value, number: Value) -> None:
    assert day_number(value) == number


ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = (
    f'<o:document-content xmlns:o="{ODF}office:1.0" xmlns:t="{ODF}table:1.0"'
    f' xmlns:x="{ODF}text:1.0" xmlns:d="{ODF}drawing:1.0"'
    ' xmlns:c="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<o:body><o:spreadsheet><t:table t:name="a">{}</t:table></o:spreadsheet></o:body>'
    "</o:document-content>"
)


def ods(rows: str) -> dict[tuple[int, int], Value]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("content.xml", ODS.format(rows))
    (table,) = read_tables(target.getvalue())
    return table.cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<t:table-cell o:value-type="float" o:value="0.85"><x:p>85%</x:p></t:table-cell>', Decimal("0.85")),
        ('<t:table-cell o:value-type="percentage" o:value=""/>', None),
        ("<t:table-cell>\n <x:p>甲<x:tab/>乙<x:s x:c='2'/>丙<x:span>丁</x:span></x:p>\n</t:table-cell>", "甲\t乙  丙丁"),
        ("<t:table-cell><x:p>甲</x:p><x:p>乙<x:line-break/>丙</x:p></t:table-cell>", "甲\n乙\n丙"),
        ("<t:table-cell><o:annotation><x:p>批注</x:p></o:annotation><x:p>甲</x:p></t:table-cell>", "甲"),
        ("<t:table-cell><d:frame><d:text-box><x:p>图</x:p></d:text-box></d:frame></t:table-cell>", None),
        ('<t:table-cell o:value-type="date" o:date-value="2025-11-08"/>', datetime.fromisoformat("2025-11-08")),
        ('<t:table-cell o:value-type="boolean" o:boolean-value="true"/>', True),
        ('<t:table-cell o:value-type="string" o:string-value="甲"/>', "甲"),
    ],
)  # fmt: skip
def test_a_cell_of_an_ods(cell: str, value: Value) -> None:
    row = f"\n<t:table-row>\n {cell} <t:table-cell><x:p>z</x:p></t:table-cell>\n</t:table-row>"
    assert ods(row) == {k: v for k, v in {(1, 0): value, (1, 1): "z"}.items() if v is not None}


@pytest.mark.parametrize(
    "cell",
    [
        '<t:table-cell c:value-type="error" o:value-type="string"><x:p>#N/A</x:p></t:table-cell>',
        '<t:table-cell t:formula="of:=1/0" o:value-type="string"><x:p>#DIV/0!</x:p></t:table-cell>',
        "<t:covered-table-cell><x:p>甲</x:p></t:covered-table-cell>",
        '<t:table-cell o:value-type="float" o:value="x"/>',
        '<t:table-cell o:value-type="float"><x:p>7</x:p></t:table-cell>',
        '<t:table-cell o:value-type="time" o:time-value="PT1H"><x:p>1</x:p></t:table-cell>',
        '<t:table-cell o:string-value="甲"><x:p>乙</x:p></t:table-cell>',
    ],
)  # fmt: skip
def test_a_cell_of_an_ods_without_a_usable_value(cell: str) -> None:
    (value,) = ods(f"<t:table-row>{cell}</t:table-row>").values()
    assert isinstance(value, CellFault)


def test_repeated_rows_and_columns_of_an_ods() -> None:
    cell = '<t:table-cell t:number-columns-repeated="2"><x:p>z</x:p></t:table-cell>'
    group = f'<t:table-row-group><t:table-row t:number-rows-repeated="2">{cell}</t:table-row>'
    blank = '<t:table-row t:number-rows-repeated="1000000"><t:table-cell/></t:table-row>'
    found = ods(f"<t:table-row/>{group}</t:table-row-group>{blank}")
    assert found == dict.fromkeys([(2, 0), (2, 1), (3, 0), (3, 1)], "z")


@pytest.mark.parametrize("repeated", ["1048576", "0", "-1", "1e9", "99999999"])
def test_an_ods_that_repeats_too_much_is_refused(repeated: str) -> None:
    cell = f'<t:table-cell t:number-columns-repeated="{repeated}"><x:p>z</x:p></t:table-cell>'
    row = f'<t:table-row t:number-rows-repeated="1000">{cell}</t:table-row>'
    with pytest.raises(NotReadableError):
        ods(row)


def test_an_ods_with_a_document_type_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("content.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(NotReadableError) as caught:
        read_tables(target.getvalue())
    assert caught.value.reason == "F05"
