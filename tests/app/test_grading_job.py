"""The run that the pages follow: same outputs as the command line's, cancelled, gone on with."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cts_excel.api import RunOptions, load_standard, run_folders
from cts_excel.app import grading_job
from cts_excel.app.grading_job import BusyError, GradingJob, State
from cts_excel.demo import write_demo

ROOT = Path(__file__).parents[2]
_PATIENCE = 120.0


@pytest.fixture(autouse=True)
def _sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    write_demo(tmp_path / "input", load_standard(), 12)
    return tmp_path


async def _until(job: GradingJob, done: Any) -> None:
    end = time.monotonic() + _PATIENCE
    while not done(job):
        assert time.monotonic() < end, job
        await asyncio.sleep(0.01)


OPTIONS = RunOptions(("input",), reuse=True, decisions=True)


async def _run(job: GradingJob, options: RunOptions = OPTIONS) -> None:
    await job.start(options)
    await _until(job, lambda job: not job.active)


@pytest.mark.slow
def test_a_run_writes_what_the_command_line_writes(work: Path) -> None:
    job = GradingJob(work)
    asyncio.run(_run(job))
    assert (job.state, job.done, job.total) == (State.FINISHED, 12, 12), job.problem
    assert set(job.files) == {f"input/{path.name}" for path in (work / "input").glob("*.xlsx")}
    command = [sys.executable, "-P", "-m", "cts_excel", "grade", "-q", "-o", "by-terminal"]
    subprocess.run(command, cwd=work, check=False)
    for name in ("grades.csv", "ratings.csv", "findings.csv", "specials.csv"):
        ours = (work / "output" / job.folder / name).read_bytes()
        assert ours == (work / "by-terminal" / name).read_bytes()


@pytest.mark.slow
def test_a_cancelled_run_is_gone_on_with_and_loses_nothing(work: Path) -> None:
    write_demo(work / "input", load_standard(), 60)

    async def cancel_then_go_on() -> GradingJob:
        job = GradingJob(work)
        await job.start(OPTIONS)
        await _until(job, lambda job: job.done >= 1)
        with pytest.raises(BusyError):
            await job.start(OPTIONS)
        await job.cancel()
        await _until(job, lambda job: not job.active)
        assert job.state is State.STOPPED
        (stopped,) = run_folders(work / "output")
        assert not stopped.finished
        await job.resume(str(stopped.folder.relative_to(work)))
        await _until(job, lambda job: not job.active)
        return job

    job = asyncio.run(cancel_then_go_on())
    files = len(list((work / "input").glob("*.xlsx")))
    assert (job.state, job.done) == (State.FINISHED, files)
    (run,) = run_folders(work / "output")
    assert run.finished
    assert run.total == files


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the worker is found by /proc")
def test_a_worker_that_is_killed_is_told_and_its_run_is_kept(work: Path) -> None:
    write_demo(work / "input", load_standard(), 60)

    async def kill() -> GradingJob:
        job = GradingJob(work)
        await job.start(OPTIONS)
        await _until(job, lambda job: job.done >= 1)
        assert job._process is not None
        os.killpg(job._process.pid, signal.SIGKILL)
        await _until(job, lambda job: not job.active)
        return job

    job = asyncio.run(kill())
    assert job.state is State.FAILED
    assert "ended unexpectedly" in job.problem
    (run,) = run_folders(work / "output")
    assert not run.finished


def test_a_run_without_files_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()
    job = GradingJob(tmp_path)
    asyncio.run(_run(job))
    assert job.state is State.FAILED
    assert "no workbook found" in job.problem


@pytest.mark.slow
def test_the_worker_takes_no_module_from_the_working_folder(work: Path) -> None:
    """A folder that others send files into must not hold code that is run."""
    for name in ("json.py", "signal.py", "lxml.py", "numpy.py"):
        (work / name).write_text("open('planted', 'w')\nraise SystemExit(9)\n")
    (work / "cts_excel").mkdir()
    (work / "cts_excel" / "__init__.py").write_text("raise SystemExit(9)\n")
    job = GradingJob(work)
    asyncio.run(_run(job))
    assert job.state is State.FINISHED, job.problem
    assert not (work / "planted").exists()


def test_a_process_that_cannot_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading_job.sys, "executable", str(tmp_path / "nothing"))
    job = GradingJob(tmp_path)
    asyncio.run(_run(job))
    assert job.state is State.FAILED
    assert job.problem


def test_the_time_left_follows_what_was_graded_in_this_start(tmp_path: Path) -> None:
    job = GradingJob(tmp_path, state=State.RUNNING)
    job._began = time.monotonic() - 10
    job._take(b'{"event": "progress", "done": 50, "total": 200}')  # from before
    job._take(b'{"event": "progress", "done": 100, "total": 200}')
    assert job.rate == pytest.approx(5, rel=0.05)
    assert job.seconds_left == pytest.approx(20, rel=0.05)


def test_a_folder_that_cannot_be_written_is_told_without_options(work: Path) -> None:
    (work / "output").write_text("a file")
    job = GradingJob(work)
    asyncio.run(_run(job))
    assert job.state is State.FAILED
    assert "cannot be written" in job.problem
    assert "-o" not in job.problem
    assert "grade again" in job.problem
