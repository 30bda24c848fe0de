"""Where chunks are graded: one small interface, and the engine of local worker processes.

An engine takes chunks and hands back results as they complete, in any order. No stage knows
which engine it is.
"""

from __future__ import annotations

import queue
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from pebble import ProcessExpired, ProcessPool

from cts_excel.audit.codes import Code
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure, Done
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.memory_objects import carrying
from cts_excel.batch.engines.processes import worker_context
from cts_excel.batch.engines.worker import NO_MEMORY, grade_chunk, initialise
from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs.remote import is_url
from cts_excel.batch.results import StoredResult
from cts_excel.messages import _

_LOOK = 1.0  # seconds between two looks whether the pool is alive
_STORE_SECONDS = 120.0  # more for a chunk of URLs: as long as a store may take to fail for good
_RESTARTS = 5  # pools that may break in a row before the machine is to blame, not a file
_GRACE = 15.0  # seconds beyond all time-outs after which a pool that says nothing is given up


Work = Callable[[Chunk], list[StoredResult]]


class Engine(Protocol):
    """Grades chunks somewhere. ``width`` is how many are worth keeping in flight."""

    width: int

    def submit(self, chunk: Chunk) -> None:
        """Take a chunk."""

    def next_done(self) -> Done:
        """Wait for the next chunk that is done or lost."""

    def close(self) -> None:
        """Stop; what is in flight is dropped."""


class LocalEngine:
    """Worker processes on this machine, each held to the limits; a dead one is replaced."""

    def __init__(self, rules: Rules, jobs: int, work: Work = grade_chunk) -> None:
        """Start the workers.

        :param jobs: their number; :param work: what each does with a chunk.
        """
        self.width = 2 * jobs + 1
        self._patience = rules.limits.seconds * 2 + _GRACE
        self._rules, self._jobs, self._work = rules, jobs, work
        self._done: queue.SimpleQueue[tuple[Chunk, Future[Any]]] = queue.SimpleQueue()
        self._flying: dict[Chunk, Future[Any]] = {}
        self._broken = 0
        self._pool: Any = self._started()

    def submit(self, chunk: Chunk) -> None:
        """Take a chunk; its time-out is that of a single file."""
        try:
            future = self._scheduled(chunk)
        except RuntimeError:  # the pool broke since
            self._restart()
            future = self._scheduled(chunk)
        self._flying[chunk] = future
        future.add_done_callback(lambda done: self._done.put((chunk, done)))

    def next_done(self) -> Done:
        """Wait for a chunk; a pool that broke, or is silent beyond every time-out, is replaced."""
        patience = self._patience
        while True:
            try:
                chunk, future = self._done.get(timeout=_LOOK)
            except queue.Empty:
                patience -= _LOOK
                if self._pool.active and patience > 0:
                    continue
                chunk = next(iter(self._flying))
                del self._flying[chunk]
                self._restart()
                return Done(
                    chunk, failure=ChunkFailure(Code.WORKER_DIED, "worker pool fell silent")
                )
            if self._flying.get(chunk) is future:  # not from a pool that was replaced
                del self._flying[chunk]
                return self._result(chunk, future)

    def close(self) -> None:
        """Stop all workers."""
        self._pool.stop()
        self._pool.join()

    def _result(self, chunk: Chunk, future: Future[Any]) -> Done:
        try:
            results = tuple(future.result())
            self._broken = 0
            return Done(chunk, results)
        except TimeoutError:
            return Done(
                chunk,
                failure=ChunkFailure(Code.TIMED_OUT, expected=f"{self._rules.limits.seconds:g} s"),
            )
        except ProcessExpired as error:
            return Done(chunk, failure=ChunkFailure(Code.WORKER_DIED, _ending(error.exitcode)))
        except (BrokenProcessPool, CancelledError):
            self._restart()
            return Done(chunk, failure=ChunkFailure(Code.WORKER_DIED, "worker pool broke"))
        except RunError:  # the store of the inputs is lost: no file is to blame
            raise
        except MemoryError:
            return Done(chunk, failure=ChunkFailure(Code.WORKER_DIED, "out of memory"))
        except Exception as error:  # noqa: BLE001 - whatever a worker could not hand back
            return Done(
                chunk,
                failure=ChunkFailure(Code.WORKER_DIED, f"{type(error).__name__}: {error}"[:200]),
            )

    def _scheduled(self, chunk: Chunk) -> Future[Any]:
        seconds = self._rules.limits.seconds
        if any(is_url(found.path) for _n, found in chunk.tasks):
            seconds += _STORE_SECONDS
            self._patience = seconds * 2 + _GRACE
        future: Future[Any] = self._pool.schedule(
            self._work, args=[carrying(chunk)], timeout=seconds
        )
        return future

    def _started(self) -> ProcessPool:
        modules = [initialise.__module__]
        modules += [prepare.__module__ for prepare in self._rules.preparations.values()]
        return ProcessPool(
            max_workers=self._jobs,
            initializer=initialise,
            initargs=[self._rules],
            context=worker_context(*modules),
        )

    def _restart(self) -> None:
        """Replace the pool and hand it what was in flight.

        :raises RunError: where one pool after the other breaks and nothing is graded.
        """
        self._broken += 1
        if self._broken > _RESTARTS:
            raise RunError(
                f"-j {self._jobs}",
                _("worker processes cannot start, or the system ends them"),
                _("Free some memory or give fewer workers, then go on with --resume."),
            )
        self._pool.stop()
        self._pool.join()
        self._pool = self._started()
        flying, self._flying = list(self._flying), {}
        for chunk in flying:
            self.submit(chunk)


def _ending(code: int) -> str:
    """Word an exit code: a signal's name, or the number."""
    if code == NO_MEMORY:
        return "out of memory"
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"
