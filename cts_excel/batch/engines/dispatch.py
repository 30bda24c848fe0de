"""Keep an engine busy, and find out which file of a lost chunk is to blame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol

from cts_excel.audit.grading import rejected
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.local import Engine
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.results import StoredResult, store_result

_LARGEST = 32  # files in a chunk: beyond that the overhead of handing over is below one percent


class Sliceable(Protocol):
    """Numbered files, a slice at a time."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __getitem__(self, part: slice, /) -> Sequence[tuple[int, Found]]:
        """Return some of them."""


def graded(tasks: Sliceable, engine: Engine, rules: Rules) -> Iterator[tuple[StoredResult, ...]]:
    """Yield results as they complete, one or more at a time, every task exactly once.

    The files of a lost chunk are tried again one by one; only a file that is lost alone, at its
    second try, is blamed and rejected.
    """
    fresh = iter(_chunks(tasks, engine.width))
    again: deque[Chunk] = deque()
    flying = 0
    while True:
        while flying < engine.width and (chunk := _next(again, fresh)) is not None:
            engine.submit(chunk)
            flying += 1
        if not flying:
            return
        done = engine.next_done()
        flying -= 1
        if done.failure is None:
            yield done.results
        elif done.chunk.blame is not None:
            yield (_unread(done.chunk, done.chunk.blame, rules),)
        elif done.chunk.again:
            again.append(Chunk(done.chunk.tasks, again=True, blame=done.failure))
        else:
            again.extend(Chunk((task,), again=True) for task in done.chunk.tasks)


def _next(again: deque[Chunk], fresh: Iterator[Chunk]) -> Chunk | None:
    return again.popleft() if again else next(fresh, None)


def _chunks(tasks: Sliceable, width: int) -> Iterator[Chunk]:
    """Cut tasks into chunks, ever smaller towards the end: so all workers end at the same time."""
    start = 0
    while left := len(tasks) - start:
        size = max(1, min(_LARGEST, left // (2 * width)))
        yield Chunk(tuple(tasks[start : start + size]))
        start += size


def _unread(chunk: Chunk, failure: ChunkFailure, rules: Rules) -> StoredResult:
    """Reject a file that cannot even be read to its end: without a SHA-256."""
    ((number, found),) = chunk.tasks
    outcome = rejected(found.file, "", failure.code, found=failure.found, expected=failure.expected)
    return store_result(number, outcome, rules.standard, rules.preparations)
