"""Reuse of the results of earlier runs, for files that have not changed since.

What depends on other files (duplicates, conflicts, the roster, the summary) is never reused.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import msgspec

from cts_excel.batch.inputs.admit import take_copy
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.remote import is_url
from cts_excel.batch.options import RunOptions
from cts_excel.batch.results import StoredResult
from cts_excel.batch.store.result_cache import (
    CacheDamagedError,
    CacheError,
    ResultCache,
    discard,
)
from cts_excel.messages import _, language
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.limits import Limits

_AT_ONCE = 256  # results that are handed over together
_ENVIRONMENT = "CTS_EXCEL_CACHE"  # names another folder for the cache
# Whose other version could read a file differently.
_LIBRARIES = ("lxml", "msgspec", "msoffcrypto-tool", "openpyxl", "pandas", "python-calamine")


class EarlierResults:
    """The results that a run takes from the cache and adds to it.

    No run fails by the cache: from where it cannot be used the run does without it, and ``notices``
    says so once.
    """

    def __init__(self, folder: Path | None, digest: bytes) -> None:
        """Open the cache in a folder, by default the user's.

        :param digest: of what the results depend on, see :func:`rules_digest`.
        """
        self.notices: list[str] = []
        self.used = 0
        self._folder = folder or default_folder()
        self._cache: ResultCache | None = None
        with self._doing_without():
            self._cache = ResultCache(self._folder, digest)

    def take(
        self, files: Iterable[tuple[int, Found]], limits: Limits, today: date
    ) -> Iterator[tuple[StoredResult, ...]]:
        """Yield the results of the unchanged ones among numbered files, some at a time."""
        if self._cache is None:
            return
        found = _unchanged(self._cache, files, limits, today)
        with self._doing_without():
            while some := tuple(islice(found, _AT_ONCE)):
                self._cache.used(result.file for result in some)
                self.used += len(some)
                yield some

    def add(self, results: Iterable[StoredResult]) -> None:
        """Keep the results of this run."""
        with self._doing_without():
            if self._cache is not None:
                self._cache.add(results)

    def close(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    @contextmanager
    def _doing_without(self) -> Iterator[None]:
        try:
            yield
        except CacheError as error:
            notice = _("The results of earlier runs cannot be used: {}. All is graded anew.")
            self.notices.append(notice.format(error))
            self.close()
            if isinstance(error, CacheDamagedError):
                discard(self._folder)


def default_folder() -> Path:
    """Return the folder of the user's cache, unless the environment names another."""
    if given := os.environ.get(_ENVIRONMENT):
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("cts-excel", appauthor=False)


def rules_digest(
    options: RunOptions, standard: str, secrets: Iterable[bytes], prepared: Iterable[str]
) -> bytes:
    """Return the SHA-256 of everything but the file that a result depends on.

    :param standard: fingerprint of the standard.
    :param secrets: passwords and key; :param prepared: names of the outputs that are prepared.
    """
    kept = {**options.recorded(), "parquet": options.parquet}
    kept |= {name: getattr(options, name) for name in ("returned", "deadline", "contact")}
    for name in ("paths", "roster", "exclude"):  # which files there are changes no result
        kept.pop(name)
    everything = (__version__, _code(), standard, kept, list(secrets), sorted(prepared), language())
    return hashlib.sha256(msgspec.json.encode(everything)).digest()


@cache
def _code() -> str:
    """Return the SHA-256 of all that is installed of this package, and of the libraries it uses."""
    digest = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    package = Path(__file__).parents[2]
    for path in sorted(package.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            digest.update(f"{path.relative_to(package)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _unchanged(
    cache: ResultCache, files: Iterable[tuple[int, Found]], limits: Limits, today: date
) -> Iterator[StoredResult]:
    """Yield the results of numbered files whose bytes are those of an earlier run."""
    for number, found in files:
        if found.error or is_url(found.path):
            continue
        kept = cache.find(found.file)
        if kept is None or kept.valid_from > today.isoformat():
            continue
        try:
            copy = take_copy(found, limits)
        except NotReadableError:
            continue
        if copy.sha256 == kept.sha256:
            yield kept._replace(number=number)
