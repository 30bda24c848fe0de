"""Chasing: where its findings stand, how many files they name, what is kept of an outcome."""

from __future__ import annotations

from dataclasses import replace

from made_audits import BUILT_IN, audit
from test_chasing import CELLS, ISSUED, PLANNED, back, cover, shown

from cts_excel.audit.chasing import (
    Chase,
    ReturnedFile,
    RosterRow,
    chase,
    chase_findings,
    returned_file,
)
from cts_excel.audit.codes import Code
from cts_excel.audit.grading import grade, rejected


def test_of_an_outcome_is_kept_what_chasing_needs() -> None:
    made = audit(BUILT_IN, "0.85")
    identity = replace(made.identity, issue_id="id1.proof1")
    made = replace(made, identity=identity, cover_cells=CELLS)
    graded = grade(made, BUILT_IN, file="a.xlsx", sha256="")
    assert returned_file(graded) == ReturnedFile("a.xlsx", "id1.proof1", made.cover, "封面", CELLS)
    lost = rejected("b.xlsx", "", Code.FILE_EMPTY)
    assert returned_file(lost) == ReturnedFile("b.xlsx", "", None)


def test_files_after_an_unreadable_one_are_matched_too() -> None:
    files = [
        back("broken.xlsx", "", None),
        back("a.xlsx", "id1.proof1", ISSUED[0].cover),
        back("x.xlsx", "", cover("丁公司", "Z9")),
        back("b.xlsx", "id2.proof2", ISSUED[1].cover),
    ]
    assert shown(chase(ISSUED, files)) == ([("a.xlsx", 2), ("b.xlsx", 3)], [4], ["x.xlsx"])


def test_a_row_that_was_only_planned_has_no_file_that_could_be_unreadable() -> None:
    state = chase(PLANNED[:1], [back("/", "", None)])
    assert [(m.issued, m.unreadable) for m in state.missing] == [(PLANNED[0], "")]


def test_a_finding_stands_where_the_entry_does_and_nowhere_without_a_cell() -> None:
    placed = back("a.xlsx", "", cover("丁公司", "Z9"))
    state = Chase((), (), (placed, replace(placed, cells=None), replace(placed, cells={})))
    assert [(f.sheet, f.cell, f.found) for _file, f in chase_findings(state)] == [
        ("封面", "C8", "Z9、丁公司"),
        ("", "", "Z9、丁公司"),
        ("", "", "Z9、丁公司"),
    ]


def test_a_code_is_never_taken_for_a_name() -> None:
    rows = (RosterRow(2, cover("91440106MA50000010", "A1")),)
    file = back("a.xlsx", "", cover("丁公司", "Z9", uscc="91440106MA50000010"))
    assert shown(chase(rows, [file])) == ([], [2], ["a.xlsx"])


def test_the_number_decides_before_the_client() -> None:
    file = back("a.xlsx", "", cover("甲公司", "A2"))
    assert shown(chase(PLANNED, [file]))[0] == [("a.xlsx", 3)]
