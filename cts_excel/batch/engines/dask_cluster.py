"""Many machines: chunks go to the workers of a Dask cluster, each held to the limits there.

Inside every Dask worker a chunk is graded by a process of its own, as on a single machine: a file
that kills its process is blamed there and then, with the same result, and the worker lives on. A
worker that is lost costs only time: Dask hands its chunks to another.
"""

from __future__ import annotations

import queue
import uuid
from concurrent.futures import CancelledError
from typing import Any

from distributed import Client
from distributed.comm.addressing import get_address_host_port

from cts_excel.audit.codes import Code
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure, Done
from cts_excel.batch.engines.dask_worker import Grading, grade_there, version_there
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.memory_objects import carrying
from cts_excel.batch.errors import RunError
from cts_excel.messages import _, listed
from cts_excel.version import __version__

_CONNECT_SECONDS = 10.0  # for the scheduler to answer
_WORKER_SECONDS = 30.0  # for the first worker to appear
_LOOK_SECONDS = 1.0  # between two looks at whether the cluster is still there
_LOST_SECONDS = 30.0  # without a scheduler, after which it is given up
_AHEAD = 3  # chunks per processor of the cluster that are kept in flight


class ClusterEngine:
    """The workers of a Dask cluster, through its interface of futures."""

    def __init__(self, rules: Rules, address: str | None, jobs: int) -> None:
        """Connect, see that the workers run the same version, give them the rules.

        :param address: of the scheduler; without one, a cluster of ``jobs`` processes is started
            here.
        :raises RunError: no scheduler, no workers, another version, or the extra is missing.
        """
        self._address = address or "dask"
        self._done: queue.SimpleQueue[tuple[Chunk, Any]] = queue.SimpleQueue()
        self._flying: dict[Chunk, Any] = {}
        self._client = _connected(address, jobs)
        try:
            processors = self._processors()
            self.width = _AHEAD * processors + 1
            self._name = f"cts-excel-{uuid.uuid4().hex}"
            self._client.register_plugin(Grading(rules, self._name), name=self._name)
        except BaseException:
            self._client.close()
            raise

    def submit(self, chunk: Chunk) -> None:
        """Take a chunk."""
        future = self._client.submit(grade_there, self._name, carrying(chunk), pure=False)
        self._flying[chunk] = future
        future.add_done_callback(lambda done: self._done.put((chunk, done)))

    def next_done(self) -> Done:
        """Wait for a chunk.

        :raises RunError: where the cluster is lost.
        """
        patience = _LOST_SECONDS
        while True:
            try:
                chunk, future = self._done.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                patience = _LOST_SECONDS if self._there() else patience - _LOOK_SECONDS
                if patience > 0:
                    continue
                raise self._lost() from None
            if self._flying.pop(chunk, None) is future:
                return self._result(chunk, future)

    def close(self) -> None:
        """Drop what is in flight, take the rules away from the workers, disconnect."""
        try:
            if self._there():
                self._client.cancel(list(self._flying.values()))
                self._client.unregister_worker_plugin(self._name)
        except Exception:  # noqa: BLE001, S110 - a cluster that goes away needs no tidying
            pass
        self._client.close(timeout=_LOOK_SECONDS)

    def _result(self, chunk: Chunk, future: Any) -> Done:
        try:
            done: Done = future.result(timeout=_CONNECT_SECONDS)
        except RunError:
            raise
        except (CancelledError, TimeoutError, OSError):
            raise self._lost() from None
        except Exception as error:  # noqa: BLE001 - KilledWorker, or whatever a worker met
            if not self._there() or type(error).__name__ == "FutureCancelledError":
                raise self._lost() from None
            return Done(
                chunk,
                failure=ChunkFailure(Code.WORKER_DIED, f"{type(error).__name__}: {error}"[:200]),
            )
        return Done(chunk, done.results, done.failure)

    def _processors(self) -> int:
        """Count the workers' threads once there is one; all must run this very version."""
        try:
            self._client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError:
            problem = _("the cluster has no workers")
            raise RunError(self._address, problem, _("Start some, then try again.")) from None
        try:
            versions = set(self._client.run(version_there).values())
        except Exception as error:  # noqa: BLE001 - what a worker without the package raises
            problem = _("the workers cannot run cts-excel: {}").format(error)
            raise RunError(self._address, problem, _repair()) from None
        if versions != {__version__}:
            problem = _("the workers run version {}").format(listed(sorted(versions)))
            raise RunError(self._address, problem, _repair())
        return max(1, sum(map(int, self._client.nthreads().values())))

    def _there(self) -> bool:
        return bool(self._client.status == "running" and self._client.scheduler is not None)

    def _lost(self) -> RunError:
        repair = _("What was graded is kept: go on with --resume RUN_DIR.")
        return RunError(self._address, _("the cluster is lost"), repair)


def _connected(address: str | None, jobs: int) -> Any:
    try:
        if address is None:
            return Client(n_workers=jobs, threads_per_worker=1, dashboard_address=None)
        get_address_host_port(address)  # a client that fails on it would complain at the end, too
        return Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        problem = _("no scheduler answers: {}").format(error)
        repair = _("Check the address, and that the scheduler runs.")
        raise RunError(address or "dask", problem, repair) from None


def _repair() -> str:
    return _("Install cts-excel {} on every worker.").format(__version__)
