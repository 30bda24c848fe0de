"""Archives and e-mails: which files are in them, and the bytes of one.

An archive on disk is never read whole: its directory is read once, then one member at a time.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO, Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.kinds import HEAD, ZIP, parts_kind
from cts_excel.batch.inputs.mails import attachments
from cts_excel.batch.inputs.opening import open_regular, too_large, unreadable
from cts_excel.batch.inputs.remote import is_url
from cts_excel.batch.inputs.remote import read as read_remote
from cts_excel.batch.inputs.remote import state as remote_state
from cts_excel.batch.inputs.remote import stream as remote_stream
from cts_excel.batch.inputs.zip_names import member_name
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import inflate_member
from cts_excel.workbook.ooxml.limits import Limits, in_words

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x2041  # encrypted, strongly encrypted, masked
_LOCAL_HEADER = 30  # bytes before a member's name
_END = struct.Struct("<4s4H2LH")  # of the directory: its bytes are field 5
_END_64 = struct.Struct("<4sQ2H2L4Q")  # its bytes are field 8
_TAIL = _END.size + 0xFFFF + 20 + _END_64.size  # where the end of the directory stands
_ENTRY_BYTES = 1024  # of a directory for one member: far more than a name takes
_UNREADABLE = (
    *(BadZipFile, struct.error, EOFError, NotImplementedError, ValueError, OverflowError),
    *(IndexError, RuntimeError),
)


class Container(Protocol):
    """An archive or e-mail: files by name. A member in trouble is listed and cannot be read."""

    def names(self) -> Iterable[str]:
        """Return the names of the members, sorted, folders left out."""

    def trouble(self, name: str) -> NotReadableError | None:
        """Say why a member cannot be read, as far as the directory tells."""

    def head(self, name: str) -> bytes:
        """Return the first bytes of a member."""

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        :raises NotReadableError: F01, F03, F04, F05.
        """


class ZipArchive:
    """A zip file, on disk or in memory."""

    def __init__(self, source: tuple[str, bool] | bytes, limits: Limits) -> None:
        """Read the directory.

        :param source: path and whether the user named it, or the content.
        :raises NotReadableError: F01 (damaged), F04 (limit), F10 (no regular file).
        """
        self._source, self._limits = source, limits
        self._members: dict[str, ZipInfo] = {}
        self._troubles: dict[str, NotReadableError] = {}
        with self._stream() as stream:
            entries = _directory(stream, limits)
        for entry in entries:
            name = member_name(entry)
            if name.endswith("/"):
                continue
            if name in self._members:
                self._troubles[name] = NotReadableError(Reason.DANGEROUS, "two members of one name")
            elif problem := _trouble(entry, name, limits):
                self._troubles[name] = problem
            self._members[name] = entry

    def names(self) -> Iterable[str]:
        """Return the names of the members, sorted."""
        return sorted(self._members)

    def trouble(self, name: str) -> NotReadableError | None:
        """Say why a member cannot be read, as far as the directory tells."""
        return self._troubles.get(name)

    def head(self, name: str) -> bytes:
        """Return the first bytes of a member; none if they cannot be read."""
        entry = self._members[name]
        packed = self._packed(entry, 2 * HEAD)
        start = _LOCAL_HEADER + sum(struct.unpack_from("<2H", packed.ljust(30, b"\0"), 26))
        packed = packed[start:]
        if entry.compress_type == _STORED:
            return packed[:HEAD]
        try:
            return zlib.decompressobj(-15).decompress(packed, HEAD)
        except zlib.error:
            return b""

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        :raises NotReadableError: F01, F03, F04, F05.
        """
        if error := self._troubles.get(name):
            raise error
        entry = self._members.get(name)
        if entry is None:
            raise NotReadableError(Reason.FILE_UNREADABLE, "no longer in the archive", "")
        here = copy(entry)
        here.header_offset = 0
        return inflate_member(self._packed(entry, entry.compress_size), here, self._limits)

    def kind(self) -> str:
        """Tell what the zip file is: an archive, or the package of a document.

        :raises NotReadableError: F01, F03, F04, F05.
        """
        return parts_kind(_Parts(self))

    def has(self, folder: str) -> bool:
        """Tell whether a member lies in a folder at the top."""
        return any(name.startswith(folder) for name in self._members)

    def _stream(self) -> BinaryIO:
        if isinstance(self._source, bytes):
            return BytesIO(self._source)
        path, named = self._source
        if is_url(path):
            return _remote_stream(path, self._limits)
        return os.fdopen(open_regular(path, named=named, limit=self._limits.archive_bytes), "rb")

    def _packed(self, entry: ZipInfo, size: int) -> bytes:
        """Return so many bytes of a member, and its local header before them."""
        try:
            with self._stream() as stream:
                stream.seek(entry.header_offset)
                header = stream.read(_LOCAL_HEADER)
                if len(header) < _LOCAL_HEADER:
                    return header
                return header + stream.read(sum(struct.unpack_from("<2H", header, 26)) + size)
        except OSError as error:
            raise unreadable(error) from None


class _Parts(Mapping[str, bytes]):
    """The parts of a package that tell its kind, read when they are asked for."""

    def __init__(self, archive: ZipArchive) -> None:
        self._archive, self._names = archive, tuple(archive.names())

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._archive.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Attachments:
    """The attachments of an e-mail, all in memory."""

    def __init__(self, content: bytes) -> None:
        """Take the e-mail apart.

        :raises NotReadableError: F01 if it cannot be understood.
        """
        self._files = attachments(content)

    def names(self) -> Iterable[str]:
        """Return the names of the attachments, sorted."""
        return sorted(self._files)

    def trouble(self, name: str) -> NotReadableError | None:
        """Return nothing: what was decoded can be read."""

    def head(self, name: str) -> bytes:
        """Return the first bytes of an attachment."""
        return self._files[name][:HEAD]

    def read(self, name: str) -> bytes:
        """Return an attachment's bytes.

        :raises NotReadableError: F01 if it is not there.
        """
        if name not in self._files:
            raise NotReadableError(Reason.FILE_UNREADABLE, "no longer in the e-mail", "")
        return self._files[name]


def container(content: bytes, limits: Limits) -> Container:
    """Open an archive or e-mail in memory.

    :raises NotReadableError: F01 (damaged), F04 (limit).
    """
    if len(content) > limits.file_bytes:
        raise too_large(len(content), limits.file_bytes)
    return ZipArchive(content, limits) if content.startswith(ZIP) else Attachments(content)


def file_head(path: str, *, named: bool) -> bytes:
    """Return the first bytes of a file on disk, or behind a URL.

    :raises NotReadableError: F01 (cannot be read), F10 (no regular file).
    """
    return _from_disk(path, named, HEAD)


def file_content(path: str, *, named: bool, limits: Limits) -> bytes:
    """Return the bytes of a file on disk, or behind a URL.

    :raises NotReadableError: F01 (cannot be read), F04 (too large), F10 (no regular file).
    """
    content = _from_disk(path, named, limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        raise too_large(len(content), limits.file_bytes)
    return content


def member_content(found: Found, limits: Limits) -> bytes:
    """Return the bytes of a file inside an archive or e-mail, every limit observed.

    :raises NotReadableError: F01, F03, F04, F05, F10.
    """
    *above, name = found.members
    try:
        state = file_state(found.path)
    except OSError as error:
        raise unreadable(error) from None
    return _opened(found.path, found.named, state, tuple(above), limits).read(name)


def file_state(path: str) -> tuple[object, ...]:
    """Return what changes when a file, on disk or behind a URL, changes.

    :raises OSError: if it is not there.
    """
    if is_url(path):
        return (remote_state(path),)
    status = os.stat(path)  # noqa: PTH116
    return (status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)  # members of one archive follow each other
def _opened(
    path: str, named: bool, state: tuple[object, ...], above: tuple[str, ...], limits: Limits
) -> Container:
    """Open the archive that holds a file; ``state`` tells a file that has changed meanwhile."""
    if above:
        outer = _opened(path, named, state, above[:-1], limits)
        return container(outer.read(above[-1]), limits)
    if file_head(path, named=named).startswith(ZIP):
        return ZipArchive((path, named), limits)
    return container(file_content(path, named=named, limits=limits), limits)


def _remote_stream(url: str, limits: Limits) -> BinaryIO:
    try:
        stream = remote_stream(url, limits.file_bytes)
        size = stream.seek(0, os.SEEK_END)
    except OSError as error:
        raise unreadable(error) from None
    limit = limits.file_bytes if isinstance(stream, BytesIO) else limits.archive_bytes
    if size > limit:
        stream.close()
        raise too_large(size, limit)
    return stream


def _from_disk(path: str, named: bool, size: int) -> bytes:
    if is_url(path):
        try:
            return read_remote(path, size - 1)
        except OSError as error:
            raise unreadable(error) from None
    handle = open_regular(path, named=named, limit=1 << 62)
    with os.fdopen(handle, "rb") as stream:
        try:
            return stream.read(size)
        except OSError as error:
            raise unreadable(error) from None


def _directory(stream: BinaryIO, limits: Limits) -> list[ZipInfo]:
    """Read the directory of a zip file, after a look at its size."""
    try:
        most = limits.archive_files
        if _directory_bytes(stream) > most * _ENTRY_BYTES:
            raise _too_many(most)
        with ZipFile(stream) as archive:
            entries: list[ZipInfo] = archive.infolist()
    except OSError as error:
        raise unreadable(error) from None
    except _UNREADABLE as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, f"damaged archive: {error}", "") from None
    if len(entries) > most:
        raise _too_many(most)
    if min((member.header_offset for member in entries), default=0) > 0:
        # The directory is that of a member: the archive's own is cut off.
        raise NotReadableError(Reason.FILE_UNREADABLE, "damaged archive: no directory", "")
    size = sum(member.file_size for member in entries)
    if size > limits.archive_bytes:
        limit = in_words(limits.archive_bytes)
        raise NotReadableError(Reason.OVER_A_LIMIT, f"{in_words(size)} inflated", limit)
    return entries


def _directory_bytes(stream: BinaryIO) -> int:
    """Return the size of the directory as the end of the file states it; 0 if it states none."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    stated = int(_END.unpack_from(tail, at)[5])
    at_64 = tail.rfind(b"PK\x06\x06", 0, at)
    if at_64 >= 0 and at - at_64 >= _END_64.size:
        stated = max(stated if stated < 0xFFFFFFFF else 0, int(_END_64.unpack_from(tail, at_64)[8]))
    return stated


def _too_many(most: int) -> NotReadableError:
    return NotReadableError(Reason.OVER_A_LIMIT, f"more than {most} members", f"{most} members")


def _trouble(entry: ZipInfo, name: str, limits: Limits) -> NotReadableError | None:
    """Say what stands against reading a member."""
    if (
        "\0" in entry.orig_filename
        or name.startswith("/")
        or name[1:2] == ":"
        or ".." in name.split("/")
    ):
        return NotReadableError(Reason.DANGEROUS, "name that leaves the archive", "")
    if entry.flag_bits & _ENCRYPTED:
        return NotReadableError(Reason.ENCRYPTED, "encrypted archive", "")
    if entry.compress_type not in (_STORED, _DEFLATED):
        return NotReadableError(Reason.TYPE_NOT_ACCEPTED, "unusual compression", "")
    if entry.file_size > limits.file_bytes:
        return too_large(entry.file_size, limits.file_bytes)
    return None
