"""Rule 6, cell by cell: what a percentage cell may hold, and the edges between its readings."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cts_excel.audit.codes import Code
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.reading.percents import read_percent

STANDARD = load_standard()
LOWEST, HIGHEST = STANDARD.bands[0], STANDARD.bands[-1]


@pytest.mark.parametrize(
    ("number", "percent", "code"),
    [
        ("0", "0", ""),
        ("-0", "0", ""),
        ("0.2", "0.2", ""),
        ("0.21", None, Code.PERCENT_OUTSIDE_BAND),
        ("1", None, Code.PERCENT_OUTSIDE_BAND),  # 100%, never 1%
        ("1.000001", "0.01000001", Code.PERCENT_OTHER_FORM),
        ("2", "0.02", Code.PERCENT_OTHER_FORM),
        ("20", "0.2", Code.PERCENT_OTHER_FORM),
        ("20.1", None, Code.PERCENT_OUTSIDE_BAND),
        ("100", None, Code.PERCENT_OUTSIDE_BAND),
        ("100.1", None, Code.PERCENT_ABOVE_100),
        ("-0.01", None, Code.PERCENT_NEGATIVE),
    ],
)
def test_a_number_in_the_lowest_band(number: str, percent: str | None, code: str) -> None:
    expected = None if percent is None else Decimal(percent)
    assert read_percent(Decimal(number), LOWEST) == (expected, code)


@pytest.mark.parametrize(
    ("number", "percent", "code"),
    [
        ("0.8", "0.8", ""),
        ("1", "1", ""),
        ("1.05", None, Code.PERCENT_ABOVE_100),  # 105% in a cell of percents
        ("1.999999", None, Code.PERCENT_ABOVE_100),
        ("2", None, Code.PERCENT_OUTSIDE_BAND),  # 2 typed into a cell of numbers: 2%
        ("80", "0.8", Code.PERCENT_OTHER_FORM),
        ("100", "1", Code.PERCENT_OTHER_FORM),
    ],
)
def test_a_number_in_the_highest_band(number: str, percent: str | None, code: str) -> None:
    expected = None if percent is None else Decimal(percent)
    assert read_percent(Decimal(number), HIGHEST) == (expected, code)


@pytest.mark.parametrize("number", ["0.5", "1", "2", "85", "100"])
def test_without_a_band_nothing_is_guessed(number: str) -> None:
    assert read_percent(Decimal(number), None) == (None, Code.BAND_MISSING)
