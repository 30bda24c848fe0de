"""One cause, one finding: what only repeats another finding of a cell is left out."""

from __future__ import annotations

from typing import Any

import pytest
from altering import Raw, error, filled, found, judged, put, rating_cell

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.echoes import without_echoes
from cts_excel.workbook.form import layout


def formula(result: str, kind: str = "") -> Raw:
    return Raw(f' t="{kind}"' if kind else "", f"<f>1+1</f><v>{result}</v>")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("percent", formula("0.5"), "R03"),
        ("percent", formula("250"), "R11"),
        ("percent", formula("85%", "str"), "R20"),
        ("percent", formula("0.85"), "R20"),
        ("percent", formula("#DIV/0!", "e"), "R07"),
        ("percent", Raw("", "<f>1+1</f>"), "R21"),
        ("percent", error("#REF!"), "R07"),
        ("band", formula("0.9"), "R05"),
        ("band", formula("#REF!", "e"), "R07"),
        ("evidence", formula("#N/A", "e"), "R07"),
        ("evidence", formula("记录", "str"), "R20"),
        ("weight", formula("2"), "W11"),
        ("text", formula("别的", "str"), "W12"),
    ],
)
def test_a_cell_with_one_fault_has_one_finding(column: str, value: Any, code: str) -> None:
    cell = rating_cell(column, 1)
    outcome = judged(put(filled(), layout.RATINGS, {cell: value}))
    assert [str(f.code) for f in outcome.findings if cell in f.addresses] == [code]


def test_an_error_value_in_many_cells_is_one_finding() -> None:
    cells = {n: rating_cell("percent", n) for n in (3, 4, 5, 9)}
    wrong = dict.fromkeys(cells.values(), error("#REF!"))
    outcome = judged(put(filled(), layout.RATINGS, wrong))
    assert ("R07", f"{cells[3]}:{cells[5]},{cells[9]}") in found(outcome)
    (told,) = (f for f in outcome.findings if f.code == Code.RATING_ERROR_VALUE)
    assert told.found == "#REF!（4 处）"


def test_of_several_cells_all_must_be_told_elsewhere() -> None:
    many = finding(Code.FORMULA_FOR_VALUE, sheet="评分表", cell="E4:E5", found="=2")
    one = finding(Code.WEIGHT_ALTERED, sheet="评分表", cell="E4", found="2")
    other = finding(Code.WEIGHT_ALTERED, sheet="评分表", cell="E5", found="2")
    assert list(without_echoes([many, one])) == [many, one]
    assert list(without_echoes([many, one, other])) == [one, other]


def test_a_finding_without_a_cell_stays() -> None:
    nowhere = finding(Code.FORMULA_FOR_VALUE, sheet="评分表")
    assert list(without_echoes([nowhere])) == [nowhere]
