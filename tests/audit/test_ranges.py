"""One cause, one finding (rule 15): equal findings of many cells become one with its range."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.ranges import JOINED, one_per_cause


def missing(cell: str, clause: str = "", **values: str) -> Finding:
    return finding(Code.EVIDENCE_MISSING, sheet="评分表", cell=cell, clause=clause, **values)


@pytest.mark.parametrize(
    ("cells", "joined", "count"),
    [
        (["I4"], "I4", 1),
        (["I4", "I5"], "I4:I5", 2),
        (["I6", "I4", "I5"], "I4:I6", 3),
        (["I4", "I6"], "I4,I6", 2),
        (["I4", "I5", "I7", "I9", "I10"], "I4:I5,I7,I9:I10", 5),
        (["I9", "I10", "I11"], "I9:I11", 3),
        (["H5", "I5", "I6"], "H5,I5:I6", 3),
        (["Z1", "AA1", "AA2"], "Z1,AA1:AA2", 3),
    ],
)
def test_cells_become_ranges(cells: list[str], joined: str, count: int) -> None:
    (found,) = one_per_cause([missing(cell) for cell in cells])
    assert (found.cell, len(found.addresses)) == (joined, count)
    assert sorted(found.addresses) == sorted(cells)
    assert found.found == (f"（{count} 处）" if count > 1 else "")


def test_clauses_become_ranges_too() -> None:
    rows = [("I4", "5.1.1.1"), ("I5", "5.1.1.2"), ("I7", "5.1.2.1"), ("I9", "5.1.3.1")]
    (found,) = one_per_cause([missing(*row) for row in rows])
    assert found.clause == "5.1.1.1–5.1.1.2、5.1.2.1、5.1.3.1"
    (found,) = one_per_cause([missing(*row) for row in [*rows, ("I11", "5.1.4.1")]])
    assert found.clause == "5.1.1.1–5.1.1.2、5.1.2.1、5.1.3.1…"


OTHER = (
    missing("I5", found="x"),
    missing("I5", expected="x"),
    replace(missing("I5"), sheet="x"),
    replace(missing("I5"), severity=Severity.ERROR),
    replace(missing("I5"), impact=Impact(Decimal(1), "", "")),
    replace(missing("I5"), code=Code.PERCENT_TOO_FINE),
    replace(missing("I5"), cell=""),
    replace(missing("I5"), cell="I5:J5"),
)


@pytest.mark.parametrize("other", OTHER)
def test_what_differs_stays_apart(other: Finding) -> None:
    assert one_per_cause([missing("I4"), other]) == [missing("I4"), other]


@pytest.mark.parametrize("code", sorted(set(Code) - JOINED))
def test_other_codes_stay_as_they_are(code: Code) -> None:
    found = [finding(code, sheet="x", cell=cell) for cell in ("A1", "A2")]
    assert one_per_cause(found) == found


def test_the_order_is_that_of_the_first_of_each() -> None:
    fine = finding(Code.PERCENT_TOO_FINE, sheet="评分表", cell="G4", found="85.5%")
    found = one_per_cause([missing("I4"), fine, missing("I5")])
    assert [(f.code, f.cell) for f in found] == [
        (Code.EVIDENCE_MISSING, "I4:I5"),
        (fine.code, "G4"),
    ]
