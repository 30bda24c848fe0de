"""Where chunks are graded: one small interface, and the engine of local worker processes.

An engine takes chunks and hands back results as they complete, in any order. No stage knows
which engine it is.
"""

from __future__ import annotations

import queue
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, Protocol

from pebble import ProcessExpired, ProcessPool

from cts_excel.audit.codes import Code
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure, Done
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.memory_objects import carrying
from cts_excel.batch.engines.processes import worker_context
from cts_excel.batch.engines.worker import NO_MEMORY, answer, grade_chunk, initialise
from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs.remote import is_url
from cts_excel.batch.results import StoredResult
from cts_excel.messages import _

_LOOK = 1.0  # seconds between two looks whether the pool is alive
_STORE_SECONDS = 120.0  # more for a chunk of URLs: as long as a store may take to fail for good
_RESTARTS = 5  # pools in a row in which no worker starts, before the run ends
_PATIENCE = 60.0  # seconds for a worker to start
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
    """Worker processes on this machine, each held to the limits; a dead one is replaced.

    A pool that breaks is replaced, too. What was in flight is then graded one chunk at a time, so
    that a chunk is blamed only if the pool breaks with nothing else in it.
    """

    def __init__(self, rules: Rules, jobs: int, work: Work = grade_chunk) -> None:
        """Start the workers.

        :param jobs: their number; :param work: what each does with a chunk.
        """
        self.width = 2 * jobs + 1
        self._patience = rules.limits.seconds * 2 + _GRACE
        self._rules, self._jobs, self._work = rules, jobs, work
        self._done: queue.SimpleQueue[tuple[Chunk, Future[Any]]] = queue.SimpleQueue()
        self._flying: dict[Chunk, Future[Any]] = {}
        self._waiting: deque[Chunk] = deque()
        self._suspects: set[Chunk] = set()
        self._pool: Any = self._started()

    def submit(self, chunk: Chunk) -> None:
        """Take a chunk; its time-out is that of a single file."""
        self._waiting.append(chunk)
        self._fill()

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
                patience = self._patience
                lost = self._replaced("worker pool fell silent")
                if lost is not None:
                    return lost
                continue
            if self._flying.get(chunk) is not future:  # from a pool that was replaced
                continue
            done = self._result(chunk, future)
            if done is not None:
                return done

    def close(self) -> None:
        """Stop all workers."""
        self._pool.stop()
        self._pool.join()

    def _fill(self) -> None:
        """Hand over what waits; while there are suspects, one chunk at a time."""
        while self._waiting and not (self._suspects and self._flying):
            chunk = self._waiting[0]
            try:
                future = self._scheduled(chunk)
            except RuntimeError:  # the pool broke since
                self._restart()
                continue
            self._waiting.popleft()
            self._flying[chunk] = future
            future.add_done_callback(partial(self._arrived, chunk))

    def _arrived(self, chunk: Chunk, future: Future[Any]) -> None:
        self._done.put((chunk, future))

    def _result(self, chunk: Chunk, future: Future[Any]) -> Done | None:
        """Return what became of a chunk, ``None`` if it is tried again."""
        try:
            done = Done(chunk, tuple(future.result()))
        except TimeoutError:
            limit = f"{self._rules.limits.seconds:g} s"
            done = Done(chunk, failure=ChunkFailure(Code.TIMED_OUT, expected=limit))
        except ProcessExpired as error:
            done = _lost(chunk, _ending(error.exitcode))
        except (BrokenProcessPool, CancelledError):
            return self._replaced("worker pool broke")
        except RunError:  # the store of the inputs is lost: no file is to blame
            raise
        except MemoryError:
            done = _lost(chunk, "out of memory")
        except Exception as error:  # noqa: BLE001 - whatever a worker could not hand back
            done = _lost(chunk, f"{type(error).__name__}: {error}"[:200])
        self._landed(chunk)
        return done

    def _landed(self, chunk: Chunk) -> None:
        del self._flying[chunk]
        self._suspects.discard(chunk)
        self._fill()

    def _replaced(self, why: str) -> Done | None:
        """Replace the pool; return the chunk that was alone in it as lost."""
        flying = list(self._flying)
        alone = len(flying) == 1
        if alone:
            del self._flying[flying[0]]
            self._suspects.discard(flying[0])
        self._restart()
        self._fill()
        return _lost(flying[0], why) if alone else None

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
        """Replace the pool; what was in flight waits again, and each is a suspect.

        :raises RunError: if no worker of several pools answers.
        """
        flying = list(self._flying)
        self._flying = {}
        self._waiting.extendleft(reversed(flying))
        self._suspects.update(flying)
        for _try in range(_RESTARTS):
            self._pool.stop()
            self._pool.join()
            self._pool = self._started()
            if self._answers():
                return
        raise RunError(
            f"-j {self._jobs}",
            _("worker processes cannot start, or the system ends them"),
            _("Free some memory or give fewer workers, then go on with --resume."),
        )

    def _answers(self) -> bool:
        """Tell whether a worker starts: if not, the machine is to blame and no file."""
        try:
            future: Future[bool] = self._pool.schedule(answer)
            return future.result(timeout=_PATIENCE)
        except Exception:  # noqa: BLE001 - whatever keeps a worker from starting
            return False


def _lost(chunk: Chunk, why: str) -> Done:
    return Done(chunk, failure=ChunkFailure(Code.WORKER_DIED, why))


def _ending(code: int) -> str:
    """Word an exit code: a signal's name, or the number."""
    if code == NO_MEMORY:
        return "out of memory"
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"
