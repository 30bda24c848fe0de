"""Workbooks that once misled a reader: what the second reader makes of each."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cts_excel.second_reader.comparing import StatedGrade, compare
from cts_excel.second_reader.confirming import confirm
from cts_excel.second_reader.model import ProblemKind

CASES = Path(__file__).parents[1] / "data" / "cases"

GRADED = {
    "text-as-tstr": ("87.87", "6", "not_passed"),
    "percent-text-17-digits": ("95", "0", "five_star"),
    "string-tag-with-newline": ("91", "6", "not_passed"),
    "decoy-workbook-part": ("75", "0", "qualified"),
    "foreign-id-attribute": ("75", "0", "qualified"),
    "not-calculated-poi": ("79.365", None, "qualified"),
    "formula-filled-down": ("91.75", None, "four_star"),
    "weight-as-text": ("91.9", None, "four_star"),
    "gnumeric-unary-minus": ("91.9", None, "four_star"),
    "google-list-range": ("91.9", None, "four_star"),
    "exceljs-name-and-double-check": ("91.9", None, "four_star"),
    "date-number-without-format": ("91.9", None, "four_star"),
}
REFUSED = {
    "percent-text-fraction": ProblemKind.PERCENT_OUTSIDE_BAND,
    "special-deductions-none": ProblemKind.SPECIAL_STATES_NOTHING,
    "special-none-in-description": ProblemKind.SPECIAL_STATES_NOTHING,
}


def read(name: str):  # type: ignore[no-untyped-def]
    return confirm((CASES / f"{name}.xlsx").read_bytes())


@pytest.mark.parametrize("name", GRADED)
def test_the_grade_is_what_the_case_says(name: str) -> None:
    final, deductions, level = GRADED[name]
    reading = read(name)
    assert reading.problems == ()
    assert reading.final == Fraction(final)
    assert reading.level == level
    if deductions is not None:
        assert reading.deductions == Fraction(deductions)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_an_error_gets_no_grade(name: str) -> None:
    reading = read(name)
    assert REFUSED[name] in {problem.kind for problem in reading.problems}
    assert (reading.final, reading.level) == (None, "")


def test_a_value_of_an_extension_is_not_the_cells() -> None:
    reading = read("v-inside-extLst")
    assert {r.percentage for r in reading.ratings if r.clause == "5.1.1.1"} == {Fraction("0.9")}


def test_a_lost_deduction_is_named_by_its_cell() -> None:
    stated = StatedGrade("97", "5", "0", "92", "four_star", {}, [5, 6, 7, 8, 9], [])
    found = {d.quantity: d for d in compare(read("string-tag-with-newline"), stated)}
    assert set(found) == {"deductions", "final", "level"}
    assert (found["deductions"].second, found["deductions"].cell) == ("6", "特别项!D10")


def test_a_lenient_spelling_is_listed() -> None:
    assert "评分表!G4" in read("percent-text-17-digits").lenient
    assert read("weight-as-text").lenient == ()


def test_what_is_no_workbook_is_a_problem_and_no_exception() -> None:
    assert [p.kind for p in confirm(b"no zip").problems] == [ProblemKind.UNREADABLE]
