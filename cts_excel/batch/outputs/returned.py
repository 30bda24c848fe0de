"""The workbooks to send back: marked copies, in the folder ``returned/``."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, NamedTuple

from pebble import ProcessPool

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.engines.processes import worker_context
from cts_excel.batch.engines.worker import limit_memory
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.returned_names import ReturnedNames
from cts_excel.batch.outputs.sink import RunOutput, Sink
from cts_excel.batch.results import Prepare, Prepared, Result
from cts_excel.files.atomic import AtomicFiles
from cts_excel.standard.model import Standard
from cts_excel.workbook.ooxml.inflate import is_ordinary
from cts_excel.workbook.returned.files import (
    Mode,
    Returned,
    returned_file,
    returned_list,
)
from cts_excel.workbook.returned.terms import ReturnTerms

FOLDER = "returned"
_LOOK = 1.0  # seconds between two looks whether the pool is alive


@dataclass(frozen=True, slots=True)
class _PrepareReturned:
    """Makes what is sent back while the file is in memory; a large one is left for later.

    The memory that a large one takes would be missing to the files that the process judges next.
    """

    mode: Mode
    terms: ReturnTerms

    def __call__(self, outcome: Outcome, _standard: Standard, content: bytes) -> Prepared | None:
        if not content or not self.mode.wants(outcome.status):
            return None
        if outcome.audit is not None and not is_ordinary(content):
            return None
        made = returned_file(outcome, content, self.terms)
        return made.content, made.reason.encode()


class _Pending(NamedTuple):
    """A file that a worker process is making."""

    name: str
    outcome: Outcome
    future: Future[Returned] | None
    reason: str = ""
    pool: Any = None


class ReturnedFiles(Sink):
    """Writes the files to send back, in the order of the results.

    What no worker has prepared is made here by worker processes of their own, each held to the
    limits. A process that is lost costs one file its marks: it gets a list instead.
    """

    name = "returned"

    def __init__(self, run: RunOutput) -> None:
        """Start nothing yet: the first file makes the folder."""
        self._run = run
        self._mode = Mode(run.options.returned)
        self._terms = _terms(run.options)
        self._names = ReturnedNames()
        self._files = AtomicFiles(run.folder / FOLDER)
        self._pending: deque[_Pending] = deque()
        self._pool: Any = None

    @classmethod
    def wanted(cls, options: RunOptions) -> bool:
        """Tell whether anything is sent back."""
        return Mode(options.returned) is not Mode.NONE

    @classmethod
    def preparation(cls, options: RunOptions) -> Prepare | None:
        """Return what makes a marked copy in the worker that judges the file."""
        return _PrepareReturned(Mode(options.returned), _terms(options))

    def add(self, result: Result) -> None:
        """Write, or begin to make, what is sent back for one file."""
        if not self._mode.wants(result.status):
            return
        name = self._names.first_name(result.file)
        if made := result.prepared.get(self.name):
            self._files.write(name, made[0])
            return
        self._pending.append(self._begin(name, result.outcome))
        while len(self._pending) > 2 * self._run.options.workers:
            self._write_next()

    def close(self) -> None:
        """Wait for what is still being made."""
        while self._pending:
            self._write_next()
        self._stop()
        self._files.close()
        folder = self._run.folder / FOLDER
        for written, name in self._names.moves():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / written).replace(folder / name)

    def discard(self, error: BaseException) -> None:
        """Stop; files that are complete stay."""
        self._stop()
        self._files.discard()

    def _begin(self, name: str, outcome: Outcome) -> _Pending:
        """Hand a file to a worker process, if it can be read again."""
        try:
            content = self._run.source(outcome.file)
        except OSError as error:
            return _Pending(name, outcome, None, f"无法再次读取：{error.strerror or error}")
        arguments = [outcome, content, self._terms]
        seconds = self._run.options.limits.seconds
        try:
            future = self._workers().schedule(returned_file, args=arguments, timeout=seconds)
        except RuntimeError:  # the pool broke since: one more try with a new one
            self._stop()
            future = self._workers().schedule(returned_file, args=arguments, timeout=seconds)
        return _Pending(name, outcome, future, pool=self._pool)

    def _write_next(self) -> None:
        pending = self._pending.popleft()
        self._files.write(pending.name, self._finished(pending).content)

    def _finished(self, pending: _Pending) -> Returned:
        """Wait for a file; a list without marks if its process ran out of time or was lost."""
        reason = pending.reason
        if pending.future is not None:
            try:
                return _wait(pending.future, pending.pool)
            except Exception as error:  # noqa: BLE001 - whatever ended it, a list can be made
                reason = f"无法标记：{type(error).__name__}"
        return returned_list(pending.outcome, reason, self._terms)

    def _workers(self) -> Any:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._run.options.workers,
                initializer=limit_memory,
                initargs=[self._run.options.limits.memory_bytes],
                context=worker_context("cts_excel.batch.outputs.returned"),
            )
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None


def _terms(options: RunOptions) -> ReturnTerms:
    return ReturnTerms(options.deadline, options.contact)


def _wait(future: Future[Returned], pool: Any) -> Returned:
    """Wait for a future; a pool that broke may never set it.

    :raises TimeoutError: if its time is up, or its pool is no longer there.
    """
    while True:
        try:
            return future.result(timeout=_LOOK)
        except TimeoutError:
            if future.done() or not pool.active:
                raise
