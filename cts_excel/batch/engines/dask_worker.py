"""What runs inside a Dask worker: the rules of a run, and an engine of worker processes."""

from __future__ import annotations

import multiprocessing
import queue
from typing import Any

from distributed import WorkerPlugin, get_worker

from cts_excel.batch.engines.chunks import Chunk, Done
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.local import LocalEngine
from cts_excel.version import __version__


class Grading(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """Keeps a run's rules on every worker, also on those that join later, and their processes."""

    def __init__(self, rules: Rules, name: str) -> None:
        self.rules, self.name = rules, name

    def setup(self, worker: Any) -> None:
        """Begin without a process: each thread of the worker starts one when it needs it."""
        _allow_children()
        self._idle: queue.SimpleQueue[LocalEngine] = queue.SimpleQueue()

    def teardown(self, worker: Any) -> None:
        """Stop the processes."""
        while not self._idle.empty():
            self._idle.get().close()

    def grade(self, chunk: Chunk) -> Done:
        """Grade a chunk in a process that is held to the limits."""
        try:
            engine = self._idle.get_nowait()
        except queue.Empty:
            engine = LocalEngine(self.rules, 1)
        try:
            engine.submit(chunk)
            done = engine.next_done()
        except BaseException:
            engine.close()
            raise
        self._idle.put(engine)
        return done


def grade_there(name: str, chunk: Chunk) -> Done:
    """Grade a chunk by the rules of the run of this name."""
    plugin: Grading = get_worker().plugins[name]
    return plugin.grade(chunk)


def version_there() -> str:
    """Return the version of this package on a worker."""
    return __version__


def _allow_children() -> None:
    """Take away the mark that keeps a nanny's worker from starting processes.

    It is there because children of such a worker can outlive it; these cannot: their pipe ends
    with the worker, and they end with their pipe.
    """
    getattr(multiprocessing.current_process(), "_config", {})["daemon"] = False
