"""Zip packages inflated, with names, number, flags and true sizes checked on the way.

Every part is inflated here, whether all are wanted at once or one at a time.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.limits import Limits, in_words

MAX_PART_BYTES = 64 << 20  # one part for a reader; an issued workbook's largest has 0.1 MiB
_ONE_PART = Limits(inflated_bytes=MAX_PART_BYTES, ratio=MAX_PART_BYTES)  # any ratio
_STORED, _DEFLATED = 0, 8
_UNICODE_NAME = 0x7075  # an extra field with another name of the part, which only some readers take
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = b"PK\x03\x04"
_ENCRYPTED, _STRONG, _MASKED = 0x1, 0x40, 0x2000  # flag bits of an entry
_STEP = 1 << 16
_KEPT_BYTES = 4 << 20  # inflated parts that are passed on to the reader; an audit's have 0.2 MiB
# Everything that zipfile raises for a damaged archive.
_UNREADABLE = (
    *(BadZipFile, struct.error, EOFError, OSError, NotImplementedError),
    *(ValueError, OverflowError, IndexError, RuntimeError),
)
_TELLING = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")
_MARKUP = (".xml", ".rels", ".vml")
_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # what may stand before the first tag: marks and spaces
# Byte-order marks, spaces, instructions and comments: what may stand before a document type.
_PROLOG = re.compile(rb"(?:[\xef\xbb\xbf\xff\xfe\s]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)


def inflate_checked(content: bytes, limits: Limits) -> tuple[dict[str, bytes], bool]:
    """Inflate every part of a package within the limits; return them, and whether they are all.

    Sizes are counted while inflating. A size in a header can only make a file refused, never
    admitted. Of a package larger than any audit workbook, only the parts that name its kind are
    kept: content types, MIME type and manifest.

    :raises NotReadableError: F01 (damaged), F04 (limit), F05 (dangerous).
    """
    entries = content.count(_DIRECTORY_ENTRY)
    if entries > limits.entries:
        raise NotReadableError(Reason.OVER_A_LIMIT, f"{entries} parts", f"{limits.entries} parts")
    parts = _directory(content)
    left = limits.inflated_bytes
    kept: dict[str, bytes] = {}
    for part in parts:
        data = _inflated(content, part, left, limits)
        left -= len(data)
        if part.filename.lower().endswith(_MARKUP) or data[:64].lstrip(_BEFORE)[:1] == b"<":
            _check_markup(part.filename, data, limits)
        if limits.inflated_bytes - left <= _KEPT_BYTES or part.filename in _TELLING:
            kept[part.filename] = data
    return kept, len(kept) == len(parts)


def inflate_member(packed: bytes, member: ZipInfo, limits: Limits) -> bytes:
    """Inflate one member of an archive within the limits for a file.

    :param packed: the archive from the member's local header on.
    :param member: its entry, with the header's offset in ``packed``.
    :raises NotReadableError: F01 (damaged), F04 (limit), F05 (dangerous).
    """
    return _inflated(packed, member, limits.file_bytes, limits)


class ZipParts(Mapping[str, bytes]):
    """The parts of a package by name, each inflated when it is asked for.

    Only the size of one part is limited: packages from outside come through
    :func:`inflate_checked` first, with the limits of the run.
    """

    def __init__(self, content: bytes) -> None:
        """List the parts.

        :raises NotReadableError: F01 (damaged), F05 (dangerous).
        """
        self._content = content
        self._entries = {part.filename: part for part in _directory(content)}

    def __getitem__(self, name: str) -> bytes:
        """Inflate a part.

        :raises NotReadableError: F01 (damaged), F04 (too large), F05 (dangerous).
        """
        return _inflated(self._content, self._entries[name], MAX_PART_BYTES, _ONE_PART)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def is_ordinary(content: bytes) -> bool:
    """Return whether a package that was inflated before has the size of an audit workbook."""
    try:
        return sum(part.file_size for part in _directory(content)) <= _KEPT_BYTES
    except NotReadableError:
        return False


def _directory(content: bytes) -> list[ZipInfo]:
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
    except _UNREADABLE as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, f"damaged package: {error}", "") from None
    _check_names(parts)
    return parts


def _check_names(parts: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        # Only some systems turn a backslash into a slash; whatever else differs is a second name.
        named, meant = (x.replace("\\", "/") for x in (part.filename, part.orig_filename))
        if named != meant or _named_again(part.extra):
            raise NotReadableError(Reason.DANGEROUS, f"part {part.filename!r} has two names", "")
        name = part.orig_filename.replace("\\", "/")
        if "\0" in name or name.startswith("/") or name[1:2] == ":":
            raise NotReadableError(Reason.DANGEROUS, f"absolute part name {part.filename!r}", "")
        if ".." in name.split("/"):
            raise NotReadableError(
                Reason.DANGEROUS, f"part name {part.filename!r} leaves the package", ""
            )
        if name.casefold() in seen:
            raise NotReadableError(
                Reason.DANGEROUS, f"part name {part.filename!r} stands twice", ""
            )
        seen.add(name.casefold())


def _named_again(extra: bytes) -> bool:
    """Return whether the extra fields of an entry hold a second name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_NAME:
            return True
        extra = extra[4 + size :]
    return False


def _check_flags(part: ZipInfo) -> None:
    if part.flag_bits & (_ENCRYPTED | _STRONG | _MASKED):
        raise NotReadableError(Reason.DANGEROUS, f"encrypted part {part.filename!r}", "")
    if part.compress_type not in (_STORED, _DEFLATED):
        problem = f"part {part.filename!r} is packed by method {part.compress_type}"
        raise NotReadableError(Reason.DANGEROUS, problem, "")


def _inflated(content: bytes, part: ZipInfo, left: int, limits: Limits) -> bytes:
    _check_flags(part)
    packed = _packed(content, part)
    if part.compress_type == _STORED:
        data = bytes(packed)
        _check_size(part, len(data), len(packed), left, limits)
    else:
        data = _deflated(packed, part, left, limits)
    if len(data) != part.file_size or zlib.crc32(data) != part.CRC:
        problem = f"damaged package: part {part.filename!r} is not what its entry says"
        raise NotReadableError(Reason.FILE_UNREADABLE, problem, "")
    return data


def _packed(content: bytes, part: ZipInfo) -> memoryview:
    """Return the packed bytes of a part. Its local header must name the same part."""
    at = part.header_offset
    header = content[at : at + 30]
    if len(header) < 30 or header[:4] != _LOCAL_HEADER:
        raise NotReadableError(
            Reason.FILE_UNREADABLE, f"damaged package: no part {part.filename!r}", ""
        )
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    name = content[at + 30 : at + 30 + name_length]
    method = int.from_bytes(header[8:10], "little")
    if name.decode("utf-8" if part.flag_bits & 0x800 else "cp437", "replace") != part.orig_filename:
        raise NotReadableError(Reason.DANGEROUS, f"part {part.filename!r} has two names", "")
    if method != part.compress_type:
        raise NotReadableError(
            Reason.DANGEROUS, f"part {part.filename!r} is packed in two ways", ""
        )
    start = at + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if len(packed) != part.compress_size:
        raise NotReadableError(
            Reason.FILE_UNREADABLE, f"damaged package: part {part.filename!r} is cut off", ""
        )
    return packed


def _deflated(packed: memoryview, part: ZipInfo, left: int, limits: Limits) -> bytes:
    # One step is enough for an ordinary part. A larger one takes several.
    inflater = zlib.decompressobj(-15)
    pieces: list[bytes] = []
    size = 0
    rest: bytes | memoryview = packed
    try:
        while not inflater.eof:
            piece = inflater.decompress(rest, _STEP)
            rest = inflater.unconsumed_tail
            size += len(piece)
            pieces.append(piece)
            _check_size(part, size, len(packed), left, limits)
            if not piece and not rest:
                break
    except zlib.error as error:
        problem = f"damaged package: part {part.filename!r}: {error}"
        raise NotReadableError(Reason.FILE_UNREADABLE, problem, "") from None
    return b"".join(pieces)


def _check_size(part: ZipInfo, size: int, packed: int, left: int, limits: Limits) -> None:
    if size > left:
        found = f"more than {in_words(limits.inflated_bytes)} inflated"
        raise NotReadableError(
            Reason.OVER_A_LIMIT, found, f"{in_words(limits.inflated_bytes)} inflated"
        )
    if size > limits.ratio_from_bytes and size > limits.ratio * max(packed, 1):
        found = f"part {part.filename!r} inflates more than {limits.ratio} times"
        raise NotReadableError(Reason.OVER_A_LIMIT, found, f"{limits.ratio} times")


def _check_markup(name: str, data: bytes, limits: Limits) -> None:
    """Count the tags before a reader builds them; refuse document types."""
    sheet = "/worksheets/" in name
    most = limits.sheet_tags if sheet else limits.tags
    if len(data) > most and (tags := data.count(b"<")) > most:
        raise NotReadableError(Reason.OVER_A_LIMIT, f"{tags} tags in {name}", f"{most} tags")
    if not sheet and len(data) > limits.sheets and (n := data.count(b"<sheet ")) > limits.sheets:
        raise NotReadableError(Reason.OVER_A_LIMIT, f"{n} sheets", f"{limits.sheets} sheets")
    if _has_doctype(data):
        raise NotReadableError(Reason.DANGEROUS, f"document type in {name}", "")


def _has_doctype(data: bytes) -> bool:
    """Return whether a document type stands before the first element, where XML allows one."""
    if b"\0" in data[:64]:  # UTF-16 or UTF-32
        data = data.replace(b"\0", b"")
    prolog = _PROLOG.match(data)
    return prolog is not None and data.startswith(b"<!", prolog.end())
