"""How worker processes start: clean, and without the program that the user runs.

Python's own contexts import the user's main script again in every worker. A script without an
``if __name__ == "__main__"`` guard would then begin its run once more in each of them; the workers
here need nothing from it.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

if sys.platform == "win32":
    from multiprocessing.context import SpawnContext as _Context
    from multiprocessing.context import SpawnProcess as _Process

    def _ensure_server() -> None:
        """Do nothing: each process starts by itself."""

else:  # a server process without threads forks: quick, and safe beside the pool's own threads
    from multiprocessing.context import ForkServerContext as _Context
    from multiprocessing.context import ForkServerProcess as _Process
    from multiprocessing.forkserver import ensure_running as _ensure_server

_swapping = threading.Lock()


class WorkerProcess(_Process):
    """A process that does not import the main script."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - the standard library's hook
        with _without_main():
            return _Process._Popen(process_obj)


class WorkerContext(_Context):
    """A multiprocessing context whose processes are :class:`WorkerProcess`."""

    Process = WorkerProcess


def worker_context(*preloaded: str) -> WorkerContext:
    """Return the context for workers that need some modules.

    :param preloaded: imported once, before workers are forked, where the system forks.
    """
    if sys.platform != "win32":
        multiprocessing.get_context("forkserver").set_forkserver_preload([*preloaded])
    return WorkerContext()


def start_early(*preloaded: str) -> None:
    """Have the server of worker processes begin, beside what this process does meanwhile.

    Python's own start and the imports take it as long as everything before the first file is
    graded takes here. On a system without such a server nothing happens.
    """
    worker_context(*preloaded)
    _ensure_server()


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module while a process is described: what has no file is not imported."""
    with _swapping:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
