"""Admit a file: read it once into memory, weigh it, tell by its content what it is.

Nothing behind this door opens the path again: what was hashed is what is parsed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import NamedTuple

from cts_excel.batch.inputs.find import Found
from cts_excel.batch.inputs.passwords import decrypted, ole_kind
from cts_excel.batch.inputs.remote import is_url, read
from cts_excel.messages import path_too_long
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import inflate_checked
from cts_excel.workbook.ooxml.limits import Limits, in_words
from cts_excel.workbook.ooxml.manifest import MANIFEST, is_open_document

_PIECE = 1 << 20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MODERN = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    b"application/vnd.ms-excel.template.macroEnabled.main+xml",
)
_BINARY = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A private copy of a file's bytes and their SHA-256 (hex)."""

    content: bytes
    sha256: str


def take_copy(found: Found, limits: Limits) -> Copy:
    """Read a regular file once, hashing it; a last link is followed only where the user named it.

    :raises NotReadableError: F01 (cannot be read), F04 (too large), F10 (no file).
    """
    if found.trouble:
        raise NotReadableError(Reason.NOT_A_REGULAR_FILE, found.trouble, "")
    if is_url(found.path):
        return _fetched(found.path, limits)
    try:
        handle = _opened(found)
    except OSError as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, _why(error), "") from None
    try:
        _check_regular(os.fstat(handle), limits)
        return _read(handle, limits)
    except OSError as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, _why(error), "") from None
    finally:
        os.close(handle)


def _fetched(url: str, limits: Limits) -> Copy:
    try:
        content = read(url, limits.file_bytes)
    except OSError as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, _why(error), "") from None
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY, "", "")
    if len(content) > limits.file_bytes:
        raise _too_large(len(content), limits)
    return Copy(content, hashlib.sha256(content).hexdigest())


class Opened(NamedTuple):
    """What is to be parsed: bytes, kind, and the parts of a package where they are at hand."""

    content: bytes
    kind: str
    parts: dict[str, bytes] | None = None


def open_content(copy: Copy, limits: Limits, *, legacy: bool, passwords: tuple[str, ...]) -> Opened:
    """Tell a copy's kind by content and return what is to be parsed.

    Kinds: ``xlsx`` always; ``xls``, ``xlsb`` and ``ods`` where ``legacy`` allows them. An encrypted
    workbook is decrypted in memory where one of the passwords fits.

    :raises NotReadableError: F01, F03 (encrypted), F04, F05, F08 (type not accepted), F09 (empty).
    """
    content = copy.content
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY, "", "")
    if content.startswith(_OLE):
        kind = ole_kind(content)
        if kind == "encrypted":
            content = decrypted(content, passwords, limits.inflated_bytes)
            kind = "xls" if content.startswith(_OLE) else ""
        if kind:
            return Opened(content, _allowed(kind, legacy))
    if not content.startswith(_ZIP):
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, _foreign(content), ".xlsx")
    parts, whole = inflate_checked(content, limits)
    kind = _allowed(_package_kind(parts), legacy)
    return Opened(content, kind, parts if whole else None)


def _why(error: OSError) -> str:
    return "path too long" if path_too_long(error) else error.strerror or str(error)


def _opened(found: Found) -> int:
    if not found.named:
        mode = os.lstat(found.path).st_mode  # systems without O_NOFOLLOW need to look first
        if stat.S_ISLNK(mode):
            raise NotReadableError(Reason.NOT_A_REGULAR_FILE, "link", "")
        if not stat.S_ISREG(mode):  # opening a device can have effects of its own
            raise NotReadableError(Reason.NOT_A_REGULAR_FILE, _sort(mode), "")
    elif not stat.S_ISREG(mode := os.stat(found.path).st_mode):  # noqa: PTH116
        raise NotReadableError(Reason.NOT_A_REGULAR_FILE, _sort(mode), "")
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    if not found.named:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    return os.open(found.path, flags)


def _check_regular(status: os.stat_result, limits: Limits) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotReadableError(Reason.NOT_A_REGULAR_FILE, _sort(status.st_mode), "")
    if status.st_size > limits.file_bytes:
        raise _too_large(status.st_size, limits)


def _read(handle: int, limits: Limits) -> Copy:
    pieces: list[bytes] = []
    digest = hashlib.sha256()
    size = 0
    while piece := os.read(handle, _PIECE):
        size += len(piece)
        if size > limits.file_bytes:  # it grows while it is read
            raise _too_large(size, limits)
        digest.update(piece)
        pieces.append(piece)
    return Copy(pieces[0] if len(pieces) == 1 else b"".join(pieces), digest.hexdigest())


def _too_large(size: int, limits: Limits) -> NotReadableError:
    return NotReadableError(Reason.OVER_A_LIMIT, in_words(size), in_words(limits.file_bytes))


def _sort(mode: int) -> str:
    names = (
        (stat.S_ISDIR, "folder"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
        (stat.S_ISLNK, "link"),
    )
    return next((name for test, name in names if test(mode)), "no regular file")


def _package_kind(parts: dict[str, bytes]) -> str:
    types = parts.get("[Content_Types].xml", b"")
    types = types.replace(b"\0", b"") if b"\0" in types[:64] else types
    if any(kind in types for kind in _MODERN):
        return "xlsx"
    if _BINARY in types:
        return "xlsb"
    if is_open_document(parts):
        if b"encryption-data" in parts.get(MANIFEST, b""):
            raise NotReadableError(Reason.ENCRYPTED, "", "")
        return "ods"
    if b"wordprocessingml" in types:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, "Word document", ".xlsx")
    if b"presentationml" in types:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, "presentation", ".xlsx")
    raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, "zip archive", ".xlsx")


def _allowed(kind: str, legacy: bool) -> str:
    if kind != "xlsx" and not legacy:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, f".{kind}", ".xlsx")
    return kind


def _foreign(content: bytes) -> str:
    head = content[:1024]
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<?xml"):
        return "XML"
    if text.startswith((b"<html", b"<!doctype html", b"<table")):
        return "HTML"
    return "text or an unknown type"
