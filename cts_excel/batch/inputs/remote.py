"""Inputs by URL, through fsspec: list them, read them once, tell a lost file from a lost store."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO, TypeVar

from cts_excel.batch.errors import RunError
from cts_excel.files.visible import visible
from cts_excel.messages import _

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)  # two letters at least: C:// is a drive
_PAUSES = (0.5, 2.0)  # seconds before a store that failed is asked again
_BLAMED = (FileNotFoundError, PermissionError, IsADirectoryError)  # says something of one file

T = TypeVar("T")


def is_url(path: str) -> bool:
    """Tell a URL from a path."""
    return _URL.match(path) is not None


def local_path(url: str) -> str | None:
    """Return the path that a ``file://`` URL means, ``None`` for any other."""
    scheme, _colon, rest = url.partition("://")
    if scheme.lower() not in ("file", "local"):
        return None
    from urllib.request import url2pathname  # brings the whole of HTTP

    return url2pathname(rest)


def listed(url: str) -> tuple[str, list[str]]:
    """Return a URL in full and the URLs of all objects at or below it, sorted.

    :raises RunError: missing extra, unknown protocol, or a store that does not answer.
    """
    import_extra(url)
    system, root = opened(url)
    try:
        found = _patiently(lambda: system.find(root), url)
    except _BLAMED as error:
        raise _store_error(url, error) from None
    return system.unstrip_protocol(root), sorted(map(system.unstrip_protocol, found))


def read(url: str, limit: int) -> bytes:
    """Return an object's bytes, no more than ``limit`` + 1 of them.

    :raises OSError: where this one object is gone or may not be read.
    :raises RunError: where the store does not answer.
    """
    system, path = opened(url)

    def taken() -> bytes:
        if system.size(path) == 0:
            return b""  # a range of nothing is an error with some stores
        content: bytes = system.cat_file(path, start=0, end=limit + 1)
        return content

    system.invalidate_cache()
    return _patiently(taken, url)


def is_object(url: str) -> bool:
    """Tell whether an object stands at a URL.

    :raises RunError: where the store does not answer.
    """
    system, path = opened(url)
    return bool(_patiently(lambda: system.isfile(path), url))


def state(url: str) -> str:
    """Return what changes when an object changes.

    :raises OSError, RunError: as :func:`read`.
    """
    system, path = opened(url)
    system.invalidate_cache()
    return _patiently(lambda: str(system.ukey(path)), url)


def stream(url: str, limit: int) -> BinaryIO:
    """Open an object to read here and there; one that cannot be read so is fetched whole.

    :param limit: the most bytes that are fetched whole.
    :raises OSError, RunError: as :func:`read`.
    """
    system, path = opened(url)

    def taken() -> BinaryIO:
        handle: BinaryIO = system.open(path, "rb")
        try:
            handle.seek(-1, os.SEEK_END)
            handle.read(1)
        except (OSError, ValueError):  # a server without ranges
            handle.close()
            return BytesIO(system.cat_file(path, start=0, end=limit + 1))
        return handle

    return _patiently(taken, url)


def import_extra(url: str) -> None:
    """Make sure that fsspec and the file system of a URL can be imported.

    :raises RunError: where the extra is missing or the protocol is unknown.
    """
    scheme = url.partition("://")[0].lower()
    repair = _("Install it: pip install 'cts-excel[remote]'.")
    try:
        import fsspec
    except ImportError:
        raise RunError(visible(url), _("fsspec is not installed"), repair) from None
    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        raise RunError(visible(url), str(error), repair) from None
    except ValueError:
        problem = _("unknown protocol {}").format(f"{scheme}://")
        raise RunError(visible(url), problem, _("Check the URL.")) from None


def opened(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the path there.

    :raises RunError: where its client cannot be set up.
    """
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(url)
    except Exception as error:  # noqa: BLE001 - a store's own client checks its options here
        raise _store_error(url, error) from None
    return system, path


def _patiently(work: Callable[[], T], url: str) -> T:
    """Do what asks a store; ask again after a failure that says nothing of the one object."""
    for pause in (*_PAUSES, None):
        try:
            return work()
        except _BLAMED:
            raise
        except Exception as error:  # noqa: BLE001 - each store's client has errors of its own
            if pause is None:
                raise _store_error(url, error) from None
            time.sleep(pause)
    raise AssertionError("unreachable")


def _store_error(url: str, error: Exception) -> RunError:
    reason = visible(str(error) or type(error).__name__)[:200]
    problem = _("the store cannot be read: {}").format(reason)
    repair = _("Check URL, access and network; a run that has begun goes on with --resume.")
    return RunError(visible(url), problem, repair)
