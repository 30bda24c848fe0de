"""What a worker does with files that make their reader misbehave, by their content."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import NoReturn

from cts_excel.batch.engines import judge as judging
from cts_excel.batch.engines import worker
from cts_excel.batch.engines.chunks import Chunk
from cts_excel.batch.inputs.admit import Copy
from cts_excel.batch.outputs import returned


class PanicException(BaseException):
    """As the readers written in Rust raise it."""


def _panic() -> NoReturn:
    raise PanicException("index out of bounds")


def _bug() -> NoReturn:
    raise ZeroDivisionError("a bug")


def _base() -> NoReturn:
    raise BaseException("odd")


def _exit() -> NoReturn:
    raise SystemExit(0)


def _spin() -> None:
    while True:
        pass


def _devour() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


POISONS = {
    b"KILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"ABORT": os.abort,
    b"SEGV": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    b"EXIT 3": lambda: os._exit(3),
    b"SYSTEM EXIT": _exit,
    b"HANG": lambda: time.sleep(600),
    b"SPIN": _spin,
    b"DEVOUR": _devour,
    b"PANIC": _panic,
    b"BUG": _bug,
    b"BASE": _base,
}


def grade_poisoned(chunk: Chunk) -> list[bytes]:
    """Grade a chunk; a file that holds a poison's name has its effect."""
    judging.open_content = _open_content  # type: ignore[assignment]
    return worker.grade_chunk(chunk)


def grade_once_killed(chunk: Chunk) -> list[bytes]:
    """Grade a chunk; a file named ``once…`` kills its worker the first time only."""
    for _number, found in chunk.tasks:
        mark = Path(f"{found.path}.seen")
        if Path(found.path).name.startswith("once") and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return worker.grade_chunk(chunk)


def grade_killed_by_marks(chunk: Chunk) -> list[bytes]:
    """Grade a chunk; whatever is to be sent back kills its worker."""
    returned.returned_file = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    return worker.grade_chunk(chunk)


_real_open_content = judging.open_content


def _open_content(copy: Copy, *args: object, **options: object) -> tuple[bytes, str]:
    for name, effect in POISONS.items():
        if copy.content == name:
            effect()
    return _real_open_content(copy, *args, **options)  # type: ignore[arg-type]


def never_ready(_rules: object) -> None:
    """Prepare a worker that cannot start."""
    raise OSError("no room")
