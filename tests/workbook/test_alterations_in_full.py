"""What is said of an alteration, word for word: where, what stands there, what was issued."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from altering import (
    Raw,
    built_in,
    error,
    filled,
    judged,
    openpyxl_edit,
    panel_cell,
    part,
    put,
    rating_cell,
    sheet_part,
    with_parts,
)
from workbook.alteration_cases import added

from cts_excel.audit.findings import Severity
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = layout.SHEETS
Told = tuple[str, str, str, str, str]

FINAL, LEVEL = panel_cell("final"), panel_cell("level")
ISSUED_FINAL = "=MAX(0,ROUND($F$5-$F$6+$F$7,10))"
MOST_MERGES = 2000  # that are read
LAST_ROW = 74  # of 评分表: the grand total
GRAND_TOTAL = f"{column_letters(layout.RATING_COLUMN['score'])}{LAST_ROW}"
FIRST_EVIDENCE = rating_cell("evidence")
WORKBOOK = "xl/workbook.xml"
SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def told(content: bytes, standard: Standard | None = None) -> list[Told]:
    """Return the alterations found, but for those that only follow from another."""
    return [
        (str(f.code), f.sheet, f.cell, f.found, f.expected)
        for f in judged(content, standard).findings
        if f.code.startswith("A") and f.code != "A21"
    ]


def in_part(name: str, old: str, new: str) -> bytes:
    def edit(xml: str) -> str:
        made, done = re.subn(old, new, xml, count=1)
        assert done
        return made

    return with_parts(filled(), {name: edit})


def in_sheet(sheet: str, old: str, new: str) -> bytes:
    return in_part(sheet_part(sheet), old, new)


# -- formulas, texts and numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code", "found", "expected"),
    [
        (COVER, FINAL, 90.5, "A02", "90.5", ISSUED_FINAL),
        (COVER, FINAL, "九十", "A02", "九十", ISSUED_FINAL),
        (COVER, FINAL, Raw("", "<f>F5+9</f><v>94</v>"), "A01", "=F5+9", ISSUED_FINAL),
        (COVER, FINAL, Raw("", "<f>F5&amp;1</f><v>94</v>"), "A01", "=F5&1", ISSUED_FINAL),
        (COVER, FINAL, None, "A03", "", ISSUED_FINAL),
        (RATINGS, GRAND_TOTAL, None, "A03", "", "=ROUND(SUM($I$4:$I$53),10)"),
        (RATINGS, rating_cell("weight"), Raw("", "<f>1</f><v>1</v>"), "A04", "=1", "1"),
        (RATINGS, "A1", "自评表", "A05",
         "[+自]评[-分]表", "评分表"),
        (RATINGS, "A9", None, "A05", "—", "5.1 售后服务体系"),
        (RATINGS, "A9", Raw(' t="str"', "<f>\"x\"</f><v>x</v>"), "A04", '="x"', "5.1 售后服务体系"),
        (IDENTITY, "F2", 1, "A05", "1", "0.2"),
        (IDENTITY, "F2", None, "A05", "—", "0.2"),
        (IDENTITY, "F2", Raw("", "<f>1/5</f><v>0.2</v>"), "A04", "=1/5", "0.2"),
    ],
)  # fmt: skip
def test_a_cell_typed_over(
    sheet: str, cell: str, value: Any, code: str, found: str, expected: str
) -> None:
    assert (code, sheet, cell, found, expected) in told(put(filled(), sheet, {cell: value}))


def test_an_issued_formula_in_error() -> None:
    at = panel_cell("base")
    content = in_sheet(COVER, rf'(<c r="{at}" s="\d+")[^>]*>(<f>[^<]*</f>)<v>[^<]*</v>',
                       r'\1 t="e">\2<v>#REF!</v>')  # fmt: skip
    assert ("A22", COVER, at, "#REF!", "") in told(content)


@pytest.mark.parametrize(
    ("sheet", "cell", "code", "found", "expected"),
    [
        (COVER, FINAL, "A03", "", ISSUED_FINAL),
        (RATINGS, "A9", "A05", "—", "5.1 售后服务体系"),
        (IDENTITY, "F2", "A05", "—", "0.2"),
    ],
)
def test_a_cell_that_is_gone(sheet: str, cell: str, code: str, found: str, expected: str) -> None:
    content = in_sheet(sheet, f'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', "")
    assert told(content) == [(code, sheet, cell, found, expected)]


def test_an_error_typed_over_a_formula() -> None:
    assert ("A02", COVER, FINAL, "#N/A", ISSUED_FINAL) in told(
        put(filled(), COVER, {FINAL: error("#N/A")})
    )


def test_texts_that_differ_in_blanks_or_width_are_the_same() -> None:
    same = put(filled(), RATINGS, {"A9": "５.１  售后服务体系 "})
    assert told(same) == []
    assert len(told(put(filled(), RATINGS, {"A9": "5.1 售后服务体系。"}))) == 1


def test_a_number_written_in_another_form_is_the_same() -> None:
    assert told(put(filled(), IDENTITY, {"F2": Raw("", "<v>2.0E-1</v>")})) == []


def test_a_long_formula_is_cut() -> None:
    long = "+".join(["F5"] * 400)
    ((_code, _sheet, _cell, found, _expected),) = told(
        put(filled(), COVER, {FINAL: Raw("", f"<f>{long}</f><v>85</v>")})
    )
    assert found.startswith("=F5+F5")
    assert found.endswith("…")
    assert 500 < len(found) <= 601


def test_two_alterations_of_one_sheet_are_both_told() -> None:
    content = put(filled(), RATINGS, {"A9": "其他", GRAND_TOTAL: 1, rating_cell("score", 5): 2})
    assert {(code, cell) for code, _s, cell, _f, _e in told(content)} == {
        ("A05", "A9"), ("A02", GRAND_TOTAL), ("A02", rating_cell("score", 5)),
    }  # fmt: skip


def test_a_clause_as_formula_is_told_by_its_place() -> None:
    at = rating_cell("clause", 1)
    clause = built_in().indicators[1].clause
    text = f'<f>"{clause}"</f><v>{clause}</v>'
    content = put(filled(), RATINGS, {at: Raw(' t="str"', text)})
    assert ("A04", RATINGS, at, f'="{clause}"', clause) in told(content)


# -- outside the form ------------------------------------------------------------------------------


def test_content_outside_the_form() -> None:
    def edit(workbook: Any) -> None:
        workbook[COVER]["H3"] = "备注"
        workbook[COVER]["H4"] = 1
        workbook[COVER]["I9"] = "=1"

    found = [one for one in told(openpyxl_edit(filled(), edit)) if one[0] == "A25"]
    assert found == [("A25", COVER, "H3", "H3:H4、I9", "")]


def test_an_empty_text_outside_the_form_is_nothing() -> None:
    def edit(xml: str) -> str:
        row = '<row r="90"><c r="A90" t="inlineStr"><is><t></t></is></c><c r="B90"/></row>'
        return xml.replace("</sheetData>", f"{row}</sheetData>")

    assert told(with_parts(filled(), {sheet_part(COVER): edit})) == []


def outside(**cells: Any) -> list[str]:
    """Return where content outside the form is told, for cells of a row below the indicators."""
    row = layout.rating_last_row(built_in()) + 2

    def edit(workbook: Any) -> None:
        for column, value in cells.items():
            letters = column_letters(layout.RATING_COLUMN[column])
            workbook[RATINGS][f"{letters}{row}"] = value

    return [cell for code, _s, cell, _f, _e in told(openpyxl_edit(filled(), edit)) if code == "A25"]


def test_a_row_that_reading_reports_is_not_told_twice() -> None:
    row = layout.rating_last_row(built_in()) + 2
    assert outside(clause="5.9.9.9", weight=3, evidence="看过") == []
    assert outside(band="80%-100%", percent=0.9) == []
    assert outside(weight=3) == [f"{column_letters(layout.RATING_COLUMN['weight'])}{row}"]
    assert outside(clause=5) == [f"{column_letters(layout.RATING_COLUMN['clause'])}{row}"]


def test_an_entry_below_the_block_is_no_content_outside_the_form() -> None:
    """Reading takes entries of any number of rows on 特别项; only other cells are outside."""
    row = layout.BONUS_TOTAL_ROW + 4
    entry = cell_address(row, layout.SPECIAL_COLUMN["evidence"])
    outside = cell_address(row, len(layout.SPECIAL_COLUMN) + 1)

    def edit(workbook: Any) -> None:
        workbook[SPECIAL][entry] = "说明"
        workbook[SPECIAL][outside] = "说明"

    found = [one for one in told(openpyxl_edit(filled(), edit)) if one[0] == "A25"]
    assert found == [("A25", SPECIAL, outside, outside, "")]


# -- protection, locking, hiding -------------------------------------------------------------------


@pytest.mark.parametrize("sheet", layout.SHEETS[:4])
def test_each_sheet_is_protected(sheet: str) -> None:
    content = in_sheet(sheet, "<sheetProtection[^>]*/>", "")
    assert told(content) == [("A06", sheet, "", "", "")]


def test_unlocked_cells_are_listed_by_column() -> None:
    def edit(workbook: Any) -> None:
        from openpyxl.styles import Protection

        for at in (rating_cell("score", 3), rating_cell("score", 2), rating_cell("weight", 7)):
            workbook[RATINGS][at].protection = Protection(locked=False)

    weight, first, last = (
        rating_cell("weight", 7), rating_cell("score", 2), rating_cell("score", 3),
    )  # fmt: skip
    found = [one for one in told(openpyxl_edit(filled(), edit)) if one[0] == "A27"]
    assert found == [("A27", RATINGS, first, f"{weight}、{first}:{last}", "")]


def hidden(sheet: str, *rows: int) -> Callable[[str], str]:
    def edit(xml: str) -> str:
        for row in rows:
            assert f'<row r="{row}"' in xml
            xml = xml.replace(f'<row r="{row}"', f'<row r="{row}" hidden="1"')
        return xml

    return edit


def ninth_column_hidden(xml: str) -> str:
    return re.sub(r'(<col min="9"[^>]*?)/>', r'\1 hidden="1"/>', xml)


def test_hidden_rows_are_shown_as_runs() -> None:
    content = with_parts(filled(), {sheet_part(RATINGS): hidden(RATINGS, 12, 10, 11, 20)})
    assert told(content) == [("A12", RATINGS, "A10", "10:12、20", "")]


def test_hidden_columns_are_shown_as_runs() -> None:
    def edit(xml: str) -> str:
        several = '<col min="4" max="5" hidden="1"/><col min="9" max="9" hidden="1"/>'
        return re.sub("<cols>.*</cols>", f"<cols>{several}</cols>", xml)

    found = told(with_parts(filled(), {sheet_part(RATINGS): edit}))
    assert found == [("A12", RATINGS, "D1", "D:E、I", "")]


def test_rows_and_columns_hidden_together() -> None:
    content = with_parts(filled(), {sheet_part(RATINGS): hidden(RATINGS, 10)})
    content = with_parts(
        content,
        {
            sheet_part(RATINGS): lambda xml: re.sub(
                r'(<col min="9"[^>]*?)/>', r'\1 hidden="1"/>', xml
            )
        },
    )
    ((code, sheet, cell, shown, _expected),) = told(content)
    assert (code, sheet, cell) == ("A12", RATINGS, "A10")
    assert shown.split("、")[0] == "10"
    assert shown.split("、")[1].startswith("I")


def test_what_is_hidden_beyond_the_content_does_not_count() -> None:
    def edit(xml: str) -> str:
        row = '<row r="900" hidden="1"/>'
        return xml.replace("</sheetData>", f"{row}</sheetData>")

    def columns(xml: str) -> str:
        return xml.replace("</cols>", '<col min="60" max="16384" width="0" hidden="1"/></cols>')

    assert told(with_parts(filled(), {sheet_part(RATINGS): edit})) == []
    assert told(with_parts(filled(), {sheet_part(RATINGS): columns})) == []


def test_the_hidden_sheet_may_hide_what_it_likes() -> None:
    content = with_parts(filled(), {sheet_part(IDENTITY): hidden(IDENTITY, 2)})
    assert told(content) == []


def test_filtered_rows_are_a_notice_and_others_a_warning() -> None:
    def severity(content: bytes) -> Severity:
        (found,) = [f for f in judged(content).findings if f.code == "A12"]
        return found.severity

    rows = with_parts(filled(), {sheet_part(RATINGS): hidden(RATINGS, 10)})
    filtered = with_parts(
        rows,
        {sheet_part(RATINGS): lambda xml: re.sub(
            r'<autoFilter ref="([^"]*)"/>',
            r'<autoFilter ref="\1"><filterColumn colId="9"/></autoFilter>', xml)},
    )  # fmt: skip
    columns = with_parts(
        filtered,
        {
            sheet_part(RATINGS): lambda xml: re.sub(
                r'(<col min="9"[^>]*?)/>', r'\1 hidden="1"/>', xml
            )
        },
    )
    assert severity(rows) is Severity.WARNING
    assert severity(filtered) is Severity.NOTICE
    assert severity(columns) is Severity.WARNING


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("sheet", [COVER, RATINGS, SPECIAL, RUBRIC])
def test_a_hidden_sheet(sheet: str, state: str) -> None:
    content = in_part(WORKBOOK, f'(<sheet name="{sheet}" )', rf'\1state="{state}" ')
    answered = sheet in (COVER, RATINGS)  # answers that nobody sees are the graver finding
    assert told(content) == ([] if answered else [("A09", sheet, "", state, "")])
    assert ("W22" in {f.code for f in judged(content).findings}) == answered


def test_the_hidden_sheet_shown_or_less_hidden() -> None:
    assert told(in_part(WORKBOOK, ' state="veryHidden"', "")) == [("A10", IDENTITY, "", "", "")]
    assert told(in_part(WORKBOOK, ' state="veryHidden"', ' state="hidden"')) == []


def test_added_sheets_are_named() -> None:
    found = told(openpyxl_edit(filled(), lambda w: (w.create_sheet("照片"), w.create_sheet("二"))))
    assert sorted(one for one in found if one[0] == "A11") == sorted(
        [("A11", "照片", "", "照片", ""), ("A11", "二", "", "二", "")]
    )


# -- merged cells and checks -----------------------------------------------------------------------


def merged(*ranges: str) -> bytes:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return in_sheet(RATINGS, "<autoFilter", f"<mergeCells>{cells}</mergeCells><autoFilter")


def test_merged_input_cells() -> None:
    first, last = rating_cell("evidence"), rating_cell("evidence", 2)
    assert told(merged(f"{first}:{last}")) == [("A13", RATINGS, first, f"{first}:{last}", "")]


def test_merged_cells_name_the_first_input_by_row() -> None:
    """D5:G6 covers text, weight, band and percentage of two rows; the band above is the first."""
    area = f"{rating_cell('text', 1)}:{rating_cell('percent', 2)}"
    assert told(merged(area)) == [("A13", RATINGS, rating_cell("band", 1), area, "")]


def test_more_merged_cells_than_are_read() -> None:
    found = told(merged(*(f"L{n}:M{n}" for n in range(1, MOST_MERGES + 2))))
    assert found == [("A13", RATINGS, "", f"> {MOST_MERGES}", "")]


def test_merged_cells_outside_the_inputs_are_none_of_ours() -> None:
    assert told(merged("L4:M5")) == []
    single = rating_cell("evidence")
    assert told(merged(f"{single}:{single}")) == []


def test_a_check_that_was_removed() -> None:
    last = rating_cell("evidence", len(built_in().indicators) - 1)
    second = rating_cell("evidence", 1)
    content = in_sheet(RATINGS, f'sqref="{FIRST_EVIDENCE}:{last}"', f'sqref="{second}:{last}"')
    assert told(content) == [("A07", RATINGS, FIRST_EVIDENCE, FIRST_EVIDENCE, "")]


# -- the package -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "parts", "found"),
    [
        ("A14", ["xl/externalLinks/externalLink2.xml", "xl/externalLinks/externalLink1.xml"],
         "xl/externalLinks/externalLink1.xml、xl/externalLinks/externalLink2.xml"),
        ("A14", ["xl/connections.xml"], "xl/connections.xml"),
        ("A14", ["xl/queryTables/queryTable1.xml"], "xl/queryTables/queryTable1.xml"),
        ("A15", ["xl/vbaProject.bin"], "xl/vbaProject.bin"),
        ("A15", ["xl/macrosheets/sheet1.xml"], "xl/macrosheets/sheet1.xml"),
        ("A16", ["xl/comments1.xml"], "xl/comments1.xml"),
        ("A16", ["xl/threadedComments/threadedComment1.xml"],
         "xl/threadedComments/threadedComment1.xml"),
    ],
)  # fmt: skip
def test_parts_that_no_issued_workbook_has(code: str, parts: list[str], found: str) -> None:
    content = added(dict.fromkeys(parts, "<x/>"))(filled())
    assert told(content) == [(code, "", "", found, "")]


def test_other_parts_are_not_told() -> None:
    assert told(added({"xl/printerSettings/printerSettings1.bin": "x"})(filled())) == []


def comments(*texts: str) -> bytes:
    listed = "".join(
        f'<comment ref="A1" authorId="0"><text><r><t>{text[:5]}</t></r><r><t>{text[5:]}</t></r>'
        "</text></comment>"
        for text in texts
    )
    part = f"<comments {MAIN}><commentList>{listed}</commentList></comments>"
    return added({"xl/comments1.xml": part})(filled())


def test_our_own_remarks_are_no_comments_of_people() -> None:
    ours = f"{layout.REMARK_BEGIN}缺证据{layout.REMARK_END}"
    assert told(comments(ours, ours)) == []
    told_of_people = [("A16", "", "", "xl/comments1.xml", "")]
    assert told(comments(ours, "见附件")) == told_of_people
    assert told(comments(f"{ours}见附件")) == told_of_people
    assert told(comments(f"见附件{ours}")) == told_of_people


def test_calculation_set_to_manual_and_automatic() -> None:
    assert told(in_part(WORKBOOK, "<calcPr ", '<calcPr calcMode="manual" ')) == [
        ("A28", "", "", "", "")
    ]
    assert told(in_part(WORKBOOK, "<calcPr ", '<calcPr calcMode="auto" ')) == []


def test_a_removed_name_and_an_added_one() -> None:
    gone = told(in_part(WORKBOOK, '<definedName name="cts_bands">[^<]*</definedName>', ""))
    assert [(code, found) for code, _s, _c, found, _e in gone] == [("A17", "cts_bands: —")]
    assert "$D$2" in gone[0][4]
    mine = '<definedName name="mine">评分表!$A$1</definedName>'
    new = told(in_part(WORKBOOK, "</definedNames>", f"{mine}</definedNames>"))
    assert [(code, found.split("!")[0], due) for code, _s, _c, found, due in new] == [
        ("A18", "mine: 评分表", "")
    ]


def test_a_name_of_one_sheet_hides_the_issued_one_there() -> None:
    """The issued name stays as it was; what the sheet has in its place was never issued."""
    for name in (layout.NAME_BANDS, layout.NAME_BANDS.upper()):
        local = f'<definedName name="{name}" localSheetId="1">_cts!$E$2:$E$6</definedName>'
        found = told(in_part(WORKBOOK, "</definedNames>", f"{local}</definedNames>"))
        ((code, sheet, cell, shown, expected),) = found
        assert (code, sheet, cell, expected) == ("A17", "", "", "")
        assert shown.startswith(f"{name}: ")
        assert "$E$2" in shown


def test_names_of_applications_are_not_told() -> None:
    own = '<definedName name="_xlnm.Print_Area" localSheetId="0">封面!$A$1</definedName>'
    assert told(in_part(WORKBOOK, "</definedNames>", f"{own}</definedNames>")) == []
    list_name = f'<definedName name="{layout.NAME_CORRECTIONS}">封面!$A$1</definedName>'
    assert told(in_part(WORKBOOK, "</definedNames>", f"{list_name}</definedNames>")) == []


# -- identity --------------------------------------------------------------------------------------


def test_an_identity_that_disagrees_with_the_properties() -> None:
    standard = built_in()
    content = put(filled(), IDENTITY, {"B6": "ANOTHER-1"})
    assert told(content) == [("A19", IDENTITY, "", "issue_id: ANOTHER-1 ≠ —", "")]
    content = put(filled(), IDENTITY, {"B4": "2030-01-01", "B6": "X"})
    assert told(content) == [
        ("A19", IDENTITY, "",
         f"edition: 2030-01-01 ≠ {standard.edition}；issue_id: X ≠ —", ""),
    ]  # fmt: skip


def test_properties_that_are_gone() -> None:
    names = "、".join(name for _key, name in layout.IDENTITY_KEYS)
    content = with_parts(filled(), {"docProps/custom.xml": None})
    assert told(content) == [("A20", "", "", "", names)]


def test_other_properties_are_nothing_to_us() -> None:
    content = in_part("docProps/custom.xml", 'name="cts_issue"', 'name="Department"')
    assert told(content) == []


# -- another specification -------------------------------------------------------------------------


def test_a_workbook_of_another_specification_is_searched_for_what_none_holds() -> None:
    """Its cells are not compared; macros, hidden rows and missing protection are told."""
    foreign = template_bytes(built_in())
    small = load_standard(SMALL)
    content = with_parts(
        added({"xl/vbaProject.bin": "x"})(put(foreign, RATINGS, {"A9": "其他"})),
        {
            sheet_part(RATINGS): lambda xml: hidden(RATINGS, 10)(
                re.sub("<sheetProtection[^>]*/>", "", xml)
            )
        },
    )
    assert sorted(one[:3] for one in told(content, small)) == [
        ("A06", RATINGS, ""), ("A12", RATINGS, "A10"), ("A15", "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["B2", "B3", "B4", "B5"])
def test_any_other_identity_makes_another_kind(cell: str) -> None:
    content = put(put(filled(), IDENTITY, {cell: "9"}), RATINGS, {"A9": "其他"})
    assert not [one for one in told(content) if one[0] == "A05"]


def test_an_empty_identity_is_taken_for_ours() -> None:
    content = put(put(filled(), IDENTITY, {"B5": None}), RATINGS, {"A9": "其他"})
    assert [one[:3] for one in told(content) if one[0] == "A05"] == [("A05", RATINGS, "A9")]


# -- moved rows and columns ------------------------------------------------------------------------


def test_moved_rows_of_the_cover_are_told_once() -> None:
    found = told(openpyxl_edit(filled(), lambda w: w[COVER].insert_rows(3)))
    assert [one for one in found if one[0] == "A23"] == [("A23", COVER, "", "4→5、5→6、6→7…", "")]


@pytest.mark.parametrize("moving", [1, 2, 3, 4])
def test_of_many_moved_rows_three_are_shown(moving: int) -> None:
    last = issued_rows(RUBRIC)
    first = last - moving + 1
    found = told(openpyxl_edit(filled(), lambda w: w[RUBRIC].insert_rows(first)))
    (shown,) = [one[3] for one in found if one[0] == "A23"]
    rows = [f"{row}→{row + 1}" for row in range(first, last + 1)]
    assert shown == "、".join(rows[:3]) + ("…" if moving > 3 else "")


def issued_rows(sheet: str) -> int:
    return max(int(row) for row in re.findall(r'<row r="(\d+)"', part(filled(), sheet_part(sheet))))


def test_moved_columns_come_before_rows() -> None:
    found = told(openpyxl_edit(filled(), lambda w: w[COVER].insert_cols(2)))
    (moved,) = [one for one in found if one[0] == "A23"]
    assert moved[:2] == ("A23", COVER)
    assert moved[3].startswith("B→C、")


def test_a_deleted_part_is_listed() -> None:
    found = told(openpyxl_edit(filled(), lambda w: w[RATINGS].delete_rows(60, 5)))
    assert [one[:3] for one in found if one[0] == "A24"] == [("A24", RATINGS, "")]
    assert found[0][3].startswith("F")
    assert found[0][4] == ""
