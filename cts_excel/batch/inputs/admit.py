"""Admit a file: read it once into memory, weigh it, tell by its content what it is.

Nothing behind this door opens the path again: what was hashed is what is parsed.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import NamedTuple

from cts_excel.batch.inputs.archives import member_content
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.kinds import HEAD, OLE, ZIP, foreign_kind, parts_kind
from cts_excel.batch.inputs.opening import open_regular, too_large, unreadable
from cts_excel.batch.inputs.passwords import decrypted, ole_kind
from cts_excel.batch.inputs.remote import is_url, read
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import inflate_checked
from cts_excel.workbook.ooxml.limits import Limits

_PIECE = 1 << 20
_READ = ("xlsx", "xls", "xlsb", "ods")


@dataclass(frozen=True, slots=True)
class Copy:
    """A private copy of a file's bytes and their SHA-256 (hex)."""

    content: bytes
    sha256: str


def take_copy(found: Found, limits: Limits) -> Copy:
    """Read a regular file once, hashing it; a last link is followed only where the user named it.

    :raises NotReadableError: F01 (cannot be read), F04 (too large), F10 (no file).
    """
    if found.error:
        raise found.error
    if found.members:
        content = member_content(found, limits)
        return Copy(content, hashlib.sha256(content).hexdigest())
    if is_url(found.path):
        return _fetched(found.path, limits)
    handle = open_regular(found.path, named=found.named, limit=limits.file_bytes)
    try:
        return _read(handle, limits)
    except OSError as error:
        raise unreadable(error) from None
    finally:
        os.close(handle)


def _fetched(url: str, limits: Limits) -> Copy:
    try:
        content = read(url, limits.file_bytes)
    except OSError as error:
        raise unreadable(error) from None
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY, "", "")
    if len(content) > limits.file_bytes:
        raise too_large(len(content), limits.file_bytes)
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
    if content.startswith(OLE):
        kind = ole_kind(content)
        if kind == "encrypted":
            content = decrypted(content, passwords, limits.inflated_bytes)
            kind = "xls" if content.startswith(OLE) else ""
        if kind:
            return Opened(content, _allowed(kind, legacy))
    if not content.startswith(ZIP):
        kind = foreign_kind(content[:HEAD])
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, kind, ".xlsx")
    parts, whole = inflate_checked(content, limits)
    kind = _allowed(parts_kind(parts), legacy)
    return Opened(content, kind, parts if whole else None)


def _read(handle: int, limits: Limits) -> Copy:
    pieces: list[bytes] = []
    digest = hashlib.sha256()
    size = 0
    while piece := os.read(handle, _PIECE):
        size += len(piece)
        if size > limits.file_bytes:  # it grows while it is read
            raise too_large(size, limits.file_bytes)
        digest.update(piece)
        pieces.append(piece)
    return Copy(pieces[0] if len(pieces) == 1 else b"".join(pieces), digest.hexdigest())


def _allowed(kind: str, legacy: bool) -> str:
    if kind not in _READ:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, kind, ".xlsx")
    if kind != "xlsx" and not legacy:
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, f".{kind}", ".xlsx")
    return kind
