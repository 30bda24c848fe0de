"""The journal of a run: results in the order in which they come, safe against a kill.

A file of frames, each with its length and checksum. The first frame is the plan; every other is
the packed record of one file. A frame that was being written when the run died is cut off.
"""

from __future__ import annotations

import os
import struct
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cts_excel.batch.errors import RunError
from cts_excel.files.atomic import whole_file
from cts_excel.messages import _

NAME = "unfinished.journal"
_MAGIC = b"cts-excel journal 2\n"
_FRAME = struct.Struct("<II")  # length, CRC-32
_SYNC_SECONDS = 1.0  # a kill loses nothing; a power cut at most this much


class Journal:
    """An open journal: append records, read them back by position."""

    def __init__(self, path: Path) -> None:
        """Open an existing journal and lock it.

        :raises RunError: where another process is at work on it, or it is no journal.
        :raises OSError: where it cannot be opened.
        """
        self.path = path
        self._stream: BinaryIO = path.open("r+b")
        try:
            _lock(self._stream, path)
            if self._stream.read(len(_MAGIC)) != _MAGIC:
                raise _not_a_journal(path)
        except BaseException:
            self._stream.close()
            raise
        self._synced = time.monotonic()
        self._end = 0

    @staticmethod
    def create(path: Path, plan: bytes) -> Journal:
        """Write a journal that holds a plan, whole or not at all, and open it."""
        with whole_file(path) as stream:
            stream.write(_MAGIC + _framed(plan))
        return Journal(path)

    def plan(self) -> bytes:
        """Return the first frame.

        :raises RunError: where not even that is whole.
        """
        plan = self._frame(len(_MAGIC), self._size())
        if plan is None:
            raise _not_a_journal(self.path)
        return plan

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and content of every whole record; cut off what comes after the last.

        Take them all before the first :meth:`append`.
        """
        size = self._size()
        position = len(_MAGIC) + _FRAME.size + len(self.plan())
        while (frame := self._frame(position, size)) is not None:
            yield position, frame
            position += _FRAME.size + len(frame)
        self._stream.truncate(position)
        self._end = position

    def append(self, records: Iterable[bytes]) -> list[int]:
        """Append records, return their positions; synced to the disk about once a second."""
        positions = []
        frames = []
        for record in records:
            positions.append(self._end)
            frames.append(_framed(record))
            self._end += len(frames[-1])
        self._stream.seek(positions[0])
        self._stream.write(b"".join(frames))
        self._stream.flush()
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self.sync()
        return positions

    def read(self, position: int) -> bytes:
        """Read back the record at a position."""
        self._stream.seek(position)
        length, _crc = _FRAME.unpack(self._stream.read(_FRAME.size))
        return self._stream.read(length)

    def sync(self) -> None:
        """Force what was appended to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._synced = time.monotonic()

    def close(self) -> None:
        """Close the file and its lock."""
        self._stream.close()

    def _size(self) -> int:
        return self._stream.seek(0, os.SEEK_END)

    def _frame(self, position: int, size: int) -> bytes | None:
        self._stream.seek(position)
        head = self._stream.read(_FRAME.size)
        if len(head) < _FRAME.size:
            return None
        length, crc = _FRAME.unpack(head)
        if position + _FRAME.size + length > size:
            return None
        content = self._stream.read(length)
        return content if zlib.crc32(content) == crc else None


def _framed(content: bytes) -> bytes:
    return _FRAME.pack(len(content), zlib.crc32(content)) + content


def _not_a_journal(path: Path) -> RunError:
    return RunError(str(path), _("not a journal of a run"), _("Grade the files anew."))


if sys.platform == "win32":

    def _lock(stream: BinaryIO, path: Path) -> None:
        """Lock the first byte beyond any journal."""
        import msvcrt

        stream.seek(1 << 40)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise _busy(path) from None
        finally:
            stream.seek(0)

else:

    def _lock(stream: BinaryIO, path: Path) -> None:
        """Lock the file for this process."""
        import fcntl

        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _busy(path) from None


def _busy(path: Path) -> RunError:
    problem = _("another process is at work on this run")
    return RunError(str(path.parent), problem, _("Wait until it has ended."))
