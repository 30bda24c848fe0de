"""Formulas are equal as trees, and only if they compute the same."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cts_excel.workbook.ooxml.formula_text import tokens
from cts_excel.workbook.ooxml.formula_tree import canonical, shared_canonical, tree

SAME = [
    ("--(A1=B1)", "-(-(A1=B1))"),
    ("---A1", "-A1"),
    ("-(-(-(A1)))", "-A1"),
    ("SUMPRODUCT(--('甲'!$A$1:$A$9=\"缺\"))", 'SUMPRODUCT(-(-(甲!$A$1:$A$9="缺")))'),
    ("IF(((50-A1)+(B1+C1))>0,1,2)", "if(50-A1+B1+C1>0,1,2)"),
    ("A1+(B1-C1)", "A1+B1-C1"),
    ("A1*(B1*C1)", "A1*B1*C1"),
    ("A1*(B1/C1)", "(A1*B1)/C1"),
    ("A1&(B1&C1)", "A1&B1&C1"),
    ("(A1-B1)-C1", "A1-B1-C1"),
    ("2^3^2", "(2^3)^2"),
    ("-2^2", "(-2)^2"),
    ("(A1=B1)=C1", "A1=B1=C1"),
    ("_cts!$J$2:$J$2", "'_cts'!$J$2"),
    ("SUM(((A1)))", "SUM(A1)"),
    ("(A1+B1)%", "((A1)+B1)%"),
    ("IF(A1,,2)", "IF((A1),,2)"),
]
OTHER = [
    ("--A1", "A1"),
    ("+A1*1", "-A1*1"),
    ("SUM(+A1)", "SUM(A1)"),
    ("A1-(B1+C1)", "A1-B1+C1"),
    ("A1-(B1-C1)", "A1-B1-C1"),
    ("A1/(B1*C1)", "A1/B1*C1"),
    ("A1+B1", "B1+A1"),
    ("2^(3^2)", "2^3^2"),
    ("(A1+B1)*C1", "A1+B1*C1"),
    ("-(A1+B1)", "-A1+B1"),
    ("(A1&B1)=C1", "A1&(B1=C1)"),
    ("A1=(B1=C1)", "A1=B1=C1"),
    ("A1<B1", "A1<=B1"),
    ("$J$2:J2", "$J$2"),
    ("J2:J3", "J2"),
    ("甲!J2:乙!J2", "甲!J2"),
    ("SUM((A1,B1))", "SUM(A1,B1)"),
    ("IF(A1,,2)", "IF(A1,2)"),
    ("F()", "F(,)"),
    ("{1,2;3,4}", "{1,2,3,4}"),
    ("A1%", "A1"),
    ("SUM(A1 B1)", "SUM(A1,B1)"),
    ("表[列]", "表"),
    ('"A1+(B1+C1)"', '"A1+B1+C1"'),
    ("甲!名", "乙!名"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_formula(one: str, other: str) -> None:
    assert canonical(one, escaped=False) == canonical(other, escaped=False)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_formulas(one: str, other: str) -> None:
    assert canonical(one, escaped=False) != canonical(other, escaped=False)


@pytest.mark.parametrize(
    "formula",
    ["(" * 8000, "-" * 8000 + "1", "1" + "%" * 8000, "A1" + ":A1" * 2000, "+-" * 4000 + "1", "1 2"],
)
def test_what_no_application_writes_is_compared_as_it_stands(formula: str) -> None:
    assert tree(tokens(formula)) == tokens(formula)


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "^", "&", "="])
def test_long_formulas(sign: str) -> None:
    long = sign.join(["A1"] * 2000)
    assert canonical(long, escaped=False) == canonical(f"({long})", escaped=False)


def test_ranges_stay_ranges() -> None:
    """So rows and columns that moved can be followed."""
    parts = tree(tokens("SUM((B4:C9)*1)"))
    place = parts.index(":")
    assert (parts[place - 1], parts[place + 1]) == tokens("B4,C9")[::2]


def test_a_shared_formula_is_compared_as_it_is_in_its_row() -> None:
    moved = shared_canonical("-(-(A1&lt;$B$1))", 2, 0, escaped=True)
    assert moved == canonical("--(A3<$B$1)", escaped=False)


# ----- expressions of numbers, evaluated exactly --------------------------------------

SIGNS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else Fraction(10**9),
}
_numbers = st.sampled_from(["2", "3", "5", "7", "11", "13"]).map(lambda n: (n,))
_expressions: st.SearchStrategy[tuple[object, ...]] = st.recursive(
    _numbers,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from([*SIGNS]), inner, inner), st.tuples(st.just("neg"), inner)
    ),
    max_leaves=7,
)


def value(node: tuple[object, ...]) -> Fraction:
    if len(node) == 1:
        return Fraction(str(node[0]))
    parts = [value(part) for part in node[1:]]  # type: ignore[arg-type]
    return -parts[0] if node[0] == "neg" else SIGNS[str(node[0])](*parts)


def written(node: tuple[object, ...], spare: bool, *, above: int = 0, right: bool = False) -> str:
    """Write an expression with all brackets, or (``spare``) only with those that it needs."""
    if len(node) == 1:
        return str(node[0]) if spare else f"({node[0]})"
    if node[0] == "neg":
        inner = written(node[1], spare, above=3)  # type: ignore[arg-type]
        return f"-{inner}" if spare else f"(-{inner})"
    binds = 1 if node[0] in ("+", "-") else 2
    left = written(node[1], spare, above=binds)  # type: ignore[arg-type]
    other = written(node[2], spare, above=binds, right=True)  # type: ignore[arg-type]
    text = f"{left}{node[0]}{other}"
    needed = binds < above or (right and binds == above)
    return f"({text})" if needed or not spare else text


@given(_expressions)
def test_brackets_that_are_not_needed_do_not_count(expression: tuple[object, ...]) -> None:
    one, other = written(expression, spare=True), written(expression, spare=False)
    assert canonical(one, escaped=False) == canonical(other, escaped=False)


@given(_expressions, _expressions)
@example(("-", ("2",), ("-", ("3",), ("5",))), ("-", ("-", ("2",), ("3",)), ("5",)))
def test_equal_trees_compute_the_same(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    first, second = (canonical(written(node, spare=True), escaped=False) for node in (one, other))
    if first == second:
        assert value(one) == value(other)
    if value(one) != value(other):
        assert first != second


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@given(_expressions, st.data())
def test_a_moved_bracket_or_sign_counts_if_the_value_changes(
    expression: tuple[object, ...], data: st.DataObject
) -> None:
    """Brackets and signs are changed at random; what computes another value is never equal."""
    text = written(expression, spare=True)
    parts = [*text]
    place = data.draw(st.integers(0, len(parts) - 1))
    if parts[place] in "+-*/" and place:
        parts[place] = data.draw(st.sampled_from("+-*/"))
    start = data.draw(st.integers(0, len(parts)))
    end = data.draw(st.integers(start, len(parts)))
    changed = "".join([*parts[:start], "(", *parts[start:end], ")", *parts[end:]])
    try:
        now, before = _evaluated(changed), _evaluated(text)
    except (SyntaxError, TypeError, ZeroDivisionError):
        return  # no formula, or one without a value
    if now != before:
        assert canonical(changed, escaped=False) != canonical(text, escaped=False)


def _evaluated(text: str) -> Fraction:
    """Calculate in Python's grammar, in which these signs bind as they do in Excel."""
    exact = re.sub(r"[0-9]+", lambda number: f"Fraction({int(number[0])})", text)
    result: Fraction = eval(exact, {"Fraction": Fraction})
    return result
