"""Encrypted and older workbooks: told apart by their streams, decrypted in memory."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.messages import _, os_reason
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason

# What Excel itself tries before it asks: such a workbook opens without a question.
_UNASKED = "VelvetSweatshop"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """Read a password file: one password a line, empty lines ignored.

    The text is UTF-8, UTF-16 with a byte order mark, or GB 18030, as an editor on a Chinese
    Windows saves it.

    :raises RunError: if the file cannot be read or is no text.
    """
    if path is None:
        return ()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, os_reason(error), _("Check the path.")) from None
    for encoding in ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return tuple(line for line in text.splitlines() if line)
    raise _unusable(
        path, _("neither UTF-8 nor GB 18030 text"), _("Save it as UTF-8, one password a line.")
    )


def _unusable(path: Path, reason: str, repair: str) -> RunError:
    problem = _("password file cannot be read: {}").format(reason)
    return RunError(str(path), problem, repair, EXIT_USAGE)


def ole_kind(content: bytes) -> str:
    """Tell what an OLE container holds: ``encrypted`` or ``xls``.

    :raises NotReadableError: F01 for a damaged container, F08 for another document.
    """
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(content)) as container:
            if container.exists("EncryptedPackage"):
                return "encrypted"
            streams = [n for n in ("Workbook", "Book") if container.exists(n)]
            if not streams:
                raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, "OLE document", ".xlsx")
            head = container.openstream(streams[0]).read(4096)
    except (OSError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise NotReadableError(Reason.FILE_UNREADABLE, f"damaged container: {error}", "") from None
    return "encrypted" if _has_filepass(head) else "xls"


def decrypted(content: bytes, passwords: tuple[str, ...], limit: int) -> bytes:
    """Decrypt a workbook in memory with the first password that fits.

    :raises NotReadableError: F03 if none was given or none fits (then it says how many were
        tried), F04 beyond ``limit`` bytes.
    """
    if not passwords:
        raise NotReadableError(Reason.ENCRYPTED, "", "")
    for password in (*passwords, _UNASKED):
        plain = _decrypt(content, password)
        if plain is not None:
            if len(plain) > limit:
                raise NotReadableError(Reason.OVER_A_LIMIT, f"{len(plain)} bytes", f"{limit} bytes")
            return plain
    raise NotReadableError(Reason.ENCRYPTED, f"已试 {len(passwords)} 个密码", "")


def _decrypt(content: bytes, password: str) -> bytes | None:
    import msoffcrypto

    target = BytesIO()
    try:
        workbook = msoffcrypto.OfficeFile(BytesIO(content))
        workbook.load_key(password=password)
        workbook.decrypt(target)
    except Exception:  # noqa: BLE001 - a library fed with foreign bytes: whatever fails, no key fits
        return None
    return target.getvalue()


def _has_filepass(head: bytes) -> bool:
    """Look for the FILEPASS record among the first records of an .xls stream."""
    at = 0
    while at + 4 <= len(head):
        record = int.from_bytes(head[at : at + 2], "little")
        if record == 0x002F:
            return True
        at += 4 + int.from_bytes(head[at + 2 : at + 4], "little")
    return False
