"""Names inside zip files: UTF-8 where it is said, else GBK as Chinese Windows writes them."""

from __future__ import annotations

from zipfile import ZipInfo

_UTF_8 = 0x800  # flag: the name is UTF-8
_UNICODE_PATH = 0x7075  # extra field: the name in UTF-8


def member_name(entry: ZipInfo) -> str:
    """Return the name of a member as people know it, with ``/`` between folders."""
    return _decoded(entry).replace("\\", "/").replace("\0", "\ufffd").removeprefix("./")


def _decoded(entry: ZipInfo) -> str:
    stored = entry.orig_filename
    if entry.flag_bits & _UTF_8 or stored.isascii():
        return stored
    try:
        raw = stored.encode("cp437")  # what zipfile took it for
    except UnicodeEncodeError:
        return stored
    return _unicode_path(entry.extra) or _guessed(raw) or stored


def _guessed(raw: bytes) -> str:
    """Decode a name without a known encoding; two-byte UTF-8 is rather GBK."""
    utf_8, gbk = _try(raw, "utf-8"), _try(raw, "gb18030")
    if utf_8 and all(character < "\x80" or character >= "\u0800" for character in utf_8):
        return utf_8
    return gbk or utf_8


def _try(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _unicode_path(extra: bytes) -> str:
    at = 0
    while at + 4 <= len(extra):
        kind = int.from_bytes(extra[at : at + 2], "little")
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == _UNICODE_PATH and size > 5:
            return _try(extra[at + 9 : at + 4 + size], "utf-8")
        at += 4 + size
    return ""
