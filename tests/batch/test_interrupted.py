"""Runs that are stopped: by Ctrl-C, SIGTERM, SIGKILL, a full disk; and taken up again."""

from __future__ import annotations

import errno
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from altering import built_in, filled, put
from batches import blank_ratings, contents, grade_folder, graded_outcomes, numbered, put_files

from cts_excel.batch.errors import RunError, RunInterruptedError
from cts_excel.batch.options import RunOptions, now
from cts_excel.batch.run import Run
from cts_excel.batch.store import result_store, run_folder
from cts_excel.files.atomic import AtomicFiles, atomic_write

pytestmark = pytest.mark.slow  # `make unit` leaves it out

SCRIPT = """
import sys
from cts_excel.batch.errors import RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.run import Run
from cts_excel.standard.loading import load_standard

def main():
    if sys.argv[1] == "resume":
        run = Run.resume(sys.argv[2])
    else:
        run = Run.create(RunOptions((sys.argv[1],), sys.argv[2], jobs=2), load_standard())
    try:
        with run:
            with CsvFiles(run) as csv_files:
                for result in run.results(lambda done, total: print(done, flush=True)):
                    csv_files.add(result)
            (run.folder / "extra.txt").write_bytes(b"x")
            run.finish()
    except RunError as error:
        print(error)
        sys.exit(error.exit_code)

if __name__ == "__main__":
    main()
"""


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    Path("script.py").write_text(SCRIPT)


def many(count: int) -> None:
    odd = {
        "x.xlsx": b"junk",
        "y.xlsx": blank_ratings(),
        "z.xlsx": put(filled(), "封面", {"C8": None}),
    }
    copies = {"copy.xlsx": numbered(0)}
    put_files(Path("in"), {f"{n:03d}.xlsx": numbered(n) for n in range(count)} | odd | copies)


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "script.py", *arguments], stdout=subprocess.PIPE, text=True
    )


def killed_after(delay: float, *arguments: str) -> bool:
    """Run the script, kill it without mercy after so many seconds; tell whether it had ended."""
    process = started(*arguments)
    try:
        process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    return True


def resumed_until_whole(moments: Iterator[float], reference: dict[str, bytes]) -> int:
    """Kill a run at the given moments, resume it each time, compare the outcome; count kills."""
    kills = 0
    ended = killed_after(next(moments), "in", "out")
    while not ended:
        kills += 1
        arguments = ("resume", "out") if Path("out").exists() else ("in", "out")
        ended = killed_after(next(moments), *arguments)
    if (Path("out") / result_store.NAME).exists():  # killed between the record and the clearing up
        assert killed_after(60, "resume", "out")
    assert contents(Path("out")) == reference
    return kills


def reference_run() -> dict[str, bytes]:
    process = started("in", "whole")
    assert process.wait(timeout=120) == 0
    return contents(Path("whole"))


def test_a_run_killed_at_any_point_is_resumed_to_the_same_bytes() -> None:
    many(40)
    reference = reference_run()
    chance = random.Random(3)
    moments = (chance.uniform(0.15, 1.0) if n < 6 else 60.0 for n in range(100))
    assert resumed_until_whole(moments, reference) >= 1


@pytest.mark.slow
def test_a_run_of_300_files_killed_50_times_is_resumed_to_the_same_bytes() -> None:
    many(300)
    reference = reference_run()
    chance = random.Random(50)
    kills = 0
    for _turn in range(60):
        moments = (chance.uniform(0.1, 2.0) if n < 8 else 120.0 for n in range(100))
        kills += resumed_until_whole(moments, reference)
        for path in sorted(Path("out").rglob("*"), reverse=True):
            path.unlink()
        Path("out").rmdir()
        if kills >= 50:
            return
    pytest.fail(f"only {kills} kills")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_cleanly_and_says_what_was_done(number: signal.Signals) -> None:
    many(150)
    reference = reference_run()
    process = started("in", "out")
    assert process.stdout is not None
    while int(process.stdout.readline()) == 0:
        pass
    process.send_signal(number)
    process.send_signal(number)  # an impatient user, or a terminal that tells the whole group
    rest, _errors = process.communicate(timeout=60)
    assert process.returncode == 3
    last = rest.splitlines()[-1]
    assert last.startswith("out: stopped after ")
    assert last.endswith(" of 154 files. Go on with: cts-excel grade --resume out")
    assert [path.name for path in Path("out").iterdir()] == [result_store.NAME]
    process = started("resume", "out")
    printed, _errors = process.communicate(timeout=60)
    done_before = int(last.split()[3])
    assert int(printed.split()[0]) == done_before  # nothing is graded again
    assert contents(Path("out")) == reference


def interrupted_run(count: int, after: int) -> None:
    """Grade some files, stop as Ctrl-C does when at least so many are done."""
    many(count)

    def stop(done: int, _total: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with (
        pytest.raises(RunInterruptedError) as caught,
        Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run,
    ):
        list(graded_outcomes(run, stop))
    assert caught.value.done >= after
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.done, copy.total, str(copy)) == (
        caught.value.done, caught.value.total, str(caught.value),
    )  # fmt: skip


def test_what_is_done_is_not_graded_again() -> None:
    interrupted_run(20, after=5)
    for path in Path("in").iterdir():
        if path.name < "003":
            path.unlink()  # graded already: the store has them
    with Run.resume("out", jobs=2) as run:
        done = run.done
        outcomes = list(graded_outcomes(run))
        run.finish()
    assert done >= 5
    assert [o.status.value for o in outcomes[:3]] == ["graded", "graded", "graded"]


def stopped_at_the_first_outcome() -> None:
    with Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run:
        for _outcome in graded_outcomes(run):
            signal.raise_signal(signal.SIGINT)


def test_a_stop_while_outcomes_are_taken_leaves_a_run_to_resume() -> None:
    many(5)
    reference = reference_run()
    with pytest.raises(RunInterruptedError):
        stopped_at_the_first_outcome()
    assert [path.name for path in Path("out").iterdir()] == [result_store.NAME]
    assert killed_after(60, "resume", "out")
    assert contents(Path("out")) == reference


def test_a_write_ahead_log_cut_off_anywhere_is_resumed() -> None:
    interrupted_run(8, after=4)
    reference = reference_run()
    run = Run.resume("out", jobs=1)
    run._store.add([])  # from here on the log holds the lock alone
    written = (Path("out") / result_store.NAME).read_bytes()
    results = list(run._store.results())
    run._close()
    chance = random.Random(1)
    for turn in range(4):
        folder = put_files(Path(f"cut{turn}"), {result_store.NAME: written})
        store = result_store.ResultStore(folder / result_store.NAME)
        store.add(results[:2])
        log = folder / f"{result_store.NAME}-wal"
        kept = log.read_bytes()
        kept = kept[: chance.randrange(len(kept))] + b"\xff" * turn  # as a power cut leaves it
        store.close()
        put_files(folder, {result_store.NAME: written, log.name: kept})
        with Run.resume(folder, jobs=1) as run:
            list(graded_outcomes(run))
            (run.folder / "extra.txt").write_bytes(b"x")
            run.finish()
        assert contents(folder) == reference


def test_two_runs_never_share_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    many(2)
    Path("out").mkdir()
    options = RunOptions(("in",), "out", jobs=1)
    seen_empty = run_folder.new_folder(options)  # both look before either has begun
    monkeypatch.setattr("cts_excel.batch.run.new_folder", lambda _options: seen_empty)
    with (
        Run.create(options, built_in()),
        pytest.raises(RunError, match="another run has taken the folder"),
    ):
        Run.create(options, built_in())


def test_a_complete_run_has_nothing_to_resume() -> None:
    many(1)
    grade_folder(Path("in"), Path("out"))
    with pytest.raises(RunError, match="the run is complete") as caught:
        Run.resume("out")
    assert caught.value.exit_code == 2
    Path("other").mkdir()
    for place in ("other", "nowhere"):
        with pytest.raises(RunError, match="no run was begun here"):
            Run.resume(place)


def test_a_file_that_is_no_store_of_results_is_refused() -> None:
    put_files(Path("a"), {result_store.NAME: b"something else entirely"})
    put_files(Path("b"), {result_store.NAME: b""})
    Path("c").mkdir()
    foreign = sqlite3.connect(Path("c") / result_store.NAME)
    foreign.execute("CREATE TABLE plan (content BLOB)")
    foreign.close()
    for place in ("a", "b", "c"):
        with pytest.raises(RunError, match="not the results of a run"):
            Run.resume(place)
    Path("d").mkdir()
    result_store.ResultStore.create(Path("d") / result_store.NAME, b"\xc1").close()
    with pytest.raises(RunError, match="the plan of the run cannot be read"):
        Run.resume("d")


def test_two_processes_never_work_on_one_run() -> None:
    interrupted_run(6, after=1)
    with Run.resume("out"), pytest.raises(RunError, match="another process is at work"):
        Run.resume("out")


def test_another_version_or_standard_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_run(3, after=1)
    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "__version__", "9.9")
        with pytest.raises(RunError, match=r"begun by version .*, this is 9\.9"):
            Run.resume("out")
    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "fingerprint", lambda standard: "other")
        with pytest.raises(RunError, match="the standard file has changed"):
            Run.resume("out")
    Run.resume("out")._close()


def test_paths_that_are_no_text_survive_the_plan() -> None:
    Path("in").mkdir()
    try:
        Path(os.fsdecode(b"in/\xff.xlsx")).write_bytes(filled())
    except (OSError, UnicodeError):
        pytest.skip("this system has only names that are text")
    with (
        pytest.raises(RunInterruptedError),
        Run.create(RunOptions(("in",), "out", jobs=1), built_in()),
    ):
        raise KeyboardInterrupt
    with Run.resume("out", jobs=1) as run:
        (outcome,) = graded_outcomes(run)
        run.finish()
    assert (outcome.file, outcome.status.value) == ("in/\\udcff.xlsx", "graded")


def test_a_full_disk_is_one_clear_line_and_the_run_goes_on_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many(6)
    reference = reference_run()
    with monkeypatch.context() as patch:

        def full(*_arguments: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(result_store.ResultStore, "add", full)
        with (
            pytest.raises(RunError, match="out: no space left on the disk") as caught,
            Run.create(RunOptions(("in",), "out", jobs=1), built_in()) as run,
        ):
            list(graded_outcomes(run))
    assert caught.value.exit_code == 3
    assert killed_after(60, "resume", "out")
    assert contents(Path("out")) == reference


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_file_that_cannot_be_finished_leaves_the_earlier_one() -> None:
    Path("x.csv").write_bytes(b"earlier")
    Path(f".x.csv.{os.getpid()}.partial").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"), atomic_write(Path("x.csv")) as stream:
        stream.write(b"x" * 100_000)
    assert Path("x.csv").read_bytes() == b"earlier"
    assert not os.path.lexists(f".x.csv.{os.getpid()}.partial")


def test_many_files_appear_whole_and_some_hundred_at_a_time() -> None:
    names = [f"{n}.xlsx" for n in range(300)]
    with AtomicFiles(Path("returned")) as files:
        for name in names:
            files.write(name, name.encode())
        assert sorted(p.name for p in Path("returned").glob("[0-9]*")) == sorted(names[:256])
    assert {p.name: p.read_bytes() for p in Path("returned").iterdir()} == {
        name: name.encode() for name in names
    }
    with AtomicFiles(Path("none")):
        pass
    assert not Path("none").exists()


def write_two(second: bytes | BaseException) -> None:
    with AtomicFiles(Path("returned")) as files:
        files.write("a.xlsx", b"a")
        if isinstance(second, BaseException):
            raise second
        files.write("b.xlsx", second)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_of_many_files_none_is_left_half_written() -> None:
    Path("returned").mkdir()
    Path(f"returned/.b.xlsx.{os.getpid()}.partial").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        write_two(b"b" * 100_000)
    assert caught.value.filename == "returned/b.xlsx"
    assert list(Path("returned").iterdir()) == []
    with pytest.raises(KeyboardInterrupt):
        write_two(KeyboardInterrupt())
    assert list(Path("returned").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many(1)

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunError, match="out: cannot be written: "):
        grade_folder(Path("in"), Path("out"))


def test_a_kill_before_the_plan_is_written_leaves_a_name_that_can_be_used() -> None:
    many(1)
    Path("out").mkdir()
    Path(f"out/.{result_store.NAME}.partial").write_bytes(b"half")
    _outcomes, record = grade_folder(Path("in"), Path("out"))
    assert record.total == 5


def test_the_moment_is_what_source_date_epoch_fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert now() == 1760000000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "nonsense")
    assert abs(now() - time.time()) < 60


def test_what_a_killed_run_left_half_written_goes_with_the_next_run() -> None:
    interrupted_run(6, after=1)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    store = result_store.NAME
    killed, running, foreign = (
        put_files(Path(f".{name}.partial"), files)
        for name, files in (
            (f"out.{ended.pid}", {store: b"", f"{store}-wal": b""}),
            (f"other.{os.getppid()}", {store: b""}),
            (f"mine.{ended.pid}", {"notes.txt": b"x"}),
        )
    )
    put_files(Path("out"), {"returned/.a.xlsx.1.partial": b"half", ".grades.csv.1.partial": b""})
    with Run.resume("out", jobs=1) as run:
        assert contents(Path("out")).keys() <= {store, f"{store}-wal", f"{store}-shm"}
        list(graded_outcomes(run))
        run.finish()
    assert not killed.exists()
    assert running.exists()
    assert foreign.exists()
    put_files(killed, {store: b""})
    grade_folder(Path("in"), Path("new"))
    assert not killed.exists()
