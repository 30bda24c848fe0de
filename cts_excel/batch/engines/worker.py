"""What runs in a worker process: limits on itself, then chunk after chunk."""

from __future__ import annotations

import gc
import os
import sys
import time

from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.engines.chunks import Chunk, ChunkFailure
from cts_excel.batch.engines.confirmation import MEMORY_BYTES
from cts_excel.batch.engines.judge import Judged, Rules, judge_with_content
from cts_excel.batch.engines.memory_objects import unloaded
from cts_excel.batch.inputs.admit import take_copy
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.results import StoredResult, store_result
from cts_excel.workbook.ooxml.errors import NotReadableError

_SPARE_SECONDS = 2  # processor time beyond the wall clock's limit: the clock should strike first
_EXITED = 70  # exit code of a worker that something inside asked to end
NO_MEMORY = 71  # exit code of a worker that ran out of memory

_rules: Rules | None = None


def initialise(rules: Rules) -> None:
    """Get ready for chunks: keep the rules, be silent, limit memory, leave no core files."""
    global _rules
    _rules = rules
    _be_silent()
    more = 0 if rules.second_reader is None else MEMORY_BYTES
    limit_memory(rules.limits.memory_bytes + more)
    gc.collect()
    gc.freeze()  # what is loaded now stays: no collection needs to look at it again


def answer() -> bool:
    """Return, so that the engine knows that a worker starts."""
    return True


def grade_chunk(chunk: Chunk) -> list[StoredResult]:
    """Judge a chunk of numbered files and return their results.

    A process that runs out of memory ends: what it holds by then is not always given back, and
    would be missing to every file after.
    """
    rules = _rules
    if rules is None:
        raise RuntimeError("initialise() comes first")
    try:
        unloaded(chunk)
        return [_record(number, found, chunk, rules) for number, found in chunk.tasks]
    except MemoryError:
        os._exit(NO_MEMORY)


def _record(number: int, found: Found, chunk: Chunk, rules: Rules) -> StoredResult:
    _limit_processor(rules.limits.seconds)
    judged: Judged
    try:
        if chunk.blame is not None:
            judged = Judged(_blamed(found, chunk.blame, rules))
        else:
            judged = judge_with_content(found, rules)
    except SystemExit:  # a pool takes an orderly exit for the end of its work, and would wait
        os._exit(_EXITED)
    # A file that was lost once could be lost by its marks: they are made later.
    content = b"" if chunk.again else judged.content
    return store_result(
        number, judged.outcome, rules.standard, rules.preparations, content, judged.confirmation
    )


def _be_silent() -> None:
    """Print nothing: a reader that panics writes a trace where the user reads progress."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _blamed(found: Found, failure: ChunkFailure, rules: Rules) -> Outcome:
    """Reject a file without parsing it, its SHA-256 taken where it can be read."""
    try:
        sha256 = take_copy(found, rules.limits).sha256
    except (NotReadableError, MemoryError):
        sha256 = ""
    return rejected(
        found.file, sha256, failure.code, found=failure.found, expected=failure.expected
    )


if sys.platform == "win32":

    def limit_memory(size: int) -> None:
        """Do nothing: the system has no such limit."""

    def _limit_processor(seconds: float) -> None:
        """Do nothing: the time-out of the pool holds."""

else:
    import resource

    def limit_memory(size: int) -> None:
        """Limit the address space; where a stricter limit holds already, that stays."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _lower(resource.RLIMIT_AS, size)

    def _limit_processor(seconds: float) -> None:
        """Grant this process so many more seconds of processor time."""
        _lower(resource.RLIMIT_CPU, int(time.process_time() + seconds) + _SPARE_SECONDS)

    def _lower(kind: int, value: int) -> None:
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (value if hard < 0 else min(value, hard), hard))
