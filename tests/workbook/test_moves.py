"""Moved rows and columns: formulas are followed, and what changed on the way is told."""

from __future__ import annotations

import pytest
from altering import built_in, filled, judged, put, sheet_part, with_parts

from cts_excel.workbook.alterations.moves import Follower, Moves
from cts_excel.workbook.ooxml.formula_text import tokens
from cts_excel.workbook.ooxml.sheet_settings import parse_range, read_settings
from cts_excel.workbook.ooxml.xml_parser import MAIN_NAMESPACES


def inserted(at: int, last: int = 10) -> Moves:
    """Return the moves of one row inserted before a row."""
    rows = {row: row + (row >= at) for row in range(1, last + 1)}
    return Moves(rows, {column: column for column in range(1, 12)})


def deleted(at: int, last: int = 10) -> Moves:
    rows = {row: row - (row > at) for row in range(1, last + 1) if row != at}
    return Moves(rows, {column: column for column in range(1, 12)})


def swapped() -> Moves:
    rows = {row: row for row in range(1, 11)} | {4: 6, 6: 4}
    return Moves(rows, {column: column for column in range(1, 12)})


@pytest.mark.parametrize(
    ("moves", "issued", "returned", "same"),
    [
        (inserted(5), "SUM($I$4:$I$8)", "SUM($I$4:$I$9)", True),
        (inserted(5), "SUM($I$4:$I$8)", "SUM($I$4:$I$8)", False),
        (inserted(5), "SUM($I$4:$I$8)", "SUM($I$4:$I$10)", False),
        (inserted(5), "$F6*$H6", "$F7*$H7", True),
        (inserted(5), "$F6*$H6", "$F6*$H6", False),
        (inserted(5), "$F4*$H4", "$F4*$H4", True),
        (deleted(5), "SUM($I$4:$I$8)", "SUM($I$4:$I$7)", True),
        (deleted(8), "SUM($I$4:$I$8)", "SUM($I$4:$I$7)", True),
        (deleted(5), "$F5", "#REF!", False),
        (swapped(), "SUM($I$4:$I$8)", "SUM($I$4:$I$8)", True),
        (swapped(), "$F4*$H4", "$F6*$H6", True),
        (swapped(), "$F4*$H4", "$F4*$H4", False),
        (swapped(), "SUM($I$4)", "SUM($I$4:$I$8)", False),
        (swapped(), "SUM(I$3)", "SUM($I$3)", False),
    ],
)
def test_formulas_follow_their_rows(moves: Moves, issued: str, returned: str, same: bool) -> None:
    follower = Follower({"表": moves}, {})
    assert follower.same("表", tokens(issued), tokens(returned)) is same


def test_a_renamed_sheet_is_the_same_sheet() -> None:
    follower = Follower({"甲": inserted(99)}, {"乙": "甲"})
    assert follower.same("丙", tokens("甲!$A$1"), tokens("乙!$A$1"))
    assert not follower.same("丙", tokens("甲!$A$1"), tokens("丁!$A$1"))


def test_rows_inserted_by_excel_leave_no_altered_formula() -> None:
    """A row inserted above the table, with every reference moved as Excel moves it."""
    import re

    def moved(xml: str, own: bool) -> str:
        def ref(match: re.Match[str]) -> str:
            return f"{match[1]}{int(match[2]) + 1}"

        def formula(match: re.Match[str]) -> str:
            text = match[0]
            if own:
                other = re.sub(r"'封面'!\$C\$(\d)", r"'封面'!@C@\1", text)
                text = re.sub(r"(?<![\w.])(\$?[A-N]\$?)(\d+)(?![\w(])", ref, other)
                return text.replace("@C@", "$C$")
            return re.sub(r"('评分表'!\$[A-N]\$)(\d+)(:\$[A-N]\$)(\d+)", both, text)

        def both(match: re.Match[str]) -> str:
            return f"{match[1]}{int(match[2]) + 1}{match[3]}{int(match[4]) + 1}"

        if own:
            xml = re.sub(r'(<(?:row|c) r="[A-N]?)(\d+)"', lambda m: f'{m[1]}{int(m[2]) + 1}"', xml)
            xml = re.sub(r'sqref="([GHJ])4:[GHJ]53"', r'sqref="\g<1>5:\g<1>54"', xml)
            xml = re.sub(r"<formula\d>[^<]*</formula\d>", lambda m: m[0].replace("$L4", "$L5"), xml)
        return re.sub(r"<f>[^<]*</f>", formula, xml)

    content = with_parts(
        filled(),
        {
            sheet_part("评分表"): lambda xml: moved(xml, own=True),
            sheet_part("封面"): lambda xml: moved(xml, own=False),
        },
    )
    outcome = judged(content)
    assert {f.code for f in outcome.findings} == {"W07"}
    again = judged(put(content, "封面", {"F5": 99}))
    assert [(f.code, f.cell) for f in again.findings if f.code == "A02"] == [("A02", "F5")]


def test_shared_formulas_are_those_they_stand_for() -> None:
    """Excel writes a column of like formulas once, and refers to it."""
    import re

    def share(xml: str) -> str:
        xml = re.sub(r'(<c r="I4"[^>]*>)<f>', r'\1<f t="shared" ref="I4:I53" si="0">', xml, count=1)
        for row in range(5, 54):
            pattern = rf'(<c r="I{row}"[^>]*>)<f>[^<]*</f>'
            xml = re.sub(pattern, r'\1<f t="shared" si="0"/>', xml, count=1)
        return xml

    content = with_parts(filled(), {sheet_part("评分表"): share})
    assert judged(content).findings == ()
    wrong = with_parts(content, {sheet_part("评分表"): lambda x: x.replace("$F4*$H4", "$F4*1")})
    (told,) = [f for f in judged(wrong).findings if f.code == "A01"]
    assert told.cell == "I4:I53"
    assert len(built_in().indicators) == len(told.addresses)


def test_ranges() -> None:
    assert parse_range("$B$3:a1") == [(1, 1, 2, 3)]
    assert parse_range("F4") == [(6, 4, 6, 4)]
    assert parse_range("F:F") == parse_range("") == []


X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def test_the_surroundings_of_a_sheet() -> None:
    found = read_settings(
        f'<worksheet xmlns="{MAIN_NAMESPACES[0]}"><sheetViews><sheetView/></sheetViews>'
        '<cols><col min="2" max="3" hidden="1"/><col min="x" max="9" hidden="1"/></cols>'
        '<autoFilter ref="A1:B2"><filterColumn colId="1"/></autoFilter>'
        f'<mergeCells><mergeCell ref="A1:B2"/></mergeCells><extLst><ext xmlns:x14="{X14}"'
        f' xmlns:xm="{XM}"><x14:dataValidations><x14:dataValidation type="list"'
        ' showErrorMessage="1"><x14:formula1><xm:f>名单</xm:f></x14:formula1>'
        "<xm:sqref>C1 C3</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
        "</worksheet>"
    )
    assert (found.protected, found.filtered) == (False, True)
    assert found.hidden_columns == ((2, 3),)
    assert found.merges == ((1, 1, 2, 2),)
    ((where, rule),) = found.validations
    assert where == ((3, 1, 3, 1), (3, 3, 3, 3))
    assert str(rule) == "list 名单"
