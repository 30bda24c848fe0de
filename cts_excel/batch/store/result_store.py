"""The results of a run so far, in a SQLite database that survives a kill.

Its write-ahead log is synced at each checkpoint: a kill loses nothing that was added, a power cut
the last results, which are then graded again.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cts_excel.batch.errors import RunError
from cts_excel.batch.results import StoredResult
from cts_excel.files.databases import database_files
from cts_excel.messages import _

NAME = "unfinished.sqlite"
_APPLICATION = 0x63747345  # "ctsE": tells our database from any other
_SETUP = f"""
PRAGMA page_size = 16384;
PRAGMA application_id = {_APPLICATION};
CREATE TABLE plan (content BLOB NOT NULL);
CREATE TABLE results (
  number INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, status TEXT NOT NULL,
  occasion INTEGER, issue_id TEXT NOT NULL, corrects TEXT NOT NULL, body BLOB NOT NULL,
  valid_from TEXT NOT NULL
);
"""
_COLUMNS = "number, file, sha256, status, occasion, issue_id, corrects, body, valid_from"
_REPEATED = f"""
SELECT {_COLUMNS} FROM results WHERE occasion IN (
  SELECT occasion FROM results WHERE occasion IS NOT NULL GROUP BY occasion HAVING count(*) > 1
) OR issue_id IN (
  SELECT issue_id FROM results WHERE issue_id != '' GROUP BY issue_id HAVING count(*) > 1
) ORDER BY number
"""  # noqa: S608 - no value from outside


class ResultStore:
    """An open store; one process at a time holds it."""

    def __init__(self, path: Path) -> None:
        """Open a store and lock it.

        :raises FileNotFoundError: if there is none.
        :raises RunError: if another process holds it, or it is not a store.
        """
        if not path.exists():
            raise FileNotFoundError(str(path))
        self.path = path
        self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            self._database.executescript(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT;"
            )
            (application,) = self._database.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION:
                raise _not_a_store(path)
        except sqlite3.OperationalError as error:
            self._database.close()
            raise (_busy(path) if "locked" in str(error) else _not_a_store(path)) from None
        except sqlite3.DatabaseError:
            self._database.close()
            raise _not_a_store(path) from None
        except BaseException:
            self._database.close()
            raise

    @staticmethod
    def create(path: Path, plan: bytes) -> ResultStore:
        """Create a store that holds a plan, and open it.

        :raises FileExistsError: if it exists: another run has taken the folder.
        :raises OSError: if it cannot be written.
        """
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644))
        try:
            with _as_os_errors(path):
                database = sqlite3.connect(path, timeout=0, isolation_level=None)
                try:
                    database.executescript(f"{_SETUP}")
                    database.execute("INSERT INTO plan VALUES (?)", (plan,))
                finally:
                    database.close()
            return ResultStore(path)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise

    def plan(self) -> bytes:
        """Return the plan.

        :raises RunError: if the store holds none.
        """
        try:
            (content,) = self._database.execute("SELECT content FROM plan").fetchone()
        except (sqlite3.DatabaseError, TypeError):
            raise _not_a_store(self.path) from None
        return bytes(content)

    def numbers(self) -> Iterator[int]:
        """Yield the numbers of the files that have a result."""
        return (number for (number,) in self._rows("SELECT number FROM results"))

    def add(self, results: Iterable[StoredResult]) -> int:
        """Add results, all or none; a file's second result replaces its first. Return how many.

        :raises OSError: if the disk is full or cannot be written.
        """
        rows = list(results)
        with _as_os_errors(self.path):
            self._database.execute("BEGIN")
            try:
                self._database.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise
        return len(rows)

    def results(self) -> Iterator[StoredResult]:
        """Yield all results in the order of the files."""
        query = f"SELECT {_COLUMNS} FROM results ORDER BY number"  # noqa: S608
        return (StoredResult(*row) for row in self._rows(query))

    def repeated(self) -> Iterator[StoredResult]:
        """Yield the results that may share their audit or issue id, in the files' order."""
        return (StoredResult(*row) for row in self._rows(_REPEATED))

    def inputs(self) -> Iterator[tuple[int, str, str, str]]:
        """Yield number, file, SHA-256 and status of every result, in the files' order."""
        query = "SELECT number, file, sha256, status FROM results ORDER BY number"
        return ((number, *texts) for number, *texts in self._rows(query))

    def copies(self) -> Iterator[tuple[int, str]]:
        """Yield number and SHA-256 of the originals, of every marked copy, in the files' order."""
        query = "SELECT number, corrects FROM results WHERE corrects != '' ORDER BY number"
        return ((number, corrects) for number, corrects in self._rows(query))

    def close(self) -> None:
        """Close the database and give up its lock."""
        self._database.close()

    def remove(self) -> None:
        """Close the database and delete it."""
        self.close()
        for path in reversed(database_files(self.path)):
            path.unlink(missing_ok=True)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.execute(query)
        except sqlite3.DatabaseError:
            raise _not_a_store(self.path) from None


class _as_os_errors:  # noqa: N801 - used as a context
    """Turn SQLite's failures to write into the ``OSError`` that the rest of a run knows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            full = "full" in str(error)
            number = errno.ENOSPC if full else errno.EIO
            raise OSError(number, str(error), str(self._path)) from None


def _not_a_store(path: Path) -> RunError:
    return RunError(str(path), _("not the results of a run"), _("Grade the files anew."))


def _busy(path: Path) -> RunError:
    problem = _("another process is at work on this run")
    return RunError(str(path.parent), problem, _("Wait until it has ended."))
