"""A run is replayed: what changed since is named, and only that."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from altering import built_in, filled
from batches import grade_folder, numbered, put_files

from cts_excel.api import grade_paths
from cts_excel.batch.errors import RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.batch.verify import Kind, Verification, verify
from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard

pytestmark = pytest.mark.slow  # `make unit` leaves it out

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
ONE = RunOptions(jobs=1)
Replay = Callable[[], Verification]


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replay:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("in"), load_standard(), count=5)
    grade_paths(["in"], output="run", jobs=1)
    return lambda: verify(Path("run"), load_standard(), given=ONE)


def kinds(result: Verification) -> list[tuple[Kind, str]]:
    return [(d.kind, d.file) for d in result.differences]


def test_an_untouched_run_is_confirmed(replay: Replay) -> None:
    before = {p: p.read_bytes() for p in Path("run").rglob("*") if p.is_file()}
    result = replay()
    assert (result.differences, result.confirmed, result.inputs) == ((), 5, 5)
    assert before == {p: p.read_bytes() for p in Path("run").rglob("*") if p.is_file()}


def test_a_changed_workbook_is_named_with_its_new_result(replay: Replay) -> None:
    first, second = sorted(Path("in").glob("*.xlsx"))[:2]
    first.write_bytes(b"no workbook any more")
    result = replay()
    assert kinds(result)[0] == (Kind.INPUT_CHANGED, first.as_posix())
    assert {file for _kind, file in kinds(result)} == {first.as_posix()}
    assert (Kind.RESULT, first.as_posix()) in kinds(result)
    assert result.confirmed == 4
    second.unlink()
    assert (Kind.INPUT_MISSING, second.as_posix()) in kinds(replay())


def test_a_changed_output_is_named(replay: Replay) -> None:
    grades = Path("run/grades.csv")
    grades.write_bytes(grades.read_bytes().replace(b"graded", b"passed", 1))
    Path("run/summary.xlsx").unlink()
    result = replay()
    found = kinds(result)
    assert (Kind.OUTPUT_CHANGED, "grades.csv") in found
    assert (Kind.OUTPUT_MISSING, "summary.xlsx") in found
    differing = next(d for d in result.differences if d.kind is Kind.RESULT)
    assert (differing.column, differing.recorded, differing.now) == ("status", "passed", "graded")


def test_another_tool_or_standard_is_said(replay: Replay) -> None:
    path = Path("run/run.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["tool"]["version"] = "0.0.1"
    path.write_text(json.dumps(record), encoding="utf-8")
    first = replay().differences[0]
    assert (first.kind, first.recorded) == (Kind.TOOL, "0.0.1")
    other = verify(Path("run"), load_standard(SMALL), given=ONE)
    assert Kind.STANDARD in {d.kind for d in other.differences}
    assert other.confirmed < other.inputs


@pytest.mark.parametrize("content", [None, "{}", "nonsense", '{"tool": 1}'])
def test_what_is_no_finished_run_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"run\.json"):
        verify(tmp_path, load_standard(), given=ONE)


def test_what_the_record_does_not_hold_must_be_given_again(replay: Replay) -> None:
    path = Path("run/run.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    for option, flag in (("passwords", "--password-file"), ("key", "--key-file")):
        changed = {**record, "options": {**record["options"], option: True}}
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(RunError, match=flag):
            replay()


def changed_record(**changes: Callable[[Any], Any]) -> None:
    path = Path("run/run.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    for key, change in changes.items():
        record[key] = change(record[key])
    path.write_text(json.dumps(record), encoding="utf-8")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_a_folder(path: Path) -> None:
    folder = Path("elsewhere").absolute()
    put_files(folder, {f"{n}.xlsx": b"junk" for n in range(20)})
    path.symlink_to(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and links")
@pytest.mark.parametrize("special", [pipe, link_to_a_device, link_to_a_folder])
@pytest.mark.parametrize("given", ["in", "each file"])
def test_what_stands_in_the_place_of_an_input_is_not_waited_for_nor_looked_through(
    special: Callable[[Path], None], given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(Path("in"), {"a.xlsx": numbered(1), "b.xlsx": numbered(2)})
    paths = ["in"] if given == "in" else ["in/a.xlsx", "in/b.xlsx"]
    grade_paths(paths, output="run", jobs=1)
    Path("in/a.xlsx").unlink()
    special(Path("in/a.xlsx"))
    result = verify(Path("run"), load_standard(), given=ONE)
    assert kinds(result)[0] == (Kind.INPUT_CHANGED, "in/a.xlsx")
    assert {file for _kind, file in kinds(result)} == {"in/a.xlsx"}
    assert (result.confirmed, result.inputs) == (1, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
def test_an_output_that_is_a_pipe_is_not_waited_for(replay: Replay) -> None:
    Path("run/summary.xlsx").unlink()
    os.mkfifo("run/summary.xlsx")
    assert (Kind.OUTPUT_MISSING, "summary.xlsx") in kinds(replay())


@pytest.mark.skipif(sys.platform == "win32", reason="needs names with any bytes")
def test_a_workbook_is_looked_up_by_its_real_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    names = [b"a\tb.xlsx", b"a\nb.xlsx", "甲\\t.xlsx".encode(), "甲".encode("gbk") + b".xlsx"]
    names += ["\u202e甲.xlsx".encode(), b"a\\nb.xlsx"]
    for number, name in enumerate(names):
        Path(os.fsdecode(b"in/" + name)).write_bytes(numbered(number))
    grade_paths(["in", os.fsdecode(b"in/" + names[0])], output="run", jobs=1)
    result = verify(Path("run"), load_standard(), given=ONE)
    assert (result.differences, result.confirmed, result.inputs) == ((), 6, 6)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_an_unread_input_is_confirmed_and_one_line_if_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(Path("in"), {"a.xlsx": numbered(1), "b.xlsx": b""})
    Path("in/link").symlink_to(tmp_path)
    Path("in/none.xlsx").symlink_to("nowhere")
    grade_paths(["in"], output="run", jobs=1)
    assert verify(Path("run"), load_standard(), given=ONE).differences == ()
    Path("in/link").unlink()
    result = verify(Path("run"), load_standard(), given=ONE)
    assert kinds(result) == [(Kind.INPUT_MISSING, "in/link")]
    assert result.confirmed == 3


def test_counts_statuses_and_the_list_of_outputs_are_checked(replay: Replay) -> None:
    changed_record(counts=lambda counts: counts | {"graded": 99})
    Path("run/returned/more.xlsx").write_bytes(b"x")
    Path("run/more.csv").write_bytes(b"x")
    differences = replay().differences
    assert [(d.kind, d.column, d.recorded) for d in differences if d.kind is Kind.COUNT] == [
        (Kind.COUNT, "graded", "99")
    ]
    extra = [d.file for d in differences if d.kind is Kind.OUTPUT_EXTRA]
    assert extra == ["more.csv", "returned/more.xlsx"]


def test_a_status_and_an_input_that_the_record_does_not_tell_truly(replay: Replay) -> None:
    def lie(inputs: list[dict[str, str]]) -> list[dict[str, str]]:
        return [inputs[0] | {"status": "conflict"}, *inputs[1:-1]]

    changed_record(inputs=lie)
    found = {(d.kind, d.file, d.column) for d in replay().differences}
    files = [path.as_posix() for path in sorted(Path("in").glob("*.xlsx"))]
    assert (Kind.RESULT, files[0], "run.json status") in found
    assert Kind.RESULT in {kind for kind, file, _column in found if file == files[-1]}
    assert {column for kind, _file, column in found if kind is Kind.COUNT} >= {"files", "conflict"}


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": lambda inputs: [{"file": 1, "sha256": "", "status": ""}]},
        {"counts": lambda counts: []},
        {"outputs": lambda outputs: ["grades.csv"]},
        {"options": lambda options: {}},
        {"standard": lambda standard: {}},
    ],
)
def test_a_record_of_another_shape_is_refused(
    replay: Replay, changes: dict[str, Callable[[Any], Any]]
) -> None:
    changed_record(**changes)
    with pytest.raises(RunError, match="cannot be understood"):
        replay()


def test_a_run_is_verified_as_on_its_own_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")  # before the audit's end
    grade_folder(put_files(Path("in"), {"a.xlsx": filled()}), Path("run"))
    assert "C09" in (Path("run") / "findings.csv").read_text("utf-8-sig")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    found = verify(Path("run"), built_in(), given=RunOptions(jobs=1))
    assert found.differences == ()
