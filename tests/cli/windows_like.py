"""Run the command line as on Windows, as far as another system can play it.

The package is imported while the system calls itself Windows and POSIX modules are missing; what
branches on the system at import then stands as it would there. Processes are started by ``spawn``.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path

LIBRARIES = (
    *("asyncio", "click", "ctypes", "logging", "lxml.etree", "msgspec", "msoffcrypto", "numpy"),
    *("pandas", "pebble", "platform", "python_calamine", "rapidfuzz", "rich.console", "shutil"),
    *(
        "nicegui",
        "subprocess",
        "tempfile",
        "uuid",
        "xlsxwriter",
        "zipfile",
        "multiprocessing.spawn",
    ),
)
OPTIONAL = ("dask_", "parquet", "remote", "__main__")


def become_windows() -> None:
    """Take away what Windows lacks; opening a folder is refused, as there."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in ("resource", "fcntl", "pwd", "grp"):
        sys.modules[name] = None  # type: ignore[assignment]
    locks = types.ModuleType("msvcrt")
    locks.LK_NBLCK, locks.locking = 2, lambda *_given: None  # type: ignore[attr-defined]
    sys.modules["msvcrt"] = locks
    for name in ("SIGKILL", "SIGHUP", "SIGALRM"):
        delattr(signal, name)
    for name in ("sync", "fork", "O_NOFOLLOW", "O_NONBLOCK", "sched_getaffinity", "geteuid"):
        if hasattr(os, name):
            delattr(os, name)
    os.open = files_only(os.open)
    system, sys.platform = sys.platform, "win32"
    import cts_excel

    for module in pkgutil.walk_packages(cts_excel.__path__, "cts_excel."):
        if not any(part in module.name for part in OPTIONAL):
            importlib.import_module(module.name)
    sys.platform = system


def files_only(opening: Callable[..., int]) -> Callable[..., int]:
    def opened(path: str | Path, *rest: int, **more: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *rest, **more)

    return opened


if __name__ == "__main__":
    become_windows()
    multiprocessing.set_start_method("spawn")
    sys.argv[0] = "cts-excel"
    from cts_excel.cli import main

    main()
