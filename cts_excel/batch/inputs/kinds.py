"""What a file is, told by its content; what it claims to be, told by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from cts_excel.batch.inputs.passwords import ole_kind
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.manifest import MANIFEST, is_open_document

HEAD = 4096  # bytes of a file that tell what it is
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES, MIME = "[Content_Types].xml", "mimetype"  # the parts that name a package's kind

_WORKBOOKS = (
    *("xlsx", "xlsm", "xltx", "xltm", "xlam", "xls", "xlt", "xlsb", "ods", "ots", "fods", "sxc"),
    *("et", "ett", "numbers", "gnumeric", "uos"),
)
_ARCHIVES = ("zip", "zipx", "rar", "7z", "tar", "tgz", "gz", "bz2", "xz")
_MAILS = ("eml", "msg")
# What browsers, mail programs and people add to a name.
_ADDED = r"(?:[\s_~\-.]*(?:\(\d+\)|副本|download|crdownload|opdownload|part|partial|tmp|temp|bak))*"
_CLAIMS = re.compile(
    rf"\.(?:({'|'.join(_WORKBOOKS)})|({'|'.join(_ARCHIVES)})|({'|'.join(_MAILS)})){_ADDED}[\s_~.]*",
    re.IGNORECASE,
)
_MODERN = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    b"application/vnd.ms-excel.template.macroEnabled.main+xml",
)
_BINARY = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_ARCHIVE_HEADS = (
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\0", "xz archive"),
)
_FOREIGN_HEADS = (
    (b"\x78\x9f\x3e\x22", "attachments packed by Outlook"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_SHEET_XML = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="excel.sheet"')
_HTML = (b"<html", b"<!doctype html", b"<table", b"<body", b"<div", b"<meta", b"<head")
_LONGEST_ENDING = 60


class Claim(StrEnum):
    """What the name of a file promises."""

    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    MAIL = "mail"
    OTHER = "other"


def claim(name: str) -> Claim:
    """Tell what a name promises; what was added behind the ending does not count."""
    match = _ending(name)
    if match is None:
        return Claim.OTHER
    workbook, archive, _mail = match.groups()
    return Claim.WORKBOOK if workbook else Claim.ARCHIVE if archive else Claim.MAIL


def without_ending(name: str) -> str:
    """Return the name of a workbook without its ending and what was added behind it."""
    match = _ending(name)
    return name[: match.start()] if match and match[1] and match.start() else name


def _ending(name: str) -> re.Match[str] | None:
    at = name.rfind(".")
    while at >= 0 and len(name) - at <= _LONGEST_ENDING:
        if match := _CLAIMS.fullmatch(name, at):
            return match
        at = name.rfind(".", 0, at)
    return None


def parts_kind(parts: Mapping[str, bytes]) -> str:
    """Tell what a zip file is: ``xlsx``, ``xlsb``, ``ods``, a foreign document, ``zip archive``.

    :param parts: its parts by name; only those that tell the kind are looked at.
    :raises NotReadableError: F03 for an encrypted OpenDocument file.
    """
    types = parts.get(TYPES, b"")
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
        return "Word document"
    if b"presentationml" in types:
        return "presentation"
    if types.strip():
        return "Office document"
    if MIME in parts:
        open_document = parts[MIME].strip().startswith(_OPEN_DOCUMENT)
        return "OpenDocument file" if open_document else "other package"
    if any(name.endswith(".iwa") or name == "Index.zip" for name in parts):
        return "Numbers workbook"
    return "zip archive"


def foreign_kind(head: bytes) -> str:
    """Name what is no zip file and no OLE container, in English; see ``audit/refusals.py``."""
    for magic, name in (*_ARCHIVE_HEADS, *_FOREIGN_HEADS):
        if head.startswith(magic):
            return name
    if head[257:262] == b"ustar":
        return "tar archive"
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip().lower()
    if text.startswith(b"<?xml") or text.startswith(b"<office:document"):
        if b"office:document" in text and b"opendocument.spreadsheet" in text:
            return "OpenDocument spreadsheet in one XML file"
        if any(mark in text for mark in _SHEET_XML):
            return "Excel 2003 XML"
        return "HTML" if b"<html" in text else "XML"
    return "HTML" if text.startswith((*_HTML, b"mime-version:")) else "text or an unknown type"


def is_foreign_workbook_or_archive(head: bytes) -> bool:
    """Tell whether a file without a telling name is a workbook or an archive that is not read."""
    kind = foreign_kind(head)
    return kind.endswith(" archive") or kind in (
        "OpenDocument spreadsheet in one XML file",
        "Excel 2003 XML",
        "attachments packed by Outlook",
    )


def is_ole_workbook(content: bytes, name: str) -> bool:
    """Tell whether an OLE container is a workbook, or encrypted and not another document's."""
    try:
        kind = ole_kind(content)
    except NotReadableError:
        return False
    other = name.lower().rpartition(".")[2] in ("doc", "docx", "docm", "ppt", "pptx", "pptm")
    return kind == "xls" or (kind == "encrypted" and not other)
