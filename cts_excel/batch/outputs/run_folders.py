"""The run folders of a working folder: finished ones and stopped ones, the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cts_excel.audit.outcome import Status
from cts_excel.batch.outputs.run_reader import RunFolderError, read_record
from cts_excel.batch.store.result_store import NAME as STORE
from cts_excel.batch.store.run_folder import RECORD


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run folder. ``started`` is ``None`` and ``counts`` is empty for a stopped run."""

    folder: Path
    finished: bool
    started: datetime | None
    counts: Mapping[Status, int]

    @property
    def total(self) -> int:
        """The number of files seen."""
        return sum(self.counts.values())


def run_folders(root: Path) -> list[RunFolder]:
    """List the runs directly below a folder; what cannot be read as one is left out."""
    try:
        folders = [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
    found = [run for run in map(run_folder, folders) if run is not None]
    return sorted(found, key=lambda run: (_moment(run), run.folder.name), reverse=True)


def run_folder(folder: Path) -> RunFolder | None:
    """Tell what run a folder holds; ``None`` if it holds none."""
    if (folder / STORE).is_file():
        return RunFolder(folder, False, None, {})
    if not (folder / RECORD).is_file():
        return None
    try:
        record = read_record(folder, ("started", "counts"))
        started = datetime.fromisoformat(record["started"])
        counts = {status: int(record["counts"].get(status.value, 0)) for status in Status}
    except (RunFolderError, ValueError, TypeError, AttributeError):
        return None
    return RunFolder(folder, True, started, counts)


def _moment(run: RunFolder) -> float:
    if run.started is not None:
        return run.started.timestamp()
    try:
        return run.folder.stat().st_mtime
    except OSError:
        return 0.0
