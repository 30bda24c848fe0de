"""What travels between the stages and an engine: chunks of files, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.audit.codes import Code
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.results import StoredResult


@dataclass(frozen=True, slots=True)
class ChunkFailure:
    """Why a chunk came to nothing: code (F06, F07), what was seen, what the limit was."""

    code: Code
    found: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Numbered files that are graded together.

    ``again`` marks a file that is tried alone, once more. ``blame`` asks for nothing but a
    rejection: the file was lost twice and is not parsed again. ``carried`` are URLs and contents
    of objects that only the sending process can see.
    """

    tasks: tuple[tuple[int, Found], ...]
    again: bool = False
    blame: ChunkFailure | None = None
    carried: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk's results, or why there are none."""

    chunk: Chunk
    results: tuple[StoredResult, ...] = ()
    failure: ChunkFailure | None = None
