"""Files that are complete or absent: written beside their place, synced, then renamed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

PARTIAL = ".partial"  # the ending of a file that is still being written
_BATCH = 256  # files that are synced together


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name only when it is complete.

    :raises OSError: if it cannot be written; nothing is left behind, and an earlier file stays.
    """
    partial = partial_path(path)
    try:
        with _errors_name(path):
            with partial.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
            sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):  # the first failure is the one that matters
            partial.unlink(missing_ok=True)
        raise


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, or replace it, as a whole.

    :raises OSError: if it cannot be written; an earlier file stays.
    """
    with atomic_write(path) as stream:
        stream.write(content)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, and sync it to the disk.

    :raises FileExistsError: if it exists; any other OSError if it cannot be written.
    """
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def move_new(source: Path, target: Path) -> None:
    """Move a file; never replace one that is there.

    :raises FileExistsError: if ``target`` exists; any other OSError if it cannot be moved.
    """
    if os.name == "nt":  # there, no rename replaces a file
        source.rename(target)
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists already", str(target)) from None
        source.rename(target)
        return
    source.unlink()


class AtomicFiles:
    """Writes files into one folder, each complete or absent.

    They are synced and renamed some hundred at a time: one by one, each would wait for the disk.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; the first file creates it."""
        self._folder = folder
        self._partial: list[tuple[Path, Path]] = []

    def write(self, name: str, content: bytes) -> None:
        """Write a file; ``name`` may hold folders, with ``/``.

        :raises OSError: if it cannot be written.
        """
        path = self._folder / name
        partial = partial_path(path)
        with _errors_name(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._partial.append((partial, path))
            partial.write_bytes(content)
        if len(self._partial) >= _BATCH:
            self._commit()

    def close(self) -> None:
        """Commit what is still pending.

        :raises OSError: if a file cannot be synced or renamed.
        """
        if self._partial:
            self._commit()

    def discard(self) -> None:
        """Remove what is still pending; files that are complete stay."""
        for partial, _path in self._partial:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        self._partial.clear()

    def _commit(self) -> None:
        for partial, path in self._partial:
            with _errors_name(path), partial.open("rb+") as stream:
                os.fsync(stream.fileno())
        folders = {path.parent for _partial, path in self._partial}
        while self._partial:
            partial, path = self._partial[-1]
            with _errors_name(path):
                partial.replace(path)
            self._partial.pop()
        for folder in folders:
            sync_folder(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                self.close()
        finally:
            self.discard()


def partial_path(path: Path) -> Path:
    """Return where a file is written before it is complete; each process has a name of its own."""
    return path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")


def is_partial(name: str) -> bool:
    """Tell whether a file name is that of a file that was never completed."""
    return name.startswith(".") and name.endswith(PARTIAL)


@contextmanager
def _errors_name(path: Path) -> Iterator[None]:
    """Let an error name the place that the user knows, not the partial file."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, if the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def file_digest(path: Path) -> str:
    """Return the SHA-256 (hex) of a regular file; a pipe or a device is never waited for.

    :raises OSError: if it cannot be read, or is no regular file.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return hashlib.file_digest(stream, "sha256").hexdigest()
