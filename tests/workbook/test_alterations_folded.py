"""The same alteration in many cells is one finding with its range and count (rule 15)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from altering import (
    answers,
    built_in,
    filled,
    judged,
    panel_cell,
    part,
    put,
    rating_cell,
    sheet_part,
    with_parts,
)
from workbook.alteration_cases import Raw, formula

from cts_excel.audit.findings import Finding, addresses_of
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.returned import marked_copy
from cts_excel.workbook.returned.corrections import list_corrections

COUNT = len(built_in().indicators)
ALL = range(COUNT)
SOME = (0, 1, 2, 5, 7, 8)


def cells(column: str, numbers: range | tuple[int, ...]) -> str:
    """Return the cells of indicators in short."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = [(rating_cell(column, run[0]), rating_cell(column, run[-1])) for run in runs]
    return ",".join(first if first == last else f"{first}:{last}" for first, last in ends)


def altered(
    column: str, numbers: range | tuple[int, ...], value: Callable[[int], object]
) -> list[Finding]:
    content = put(filled(), layout.RATINGS, {rating_cell(column, n): value(n) for n in numbers})
    codes = ("A01", "A02", "A03", "A04", "A05", "A22")  # not what follows for the totals
    return [f for f in judged(content).findings if f.code in codes]


def row(number: int) -> int:
    return layout.RATING_FIRST_ROW + 1 + number


def unchecked(number: int) -> Raw:
    """Return an item score that looks at no band."""
    return formula(f"ROUND($E{row(number)}*$G{row(number)},10)", "1")


@pytest.mark.parametrize("numbers", [ALL, SOME], ids=["all rows", "some rows"])
@pytest.mark.parametrize(
    ("code", "value", "found"),
    [
        ("A01", unchecked, f"=ROUND($E{row(0)}*$G{row(0)},10)"),
        ("A03", lambda _n: None, ""),
        ("A22", lambda n: Raw(' t="e"', f"<f>{_issued(n)}</f><v>#NAME?</v>"), "#NAME?"),
        ("A02", lambda _n: 1, "1"),
    ],
)
def test_one_finding(
    numbers: range | tuple[int, ...], code: str, value: Callable[[int], object], found: str
) -> None:
    (one,) = altered("score", numbers, value)
    assert (one.code, one.cell) == (code, cells("score", numbers))
    assert one.addresses == tuple(rating_cell("score", n) for n in numbers)
    assert one.found.endswith(f"（{len(numbers)} 处）")
    if code != "A01":
        assert one.found == f"{found}（{len(numbers)} 处）"


def _issued(number: int) -> str:
    cell = rating_cell("score", number)
    match = re.search(rf'<c r="{cell}"[^>]*><f>([^<]*)</f>', part(filled(), _RATINGS))
    assert match is not None
    return match[1]


_RATINGS = sheet_part(layout.RATINGS)


def test_one_cell_has_no_count() -> None:
    (one,) = altered("score", (3,), unchecked)
    assert one.cell == rating_cell("score", 3)
    assert "处）" not in one.found


def test_different_alterations_are_different_findings() -> None:
    """Each row's own formula is the same; a row that looks at another row is not."""
    other = formula(f"ROUND($E{row(0)}*$G{row(4)},10)", "1")
    found = altered("score", SOME, lambda n: other if n == 0 else unchecked(n))
    assert {f.cell for f in found} == {rating_cell("score", 0), cells("score", SOME[1:])}
    found = altered("score", SOME, lambda n: None if n == 0 else 1)
    assert {f.code for f in found} == {"A02", "A03"}


def test_values_typed_over_formulas_are_shown_up_to_three() -> None:
    (one,) = altered("score", SOME, lambda n: Decimal(n) / 10)
    assert one.found == "0、0.1、0.2…（6 处）"


def test_the_impact_is_that_of_all_cells() -> None:
    found = judged(
        put(filled(), layout.RATINGS, {rating_cell("score", n): 0 for n in SOME})
    ).findings
    (one,) = (f for f in found if f.code == "A02")
    items = [f.impact for f in found if f.code == "T04"]
    assert one.impact is not None
    assert len(items) == len(SOME)
    assert one.impact.points == sum(i.points or 0 for i in items if i)
    assert one.impact.points > 0


def test_merged_answers() -> None:
    def merge(xml: str) -> str:
        areas = (f"{rating_cell('evidence', n)}:{rating_cell('evidence', n + 1)}" for n in (0, 4))
        merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
        return xml.replace("<autoFilter", f"<mergeCells>{merged}</mergeCells><autoFilter", 1)

    (one,) = (
        f for f in judged(with_parts(filled(), {_RATINGS: merge})).findings if f.code == "A13"
    )
    assert one.addresses == (rating_cell("evidence", 0), rating_cell("evidence", 4))
    assert one.found.count(":") == 2
    assert one.found.endswith("（2 处）")


def test_of_two_long_formulas_only_the_difference_is_shown() -> None:
    cover = sheet_part(layout.COVER)
    content = with_parts(filled(), {cover: lambda xml: xml.replace("$F$8&gt;=90", "$F$8&gt;=85")})
    (one,) = judged(content).findings
    assert (one.code, one.cell) == ("A01", panel_cell("level"))
    assert one.found == '…IF($F$8>=85,"四星级",IF…'
    assert one.expected == one.found.replace("85", "90")


# ----- marked copies and lists --------------------------------------------------------


def test_every_cell_is_marked_and_the_list_links_to_the_first() -> None:
    given = answers(ratings={built_in().indicators[0].clause: RatingAnswer("80%-100%", None, "见")})
    scores = {rating_cell("score", n): unchecked(n) for n in SOME}
    content = put(filled_bytes(built_in(), given), layout.RATINGS, scores)
    outcome = judged(content)
    (one,) = (c for c in list_corrections(outcome).corrections if c.texts[1] == "A01")
    assert one.cells == tuple(scores)
    assert one.texts[3] == f"{layout.RATINGS}!{cells('score', SOME).partition(',')[0]} 等"
    assert one.texts[5].endswith(f"\n单元格：{cells('score', SOME).replace(',', '、')}")
    workbook = openpyxl.load_workbook(io.BytesIO(marked_copy(content, outcome)))
    sheet = workbook[layout.RATINGS]
    marked = {str(area.sqref) for area in sheet.conditional_formatting}
    for cell in scores:
        assert "A01" in sheet[cell].comment.text
        assert cell in marked
    listed = (cell for line in workbook[layout.CORRECTIONS] for cell in line)
    links = [cell.hyperlink.location for cell in listed if cell.hyperlink]
    assert f"'{layout.RATINGS}'!{rating_cell('score', 0)}" in links


@pytest.mark.parametrize(
    ("places", "expanded"),
    [
        ("F17", ("F17",)),
        ("J4:J6", ("J4", "J5", "J6")),
        ("J4:J5,L4,M2:M2", ("J4", "J5", "L4", "M2")),
        ("A1:C3", ("A1",)),
        ("", ()),
        ("评分表", ()),
        ("A0,B", ()),
    ],
)
def test_cells_of_a_range(places: str, expanded: tuple[str, ...]) -> None:
    assert addresses_of(places) == expanded
