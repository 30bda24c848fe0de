"""A whole run: statuses, duplicates and conflicts, outputs, run.json."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from altering import answers, built_in, filled, put, rating_cell
from batches import (
    blank_ratings,
    contents,
    grade_folder,
    graded_outcomes,
    numbered,
    put_files,
    record,
    returned,
    table,
)

from cts_excel.api import grade_paths
from cts_excel.audit.outcome import Status
from cts_excel.batch.errors import RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run
from cts_excel.workbook.form.filling import filled_bytes


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")


def mixed_folder() -> Path:
    """Fill a folder with something of every status."""
    return put_files(
        Path("in"),
        {
            "a/whole.xlsx": filled(),
            "b/again.xlsx": filled(),
            "blank.xlsx": blank_ratings(),
            "c1.xlsx": returned(项目编号="ZJ-C"),
            "c2.xlsx": put(returned(项目编号="ZJ-C"), "评分表", {rating_cell("percent"): 0.9}),
            "empty.xlsx": b"",
            "junk.xlsx": b"no workbook at all",
            "notes.txt": b"ignored",
        },
    )


def test_every_file_ends_in_one_status_and_counts_add_up() -> None:
    outcomes, run_record = grade_folder(mixed_folder(), Path("out"))
    assert {o.file: o.status.value for o in outcomes} == {
        "in/a/whole.xlsx": "graded",
        "in/b/again.xlsx": "duplicate",
        "in/blank.xlsx": "needs_correction",
        "in/c1.xlsx": "conflict",
        "in/c2.xlsx": "conflict",
        "in/empty.xlsx": "rejected",
        "in/junk.xlsx": "rejected",
    }
    assert Counter(o.status for o in outcomes) == +Counter(run_record.counts)
    assert (run_record.total, run_record.ignored, run_record.all_graded) == (
        7,
        ("in/notes.txt",),
        False,
    )
    assert [o.file for o in outcomes] == sorted(o.file for o in outcomes)


def test_data_files_agree_with_the_outcomes() -> None:
    outcomes, _record = grade_folder(mixed_folder(), Path("out"))
    grades = table(Path("out/grades.csv"))
    assert [(r["file"], r["status"]) for r in grades] == [(o.file, o.status) for o in outcomes]
    assert [r["level"] for r in grades] == ["three_star", "three_star", *[""] * 5]
    ratings = Counter(row["file"] for row in table(Path("out/ratings.csv")))
    assert set(ratings.values()) == {len(built_in().indicators)}
    assert set(ratings) == {o.file for o in outcomes if o.audit}
    findings = [(row["file"], row["code"]) for row in table(Path("out/findings.csv"))]
    assert findings == [(o.file, f.code) for o in outcomes for f in o.findings]


def test_run_json_names_every_input_and_output_with_its_digest() -> None:
    folder = mixed_folder()
    grade_folder(folder, Path("out"))
    written = record(Path("out"))
    inputs = {item["file"]: item["sha256"] for item in written["inputs"]}
    assert inputs == {
        path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.xlsx")
    }
    assert {item["file"]: item["sha256"] for item in written["outputs"]} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(Path("out")).items()
        if name != "run.json"
    }
    assert written["counts"] == {
        "files": 7, "graded": 1, "needs_correction": 1, "conflict": 2, "duplicate": 1,
        "superseded": 0, "rejected": 2,
    }  # fmt: skip
    assert written["standard"]["digest"] == built_in().digest
    assert written["ignored"] == ["in/notes.txt"]
    assert written["started"] == written["finished"] == "2025-10-09T08:53:20+00:00"


def test_outputs_are_the_same_to_the_byte_with_any_number_of_workers() -> None:
    folder = mixed_folder()
    put_files(folder, {f"n/{n}.xlsx": numbered(n) for n in range(30)})
    for name, jobs in (("one", 1), ("two", 2), ("five", 5)):
        grade_folder(folder, Path(name), jobs=jobs)
    assert contents(Path("one")) == contents(Path("two")) == contents(Path("five"))


def test_the_order_of_the_paths_changes_no_data_file() -> None:
    folder = mixed_folder()
    grade_folder([folder / "b", folder], Path("x"))
    grade_folder([folder, folder / "b"], Path("y"))
    one, two = contents(Path("x")), contents(Path("y"))
    assert {n: c for n, c in one.items() if n != "run.json"} == {
        n: c for n, c in two.items() if n != "run.json"
    }


def test_rule_12_the_first_of_equal_files_counts() -> None:
    put_files(Path("in"), {f"{name}.xlsx": filled() for name in "cab"})
    outcomes, _record = grade_folder(Path("in"), Path("out"))
    assert [o.status for o in outcomes] == [Status.GRADED, Status.DUPLICATE, Status.DUPLICATE]
    assert [f.expected for o in outcomes[1:] for f in o.findings if f.code == "D01"] == [
        "in/a.xlsx", "in/a.xlsx",
    ]  # fmt: skip


def test_rule_12_different_answers_leave_none_ranked() -> None:
    changed = put(filled(), "评分表", {rating_cell("percent"): 0.95})
    put_files(Path("in"), {"a.xlsx": filled(), "b.xlsx": filled(), "c.xlsx": changed})
    outcomes, _record = grade_folder(Path("in"), Path("out"))
    assert {o.status for o in outcomes} == {Status.CONFLICT}
    assert [o.judgement for o in outcomes] == [None] * 3
    (clash,) = (f for f in outcomes[2].findings if f.code == "D02")
    assert clash.expected == "in/a.xlsx, in/b.xlsx"


def test_rule_12_holds_for_files_that_need_correction_too() -> None:
    cover = {"项目编号": "ZJ-BLANK"}
    put_files(
        Path("in"),
        {"a.xlsx": blank_ratings(), "b.xlsx": blank_ratings()},
    )
    outcomes, _record = grade_folder(Path("in"), Path("out"))
    assert [o.status for o in outcomes] == [Status.NEEDS_CORRECTION, Status.DUPLICATE]
    assert outcomes[1].judgement is None
    other = answers(cover={**cover, "审核组长": "王五"})
    put_files(Path("in"), {"c.xlsx": filled_bytes(built_in(), other)})
    outcomes, _record = grade_folder(Path("in"), Path("out2"))
    assert {o.status for o in outcomes} == {Status.CONFLICT}
    put_files(Path("in"), {"c.xlsx": filled_bytes(built_in(), answers(cover=cover))})
    outcomes, _record = grade_folder(Path("in"), Path("out3"))  # rule 14
    statuses = [Status.SUPERSEDED, Status.SUPERSEDED, Status.GRADED]
    assert [o.status for o in outcomes] == statuses


def test_progress_counts_up_to_all_files() -> None:
    put_files(Path("in"), {f"{n}.xlsx": numbered(n) for n in range(5)})
    seen: list[tuple[int, int]] = []
    with Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run:
        list(graded_outcomes(run, lambda done, total: seen.append((done, total))))
        run.finish()
    assert seen[0] == (0, 5)
    assert seen[-1] == (5, 5)
    assert seen == sorted(seen)


def test_an_output_that_the_caller_adds_is_hashed_too() -> None:
    put_files(Path("in"), {"a.xlsx": filled()})
    with Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run:
        list(graded_outcomes(run))
        put_files(run.folder, {"returned/x.txt": b"x"})
        run.finish()
    assert "returned/x.txt" in {item["file"] for item in record(Path("out"))["outputs"]}


def test_without_o_the_folder_bears_date_and_time() -> None:
    put_files(Path("in"), {"a.xlsx": filled()})
    folders = []
    for _turn in range(2):
        with Run.create(RunOptions(("in",), jobs=1), built_in()) as run:
            list(graded_outcomes(run))
            folders.append(run.finish().folder)
    assert all(folder.parent == Path("output") for folder in folders)
    assert folders[0] != folders[1]


def test_an_earlier_run_is_never_written_over() -> None:
    put_files(Path("in"), {"a.xlsx": filled()})
    grade_folder(Path("in"), Path("out"))
    before = contents(Path("out"))
    with pytest.raises(RunError, match="out: the folder is not empty") as caught:
        grade_folder(Path("in"), Path("out"))
    assert caught.value.exit_code == 3
    assert contents(Path("out")) == before


def test_an_empty_folder_is_taken_and_a_file_is_not() -> None:
    put_files(Path("in"), {"a.xlsx": filled()})
    Path("out").mkdir()
    _outcomes, run_record = grade_folder(Path("in"), Path("out"))
    assert run_record.all_graded
    Path("file").write_bytes(b"x")
    with pytest.raises(RunError, match="a file has this name"):
        grade_folder(Path("in"), Path("file"))
    with pytest.raises(RunError, match="cannot be written"):
        grade_folder(Path("in"), Path("file/below"))


def test_nothing_to_grade_is_said_and_no_folder_is_made() -> None:
    Path("in").mkdir()
    with pytest.raises(RunError, match="in: no workbook found") as caught:
        grade_folder(Path("in"), Path("out"))
    assert caught.value.exit_code == 2
    assert not Path("out").exists()


def test_finish_refuses_a_run_whose_outcomes_were_not_taken() -> None:
    put_files(Path("in"), {"a.xlsx": filled()})
    with (
        Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run,
        pytest.raises(RuntimeError, match="take every result first"),
    ):
        run.finish()
    assert not Path("out/run.json").exists()


def test_an_issued_blank_is_no_finished_audit() -> None:
    put_files(Path("in"), {"blank.xlsx": filled_bytes(built_in(), answers().__class__())})
    (outcome,), _record = grade_folder(Path("in"), Path("out"))
    assert outcome.status is Status.NEEDS_CORRECTION


def test_equal_runs_into_different_folders_give_equal_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    put_files(Path("in"), {"a.xlsx": numbered(1), "b.xlsx": b"junk"})
    for name in ("one", "another"):
        grade_paths(["in"], output=Path("runs") / name, jobs=1, returned="all", legacy=True)
    assert contents(Path("runs/one")) == contents(Path("runs/another"))
    assert record(Path("runs/one"))["options"]["legacy"] is True


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="legasy"):
        grade_paths(["in"], legasy=True)


@pytest.mark.parametrize("previous", ["first", Path("first"), [Path("first")], ("first",)])
def test_one_earlier_run_may_be_named_alone(
    previous: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name in ("a.xlsx", "b old.xlsx"):
        (tmp_path / "in" / name).write_bytes(returned(项目编号=name))
    first = grade_paths(["in"], output="first", previous=None, exclude="*old*", jobs=1)
    assert (first.record.total, first.record.excluded) == (1, ("in/b old.xlsx",))
    second = grade_paths(["in"], output="second", previous=previous, jobs=1)
    with zipfile.ZipFile(second.summary) as summary:
        assert 'name="对比"' in summary.read("xl/workbook.xml").decode()
