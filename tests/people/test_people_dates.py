"""Dates as people type them, and what a spreadsheet makes of other entries (rules 9 and 11)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from altering import Raw, answers, as_date, filled, put
from people.expecting import Gives, case, graded
from people.places import CLAUSES, STANDARD, cover, rating

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.filling import filled_bytes

FAULTY = Status.NEEDS_CORRECTION
START, END, CODE = cover("审核开始日期"), cover("审核结束日期"), cover("统一社会信用代码")
# a changed answer makes the issued results stale in none of these; the totals stand
GRADED = {"final": "85", "level": "three_star"}


def general(number: object) -> Raw:
    """Return a number without a date format."""
    return Raw(' s="0"', f"<v>{number}</v>")


TAKEN = (
    case(20250928, date(2025, 9, 28), id="digits under a date format"),
    case(20250901, date(2025, 9, 1), id="first of the month"),
    case(20240229, date(2024, 2, 29), id="leap day"),
    case(general(20250928), date(2025, 9, 28), id="digits as a plain number"),
    case("20250928", date(2025, 9, 28), id="digits as a text"),
    case(general(45928), date(2025, 9, 28), id="day number"),
    case(general(45900), date(2025, 8, 31), id="another day number"),
    case(general("45928.0"), date(2025, 9, 28), id="day number with a point"),
)


@pytest.mark.parametrize(("value", "day"), TAKEN)
def test_one_reading_is_taken_with_a_notice(value: Any, day: date) -> None:
    outcome = graded(put(filled(), layout.COVER, {START: value}))
    assert outcome.audit is not None
    assert outcome.audit.cover.start_date == day
    says = {} if isinstance(value, str) else {START: day.isoformat()}
    Gives(**GRADED, says=says).check(outcome)


@pytest.mark.parametrize(
    "value",
    [
        case(as_date(2025), id="2025"),
        case(as_date(2024), id="2024"),
        case(as_date(202509), id="202509"),
        case(as_date(1), id="1900-01-01"),
        case(as_date(36525), id="1999-12-31"),
        case(general(2025), id="2025 as a plain number"),
        case(general(18000), id="day number of 1949"),
        case("2025", id="text 2025"),
        case("昨天", id="a word"),
        case("2025-13-01", id="13th month"),
        case(general(20251301), id="digits of the 13th month"),
        case(general(19991231), id="digits of 1999"),
        case("21000101", id="digits of 2100"),
    ],
)
def test_not_a_date_of_an_audit(value: Any) -> None:
    outcome = graded(put(filled(), layout.COVER, {START: value}))
    Gives(FAULTY, "85", codes=(Code.NOT_A_DATE,)).check(outcome)


@pytest.mark.parametrize("day", [date(2099, 12, 31), date(2098, 1, 1), date(2090, 6, 30)])
def test_an_end_after_the_day_of_the_run_is_a_warning(day: date) -> None:
    content = filled_bytes(STANDARD, answers(cover={"审核结束日期": day}))
    Gives(**GRADED, says={END: ""}).check(graded(content))


@pytest.mark.parametrize(
    "value",
    [
        case(911100001000000020, id="18 digits"),
        case(Raw("", "<v>9.11100001E+17</v>"), id="exponent"),
        case(91110000100000, id="14 digits"),
        case("9.1111E+17", id="exponent as a text"),
    ],
)
def test_a_code_that_became_a_number_is_a_warning(value: Any) -> None:
    outcome = graded(put(filled(), layout.COVER, {CODE: value}))
    Gives(**GRADED, says={CODE: "文本"}).check(outcome)
    assert "18" in "".join(f.expected + f.found for f in outcome.findings if f.cell == CODE)


# (formula of the first cell, of the second, of the third) as filled down over percentages
FILLED_DOWN = (
    case(("G11", "G12", "G13"), id="relative"),
    case(("G11*1", "G12*1", "G13*1"), id="a product"),
    case(("$G$11", "$G$11", "$G$11"), id="absolute"),
    case(("AVERAGE(G11:G12)", "AVERAGE(G12:G13)", "AVERAGE(G13:G14)"), id="a range"),
)


@pytest.mark.xfail(strict=True, reason="= stands for a formula that was filled down")
@pytest.mark.parametrize("formulas", FILLED_DOWN)
def test_each_cell_shows_its_own_formula(formulas: tuple[str, ...]) -> None:
    cells = [rating("percent", n) for n in range(len(formulas))]
    shared = f'<f t="shared" ref="{cells[0]}:{cells[-1]}" si="0">{formulas[0]}</f>'
    raw = [Raw("", f"{shared}<v>0.85</v>")]
    raw += [Raw("", '<f t="shared" si="0"/><v>0.85</v>')] * (len(cells) - 1)
    outcome = graded(put(filled(), layout.RATINGS, dict(zip(cells, raw, strict=True))))
    Gives(**GRADED, codes=(Code.ANSWER_IS_FORMULA,)).check(outcome)
    found = {f.cell: f.found for f in outcome.findings if f.code == Code.ANSWER_IS_FORMULA}
    assert found == {c: f"={text}" for c, text in zip(cells, formulas, strict=True)}


def _weight(number: int) -> str:
    return str(STANDARD.indicators[number].weight)


@pytest.mark.parametrize(
    "raw",
    [
        case(lambda w: w, id="text"),
        case(lambda w: f"{w}.0", id="text with a zero"),
        case(lambda w: f" {w} ", id="text with blanks"),
        case(lambda w: Raw(' t="str"', f"<v>{w}</v>"), id="t=str"),
    ],
)
def test_a_weight_as_text_is_the_same_weight(raw: Any) -> None:
    cells = {rating("weight", n): raw(_weight(n)) for n in range(0, len(CLAUSES), 7)}
    Gives(**GRADED).check(graded(put(filled(), layout.RATINGS, cells)))


def test_another_weight_as_text_is_altered() -> None:
    outcome = graded(put(filled(), layout.RATINGS, {rating("weight", 0): "9"}))
    assert Code.WEIGHT_ALTERED in {f.code for f in outcome.findings}
    assert re.search("9", next(f.found for f in outcome.findings if f.code == "W11"))
