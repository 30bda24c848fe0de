"""Formulas compare by what they compute, not by how an application writes them."""

from __future__ import annotations

import pytest

from cts_excel.workbook.ooxml.formula_text import (
    MAX_FORMULA_LENGTH,
    join_tokens,
    shared,
    shifted,
    tokens,
)
from cts_excel.workbook.ooxml.formula_tree import canonical

SAME = [
    ("SUM(A1:B2)", " = sum( A1 : B2 ) "),
    ("IF(A1,TRUE,FALSE)", "IF(A1;TRUE();FALSE())"),
    ("'评分表'!$H$4", "评分表!$H$4"),
    ("'_cts'!$A$1", "_cts!$A$1"),
    ("'it''s'!A1", "'it''s'!A1"),
    ("CONCAT(A1,1)", "_xlfn.CONCAT(A1,1.0)"),
    ("A1*0.5", "A1*.5"),
    ("SUM(A1)", "of:=SUM(A1)"),
    ("SUM(A1)", "+SUM(a1)"),
    ("SUM(A1:A3)", "SUM(@A1:A3)"),
    ("cts_bands=$F4", "CTS_BANDS=$F4"),
    ("LOG10(A1)", "log10(A1)"),
]
OTHER = [
    ("SUM(A1:B2)", "SUM(A1:B3)"),
    ("$A1", "A1"),
    ("A$1", "A1"),
    ('"a b"', '"ab"'),
    ('"a"', '"A"'),
    ("甲!A1", "乙!A1"),
    ("甲!A1", "A1"),
    ("A1+1", "A1-1"),
    ("ROUND(A1,10)", "ROUND(A1,1)"),
    ("IF(A1,TRUE,1)", "IF(A1,FALSE,1)"),
    ("A1<=1", "A1<1"),
    ("#REF!+1", "#N/A+1"),
    ("[1]Sheet1!A1", "Sheet1!A1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_writings_of_one_formula(one: str, other: str) -> None:
    assert canonical(one, escaped=False) == canonical(other, escaped=False)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_formulas_that_differ(one: str, other: str) -> None:
    assert canonical(one, escaped=False) != canonical(other, escaped=False)


def test_escapes_are_resolved() -> None:
    assert canonical("A1&lt;&#34;&#x7f3a;&quot;", escaped=True) == canonical(
        'A1<"缺"', escaped=False
    )


def test_a_shared_formula_moves_with_its_row() -> None:
    issued = "IF($F4=\"\",'评分表'!$H$4:H5,B4)"
    assert shared(issued, 2, 1, escaped=False) == tokens("IF($F6=\"\",'评分表'!$H$4:I7,C6)")
    assert shifted(tokens(issued), 0, 0) == tokens(issued)


def test_a_formula_beyond_the_limit_is_compared_as_it_stands() -> None:
    long = "A1+" * MAX_FORMULA_LENGTH
    assert tokens(long) == (long,)
    assert join_tokens(tokens(long)) == long
