"""The issuing body's key on disk: one short text file that only its owner may read."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

from cts_excel.audit.proof import KEY_BYTES, Key
from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason

PREFIX = "cts-excel-key-1:"
_MAX_BYTES = 4096


class KeyFileError(UserError):
    """A key file that cannot be created or used: place, problem, repair."""


def new_key(path: Path | str) -> Key:
    """Create a key from the system's random source and write it, readable by its owner alone.

    :raises KeyFileError: if the file exists (a key is never overwritten: everything issued with it
        would lose its proof) or cannot be written.
    """
    key = Key(secrets.token_bytes(KEY_BYTES))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags, 0o600)
    except FileExistsError:
        repair = _("Choose another name; a key is never overwritten.")
        raise KeyFileError(str(path), _("exists already"), repair) from None
    except OSError as error:
        raise _unusable(path, _("cannot be written: {}"), error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(f"{PREFIX}{key.secret.hex()}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        Path(path).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unusable(path, _("cannot be written: {}"), error) from None
        raise
    return key


def load_key(path: Path | str) -> Key:
    """Read a key.

    :raises KeyFileError: if the file is missing, is not a key, or others may read it.
    """
    try:
        with Path(path).open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unusable(path, _("cannot be read: {}"), error) from None
    if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
        repair = _("Run: chmod 600 {}").format(path)
        raise KeyFileError(str(path), _("others may read or write this key"), repair)
    return Key(_secret(path, content))


def _secret(path: Path | str, content: bytes) -> bytes:
    # An editor may have added a byte order mark or a Windows line end.
    text = content.decode("utf-8-sig", "replace").strip()
    if not text.startswith(PREFIX):
        repair = _("Name the file that 'cts-excel key new' made.")
        raise KeyFileError(str(path), _("not a key file"), repair)
    try:
        secret = bytes.fromhex(text.removeprefix(PREFIX))
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        problem = _("the key is damaged or cut off: {} hexadecimal digits are expected")
        repair = _("Restore the file from its safe copy.")
        raise KeyFileError(str(path), problem.format(2 * KEY_BYTES), repair)
    return secret


def _unusable(path: Path | str, problem: str, error: Exception) -> KeyFileError:
    return KeyFileError(
        str(path), problem.format(os_reason(error)), _("Check path and permissions.")
    )
