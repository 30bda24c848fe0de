"""Results of earlier runs, for files that have not changed since: a cache of the user's own.

A row is a file's result as a worker made it, under the digest of everything that it depends on.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

from cts_excel.batch.results import StoredResult
from cts_excel.files.databases import database_files

FILE = "results.sqlite"
_APPLICATION = 0x63747363  # "ctsc": tells our database from any other
_VERSION = 1  # of the tables
_MOST_BYTES = 1 << 30
_KEPT = 0.75  # share of it that stays when there is more
_WAIT = 5.0  # seconds for another process that writes
_SETUP = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
CREATE TABLE IF NOT EXISTS results (
  rules BLOB NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, valid_from TEXT NOT NULL,
  status TEXT NOT NULL, occasion INTEGER, issue_id TEXT NOT NULL, corrects TEXT NOT NULL,
  body BLOB NOT NULL, checksum BLOB NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY (rules, file)
) WITHOUT ROWID;
"""


class CacheError(Exception):
    """The cache cannot be used; the text says why."""


class CacheDamagedError(CacheError):
    """The file is no cache of this version: a new one may take its place."""


class ResultCache:
    """An open cache, of results under one set of rules. Several processes may share it."""

    def __init__(self, folder: Path, rules: bytes, most_bytes: int = _MOST_BYTES) -> None:
        """Open the cache in a folder, or create it there.

        :param rules: digest of what the results depend on besides the files.
        :raises CacheError: if it cannot be read or written, or is open to other users.
        """
        self._path, self._rules, self._most_bytes = folder / FILE, rules, most_bytes
        self._now = int(time.time())
        try:
            _make_private(folder, self._path)
            self._database = _opened(self._path)
        except OSError as error:
            raise CacheError(str(error)) from None
        except sqlite3.Error as error:
            raise _cache_error(error) from None

    def find(self, file: str) -> StoredResult | None:
        """Return the result of a file, with 0 as its number.

        A row that was changed by anything but this class is not returned.

        :raises CacheError: if the cache cannot be read.
        """
        query = (
            "SELECT checksum, valid_from, file, sha256, status, occasion, issue_id, corrects, body "
            "FROM results WHERE rules = ? AND file = ?"
        )
        rows = self._execute(query, (self._rules, file))
        for checksum, valid_from, *fields in rows:
            if checksum == _checksum(self._rules, valid_from, fields):
                return StoredResult._make([0, *fields, valid_from])
        return None

    def add(self, results: Iterable[StoredResult]) -> None:
        """Keep the results that may be used again, all or none.

        :raises CacheError: if the disk is full or cannot be written.
        """
        rows = [self._row(result) for result in results if result.valid_from and result.sha256]
        self._write("INSERT OR REPLACE INTO results VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)

    def used(self, files: Iterable[str]) -> None:
        """Note that results were used: what was not used for longest goes first.

        :raises CacheError: as :meth:`add`.
        """
        rows = [(self._now, self._rules, file) for file in files]
        self._write("UPDATE results SET used = ? WHERE rules = ? AND file = ?", rows)

    def close(self) -> None:
        """Remove what is over the limit and close the cache."""
        with suppress(CacheError, sqlite3.Error):
            self._remove_surplus()
        self._database.close()

    def _row(self, result: StoredResult) -> tuple[Any, ...]:
        _number, file, sha256, status, occasion, issue_id, corrects, body, valid_from = result
        fields = [file, sha256, status, occasion, issue_id, corrects, body]
        checksum = _checksum(self._rules, valid_from, fields)
        head = (self._rules, file, sha256, valid_from, status, occasion, issue_id, corrects)
        return (*head, body, checksum, self._now)

    def _remove_surplus(self) -> None:
        ((pages,),) = self._execute("PRAGMA page_count")
        ((free,),) = self._execute("PRAGMA freelist_count")
        ((size,),) = self._execute("PRAGMA page_size")
        surplus = (pages - free) * size - self._most_bytes
        if surplus <= 0:
            return
        surplus += int(self._most_bytes * (1 - _KEPT))
        gone = []
        oldest = "SELECT rules, file, length(body) FROM results ORDER BY used, rules, file"
        for rules, file, length in self._execute(oldest):
            if surplus <= 0:
                break
            gone.append((rules, file))
            surplus -= length
        self._write("DELETE FROM results WHERE rules = ? AND file = ?", gone)

    def _execute(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.execute(query, values)
        except sqlite3.Error as error:
            raise _cache_error(error) from None

    def _write(self, query: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany(query, rows)
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise _cache_error(error) from None


def discard(folder: Path) -> None:
    """Remove a cache that cannot be used, so that the next run begins a new one."""
    for path in database_files(folder / FILE):
        with suppress(OSError):
            path.unlink()


def _cache_error(error: sqlite3.Error) -> CacheError:
    """Tell a damaged file from one that cannot be read or written now: locked, on a full disk."""
    passing = isinstance(error, sqlite3.OperationalError)
    return CacheError(str(error)) if passing else CacheDamagedError(str(error))


def _checksum(rules: bytes, valid_from: str, fields: Iterable[Any]) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode((rules, valid_from, *fields))).digest()


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database.

    :raises sqlite3.DatabaseError: for another one than ours, also one of another version.
    """
    database = _connected(path)
    try:
        if _pragma(database, "application_id") == 0 and not _tables(database):
            database.executescript(f"BEGIN IMMEDIATE; {_SETUP} COMMIT;")
        ours = _pragma(database, "application_id") == _APPLICATION
        if ours and _pragma(database, "user_version") == _VERSION:
            return database
        raise sqlite3.DatabaseError("of another version" if ours else "not a cache of results")
    except BaseException:
        database.close()
        raise


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    return database


def _tables(database: sqlite3.Connection) -> int:
    with closing(database.execute("SELECT count(*) FROM sqlite_master")) as rows:
        return int(rows.fetchone()[0])


def _pragma(database: sqlite3.Connection, name: str) -> Any:
    with closing(database.execute(f"PRAGMA {name}")) as rows:
        return rows.fetchone()[0]


def _make_private(folder: Path, path: Path) -> None:
    """Create folder and file for this user alone.

    :raises OSError: if they cannot be created.
    :raises CacheError: if another user owns them or may write there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if not hasattr(os, "geteuid"):
        return
    for place, allowed in ((folder, stat.S_IRWXU), (path, stat.S_IRUSR | stat.S_IWUSR)):
        found = place.lstat()
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & ~allowed & 0o777:
            raise CacheError(f"{place}: open to other users")
