"""What a percentage spells (rule 6) and what states nothing (rule 13)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cts_excel.second_reader.model import ProblemKind
from cts_excel.second_reader.spelling import spelled_percentage, states_nothing
from cts_excel.second_reader.standard_file import PLACEHOLDERS


@pytest.mark.parametrize(
    ("text", "percentage"),
    [
        ("0.85", "0.85"),
        ("85%", "0.85"),
        ("８５％", "0.85"),
        (" 85 ", "0.85"),
        ("1", "1"),
        ("1%", "0.01"),
        ("0.5%", "0.005"),
        ("100", "1"),
        ("0.97999999999999998", "0.98"),
        ("8\u200b5\u00a0%", "0.85"),
    ],
)
def test_a_text_reads_as_the_number_it_spells(text: str, percentage: str) -> None:
    assert spelled_percentage(text) == Fraction(percentage)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("优秀", ProblemKind.NOT_A_NUMBER),
        ("8 5", ProblemKind.NOT_A_NUMBER),
        ("nan", ProblemKind.NOT_A_NUMBER),
        ("0,85", ProblemKind.NOT_A_NUMBER),
        ("-1", ProblemKind.PERCENT_OUT_OF_RANGE),
        ("100.5%", ProblemKind.PERCENT_OUT_OF_RANGE),
    ],
)
def test_anything_else_is_an_error(text: str, kind: ProblemKind) -> None:
    assert spelled_percentage(text) is kind


@pytest.mark.parametrize("text", ["无", " 无。", "（没有）", "n/a", "ＮＯＮＥ", "——", "\u200b"])
def test_a_placeholder_states_nothing(text: str) -> None:
    assert states_nothing(text, PLACEHOLDERS)


def test_a_fact_states_something() -> None:
    assert not states_nothing("无证上岗", PLACEHOLDERS)
