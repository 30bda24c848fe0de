"""The attachments of an e-mail: .eml by the standard library, Outlook's .msg by its streams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from cts_excel.batch.inputs.kinds import OLE
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason

if TYPE_CHECKING:  # few runs meet an e-mail
    from email.message import Message

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[A-Za-z][A-Za-z0-9-]{1,40}: ?[^\0]*")
_CHINESE = ("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "ms936", "936")
_SLASHES = str.maketrans("/\\\0", "___")
_ATTACHED = "__attach_version1.0_#"
_DATA = "__substg1.0_37010102"
_NAMES = (  # of an attachment: its long name, then its short one
    ("__substg1.0_3707001F", "utf-16-le"),
    ("__substg1.0_3704001F", "utf-16-le"),
    ("__substg1.0_3707001E", "gb18030"),
    ("__substg1.0_3704001E", "gb18030"),
)


def is_mail(head: bytes) -> bool:
    """Tell an e-mail without a telling name by its headers."""
    return _HEADER.match(head) is not None and b"\nmime-version:" in head.lower().replace(
        b"\r", b"\n"
    )


def is_outlook_mail(content: bytes) -> bool:
    """Tell whether an OLE container is a saved message of Outlook."""
    name = "__properties_version1.0".encode("utf-16-le")
    return content.startswith(OLE) and name in content


def attachments(content: bytes) -> dict[str, bytes]:
    """Return the attachments of an e-mail by name; equal names are numbered.

    :raises NotReadableError: F01 if it cannot be understood.
    """
    found: dict[str, bytes] = {}
    try:
        for number, (name, data) in enumerate(_parts(content), start=1):
            plain = name.translate(_SLASHES).strip() or f"{number}"
            free, again = plain, 1
            while free in found:
                again += 1
                stem, dot, ending = plain.rpartition(".")
                free = f"{stem or ending} ({again}){dot}{ending if stem else ''}"
            found[free] = data
    except Exception as error:  # noqa: BLE001 - parsers fed with foreign bytes
        problem = f"damaged e-mail: {type(error).__name__}"
        raise NotReadableError(Reason.FILE_UNREADABLE, problem, "") from None
    return found


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.startswith(OLE):
        yield from _outlook_parts(content)
        return
    from email import message_from_bytes

    for part in message_from_bytes(content).walk():
        if part.is_multipart():
            continue
        name = _name(part)
        if not name and part.get_content_maintype() == "text":
            continue
        data = part.get_payload(decode=True)
        yield name, data if isinstance(data, bytes) else b""


def _name(part: Message) -> str:
    """Return the name of an attachment, in whichever way its mail program wrote it.

    That is RFC 2231 or RFC 2047, in any charset, or the bare bytes of GBK or UTF-8.
    """
    from email.header import decode_header
    from email.message import Message

    legible = Message()
    for header, value in part.raw_items():
        if header.lower() in ("content-disposition", "content-type"):
            legible[header] = _decoded(value.encode("ascii", "surrogateescape"))
    name = legible.get_filename("")
    pieces = (
        piece if isinstance(piece, str) else _decoded(piece, charset or "raw-unicode-escape")
        for piece, charset in decode_header(name)
    )
    return "".join(pieces)


def _decoded(raw: bytes, charset: str = "utf-8") -> str:
    """Decode a text of a header; Chinese programs say GB2312 of whatever GB 18030 holds."""
    known = "gb18030" if charset.lower() in _CHINESE else charset
    for encoding in (known, "utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _outlook_parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    import olefile

    with olefile.OleFileIO(BytesIO(content)) as container:
        # Of a message in the message, too: its attachments lie in folders below.
        folders = {
            "/".join(path[: number + 1])
            for path in container.listdir()
            for number, part in enumerate(path)
            if part.startswith(_ATTACHED)
        }
        for folder in sorted(folders):
            if not container.exists(f"{folder}/{_DATA}"):
                continue  # a message: it has attachments of its own
            name = ""
            for stream, encoding in _NAMES:
                if not name and container.exists(f"{folder}/{stream}"):
                    raw = container.openstream(f"{folder}/{stream}").read()
                    name = raw.decode(encoding, "replace").rstrip("\0")
            yield name, container.openstream(f"{folder}/{_DATA}").read()
