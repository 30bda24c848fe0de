"""Files from the page into the working folder: streamed, counted, under safe names, never over one.

The page sends a file's bytes to one address; the name that it gives is only ever the material for
a safe one. A file of the same content under the same name is the same file.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cts_excel.api import DEFAULT_LIMITS, Claim, claim, in_words
from cts_excel.app.workplace import HIDDEN, Workplace
from cts_excel.errors import UserError
from cts_excel.files.atomic import PARTIAL, file_digest, move_new
from cts_excel.files.names import safe_name
from cts_excel.files.visible import visible
from cts_excel.messages import _, os_reason

_SUFFIX_LENGTH = 12
_MOST_FOLDERS = 8
_DISK_RESERVE = 64 * 1024 * 1024  # bytes that an upload must leave free


class UploadError(UserError):
    """A file that was not taken: which, why, and what to do. ``status`` is for the browser."""

    status = 400


class TooLargeError(UploadError):
    """A file beyond the limits of admission, or beyond the disk."""

    status = 413


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken. ``key`` is what the page knows it by; ``new`` is false for a copy."""

    key: str
    path: Path
    new: bool = True


class Uploads:
    """Takes files into ``input/``, or beside it into a hidden folder; remembers them by key."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._taken: dict[str, Path] = {}

    def path(self, key: str) -> Path | None:
        """Return a taken file by its key; ``None``: there is no such."""
        return self._taken.get(key)

    async def take(
        self, shown_name: str, chunks: AsyncIterator[bytes], *, declared: int | None, hidden: bool
    ) -> Upload | None:
        """Store one file; ``None`` if it is one that every run passes over (locks, hidden files).

        :param shown_name: the name as the page gives it, with its folders.
        :param declared: the size that the browser announces, bytes.
        :param hidden: beside ``input/``: a roster, or a single workbook to look at.
        :raises UploadError: if it is too large, or cannot be written. Nothing of it is left.
        """
        parts = safe_parts(shown_name)
        if parts is None:
            return None
        limit = _limit(parts[-1])
        self._refuse_beforehand(shown_name, declared, limit)
        key = secrets.token_urlsafe(12)
        base = self._place.folder / HIDDEN / key if hidden else self._place.input
        partial = self._place.folder / HIDDEN / f".{key}{PARTIAL}"
        try:
            partial.parent.mkdir(exist_ok=True)
            digest = await _written(partial, chunks, limit, shown_name)
            target, new = await asyncio.to_thread(_placed, partial, base, parts, digest)
        except OSError as error:
            raise _unwritable(shown_name, error) from None
        finally:
            partial.unlink(missing_ok=True)
        self._taken[key] = target
        return Upload(key, target, new)

    def forget(self, key: str) -> None:
        """Remove a file of the hidden folder."""
        path = self._taken.pop(key, None)
        hidden = self._place.folder / HIDDEN
        if path is not None and path.is_relative_to(hidden):
            shutil.rmtree(hidden / path.relative_to(hidden).parts[0], ignore_errors=True)

    def _refuse_beforehand(self, name: str, declared: int | None, limit: int) -> None:
        if declared is None:
            return
        if declared > limit:
            raise _too_large(name, limit)
        free = shutil.disk_usage(self._place.folder).free
        if declared + _DISK_RESERVE > free:
            raise _unwritable(name, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))


def safe_parts(shown_name: str) -> tuple[str, ...] | None:
    """Return safe names for the folders and the file of a path; ``None``: it is passed over.

    Nothing of the path can lead upwards or to another place: each part becomes a plain name.
    """
    parts = PurePosixPath(shown_name.replace("\\", "/")).parts
    named = [part for part in parts if part.strip("./ ")]
    if not named or any(part.startswith((".", "~$")) for part in named):
        return None
    folders = [safe_name(part, "") for part in named[:-1]][-_MOST_FOLDERS:]
    suffix = PurePosixPath(named[-1]).suffix
    if not 1 < len(suffix) <= _SUFFIX_LENGTH or not suffix[1:].isalnum() or not suffix.isascii():
        suffix = ""
    return (*folders, safe_name(named[-1].removesuffix(suffix), suffix))


async def _written(path: Path, chunks: AsyncIterator[bytes], limit: int, shown_name: str) -> str:
    """Write what comes, at most ``limit`` bytes, and return its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as stream:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise _too_large(shown_name, limit)
            digest.update(chunk)
            await asyncio.to_thread(stream.write, chunk) if len(chunk) > 65536 else stream.write(
                chunk
            )
        stream.flush()
        await asyncio.to_thread(os.fsync, stream.fileno())
    return digest.hexdigest()


def _placed(partial: Path, base: Path, parts: tuple[str, ...], digest: str) -> tuple[Path, bool]:
    """Move a complete file to its place; under another name if there is another file."""
    folder = base.joinpath(*parts[:-1])
    folder.mkdir(parents=True, exist_ok=True)
    stem, suffix = PurePosixPath(parts[-1]).stem, PurePosixPath(parts[-1]).suffix
    for number in range(1, 10_000):
        name = parts[-1] if number == 1 else f"{stem} ({number}){suffix}"
        target = folder / name
        try:
            move_new(partial, target)
        except FileExistsError:
            if target.is_file() and file_digest(target) == digest:
                return target, False
            continue
        return target, True
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / parts[-1]))


def _limit(name: str) -> int:
    archive = claim(name) is Claim.ARCHIVE
    return DEFAULT_LIMITS.archive_bytes if archive else DEFAULT_LIMITS.file_bytes


def _too_large(name: str, limit: int) -> TooLargeError:
    problem = _("the file is larger than {}").format(in_words(limit))
    return TooLargeError(
        visible(name), problem, _("An audit workbook is much smaller: check whether this is one.")
    )


def _unwritable(name: str, error: OSError) -> UploadError:
    problem = _("cannot be stored: {}").format(os_reason(error))
    kind = TooLargeError if error.errno == errno.ENOSPC else UploadError
    return kind(visible(name), problem, _("Nothing was changed. Mend this, then drop it again."))
