"""Corrections come home (rule 14): grade, send back, correct, drop beside the original, grade."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, put
from batches import put_files, record, table
from people.places import CLAUSES, cover, rating

from cts_excel.api import grade_files, grade_paths
from cts_excel.audit.codes import Code
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.read_audit import read_audit

FAULTY, GRADED, GONE = "needs_correction", "graded", "superseded"
HALF = RatingAnswer("80%-100%", None, "查阅记录")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def workbook(ratings: Mapping[str, RatingAnswer] | None = None, **given: Any) -> bytes:
    return filled_bytes(built_in(), answers(ratings=ratings, **given))


def faulty(*places: int) -> bytes:
    """Return a workbook without the percentages of some indicators."""
    return workbook({CLAUSES[place]: HALF for place in places})


def rated(content: bytes, *places: int, percent: float = 0.85) -> bytes:
    return put(content, layout.RATINGS, {rating("percent", place): percent for place in places})


def grade(files: Mapping[str, bytes], run: str) -> dict[str, str]:
    """Put files beside those that are there, grade the folder, return the statuses."""
    put_files(Path("in"), files)
    grade_paths(["in"], output=run, jobs=1)
    lines = table(Path(run) / "grades.csv")
    return {line["file"].removeprefix("in/"): line["status"] for line in lines}


def copy(run: str, name: str = "甲.xlsx") -> bytes:
    return (Path(run) / "returned" / name).read_bytes()


def test_the_loop_needs_no_file_deleted() -> None:
    assert grade({"甲.xlsx": faulty(3, 4)}, "1") == {"甲.xlsx": FAULTY}
    first = rated(copy("1"), 3)
    assert grade({"更正1/甲.xlsx": first}, "2") == {"甲.xlsx": GONE, "更正1/甲.xlsx": FAULTY}
    assert [path.name for path in Path("2/returned").iterdir()] == ["甲.xlsx"]
    second = rated(copy("2"), 4)
    statuses = grade({"更正2/甲.xlsx": second}, "3")
    assert statuses == {"甲.xlsx": GONE, "更正1/甲.xlsx": GONE, "更正2/甲.xlsx": GRADED}
    assert not Path("3/returned").exists()
    found = [f for f in table(Path("3/findings.csv")) if f["code"] == Code.SUPERSEDED]
    assert {f["file"]: f["expected"] for f in found} == {
        "in/甲.xlsx": "in/更正1/甲.xlsx",
        "in/更正1/甲.xlsx": "in/更正2/甲.xlsx",
    }
    assert record(Path("3"))["counts"]["superseded"] == 2


def test_the_chain_stands_in_the_summary() -> None:
    grade({"甲.xlsx": faulty(3)}, "1")
    grade({"更正/甲.xlsx": rated(copy("1"), 3), "说明.txt": b"x"}, "2")
    book = openpyxl.load_workbook("2/summary.xlsx")
    pending = [[str(cell.value) for cell in row] for row in book["未评定"].iter_rows()]
    (line,) = (row for row in pending if "已更正" in row)
    assert "以 in/更正/甲.xlsx 为准，无需处理。" in line
    log = [str(cell.value) for row in book["运行记录"].iter_rows() for cell in row]
    assert "已更正" in log
    assert "in/说明.txt" in log


def test_only_the_last_correction_is_there() -> None:
    grade({"甲.xlsx": faulty(3, 4)}, "1")
    put_files(Path("in"), {"甲.xlsx": rated(copy("1"), 3)})
    grade({}, "2")
    last = rated(copy("2"), 4)
    put_files(Path("in"), {"甲.xlsx": faulty(3, 4)})
    assert grade({"更正.xlsx": last}, "3") == {"甲.xlsx": GONE, "更正.xlsx": GRADED}


def test_a_corrected_audit_number_is_no_other_audit() -> None:
    grade({"甲.xlsx": workbook(cover={"项目编号": None})}, "1")
    corrected = put(copy("1"), layout.COVER, {cover("项目编号"): "ZJ-NEW"})
    assert grade({"乙.xlsx": corrected}, "2") == {"甲.xlsx": GONE, "乙.xlsx": GRADED}


def test_the_marker_survives_another_application() -> None:
    grade({"甲.xlsx": faulty(3)}, "1")
    book = openpyxl.load_workbook(io.BytesIO(copy("1")))
    book[layout.RATINGS][rating("percent", 3)] = 0.9
    book[layout.COVER][cover("项目编号")] = "ZJ-NEW"
    saved = io.BytesIO()
    book.save(saved)
    assert grade({"乙.xlsx": saved.getvalue()}, "2") == {"甲.xlsx": GONE, "乙.xlsx": GRADED}


def test_two_corrections_that_differ_are_a_conflict_without_the_original() -> None:
    grade({"甲.xlsx": faulty(3)}, "1")
    two = {f"{n}.xlsx": rated(copy("1"), 3, percent=n / 10) for n in (8, 9)}
    statuses = grade(two, "2")
    assert statuses == {"甲.xlsx": GONE, "8.xlsx": "conflict", "9.xlsx": "conflict"}


def test_a_copy_sent_back_as_it_was_replaces_its_original() -> None:
    grade({"甲.xlsx": faulty(3)}, "1")
    assert grade({"乙.xlsx": copy("1")}, "2") == {"甲.xlsx": GONE, "乙.xlsx": FAULTY}


def test_what_says_the_same_as_the_original_goes_with_it() -> None:
    original = faulty(3)
    grade({"甲.xlsx": original}, "1")
    name = read_audit(original, built_in()).cover.organisation
    again = put(original, layout.COVER, {cover("企业名称"): f" {name} "})
    assert again != original
    # The correction changes a valid answer, too: only what the original says counts here.
    corrected = rated(copy("1"), 3, 5, percent=0.95)
    statuses = grade({"0.xlsx": again, "乙.xlsx": corrected}, "2")
    assert statuses == {"0.xlsx": GONE, "甲.xlsx": GONE, "乙.xlsx": GRADED}


def test_a_copy_does_not_carry_its_marker_into_a_clean_workbook() -> None:
    from cts_excel.workbook.returned import unmarked

    grade({"甲.xlsx": faulty(3)}, "1")
    assert len(read_audit(copy("1"), built_in()).corrects) == 1
    assert read_audit(unmarked(copy("1")), built_in()).corrects == ()


@pytest.mark.parametrize(
    ("files", "statuses"),
    [
        pytest.param([faulty(3), workbook()], [GONE, GRADED], id="the missing answer given"),
        pytest.param([faulty(3), faulty(3, 4), workbook()], [GONE, GONE, GRADED], id="two faulty"),
        pytest.param([faulty(3), workbook(), workbook()], [GONE, GRADED, "duplicate"], id="twice"),
        pytest.param(
            [faulty(3), workbook({CLAUSES[0]: RatingAnswer("80%-100%", 0.9, "查阅记录")})],
            ["conflict", "conflict"],
            id="a valid percentage changed",
        ),
        pytest.param(
            [faulty(3), workbook({CLAUSES[0]: RatingAnswer("80%-100%", 0.85, "另有记录")})],
            ["conflict", "conflict"],
            id="evidence changed",
        ),
        pytest.param(
            [faulty(3), workbook(cover={"审核组长": "王五"})],
            ["conflict", "conflict"],
            id="a cover entry changed",
        ),
        pytest.param(
            [faulty(3), workbook(), workbook({CLAUSES[5]: RatingAnswer("80%-100%", 0.9, "甲")})],
            ["conflict"] * 3,
            id="two good ones that differ",
        ),
        pytest.param([faulty(3), faulty(4)], ["conflict", "conflict"], id="no good one"),
        pytest.param(
            [workbook(cover={"审核组长": None}), workbook()], [GONE, GRADED], id="cover completed"
        ),
    ],
)
def test_a_faulty_file_whose_valid_answers_stand_unchanged_in_the_good_one(
    files: list[bytes], statuses: list[str]
) -> None:
    named = {f"{number}.xlsx": content for number, content in enumerate(files)}
    assert list(grade(named, "run").values()) == statuses
    outcomes = grade_files([f"in/{name}" for name in named])
    assert [outcome.status.value for outcome in outcomes] == statuses


def test_a_special_item_must_stay() -> None:
    category = built_in().special.deduction.categories[0]
    item = (SpecialAnswer(category=category, description="投诉未处理", evidence="记录 1"),)
    kept, dropped = workbook(deductions=item), workbook()
    before = workbook({CLAUSES[3]: HALF}, deductions=item)
    assert set(grade({"1.xlsx": before, "2.xlsx": dropped}, "1").values()) == {"conflict"}
    assert grade({"2.xlsx": kept}, "2") == {"1.xlsx": GONE, "2.xlsx": GRADED}


def test_exit_code_and_verify() -> None:
    from click.testing import CliRunner

    from cts_excel.cli.entry import cli

    grade({"甲.xlsx": faulty(3)}, "1")
    put_files(Path("in"), {"乙.xlsx": rated(copy("1"), 3), "丙.xlsx": faulty(5)})
    options = ["grade", "in", "-o", "2", "-j", "1", "--exclude", "丙*"]
    done = CliRunner().invoke(cli, options, standalone_mode=False)
    assert done.return_value == 1  # a superseded file is neither graded nor a duplicate
    assert "in/丙.xlsx" in done.output
    assert record(Path("2"))["options"]["exclude"] == ["丙*"]
    assert record(Path("2"))["excluded"] == ["in/丙.xlsx"]
    assert CliRunner().invoke(cli, ["verify", "2"], standalone_mode=False).return_value == 0
