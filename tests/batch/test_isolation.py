"""A file that ends, hangs or starves its worker costs only itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from altering import built_in
from batches import blank_ratings, numbered, put_files
from poisoned import (
    POISONS,
    grade_killed_by_marks,
    grade_once_killed,
    grade_poisoned,
    never_ready,
)

from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure, Done
from cts_excel.batch.engines.dispatch import graded
from cts_excel.batch.engines.judge import Rules, judge
from cts_excel.batch.engines.local import LocalEngine, Work
from cts_excel.batch.engines.worker import grade_chunk
from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs.find import find
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.returned import ReturnedFiles
from cts_excel.batch.results import Result, StoredResult, load_result, store_result
from cts_excel.cli.grade import WORKERS_NEED
from cts_excel.grade_run import FORMATS
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS
from cts_excel.workbook.returned.files import returned_file

pytestmark = [
    pytest.mark.slow,  # `make unit` leaves it out
    pytest.mark.skipif(sys.platform == "win32", reason="needs signals"),
]

CODES = {
    b"KILL": ("F07", "SIGKILL"),
    b"ABORT": ("F07", "SIGABRT"),
    b"SEGV": ("F07", "SIGSEGV"),
    b"EXIT 3": ("F07", "exit code 3"),
    b"SYSTEM EXIT": ("F07", "exit code 70"),
    b"HANG": ("F06", ""),
    b"SPIN": ("F06", ""),
    b"DEVOUR": ("F07", "out of memory"),
    b"PANIC": ("F01", "PanicException: index out of bounds"),
    b"BUG": ("F11", "ZeroDivisionError: a bug"),
    b"BASE": ("F11", "BaseException: odd"),
}


RULES = Rules(built_in(), replace(DEFAULT_LIMITS, seconds=3.0, memory_bytes=256 << 20))


_PREPARE = ReturnedFiles.preparation(RunOptions(returned="faulty"))
assert _PREPARE is not None
RETURNING = replace(RULES, preparations={ReturnedFiles.name: _PREPARE})


def run(folder: Path, work: Work, jobs: int = 2) -> list[Outcome]:
    return [result.outcome for result in recorded(folder, RULES, work, jobs)]


def recorded(folder: Path, rules: Rules, work: Work, jobs: int) -> list[Result]:
    files = find([folder]).files
    engine = LocalEngine(rules, jobs, work)
    try:
        stored = [one for some in graded(list(enumerate(files)), engine, rules) for one in some]
    finally:
        engine.close()
    assert sorted(one.number for one in stored) == list(range(len(files)))
    return [load_result(one) for one in sorted(stored)]


def test_every_poison_is_rejected_alone_and_the_rest_graded(tmp_path: Path) -> None:
    good = {f"g{n:02d}.xlsx": numbered(n) for n in range(20)}
    bad = {f"g{n:02d} {name.decode()}.xlsx": name for n, name in enumerate(POISONS)}
    put_files(tmp_path, good | bad)
    outcomes = {Path(o.file).name: o for o in run(tmp_path, grade_poisoned)}
    for name, poison in bad.items():
        outcome = outcomes[name]
        (why,) = outcome.findings
        assert outcome.status is Status.REJECTED
        assert (why.code, why.found) == CODES[poison]
        assert outcome.sha256 == hashlib.sha256(poison).hexdigest()
    for name, content in good.items():
        assert outcomes[name].status is Status.GRADED
        assert outcomes[name].sha256 == hashlib.sha256(content).hexdigest()


def test_a_good_file_that_was_lost_once_is_graded(tmp_path: Path) -> None:
    put_files(tmp_path, {"a.xlsx": numbered(1), "once.xlsx": numbered(2), "z.xlsx": numbered(3)})
    assert [o.status for o in run(tmp_path, grade_once_killed, jobs=1)] == [Status.GRADED] * 3


def test_killed_workers_print_nothing_and_stall_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    names = [f"once {n}.xlsx" if n % 3 == 0 else f"{n}.xlsx" for n in range(12)]
    put_files(tmp_path, {name: numbered(n) for n, name in enumerate(names)})
    begun = time.monotonic()
    assert [o.status for o in run(tmp_path, grade_once_killed)] == [Status.GRADED] * 12
    assert time.monotonic() - begun < 40  # a stall is a minute
    assert capfd.readouterr() == ("", "")


def test_what_is_sent_back_is_made_where_the_file_is_judged(tmp_path: Path) -> None:
    put_files(tmp_path, {"faulty.xlsx": blank_ratings(), "good.xlsx": numbered(1)})
    faulty, good = recorded(tmp_path, RETURNING, grade_chunk, 1)
    content, reason = returned_file(faulty.outcome, blank_ratings())
    assert faulty.prepared == {ReturnedFiles.name: (content, reason.encode())}
    assert good.prepared == {}
    assert [one.prepared for one in recorded(tmp_path, RULES, grade_chunk, 1)] == [{}, {}]


def test_a_file_that_is_lost_by_its_marks_is_graded_without_them(tmp_path: Path) -> None:
    put_files(tmp_path, {"faulty.xlsx": blank_ratings(), "good.xlsx": numbered(1)})
    faulty, good = recorded(tmp_path, RETURNING, grade_killed_by_marks, 2)
    assert (faulty.status, faulty.prepared) == (Status.NEEDS_CORRECTION, {})
    assert (good.status, good.prepared) == (Status.GRADED, {})


def test_the_command_has_ready_what_its_workers_need() -> None:
    code = (
        "import sys\n"
        "for name in {names!r}: __import__(name)\n"
        "before = set(sys.modules)\n"
        "from cts_excel.standard.loading import load_standard\n"
        "from cts_excel.workbook.alterations import reference as r\n"
        "present, earlier = r._kept.values()\n"
        "assert r.reference(load_standard()) is present[1]\n"
        "assert earlier[1] is not None\n"
        "import cts_excel.batch.engines.worker, cts_excel.grade_run\n"
        "assert set(sys.modules) == before\n"
        "assert 'numpy' not in before\n"
    )
    subprocess.run([sys.executable, "-c", code.format(names=WORKERS_NEED)], check=True)
    prepared_by = {
        prepare.__module__ for one in FORMATS if (prepare := one.preparation(RunOptions()))
    }
    code = (
        f"import sys; [__import__(n) for n in {WORKERS_NEED!r}];"
        f"assert {prepared_by!r} <= {{*sys.modules}}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class ScriptedEngine:
    """An engine that loses what it is told to."""

    width = 3

    def __init__(self, fatal: set[int], unreadable: set[int]) -> None:
        self.submitted: list[Chunk] = []
        self._pending: list[Chunk] = []
        self._fatal, self._unreadable = fatal, unreadable

    def submit(self, chunk: Chunk) -> None:
        self.submitted.append(chunk)
        self._pending.append(chunk)

    def next_done(self) -> Done:
        chunk = self._pending.pop()
        numbers = {number for number, _found in chunk.tasks}
        if chunk.blame is None and numbers & self._fatal:
            return Done(chunk, failure=ChunkFailure("F07", "SIGKILL"))
        if numbers & self._unreadable:
            return Done(chunk, failure=ChunkFailure("F06", expected="1 s"))
        rules = Rules(built_in())
        results = (store_result(n, judge(f, rules), built_in(), {}) for n, f in chunk.tasks)
        return Done(chunk, tuple(results))

    def close(self) -> None:
        """Nothing to stop."""


@pytest.fixture
def tasks() -> list[tuple[int, Found]]:
    return [(n, Found(f"/nowhere/{n}", f"{n}")) for n in range(40)]


def test_only_a_file_lost_alone_at_its_second_try_is_blamed(
    tasks: list[tuple[int, Found]],
) -> None:
    engine = ScriptedEngine(fatal={7}, unreadable=set())
    numbers = [r.number for records in graded(tasks, engine, Rules(built_in())) for r in records]
    assert sorted(numbers) == list(range(40))
    tries = [c for c in engine.submitted if any(number == 7 for number, _f in c.tasks)]
    assert [(len(c.tasks) > 1, c.again, c.blame is not None) for c in tries] == [
        (True, False, False),
        (False, True, False),
        (False, True, True),
    ]


def test_a_file_that_cannot_even_be_hashed_is_rejected_without_a_digest(
    tasks: list[tuple[int, Found]],
) -> None:
    engine = ScriptedEngine(fatal=set(), unreadable={3})
    results = [r for some in graded(tasks, engine, Rules(built_in())) for r in some]
    (lost,) = (load_result(r) for r in results if r.number == 3)
    assert (lost.status, lost.sha256) == (Status.REJECTED, "")
    assert lost.outcome.findings[0].code == "F06"
    assert len(results) == 40


def test_a_pool_that_breaks_is_replaced(tmp_path: Path) -> None:
    put_files(tmp_path, {f"{n}.xlsx": numbered(n) for n in range(4)})
    engine = LocalEngine(Rules(built_in()), 1)
    files = find([tmp_path]).files
    try:
        results = []
        for packed in graded(list(enumerate(files)), engine, Rules(built_in())):
            results.extend(packed)
            engine._pool.stop()  # as if it had broken: the next chunk finds no pool
            engine._pool.join()
    finally:
        engine.close()
    assert sorted(r.number for r in results) == [0, 1, 2, 3]


def _stored(chunk: Chunk, number: int, found: Found) -> StoredResult:
    if chunk.blame is None:
        return store_result(number, judge(found, RULES), built_in(), {})
    outcome = rejected(found.file, "", chunk.blame.code, found=chunk.blame.found)
    return store_result(number, outcome, built_in(), {})


class BreakingPool:
    """A pool that breaks for all that is in flight as soon as a poisoned chunk is in it."""

    broken = 0

    def __init__(self, poison: set[str]) -> None:
        self.active, self._poison = True, poison
        self._pending: list[tuple[Chunk, Future[Any]]] = []

    def schedule(self, work: Any, args: Sequence[Chunk] = (), timeout: float = 0) -> Future[Any]:
        future: Future[Any] = Future()
        if not self.active:
            raise RuntimeError("The pool is not active")
        if not args:
            future.set_result(True)
            return future
        self._pending.append((args[0], future))
        threading.Timer(0.01, self._tick).start()
        return future

    def _tick(self) -> None:
        pending, self._pending = self._pending, []
        names = {Path(found.path).name for chunk, _f in pending for _n, found in chunk.tasks}
        if names & self._poison and any(chunk.blame is None for chunk, _f in pending):
            self.active = False
            type(self).broken += 1
            for _chunk, future in pending:
                future.set_exception(BrokenProcessPool())
            return
        for chunk, future in pending:
            future.set_result([_stored(chunk, number, found) for number, found in chunk.tasks])

    def stop(self) -> None:
        self.active = False

    def join(self) -> None:
        """Nothing runs."""


@pytest.mark.parametrize("bad", [1, 12])
def test_files_that_break_the_pool_are_rejected_alone_and_the_run_goes_on(
    bad: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool that breaks takes what is in flight with it: only what breaks it alone is blamed."""
    good = numbered(1)
    poison = {f"{n:02d} bad.xlsx" for n in range(10, 10 + bad)}
    put_files(tmp_path, {f"{n:02d} good.xlsx": good for n in range(40)})
    put_files(tmp_path, dict.fromkeys(poison, good))
    monkeypatch.setattr(LocalEngine, "_started", lambda _engine: BreakingPool(poison))
    outcomes = {Path(o.file).name: o for o in run(tmp_path, grade_chunk)}
    assert len(outcomes) == 40 + bad
    for name, outcome in outcomes.items():
        if name in poison:
            assert [(f.code, f.found) for f in outcome.findings] == [("F07", "worker pool broke")]
        else:
            assert outcome.status is Status.GRADED


def test_workers_that_cannot_start_end_the_run_and_blame_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_files(tmp_path, {f"{n}.xlsx": numbered(n) for n in range(3)})
    monkeypatch.setattr("cts_excel.batch.engines.local.initialise", never_ready)
    with pytest.raises(RunError, match="worker processes cannot start") as caught:
        run(tmp_path, grade_poisoned)
    assert caught.value.exit_code == 3


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    put_files(tmp_path / "in", {f"{n}.xlsx": numbered(n) for n in range(3)})
    (tmp_path / "script.py").write_text(
        "from cts_excel.batch.options import RunOptions\n"
        "from cts_excel.batch.run import Run\n"
        "from cts_excel.standard.loading import load_standard\n"
        "print('begun')\n"
        "with Run.create(RunOptions(('in',), 'out', jobs=2), load_standard()) as run:\n"
        "    print([result.status.value for result in run.results()])\n"
        "    run.finish()\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout == "begun\n['graded', 'graded', 'graded']\n"
