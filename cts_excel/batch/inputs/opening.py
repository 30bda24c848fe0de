"""Open a file of a run: regular files only, links only where the user named one."""

from __future__ import annotations

import os
import stat

from cts_excel.messages import path_too_long
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.limits import in_words


def open_regular(path: str, *, named: bool, limit: int) -> int:
    """Open a regular file of at most ``limit`` bytes; return its descriptor.

    :raises NotReadableError: F01 (cannot be read), F04 (too large), F10 (no regular file).
    """
    try:
        handle = _opened(path, named)
    except OSError as error:
        raise unreadable(error) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise NotReadableError(Reason.NOT_A_REGULAR_FILE, sort_of_file(status.st_mode), "")
        if status.st_size > limit:
            raise too_large(status.st_size, limit)
    except OSError as error:
        os.close(handle)
        raise unreadable(error) from None
    except BaseException:
        os.close(handle)
        raise
    return handle


def too_large(size: int, limit: int) -> NotReadableError:
    """Return the error for a file over a limit (F04)."""
    return NotReadableError(Reason.OVER_A_LIMIT, in_words(size), in_words(limit))


def unreadable(error: OSError) -> NotReadableError:
    """Return the error for a file that the system does not read (F01)."""
    why = "path too long" if path_too_long(error) else error.strerror or str(error)
    return NotReadableError(Reason.FILE_UNREADABLE, why, "")


def sort_of_file(mode: int) -> str:
    """Name what is no regular file, in English."""
    names = (
        (stat.S_ISDIR, "folder"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
        (stat.S_ISLNK, "link"),
    )
    return next((name for test, name in names if test(mode)), "no regular file")


def _opened(path: str, named: bool) -> int:
    if not named:
        mode = os.lstat(path).st_mode  # systems without O_NOFOLLOW need to look first
        if stat.S_ISLNK(mode):
            raise NotReadableError(Reason.NOT_A_REGULAR_FILE, "link", "")
        if not stat.S_ISREG(mode):  # opening a device can have effects of its own
            raise NotReadableError(Reason.NOT_A_REGULAR_FILE, sort_of_file(mode), "")
    elif not stat.S_ISREG(mode := os.stat(path).st_mode):  # noqa: PTH116
        raise NotReadableError(Reason.NOT_A_REGULAR_FILE, sort_of_file(mode), "")
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    if not named:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags)
