"""One workbook, judged at once in a process of its own: a file that hangs costs only itself."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import TimeoutError as JudgingTimeoutError
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from cts_excel.api import (
    DEFAULT_LIMITS,
    Outcome,
    grade_file,
    limit_memory,
    load_standard,
    worker_context,
    write_template,
)
from cts_excel.app.settings import Means
from cts_excel.errors import UserError
from cts_excel.messages import _


class JudgingError(UserError):
    """A workbook whose judgement did not come to an end."""


class SingleJudge:
    """Judges single workbooks, one after the other."""

    def __init__(self, standard_path: str | None) -> None:
        self._standard_path = standard_path
        self._pool: Any = None

    def warm(self) -> None:
        """Have the process begin, so that the first workbook need not wait for it."""
        self._workers().schedule(_ready, args=[self._standard_path])

    async def judge(self, path: Path, name: str, means: Means) -> Outcome:
        """Judge a workbook.

        :param name: how it is shown.
        :param means: what it is opened and judged with.
        :raises JudgingError: if it takes too long, or its process dies.
        """
        future = self._workers().schedule(
            _judged, args=[path, self._standard_path, means], timeout=DEFAULT_LIMITS.seconds
        )
        try:
            outcome: Outcome = await asyncio.wrap_future(future)
        except (JudgingTimeoutError, ProcessExpired, MemoryError):
            problem = _("the file could not be judged: it takes too much time or memory")
            raise JudgingError(name, problem, _("Ask for a fresh copy of it.")) from None
        return replace(outcome, file=name)

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def _workers(self) -> Any:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=1,
                initializer=limit_memory,
                initargs=[DEFAULT_LIMITS.memory_bytes],
                context=worker_context("cts_excel.api"),
            )
        return self._pool


_standard = cache(load_standard)  # in the process that judges


def _ready(standard_path: str | None) -> None:
    """Judge a blank workbook: what is loaded then, over a second's worth, nobody waits for."""
    standard = _standard(standard_path)
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.xlsx"
        write_template(blank, standard)
        grade_file(blank, standard)


def _judged(path: Path, standard_path: str | None, means: Means) -> Outcome:
    return grade_file(
        path,
        _standard(standard_path),
        legacy=means.legacy,
        passwords=means.passwords,
        password_file=means.password_file,
        key_file=means.key_file,
    )
