"""Files to send back, made in worker processes: several at a time, each held to the limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any

from pebble import ProcessPool

from cts_excel.batch.engines.processes import worker_context
from cts_excel.batch.engines.worker import limit_memory
from cts_excel.workbook.ooxml.limits import Limits
from cts_excel.workbook.returned.files import Maker, Returned, Task


class Workers:
    """A ``map`` over worker processes that keeps the order; they start with the first task.

    What is made already passes without them.
    """

    def __init__(self, jobs: int, limits: Limits) -> None:
        """Take the number of processes and the limits of each."""
        self._jobs, self._limits = jobs, limits

    def __call__(self, make: Maker, tasks: Iterable[Task]) -> Iterator[Returned]:
        """Yield what is made of each task; a list where the process that was to mark it is lost."""
        pool: Any = None
        flying: deque[tuple[Task, Future[Returned] | None]] = deque()
        try:
            for task in tasks:
                future = None
                if task.made is None:
                    pool = pool or self._started()
                    future = pool.schedule(make, args=[task], timeout=self._limits.seconds)
                flying.append((task, future))
                if len(flying) > 2 * self._jobs:
                    yield _result(make, *flying.popleft())
            while flying:
                yield _result(make, *flying.popleft())
        finally:
            if pool is not None:
                pool.stop()
                pool.join()

    def _started(self) -> Any:
        return ProcessPool(
            max_workers=self._jobs,
            initializer=limit_memory,
            initargs=[self._limits.memory_bytes],
            context=worker_context("cts_excel.batch.outputs.returned"),
        )


def _result(make: Maker, task: Task, future: Future[Returned] | None) -> Returned:
    if future is None:
        return make(task)
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - out of time or memory, killed: the list needs neither
        return make.listed(task, f"无法标记：{type(error).__name__}")
