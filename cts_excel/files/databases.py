"""The files of a SQLite database."""

from __future__ import annotations

from pathlib import Path


def database_files(path: Path) -> tuple[Path, ...]:
    """Return the path of a database and those that SQLite may keep beside it."""
    return (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal")))
