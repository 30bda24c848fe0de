"""Returned workbooks that were renamed, sorted, moved, copied, thinned out, or are not ours."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from altering import (
    COVER,
    answers,
    built_in,
    filled,
    found,
    judged,
    openpyxl_edit,
    part,
    put,
    sheet_part,
    with_parts,
)

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.read_audit import NotReadableError, read_audit

DATA = Path(__file__).parents[1] / "data"
ENTRY = SpecialAnswer("不符合国家法律、法规的要求", "5.1.2.2", "未按期退换", "记录 7", "整改中")


def edited(edit: Callable[[Any], None], content: bytes | None = None) -> Outcome:
    return judged(openpyxl_edit(content or filled(), edit))


def codes(outcome: Outcome) -> list[str]:
    return [code for code, _cell in found(outcome, "T03")]


def same_result(outcome: Outcome) -> bool:
    whole = judged(filled())
    return outcome.score == whole.score and outcome.status is Status.GRADED


def rename(workbook: Any) -> None:
    workbook["评分表"].title = "打分"
    workbook["封面"].title = "首页"


def test_renamed_sheets_are_found_by_what_they_hold() -> None:
    outcome = edited(rename)
    assert codes(outcome) == ["W05", "W05"]
    assert same_result(outcome)
    assert outcome.audit is not None
    assert outcome.audit.sheets.ratings == "打分"


def test_a_renamed_identity_sheet_is_found_by_its_mark() -> None:
    outcome = edited(lambda w: setattr(w["_cts"], "title", "x"))
    assert codes(outcome) == ["W05"]
    assert same_result(outcome)


def test_reordered_sheets() -> None:
    outcome = edited(lambda w: w.move_sheet("评分表", offset=-1))
    assert codes(outcome) == ["W06"]
    assert same_result(outcome)


def test_inserted_rows_and_columns() -> None:
    def insert(workbook: Any) -> None:
        workbook["评分表"].insert_rows(2, 3)
        workbook["评分表"].insert_cols(6)

    outcome = edited(insert)
    assert sorted(codes(outcome)) == ["W07", "W17"]
    assert same_result(outcome)
    assert outcome.audit is not None
    assert outcome.audit.rating_cell(outcome.audit.ratings[0], "percent") == "I7"


def test_sorted_rows_change_nothing() -> None:
    def reverse(workbook: Any) -> None:
        sheet = workbook["评分表"]
        rows = [[c.value for c in row] for row in sheet["A4:J53"]]
        for row, values in zip(sheet["A4:J53"], reversed(rows), strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = value

    outcome = edited(reverse)
    assert codes(outcome) == ["W07"]
    assert same_result(outcome)


def test_a_missing_row_is_named_and_never_counted_as_zero() -> None:
    outcome = edited(lambda w: w["评分表"].delete_rows(7))
    assert ("W08", "") in found(outcome)
    assert outcome.status is Status.NEEDS_CORRECTION
    assert outcome.bounds is not None
    assert outcome.bounds.high - outcome.bounds.low == 5  # 5.1.2.2 weighs 5
    assert "R01" not in codes(outcome)


def test_a_clause_that_stands_twice_is_read_from_neither() -> None:
    copied = {"C5": "5.1.1.1", "E5": built_in().indicators[0].text}
    outcome = judged(put(filled(), "评分表", copied))
    assert [(f.code, f.clause) for f in outcome.findings if f.code in ("W08", "W09")] == [
        ("W08", "5.1.1.2"),
        ("W09", "5.1.1.1"),
    ]
    assert outcome.audit is not None
    assert outcome.audit.ratings[0].percent is None
    assert outcome.status is Status.NEEDS_CORRECTION


@pytest.mark.parametrize("clause", ["5.1.1.1", "5.9.9.9", "别的", None])
def test_an_altered_clause_number_is_told_by_the_wording(clause: str | None) -> None:
    outcome = judged(put(filled(), "评分表", {"C5": clause}))
    assert found(outcome) == [("W20", "C5")]
    assert same_result(outcome)


def test_a_foreign_clause_is_told_and_does_not_count() -> None:
    def add(workbook: Any) -> None:
        for column, value in zip("CDEFG", ("5.9.9.9", "新", 9, "80%-100%", 0.9), strict=True):
            workbook["评分表"][f"{column}54"] = value

    outcome = edited(add)
    assert found(outcome, "T03") == [("W10", "C54")]
    assert same_result(outcome)


def test_an_answer_in_a_row_without_a_clause_is_not_dropped_silently() -> None:
    def add(workbook: Any) -> None:
        workbook["评分表"]["G54"], workbook["评分表"]["H54"] = "80%-100%", 0.9

    assert found(edited(add), "T03") == [("W10", "G54")]


@pytest.mark.parametrize("clause", ["５．１．１．１", " 5.1.1.1 ", "5.1.1.1\u200b"])
def test_clauses_in_other_writing_are_known(clause: str) -> None:
    assert codes(judged(put(filled(), "评分表", {"C4": clause}))) == []


@pytest.mark.parametrize("column", [3, 7, 8])
def test_a_missing_column_is_one_finding(column: int) -> None:
    outcome = edited(lambda w: w["评分表"].delete_cols(column))
    told = [f for f in outcome.findings if f.code == "W14"]
    assert [f.severity for f in told] == [Severity.ERROR]
    assert outcome.status is Status.NEEDS_CORRECTION
    assert not any(f.code in ("R01", "R02", "W08") for f in outcome.findings)


@pytest.mark.parametrize("column", "ACDEFGHIJ")
def test_an_altered_heading_is_told_and_its_column_still_read(column: str) -> None:
    outcome = judged(put(filled(), "评分表", {f"{column}3": "别的"}))
    assert found(outcome) == [("W19", f"{column}3")]
    assert same_result(outcome)


def test_two_columns_with_one_heading() -> None:
    outcome = judged(put(filled(), "评分表", {"I3": "评分比例"}))
    assert ("W16", "I3") in found(outcome)
    assert outcome.status is Status.NEEDS_CORRECTION


@pytest.mark.parametrize("sheet", ["封面", "评分表", "特别项"])
def test_a_missing_sheet_is_an_error(sheet: str) -> None:
    outcome = edited(lambda w: w.remove(w[sheet]))
    assert [(f.code, f.expected) for f in outcome.findings if f.code == "W04"] == [("W04", sheet)]
    assert outcome.status is Status.NEEDS_CORRECTION


def test_a_second_copy_of_a_sheet_is_an_error() -> None:
    outcome = edited(lambda w: w.copy_worksheet(w["评分表"]))
    assert codes(outcome) == ["W15"]
    assert outcome.status is Status.NEEDS_CORRECTION


def test_a_workbook_without_its_identity_sheet() -> None:
    outcome = edited(lambda w: w.remove(w["_cts"]))
    assert codes(outcome) == ["W13"]
    assert same_result(outcome)
    assert outcome.audit is not None
    assert outcome.audit.identity.standard_id == built_in().id  # from the document properties


@pytest.mark.parametrize(
    ("key_row", "value", "code"),
    [(2, "99", "W03"), (3, "other", "W01"), (4, "2030-01-01", "W01"), (5, "0" * 64, "W02")],
)
def test_another_identity(key_row: int, value: str, code: str) -> None:
    outcome = judged(put(filled(), "_cts", {f"B{key_row}": value}))
    assert codes(outcome) == [code]
    assert outcome.status is (Status.NEEDS_CORRECTION if code == "W01" else Status.GRADED)


def test_a_workbook_of_another_specification_is_not_compared_with_ours() -> None:
    other = load_standard(DATA / "small_standard.toml")
    band = other.bands[-1]
    content = filled_bytes(other, answers(other, band=band.label, percent=band.high))
    outcome = judged(content)
    assert codes(outcome) == ["W01"]
    assert not [f.code for f in outcome.findings if f.code in ("A17", "A21")]


def test_a_cover_whose_entries_moved() -> None:
    outcome = edited(lambda w: w["封面"].insert_rows(3, 2))
    assert codes(outcome) == []
    assert outcome.audit is not None
    assert outcome.audit.cover == judged(filled()).audit.cover  # type: ignore[union-attr]
    assert outcome.audit.cover_cells["organisation"] == "C7"


def test_a_cover_without_a_label() -> None:
    outcome = judged(put(filled(), "封面", {"B8": "编号"}))
    assert found(outcome) == [("W19", "B8")]
    assert outcome.audit is not None
    assert outcome.audit.cover.audit_no == COVER["项目编号"]


def test_special_entries_in_any_row_of_their_block() -> None:
    content = filled_bytes(built_in(), answers(deductions=(ENTRY, ENTRY)))

    def move(workbook: Any) -> None:
        workbook["特别项"].insert_rows(5, 20)

    outcome = edited(move, content)
    assert outcome.audit is not None
    assert [(e.number, e.row, e.complete) for e in outcome.audit.deductions] == [
        (1, 25, True),
        (2, 26, True),
    ]
    assert outcome.audit.bonuses == ()


@pytest.mark.parametrize("row", [17, 18])
def test_an_entry_below_its_block_counts_and_is_not_said_to_be_unread(row: int) -> None:
    def enter(workbook: Any) -> None:
        category = built_in().special.deduction.categories[0]
        for column, text in zip("BDE", (category, "事实", "证据"), strict=True):
            workbook["特别项"][f"{column}{row}"] = text

    outcome = judged(openpyxl_edit(filled(), enter))
    assert outcome.score is not None
    assert outcome.score.deductions == 1
    assert "A25" not in codes(outcome)


def test_an_empty_special_sheet_holds_no_entry() -> None:
    outcome = judged(filled())
    assert outcome.audit is not None
    assert outcome.audit.deductions == outcome.audit.bonuses == ()


def test_a_block_without_its_title_row() -> None:
    outcome = judged(put(filled(), "特别项", {"A3": None}))
    assert same_result(outcome)
    assert [(f.code, f.cell) for f in outcome.findings] == [("A05", "A3")]


def test_a_special_block_without_headings() -> None:
    content = put(filled(), "特别项", {"B4": None, "C4": None, "D4": None, "E4": None, "K4": None})
    assert judged(content).status is Status.NEEDS_CORRECTION


# ----- ambiguous XML: two readers would read two things --------------------------------------

TWICE = '<c r="H4"><v>0.9</v></c>'


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml.replace('<c r="I4"', TWICE + '<c r="I4"'),
        lambda xml: xml.replace('<row r="5"', f'<row r="4">{TWICE}</row><row r="5"', 1),
        lambda xml: xml.replace('<row r="5" ', '<row r="54" ', 1),
        lambda xml: xml.replace('<c r="H5"', '<c r="H6"', 1),
        lambda xml: xml.replace("</sheetData>", "</sheetData><sheetData/>"),
    ],
    ids=["cell twice", "row twice", "row misnumbered", "cell in wrong row", "twice"],
)
def test_what_two_readers_would_read_differently_is_a_finding(edit: Callable[[str], str]) -> None:
    content = with_parts(filled(), {sheet_part("评分表"): edit})
    assert part(content, sheet_part("评分表")) != part(filled(), sheet_part("评分表"))
    outcome = judged(content)
    assert "W18" in codes(outcome)
    assert outcome.status is Status.NEEDS_CORRECTION


def test_rows_sorted_without_their_clause_numbers_are_refused() -> None:
    def sort_in_part(workbook: Any) -> None:
        sheet = workbook["评分表"]
        sheet["H4"] = 1  # of what C4 names, or of what E4 says?
        sheet["E4"], sheet["E5"] = sheet["E5"].value, sheet["E4"].value

    outcome = judged(openpyxl_edit(filled(), sort_in_part))
    told = [(f.cell, f.clause, f.found) for f in outcome.findings if f.code == "W18"]
    assert told == [
        ("C4", "5.1.1.1", "5.1.1.1 / 5.1.1.2"),
        ("C5", "5.1.1.2", "5.1.1.2 / 5.1.1.1"),
    ]
    assert outcome.bounds is not None
    assert (outcome.bounds.low, outcome.bounds.high) == (Decimal("81.6"), Decimal("85.6"))


def test_a_cell_without_an_address_stands_right_of_the_one_before() -> None:
    content = with_parts(
        filled(), {sheet_part("评分表"): lambda xml: xml.replace('<c r="H5"', "<c", 1)}
    )
    assert judged(content).findings == ()


def test_capitals_do_not_tell_parts_apart() -> None:
    content = with_parts(
        filled(),
        {
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                "sharedStrings.xml", "SharedStrings.xml"
            ).replace("sheet2.xml", "Sheet2.XML")
        },
    )
    assert judged(content).findings == ()


def test_duplicate_sheet_names_are_a_finding() -> None:
    edit = {"xl/workbook.xml": lambda xml: xml.replace("评分说明", "评分表")}
    outcome = judged(with_parts(filled(), edit))
    assert "W18" in codes(outcome)


def test_a_small_dimension_hides_nothing() -> None:
    def edit(xml: str) -> str:
        assert "<dimension" in xml
        return xml.replace('<dimension ref="A1:', '<dimension ref="A1:B2" x="')

    outcome = judged(with_parts(filled(), {sheet_part("评分表"): edit}))
    assert outcome.score == judged(filled()).score


def test_a_far_cell_costs_nothing() -> None:
    def edit(xml: str) -> str:
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return xml.replace("</sheetData>", far)

    assert same_result(judged(with_parts(filled(), {sheet_part("评分表"): edit})))


# ----- not ours, not readable ---------------------------------------------------------------


def refused(content: bytes, kind: str = "xlsx") -> NotReadableError:
    with pytest.raises(NotReadableError) as caught:
        read_audit(content, built_in(), kind=kind)
    return caught.value


def foreign_workbook() -> bytes:
    def strip(workbook: Any) -> None:
        for sheet in workbook.worksheets[1:]:
            workbook.remove(sheet)
        workbook.worksheets[0].title = "Sheet1"
        for row in workbook.worksheets[0]["A1:Z40"]:
            for cell in row:
                if type(cell).__name__ == "Cell":
                    cell.value = None

    return with_parts(openpyxl_edit(filled(), strip), {"docProps/custom.xml": None})


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", "xlsx", "F09"),
        (b"", "ods", "F09"),
        (b"hello", "xlsx", "F01"),
        (b"PK\x03\x04 not a zip", "xlsx", "F01"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx", "F08"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "xlsx",
            "F03",
        ),
        (b"nonsense", "xls", "F01"),
        (b"nonsense", "ods", "F01"),
        (b"x", "csv", "F08"),
    ],
)
def test_files_that_cannot_be_read(content: bytes, kind: str, code: str) -> None:
    assert refused(content, kind).reason == code


def test_a_workbook_that_is_not_ours() -> None:
    error = refused(foreign_workbook())
    assert (error.reason, error.found) == ("F02", "Sheet1")


def test_an_ods_under_the_wrong_kind() -> None:
    error = refused((DATA / "filled_by_libreoffice.ods").read_bytes())
    assert (error.reason, error.found) == ("F08", "ods")


@pytest.mark.parametrize("size", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(size: float) -> None:
    assert refused(filled()[: int(len(filled()) * size)]).reason == "F01"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_a_document_type_is_refused(name: str) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]>'

    def edit(xml: str) -> str:
        return xml.replace("?>", "?>" + doctype, 1)

    assert refused(with_parts(filled(), {name: edit})).reason == "F05"


def test_broken_xml_is_damage() -> None:
    edit = {sheet_part("评分表"): lambda xml: xml[: len(xml) // 2]}
    assert refused(with_parts(filled(), edit)).reason == "F01"


def test_the_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(NotReadableError("F04", "70 MiB", "64 MiB")))
    assert (error.reason, error.found, error.expected) == ("F04", "70 MiB", "64 MiB")


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_workbooks_kept_from_libreoffice(kind: str) -> None:
    content = (DATA / f"filled_by_libreoffice.{kind}").read_bytes()
    outcome = judged(content, kind=kind)
    assert outcome.status is not Status.REJECTED
    whole = judged((DATA / "filled_by_libreoffice.xlsx").read_bytes())
    assert outcome.score == whole.score
    assert outcome.audit is not None
    assert whole.audit is not None
    assert outcome.audit.cover == whole.audit.cover
    assert outcome.status is Status.GRADED
    assert codes(outcome) == ["C04"]  # the credit code was invented
