"""Marked copies: what is marked, what stays as it was, and the way back to a graded workbook."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import (
    answers,
    built_in,
    entry_cell,
    filled,
    found,
    judged,
    openpyxl_edit,
    part,
    put,
    with_parts,
)
from lxml import etree
from openpyxl.comments import Comment

from cts_excel.audit.catalogue import finding
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.package import Package
from cts_excel.workbook.returned import marked_copy, unmarked

SHEET = "xl/worksheets/sheet2.xml"
MARKED_SHEET = "xl/worksheets/sheet3.xml"  # the same one, behind the list
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ORGANISATION, START = entry_cell("企业名称"), entry_cell("审核开始日期")
FAULTY_CELLS = {
    "封面": {ORGANISATION, START},
    "评分表": {"H4", "G5", "H6", "G53"},
    "特别项": {"B5"},
}


def faulty() -> bytes:
    """Return a workbook with a fault of every kind that has a cell."""
    return filled_bytes(
        built_in(),
        answers(
            cover={"企业名称": None, "审核开始日期": "昨天"},
            ratings={
                "5.1.1.1": RatingAnswer("40%-60%", Decimal("0.85"), "=1+1"),
                "5.1.1.2": RatingAnswer(),
                "5.1.2.1": RatingAnswer("80%-100%", "好", "记录"),
                "5.3.2.3": RatingAnswer("乱", Decimal("0.85"), "记录"),
            },
            deductions=(SpecialAnswer("", "", "事实"),),
        ),
    )


CORRECTIONS: dict[str, dict[str, Any]] = {
    "封面": {ORGANISATION: "某某公司", START: date(2025, 9, 28)},
    "评分表": {
        "H4": 0.55,
        "G5": "80%-100%",
        "H5": 0.9,
        "J5": "记录",
        "H6": 0.85,
        "G53": "80%-100%",
    },
    "特别项": {"D5": None},
}


def corrected(content: bytes, *, leave: frozenset[str] = frozenset()) -> bytes:
    """Correct the faults as a person does, but for some cells."""

    def edit(workbook: Any) -> None:
        for sheet, cells in CORRECTIONS.items():
            for address, value in cells.items():
                if address not in leave:
                    workbook[sheet][address].value = value

    return openpyxl_edit(content, edit)


def copy_of(content: bytes) -> tuple[bytes, Outcome]:
    outcome = judged(content)
    return marked_copy(content, outcome), outcome


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def unlisted_parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a marked copy under the names that they had without the list."""
    sheet = re.compile(r"(?<=/sheet)\d+(?=\.xml)")
    return {
        sheet.sub(lambda number: f"{int(number[0]) - 1}", name): data
        for name, data in parts(content).items()
    }


def loaded(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def coloured(content: bytes) -> dict[str, dict[str, str]]:
    """Return the cells that our rules colour, with their colours."""
    seen: dict[str, dict[str, str]] = {}
    for sheet in loaded(content):
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                if "cts-excel" in rule.formula[0]:
                    colour = rule.dxf.fill.bgColor.rgb
                    seen.setdefault(sheet.title, {})[str(area.sqref)] = colour
    return seen


def commented(content: bytes) -> dict[str, dict[str, str]]:
    return {
        sheet.title: {c.coordinate: c.comment.text for row in sheet for c in row if c.comment}
        for sheet in loaded(content)
        if any(c.comment for row in sheet for c in row)
    }


def prefixed(content: bytes) -> bytes:
    """Return the workbook with a prefix on every element of its sheets, as some writers do."""

    def edit(xml: str) -> str:
        xml = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", xml)
        return xml.replace("xmlns=", "xmlns:x=", 1)

    return with_parts(content, {f"xl/worksheets/sheet{n}.xml": edit for n in (1, 2, 3)})


def with_comments(content: bytes) -> bytes:
    def edit(workbook: Any) -> None:
        workbook["评分表"]["G5"].comment = Comment("请再看一下", "张三")
        workbook["评分表"]["J9"].comment = Comment("留言", "李四")

    return openpyxl_edit(content, edit)


SOURCES = {
    "xlsxwriter": faulty,
    "openpyxl": lambda: openpyxl_edit(faulty(), lambda workbook: None),
    "prefixed": lambda: prefixed(faulty()),
    "commented": lambda: with_comments(faulty()),
}


@pytest.fixture(params=SOURCES, scope="module")
def source(request: pytest.FixtureRequest) -> bytes:
    return SOURCES[request.param]()


def test_every_faulty_cell_is_coloured_and_commented(source: bytes) -> None:
    marked, outcome = copy_of(source)
    assert outcome.status is Status.NEEDS_CORRECTION
    assert {sheet: set(cells) for sheet, cells in coloured(marked).items()} == FAULTY_CELLS
    notes = commented(marked)
    for one in outcome.findings:
        if one.cell and one.severity.key != "notice":
            assert f"{one.code} {one.severity.shown}" in notes[one.sheet][one.cell]
    assert "85% 不在 40%-60% 内。请改选评分档，或改正评分比例。" in notes["评分表"]["H4"]


def test_the_list_comes_first_and_links_to_the_cells(source: bytes) -> None:
    marked, outcome = copy_of(source)
    workbook = loaded(marked)
    assert workbook.sheetnames == ["修改清单", "封面", "评分表", "特别项", "评分说明", "_cts"]
    assert workbook.active.title == "修改清单"
    sheet = workbook["修改清单"]
    assert sheet.protection.sheet
    headings = [cell.value for cell in sheet[5]]
    assert headings == [
        *("序号", "代码", "严重程度", "位置", "条款", "发现", "应为", "修改办法", "影响")
    ]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    errors = [f for f in outcome.findings if f.severity.key == "error"]
    rows = rows[: len(errors)]  # warnings follow
    assert [row[1] for row in rows] == [f.code for f in errors]
    assert [row[0] for row in rows] == [str(n + 1) for n in range(len(errors))]
    assert [row[3] for row in rows] == [f"{f.sheet}!{f.cell}" for f in errors]
    links = [sheet.cell(6 + n, 4).hyperlink.location for n in range(len(errors))]
    assert links == [f"'{f.sheet}'!{f.cell}" for f in errors]


def test_exactly_one_sheet_is_selected(source: bytes) -> None:
    # Typing reaches every selected sheet at once.
    marked, _outcome = copy_of(source)
    selected = [s.title for s in loaded(marked) if any(v.tabSelected for v in s.views.sheetView)]
    assert selected == ["修改清单"]


def test_parts_that_are_not_named_are_byte_for_byte_the_same(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    before, after = parts(source), unlisted_parts(marked)
    changed = {name for name in before if before[name] != after[name]}
    relations = {name for name in changed if name.startswith("xl/worksheets/_rels/")}
    notes = {name for name in changed if re.search(r"comments?[^/]*\.(xml|vml)$", name)}
    assert changed - relations - notes - {"docProps/app.xml"} == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet3.xml",
    }
    assert list(after)[: len(before)] == list(before)


def test_in_marked_sheets_only_rules_and_references_are_added(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    before, after = parts(source), unlisted_parts(marked)
    for number in (1, 2, 3):
        name = f"xl/worksheets/sheet{number}.xml"
        assert bare(after[name]) == bare(before[name])


def bare(content: bytes) -> bytes:
    """Return a sheet without what a marked copy may add to it."""
    root = etree.fromstring(content)
    for view in root.iter(f"{M}sheetView"):
        view.attrib.pop("tabSelected", None)  # type: ignore[call-overload]
    for element in list(root):
        ours = element.tag == f"{M}conditionalFormatting"
        ours = ours and b"cts-excel" in etree.tostring(element)
        if ours or element.tag == f"{M}legacyDrawing":
            root.remove(element)
    return etree.tostring(root, method="c14n")


def test_styles_are_only_added(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    before, after = (etree.fromstring(parts(c)["xl/styles.xml"]) for c in (source, marked))
    for kind in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
        was, now = before.find(f"{M}{kind}"), after.find(f"{M}{kind}")
        assert was is not None
        assert now is not None
        assert now.get("count") == str(len(now))
        same = [etree.tostring(e, method="c14n", with_tail=False) for e in was]
        assert [etree.tostring(e, method="c14n", with_tail=False) for e in now][: len(was)] == same


def test_names_that_belong_to_a_sheet_still_do(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    before, after = loaded(source), loaded(marked)
    for sheet in before:
        assert after[sheet.title].print_area == sheet.print_area
        assert after[sheet.title].print_title_rows == sheet.print_title_rows
        assert dict(after[sheet.title].defined_names) == dict(sheet.defined_names)
    assert after["修改清单"].print_title_rows == "$5:$5"
    assert after["_cts"].sheet_state == "veryHidden"


def test_document_properties_name_the_sheets_that_are_there() -> None:
    marked, _outcome = copy_of(faulty())
    app = part(marked, "docProps/app.xml")
    assert "<vt:i4>5</vt:i4>" in app
    (titles,) = re.findall("<TitlesOfParts>(.*)</TitlesOfParts>", app)
    count = titles.count("<vt:lpstr>")
    assert f'<vt:vector size="{count}" baseType="lpstr"><vt:lpstr>修改清单</vt:lpstr>' in titles


def test_marks_change_no_judgement(source: bytes) -> None:
    marked, outcome = copy_of(source)
    again = judged(marked)
    assert (again.status, again.score, again.bounds) == (
        outcome.status,
        outcome.score,
        outcome.bounds,
    )
    assert found(again) == found(outcome)


def test_same_input_same_bytes_and_marking_twice_is_marking_once(source: bytes) -> None:
    marked, outcome = copy_of(source)
    assert marked_copy(source, outcome) == marked
    assert parts(marked_copy(marked, outcome)) == parts(marked)


def test_the_parts_of_a_copy_do_not_depend_on_the_process() -> None:
    # Each process orders sets of texts in its own way.
    code = (
        "import hashlib, test_returned_copies as t;"
        "print(hashlib.sha256(t.copy_of(t.faulty())[0]).hexdigest())"
    )
    path = os.pathsep.join((str(Path(__file__).parent), *sys.path))
    seeds = [{**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed} for seed in "1234"]
    calls = [
        subprocess.Popen([sys.executable, "-c", code], env=seed, stdout=subprocess.PIPE)
        for seed in seeds
    ]
    digests = {call.communicate()[0] for call in calls}
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def test_corrected_copy_is_graded_and_its_marks_vanish(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    second = corrected(marked)
    outcome = judged(second)
    assert outcome.status is Status.GRADED
    clean = marked_copy(second, outcome)
    assert no_marks(clean)
    assert judged(clean).status is Status.GRADED


def test_a_second_copy_carries_only_the_new_marks(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    second = corrected(marked, leave=frozenset({"H6"}))
    again, outcome = copy_of(second)
    assert [f.cell for f in outcome.findings if f.severity.key == "error"] == ["H6"]
    assert {s: set(c) for s, c in coloured(again).items()} == {"评分表": {"H6"}}
    ours = {
        (sheet, cell)
        for sheet, cells in commented(again).items()
        for cell, text in cells.items()
        if "核查意见" in text
    }
    assert ours == {("评分表", "H6")}
    assert loaded(again)["修改清单"].max_row == 6


def no_marks(content: bytes) -> bool:
    workbook = loaded(content)
    names = workbook.sheetnames == ["封面", "评分表", "特别项", "评分说明", "_cts"]
    notes = [t for cells in commented(content).values() for t in cells.values()]
    return names and not coloured(content) and not any("核查意见" in text for text in notes)


def test_unmarking_gives_back_what_was_there(source: bytes) -> None:
    marked, _outcome = copy_of(source)
    clean = unmarked(marked)
    assert no_marks(clean)
    before, after = parts(source), parts(clean)
    assert list(after) == list(before)
    for number in range(1, 6):
        name = f"xl/worksheets/sheet{number}.xml"
        assert bare(after[name]) == bare(before[name])
    assert commented(clean) == commented(source)
    assert loaded(clean).active.title == "封面"


def test_a_workbook_without_marks_is_returned_as_it_is() -> None:
    assert unmarked(filled()) is filled()
    assert marked_copy(filled(), judged(filled())) is filled()


def test_a_persons_comment_stays_and_ours_follows() -> None:
    source = with_comments(faulty())
    marked, _outcome = copy_of(source)
    notes = commented(marked)["评分表"]
    assert notes["J9"] == "留言"
    assert notes["G5"].startswith("请再看一下\n【核查意见")
    assert loaded(marked)["评分表"]["G5"].comment.author == "张三"
    shapes = part(marked, "xl/drawings/commentsDrawing1.vml")
    assert shapes.startswith(part(source, "xl/drawings/commentsDrawing1.vml")[: -len("</xml>")])
    assert len(re.findall(r'ObjectType="Note"', shapes)) == len(notes)


def test_a_reply_in_our_comment_survives() -> None:
    marked, _outcome = copy_of(faulty())

    def reply(workbook: Any) -> None:
        held = workbook["评分表"]["H4"].comment
        workbook["评分表"]["H4"].comment = Comment(f"{held.text}\n已改为 55%", "张三")

    clean = unmarked(openpyxl_edit(marked, reply))
    assert commented(clean) == {"评分表": {"H4": "\n已改为 55%"}}


def test_a_conversation_is_not_touched() -> None:
    def talk(workbook: Any) -> None:
        workbook["评分表"]["G5"].comment = Comment("[Threaded comment]", "tc={0000}")

    source = openpyxl_edit(faulty(), talk)
    marked, _outcome = copy_of(source)
    assert commented(marked)["评分表"]["G5"] == "[Threaded comment]"
    assert "G5" in coloured(marked)["评分表"]


def test_validations_of_extensions_pictures_and_unknown_elements_stay() -> None:
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.'
        'microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1"><x14:'
        'dataValidation type="list"><x14:formula1/></x14:dataValidation></x14:dataValidations>'
        "</ext></extLst></worksheet>"
    )
    source = with_parts(faulty(), {SHEET: lambda xml: xml.replace("</worksheet>", extension)})
    buffer = io.BytesIO(source)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/media/image1.png", b"\x89PNG picture")
        package.writestr("xl/printerSettings/printerSettings1.bin", bytes(range(256)))
    marked, _outcome = copy_of(buffer.getvalue())
    assert canonical_end(marked, MARKED_SHEET) == canonical_end(source, SHEET)
    after = parts(marked)
    assert after["xl/media/image1.png"] == b"\x89PNG picture"
    assert after["xl/printerSettings/printerSettings1.bin"] == bytes(range(256))
    order = [etree.QName(e).localname for e in etree.fromstring(after[MARKED_SHEET])]
    assert order.index("legacyDrawing") < order.index("extLst")
    last_rule = len(order) - order[::-1].index("conditionalFormatting")
    assert last_rule == order.index("dataValidations")


def canonical_end(content: bytes, sheet: str) -> bytes:
    return etree.tostring(etree.fromstring(parts(content)[sheet])[-1], method="c14n")


def test_colours_stand_behind_the_workbooks_own_rules() -> None:
    marked, _outcome = copy_of(faulty())
    rules = re.findall(r'priority="(\d+)"><formula>([^<]*)', part(marked, MARKED_SHEET))
    own = [int(n) for n, formula in rules if "cts-excel" not in formula]
    ours = [int(n) for n, formula in rules if "cts-excel" in formula]
    assert max(own) < min(ours)
    assert len(set(own + ours)) == len(rules)
    assert own == [int(n) for n in re.findall(r'priority="(\d+)"', part(faulty(), SHEET))]


@pytest.mark.parametrize(
    ("cell", "condition"),
    [("G5", "LEN(G5)=0"), ("H4", "H4=0.85"), ("H6", 'EXACT(H6,"好")'), ("G53", 'EXACT(G53,"乱")')],
)
def test_a_colour_lasts_until_the_cell_is_changed(cell: str, condition: str) -> None:
    marked, _outcome = copy_of(faulty())
    formula = re.search(
        rf'sqref="{cell}"><cfRule[^>]*><formula>([^<]*)', part(marked, MARKED_SHEET)
    )
    assert formula is not None
    assert formula[1] == f'AND(N("cts-excel")=0,{condition})'


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ('他说"好"', 'EXACT(H6,"他说""好""")'),
        ("长" * 300, "TRUE"),
        (True, "TRUE"),
        ("a\nb", "TRUE"),
    ],
)
def test_what_cannot_be_quoted_stays_coloured(value: Any, condition: str) -> None:
    marked, _outcome = copy_of(put(filled(), "评分表", {"H6": value}))
    assert f'AND(N("cts-excel")=0,{condition})' in part(marked, MARKED_SHEET).replace("&quot;", '"')


def test_text_of_a_workbook_never_becomes_a_formula_nor_breaks_the_list() -> None:
    nasty = '=HYPERLINK("http://a.b")_x0041_<&>\ufffe'
    source = faulty()
    outcome = judged(source)
    bad = finding("R06", sheet="评分表", cell="H6", clause="5.1.2.1", found=nasty, expected="\x00")
    marked = marked_copy(source, replace(outcome, findings=(bad,)))
    sheet = loaded(marked)["修改清单"]
    assert sheet["F6"].data_type == "s"
    # Spreadsheets read _x0041_ as an escaped A, so the underscore itself is escaped.
    assert sheet["F6"].value == r'评分比例不是数字：=HYPERLINK("http://a.b")_x005F_x0041_<&>\xfffe'
    assert sheet["G6"].value == r"\x00"
    assert sheet["F6"].hyperlink is None


def test_findings_without_a_cell_or_on_hidden_sheets_are_listed_without_link() -> None:
    source = faulty()
    listed = (
        finding("W04", expected="特别项"),
        finding("W02", sheet="_cts", cell="B4", found="x"),
        finding("W10", sheet="评分表", cell="C60:C61", found="9.9"),
    )
    marked = marked_copy(source, replace(judged(source), findings=listed))
    sheet = loaded(marked)["修改清单"]
    assert [sheet.cell(6 + n, 4).value for n in range(3)] == [
        "整个文件",
        "_cts!B4",
        "评分表!C60:C61",
    ]
    assert [bool(sheet.cell(6 + n, 4).hyperlink) for n in range(3)] == [False, False, True]
    assert {s: set(c) for s, c in coloured(marked).items()} == {"评分表": {"C60", "C61"}}


def test_a_foreign_sheet_of_the_same_name_is_left_alone() -> None:
    source = openpyxl_edit(faulty(), lambda workbook: workbook.create_sheet("修改清单"))
    marked, _outcome = copy_of(source)
    names = loaded(marked).sheetnames
    assert names[0] == "修改清单 (2)"
    assert loaded(unmarked(marked)).sheetnames == [*names[1:]]


def test_the_list_is_not_mistaken_for_a_cover() -> None:
    # It quotes the labels of all entries that are missing.
    labels = ("企业名称", "项目编号", "审核类型", "审核组长", "审核开始日期", "审核结束日期")
    source = filled_bytes(built_in(), answers(cover=dict.fromkeys(labels)))
    marked, _outcome = copy_of(source)
    assert [code for code, _cell in found(judged(marked))] == ["C01"] * len(labels)


def with_parts_in_disorder(content: bytes) -> bytes:
    """Return a workbook whose sheet parts have odd names, and one more that no tab shows."""
    names = {
        "xl/worksheets/sheet1.xml": "xl/worksheets/Sheet.xml",
        "xl/worksheets/sheet2.xml": "xl/pages/a.xml",
        "xl/worksheets/sheet3.xml": "xl/worksheets/sheet1.xml",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in parts(content).items():
            for old, new in names.items():
                folder, _slash, last = old.rpartition("/")
                if name == f"{folder}/_rels/{last}.rels":
                    folder, _slash, last = new.rpartition("/")
                    name = f"{folder}/_rels/{last}.rels"
            if name.endswith((".rels", "[Content_Types].xml")):
                for number, old in enumerate(names):
                    data = data.replace(old.removeprefix("xl/").encode(), b"<%d>" % number)
                for number, new in enumerate(names.values()):
                    data = data.replace(b"<%d>" % number, new.removeprefix("xl/").encode())
            package.writestr(names.get(name, name), data)
        package.writestr("xl/worksheets/sheet2.xml", "<worksheet/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "made",
    [
        *(pytest.param(make, id=name) for name, make in SOURCES.items()),
        pytest.param(lambda: with_parts_in_disorder(with_comments(faulty())), id="disorder"),
        pytest.param(lambda: copy_of(copy_of(faulty())[0])[0], id="copy of a copy"),
    ],
)
def test_the_first_sheet_part_is_the_first_tab(made: Any) -> None:
    source = made()
    marked, outcome = copy_of(source)
    book = Package(marked)
    assert [sheet.part for sheet in book.sheets] == [
        f"xl/worksheets/sheet{n}.xml" for n in range(1, len(book.sheets) + 1)
    ]
    assert loaded(marked).sheetnames == [
        "修改清单",
        *(s.name for s in Package(unmarked(source)).sheets),
    ]
    assert commented(marked).keys() >= FAULTY_CELLS.keys()  # the relationships moved along
    assert judged(marked).score == outcome.score
    again = unmarked(marked)
    assert [s.part[-5] for s in Package(again).sheets] == list("12345")
    assert judged(again).findings == judged(unmarked(source)).findings
    if b"<worksheet/>" in parts(source).values():
        assert b"<worksheet/>" in parts(marked).values()
