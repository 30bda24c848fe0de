"""What files of one run share: the audit with another assessor, a credit code, an issue id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from altering import COVER, answers
from people.command import rows_of

from cts_excel.api import grade_files, grade_paths
from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.identities import named
from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.template import template_bytes

STANDARD = load_standard()
SHARED = Code.ISSUE_ID_SHARED


def written(folder: Path, name: str, issue_id: str, percent: float = 0.85, **cover: object) -> Path:
    """Write a filled workbook; every indicator has the same percentage."""
    rating = RatingAnswer("80%-100%", percent, "查阅记录")
    ratings = {indicator.clause: rating for indicator in STANDARD.indicators}
    whole = replace(answers(cover={**COVER, **cover}), ratings=ratings)
    path = folder / name
    path.write_bytes(template_bytes(STANDARD, answers=whole, issue_id=issue_id))
    return path


def said(outcome: Outcome, code: Code) -> list[tuple[str, str, str]]:
    return [(f.severity.key, f.found, f.expected) for f in outcome.findings if f.code == code]


@pytest.mark.parametrize(
    "entry", [{"评审员": "王五"}, {"审核类型": "监督审核"}, {"项目编号": "Z-2"}]
)
def test_one_issue_id_in_two_audits_of_one_level_is_a_warning_on_both(
    entry: dict[str, str], tmp_path: Path
) -> None:
    paths = [written(tmp_path, "1.xlsx", "id1"), written(tmp_path, "2.xlsx", "id1.proof", **entry)]
    found = grade_files(paths)
    assert [one.status for one in found] == [Status.GRADED, Status.GRADED]
    names = [one.file for one in found]
    assert [said(one, SHARED) for one in found] == [
        [("warning", "id1", names[1])],
        [("warning", "id1", names[0])],
    ]


def test_one_issue_id_in_two_audits_of_two_levels_is_a_conflict(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, "1.xlsx", "id1"),
        written(tmp_path, "2.xlsx", "id1", 0.96, 评审员="王五"),
        written(tmp_path, "3.xlsx", "id2", 0.96, 项目编号="Z-3"),
    ]
    found = grade_files(paths)
    assert [one.status for one in found] == [Status.CONFLICT, Status.CONFLICT, Status.GRADED]
    assert [[s for s, *_rest in said(one, SHARED)] for one in found] == [["error"], ["error"], []]
    assert found[0].judgement is None


def test_a_run_without_roster_and_key_tells_it_too(tmp_path: Path) -> None:
    folder = tmp_path / "input"
    folder.mkdir()
    written(folder, "1.xlsx", "id1")
    written(folder, "2.xlsx", "id1", 0.96, 项目编号="Z-2")
    written(folder, "3.xlsx", "", 项目编号="Z-3")
    grade_paths([folder], output=tmp_path / "run", jobs=1)
    lines = rows_of(tmp_path / "run" / "grades.csv")
    assert [line["status"] for line in lines] == ["conflict", "conflict", "graded"]


def test_copies_of_one_audit_share_their_issue_id_rightly(tmp_path: Path) -> None:
    found = grade_files([written(tmp_path, f"{n}.xlsx", "id1") for n in range(3)])
    assert [one.status for one in found] == [Status.GRADED, Status.DUPLICATE, Status.DUPLICATE]
    assert [said(one, SHARED) for one in found] == [[], [], []]


def test_no_issue_id_is_shared_by_nobody(tmp_path: Path) -> None:
    found = grade_files([written(tmp_path, f"{n}.xlsx", "", 项目编号=f"Z-{n}") for n in range(2)])
    assert [said(one, SHARED) for one in found] == [[], []]


def test_a_workbook_without_a_number_is_told_by_its_issue_id(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, "1.xlsx", "id1"),
        written(tmp_path, "2.xlsx", "id1", 项目编号="待定"),
    ]
    found = grade_files(paths)
    assert [one.status for one in found] == [Status.GRADED, Status.NEEDS_CORRECTION]
    assert [[s for s, *_rest in said(one, SHARED)] for one in found] == [["warning"], ["warning"]]


def test_other_assessors_are_named_on_each_file(tmp_path: Path) -> None:
    people = ("李四", "王五", "王 五")
    paths = [written(tmp_path, f"{n}.xlsx", "", 评审员=name) for n, name in enumerate(people)]
    found = grade_files(paths)
    assert [one.status for one in found] == [Status.GRADED, Status.GRADED, Status.DUPLICATE]
    names = [one.file for one in found]
    other = Code.OTHER_ASSESSOR
    assert said(found[0], other) == [("warning", "李四", f"{names[1]}, {names[2]}")]
    assert said(found[1], other) == [("warning", "王五", names[0])]
    (one,) = (f for f in found[0].findings if f.code == other)
    assert found[0].audit is not None
    assert one.cell == found[0].audit.cover_cells["assessor"]


def test_different_valid_codes_of_one_audit_are_a_finding(tmp_path: Path) -> None:
    other = "91440106MA500001XP"
    paths = [
        written(tmp_path, "1.xlsx", ""),
        written(tmp_path, "2.xlsx", "", 统一社会信用代码=other),
    ]
    found = grade_files(paths)
    assert [one.status for one in found] == [Status.CONFLICT, Status.CONFLICT]
    code = Code.CREDIT_CODES_DIFFER
    assert said(found[0], code) == [("warning", str(COVER["统一社会信用代码"]), found[1].file)]
    assert said(found[1], code) == [("warning", other, found[0].file)]


def test_at_most_five_files_are_named() -> None:
    files = [f"{n}.xlsx" for n in range(7)]
    assert named(files[:5]) == "0.xlsx, 1.xlsx, 2.xlsx, 3.xlsx, 4.xlsx"
    assert named(files) == "0.xlsx, 1.xlsx, 2.xlsx, 3.xlsx, 4.xlsx, … (+2)"


def test_the_files_of_one_conflict_share_its_name(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, "1.xlsx", "", 0.85),
        written(tmp_path, "2.xlsx", "", 0.9),
        written(tmp_path, "3.xlsx", "id1", 0.85, 项目编号="Z-3"),
        written(tmp_path, "4.xlsx", "id1", 0.96, 项目编号="Z-4"),
        written(tmp_path, "5.xlsx", "id2", 0.96, 项目编号="Z-5"),
        written(tmp_path, "6.xlsx", "id2", 0.96, 项目编号="Z-6"),
    ]
    found = grade_files(paths)
    one = found[0].file
    assert [outcome.conflict for outcome in found] == [one, one, "id1", "id1", "", ""]
    assert {o.status for o in found if o.conflict} == {Status.CONFLICT}


def test_a_run_hands_the_names_on(tmp_path: Path) -> None:
    written(tmp_path, "1.xlsx", "", 0.85)
    written(tmp_path, "2.xlsx", "", 0.9)
    written(tmp_path, "3.xlsx", "", 0.9, 评审员="王五")
    with Run.create(RunOptions((str(tmp_path),), str(tmp_path / "run")), STANDARD) as run:
        found = [result.outcome for result in run.results()]
    assert [one.conflict == found[0].file for one in found] == [True, True, False]
