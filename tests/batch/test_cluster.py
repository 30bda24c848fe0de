"""The same run on a Dask cluster of processes: same bytes, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from altering import built_in
from batches import contents, grade_folder, graded_outcomes, numbered, put_files, table

from cts_excel.batch.engines import dask_worker as on_cluster
from cts_excel.batch.errors import EXIT_FAILED, RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.run import Run

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.slow

HARMFUL = "harmful.xlsx"


def dies_on_harmful(chunk: Any) -> list[bytes]:
    """Grade a chunk in a process that one file kills."""
    from cts_excel.batch.engines.worker import grade_chunk

    if any(found.path.endswith(HARMFUL) for _n, found in chunk.tasks) and chunk.blame is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return grade_chunk(chunk)


class Harmed(on_cluster.LocalEngine):
    def __init__(self, rules: Any, jobs: int) -> None:
        super().__init__(rules, jobs, dies_on_harmful)


def _harm() -> None:
    on_cluster.LocalEngine = Harmed  # type: ignore[misc]


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


@pytest.fixture
def returned_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    files = {f"{n:03d}.xlsx": numbered(n) for n in range(60)}
    return put_files(Path("input"), {**files, "torn.xlsx": numbered(1)[:5000]})


def test_a_worker_killed_in_mid_run_costs_nothing_but_time(
    returned_files: Path, cluster: Any
) -> None:
    grade_folder(returned_files, Path("local"))
    victim = next(iter(cluster.workers.values())).pid
    seen: list[int] = []

    def kill(done: int, _total: int) -> None:
        if done >= 10 and not seen:
            seen.append(done)
            os.kill(victim, signal.SIGKILL)

    options = RunOptions(
        (str(returned_files),), "dask", engine="dask", scheduler=cluster.scheduler_address
    )
    with Run.create(options, built_in()) as run:
        for _outcome in graded_outcomes(run, kill):
            pass
        run.finish()
    assert seen
    assert seen[0] < 61
    assert victim not in {worker.pid for worker in cluster.workers.values()}
    assert contents(Path("dask")) == contents(Path("local"))


def test_a_harmful_file_is_blamed_alone(returned_files: Path, cluster: Any) -> None:
    put_files(returned_files, {HARMFUL: numbered(999)})
    with distributed.Client(cluster) as client:
        client.register_plugin(_Harming())
        workers = {worker.pid for worker in cluster.workers.values()}
        grade_folder(
            returned_files, Path("dask"), engine="dask", scheduler=cluster.scheduler_address
        )
    rows = {Path(row["file"]).name: row["status"] for row in table(Path("dask") / "grades.csv")}
    assert {name for name, status in rows.items() if status == "rejected"} == {
        HARMFUL,
        "torn.xlsx",
    }
    assert len(rows) == 62
    assert workers == {worker.pid for worker in cluster.workers.values()}


class _Harming(distributed.WorkerPlugin):  # type: ignore[misc]
    name = "harming"

    def setup(self, worker: Any) -> None:
        sys.path.insert(0, str(Path(__file__).parent))
        _harm()


def test_a_lost_cluster_keeps_what_was_done(returned_files: Path) -> None:
    grade_folder(returned_files, Path("local"))
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    )
    stopping = threading.Thread(target=cluster.close)
    kept: list[int] = []

    def stop(done: int, _total: int) -> None:
        kept.append(done)
        if done >= 10 and not stopping.ident:
            stopping.start()
            time.sleep(1.0)

    options = RunOptions(
        (str(returned_files),), "dask", engine="dask", scheduler=cluster.scheduler_address
    )
    with pytest.raises(RunError) as caught, Run.create(options, built_in()) as run:
        for _outcome in graded_outcomes(run, stop):
            pass
    stopping.join()
    assert caught.value.exit_code == EXIT_FAILED
    assert "--resume" in str(caught.value)
    with Run.resume("dask", engine="local", jobs=1) as run:
        assert run.done >= 10
        for _outcome in graded_outcomes(run):
            pass
        run.finish()
    assert contents(Path("dask")) == contents(Path("local"))


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:notaport", "here"]
)
def test_no_scheduler_is_one_clear_line(
    returned_files: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cts_excel.batch.engines import dask_cluster as cluster_module

    monkeypatch.setattr(cluster_module, "_CONNECT_SECONDS", 1.0)
    with pytest.raises(RunError) as caught:
        grade_folder(returned_files, Path("dask"), engine="dask", scheduler=address)
    assert caught.value.exit_code == EXIT_FAILED
    assert address in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_the_extra_one_clear_line(
    returned_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    for module in ("cts_excel.batch.engines.dask_cluster", "cts_excel.batch.engines.dask_worker"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(RunError, match=r"cts-excel\[cluster\]") as caught:
        grade_folder(returned_files, Path("dask"), engine="dask")
    assert caught.value.exit_code == EXIT_FAILED
