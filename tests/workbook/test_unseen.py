"""Answers that a person does not see block the level, and are one finding per cause."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from altering import answers, built_in, filled, judged, part, rating_cell, sheet_part, with_parts

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters
from cts_excel.workbook.ooxml.legibility import hidden_colour
from cts_excel.workbook.ooxml.styles import unseen_styles

Edit = Callable[[str], str]
BAND, PERCENT = (column_letters(layout.RATING_COLUMN[name]) for name in ("band", "percent"))
ROW = layout.RATING_FIRST_ROW + 1
LAST = ROW + len(built_in().indicators) - 1
CATEGORY = built_in().special.deduction.categories[0]
ITEM = SpecialAnswer(CATEGORY, "", "未按承诺上门", "录音 3 号")
ENTRY = cell_address(layout.DEDUCTION_FIRST_ROW, layout.SPECIAL_COLUMN["category"])
ENTRY_ROW = layout.DEDUCTION_FIRST_ROW + 1


def edited(edit: Edit, sheet: str = layout.RATINGS, content: bytes | None = None) -> Outcome:
    content = filled() if content is None else content
    name = sheet_part(sheet)
    changed = with_parts(content, {name: edit})
    assert part(changed, name) != part(content, name)
    return judged(changed)


def unseen(outcome: Outcome) -> list[tuple[str, str, str]]:
    found = [f for f in outcome.findings if f.code == Code.ANSWER_UNSEEN]
    assert outcome.status is (Status.NEEDS_CORRECTION if found else Status.GRADED)
    return [(f.cell, f.found, f.expected) for f in found]


def merged(ref: str) -> Edit:
    own = f'<mergeCell ref="{ref}"/>'
    return lambda xml: (
        re.sub("(<mergeCells[^>]*>)", rf"\1{own}", xml)
        if "<mergeCells" in xml
        else re.sub(
            "(</sheetData>.*?)(?=<(?:dataValidations|conditionalFormatting|printOptions))",
            rf"\1<mergeCells>{own}</mergeCells>",
            xml,
            count=1,
            flags=re.DOTALL,
        )
    )


def row_with(attributes: str, row: int = ROW) -> Edit:
    def edit(xml: str) -> str:
        found = re.search(rf'<row r="{row}"[^>]*>', xml)
        assert found is not None
        bare = re.sub(r' (?:hidden|ht|customHeight)="[^"]*"', "", found[0])
        return xml.replace(found[0], bare[:-1] + f" {attributes}>")

    return edit


def column_with(attributes: str) -> Edit:
    number = layout.RATING_COLUMN["percent"] + 1
    pattern = re.compile(rf'<col min="{number}" max="{number}"[^>]*/>')
    return lambda xml: pattern.sub(f'<col min="{number}" max="{number}" {attributes}/>', xml)


SEEN_VALUES = "80%-100%"
WHOLE = f"{PERCENT}{ROW}…{PERCENT}{LAST} × {LAST - ROW + 1}"


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (
            merged(f"{BAND}{ROW}:{PERCENT}{ROW}"),
            [(f"{PERCENT}{ROW}", "0.85", f"{BAND}{ROW}:{PERCENT}{ROW}")],
        ),
        (
            merged(f"{PERCENT}{ROW}:{PERCENT}{ROW + 2}"),
            [
                (
                    f"{PERCENT}{ROW + 1}",
                    f"{PERCENT}{ROW + 1}…{PERCENT}{ROW + 2} × 2",
                    f"{PERCENT}{ROW}:{PERCENT}{ROW + 2}",
                )
            ],
        ),
        (merged(f"{PERCENT}{ROW}:{PERCENT}{ROW}"), []),
        (column_with('width="9" hidden="1"'), [(f"{PERCENT}{ROW}", WHOLE, f"{PERCENT}:{PERCENT}")]),
        (column_with('width="0"'), [(f"{PERCENT}{ROW}", WHOLE, f"{PERCENT}:{PERCENT}")]),
    ],
)
def test_a_value_that_is_merged_over_or_in_a_hidden_column(
    edit: Edit, found: list[tuple[str, str, str]]
) -> None:
    assert unseen(edited(edit)) == found


@pytest.mark.parametrize(
    ("attributes", "hidden"),
    [
        ('hidden="1"', True),
        ('hidden="true"', True),
        ('ht="0" customHeight="1"', True),
        ('ht="0.25" customHeight="1"', True),
        ('ht="0.75" customHeight="1"', False),
        ('hidden="0"', False),
        ('xmlns:y="urn:y" y:hidden="1"', False),
    ],
)
def test_a_value_in_a_hidden_row(attributes: str, hidden: bool) -> None:
    found = unseen(edited(row_with(attributes)))
    evidence = rating_cell("evidence")
    cells = f"{BAND}{ROW}…{evidence} × 3"
    assert found == ([(f"{BAND}{ROW}", cells, f"{ROW}:{ROW}")] if hidden else [])


def test_a_hidden_deduction() -> None:
    content = filled_bytes(built_in(), answers(deductions=(ITEM,)))
    found = unseen(edited(row_with('hidden="1"', ENTRY_ROW), layout.SPECIAL, content))
    assert [(cell, why) for cell, _found, why in found] == [(ENTRY, f"{ENTRY_ROW}:{ENTRY_ROW}")]


def test_a_hidden_row_without_an_answer_is_no_answer_that_is_hidden() -> None:
    assert unseen(edited(row_with('hidden="1"', ENTRY_ROW), layout.SPECIAL)) == []


def test_a_row_that_a_filter_hides_counts_as_seen() -> None:
    def edit(xml: str) -> str:
        shown = re.search(r'<autoFilter ref="[^"]*"', xml)
        assert shown is not None
        xml = xml.replace(f"{shown[0]}/>", f'{shown[0]}><filterColumn colId="9"/></autoFilter>')
        return row_with('hidden="1"')(xml)

    assert unseen(edited(edit)) == []


@pytest.mark.parametrize("colour", ['rgb="FFFFFFFF"', 'theme="0"', 'indexed="65"', 'indexed="9"'])
def test_a_value_in_the_colour_of_the_paper(colour: str) -> None:
    sheet, style = sheet_part(layout.RATINGS), re.compile(rf'(<c r="{PERCENT}{ROW}" s=")\d+')
    styles = part(filled(), "xl/styles.xml")
    fonts, formats = (styles.count(tag) for tag in ("<font>", "<xf "))
    assert fonts
    fonts = len(re.findall(r"<font>", styles.split("</fonts>")[0]))
    cell_formats = styles.split("<cellXfs")[1].split("</cellXfs>")[0].count("<xf ")
    content = with_parts(
        filled(),
        {
            "xl/styles.xml": lambda xml: xml.replace(
                "</fonts>", f"<font><color {colour}/></font></fonts>"
            ).replace(
                "</cellXfs>",
                f'<xf numFmtId="9" fontId="{fonts}" fillId="0" borderId="0" xfId="0"/></cellXfs>',
            ),
            sheet: lambda xml: style.sub(rf"\g<1>{cell_formats}", xml),
        },
    )
    assert formats
    assert unseen(judged(content)) == [(f"{PERCENT}{ROW}", "0.85", "#FFFFFF")]


@pytest.mark.parametrize(
    ("font", "kind", "fill", "hidden"),
    [
        (None, "none", None, False),
        ({"rgb": "FF000000"}, "solid", {"rgb": "FF000000"}, True),
        (None, "solid", {"rgb": "FF000000"}, True),
        ({"rgb": "FFFFFFFF"}, "solid", {"rgb": "FF1F4E78"}, False),
        ({"rgb": "FFFEFEFE"}, "none", None, True),
        ({"theme": "0"}, "solid", {"theme": "0"}, True),
        ({"theme": "4"}, "solid", {"theme": "4"}, True),
        ({"theme": "4"}, "none", None, False),
        ({"theme": "0", "tint": "-0.5"}, "none", None, False),
        ({"theme": "0", "tint": "-0.02"}, "none", None, True),
        ({"rgb": "FFFFFFFF"}, "gray125", None, False),
        ({"rgb": "nonsense"}, "none", None, False),
        ({"indexed": "1"}, "none", None, True),
        ({"indexed": "10"}, "solid", {"indexed": "2"}, True),
    ],
)
def test_colours(
    font: dict[str, str] | None, kind: str, fill: dict[str, str] | None, hidden: bool
) -> None:
    assert (hidden_colour(font, kind, fill) is not None) is hidden


def test_no_style_of_the_form_hides_its_text() -> None:
    assert unseen_styles(part(filled(), "xl/styles.xml").encode()) == {}


@pytest.mark.parametrize("state", ["hidden", "veryHidden", "x"])
def test_answers_on_a_hidden_sheet_are_one_error(state: str) -> None:
    special = filled_bytes(built_in(), answers(built_in(), deductions=(ITEM,)))
    hide = re.compile(rf'(<sheet name="{layout.SPECIAL}"[^>]*?)(?: state="\w+")?/>')
    changed = with_parts(
        special, {"xl/workbook.xml": lambda xml: hide.sub(rf'\1 state="{state}"/>', xml)}
    )
    outcome = judged(changed)
    (found,) = unseen(outcome)
    assert found[0] == ENTRY
    assert found[2] == layout.SPECIAL
    assert Code.SHEET_HIDDEN not in [f.code for f in outcome.findings]


def test_a_hidden_sheet_without_answers_is_a_remark() -> None:
    changed = with_parts(
        filled(),
        {
            "xl/workbook.xml": lambda xml: xml.replace(
                f'name="{layout.SPECIAL}"', f'name="{layout.SPECIAL}" state="hidden"'
            )
        },
    )
    outcome = judged(changed)
    assert unseen(outcome) == []
    assert Code.SHEET_HIDDEN in [f.code for f in outcome.findings]
