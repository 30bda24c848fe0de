"""A run is replayed: what changed since is named, and only that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

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
