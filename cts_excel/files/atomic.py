"""Files that are whole or not there: written beside their place, synced, then renamed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

_TOGETHER = 256  # files that are synced in one go
PARTIAL = ".partial"  # how a file is named while it is written


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name only when it is complete.

    :raises OSError: where it cannot be written; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        with _named(path):
            with partial.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
            sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


class WholeFiles:
    """Writes files of one folder, each whole or not there; use it in a ``with`` statement.

    They are synced and appear some hundred at a time: synced one by one, each waits for the disk.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made with the first file."""
        self._folder = folder
        self._partial: list[tuple[Path, Path]] = []

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        :raises OSError: where it cannot be written.
        """
        path = self._folder / name
        partial = path.with_name(f".{name}{PARTIAL}")
        with _named(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._partial.append((partial, path))
            partial.write_bytes(content)
        if len(self._partial) >= _TOGETHER:
            self._settle()

    def _settle(self) -> None:
        for partial, path in self._partial:
            with _named(path), partial.open("rb+") as stream:
                os.fsync(stream.fileno())
        while self._partial:
            partial, path = self._partial[-1]
            with _named(path):
                partial.replace(path)
            self._partial.pop()
        sync_folder(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None and self._partial:
                self._settle()
        finally:
            for partial, _path in self._partial:
                with suppress(OSError):
                    partial.unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Have an error name the place that a person knows."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest_of(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
