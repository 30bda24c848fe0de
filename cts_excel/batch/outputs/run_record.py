"""``run.json``: what a run was, written last, so that a folder without it is unfinished."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cts_excel.audit.outcome import Status
from cts_excel.batch.options import now
from cts_excel.batch.store.plan import Plan
from cts_excel.batch.store.result_store import NAME as STORE
from cts_excel.batch.store.run_folder import RECORD
from cts_excel.files.atomic import atomic_write, file_digest
from cts_excel.files.databases import database_files
from cts_excel.standard.model import Standard

FORMAT = 1
FILLED_IN = "decisions.xlsx"  # people write into it after the run: no digest of it is kept


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run: folder, files per status, files passed over or left out by name, times."""

    folder: Path
    counts: Mapping[Status, int]
    ignored: tuple[str, ...]
    excluded: tuple[str, ...]
    started: datetime
    finished: datetime

    @property
    def total(self) -> int:
        """The number of files seen, which the counts add up to."""
        return sum(self.counts.values())

    @property
    def all_graded(self) -> bool:
        """Whether every file is graded or a duplicate of one (exit code 0)."""
        done = self.counts[Status.GRADED] + self.counts[Status.DUPLICATE]
        return done == self.total


def write_record(
    folder: Path,
    plan: Plan,
    standard: Standard,
    counts: Mapping[Status, int],
    inputs: Iterable[tuple[str, str, str]],
    reused: int = 0,
) -> RunRecord:
    """Hash every output in a run folder and write ``run.json``.

    :param inputs: file, SHA-256 and status of every input, in order.
    :param reused: how many results are those of earlier runs.
    :raises OSError: where it cannot be written.
    """
    record = RunRecord(
        folder,
        {status: counts.get(status, 0) for status in Status},
        plan.ignored,
        plan.excluded,
        datetime.fromtimestamp(plan.started, UTC),
        datetime.fromtimestamp(max(now(), plan.started), UTC),
    )
    head = {
        "format": FORMAT,
        "tool": {"name": "cts-excel", "version": plan.version},
        "standard": {
            "id": standard.id,
            "edition": standard.edition,
            "digest": standard.digest,
            "fingerprint": plan.standard,
        },
        "started": record.started.isoformat(),
        "finished": record.finished.isoformat(),
        "options": plan.options.recorded(),
        "counts": {"files": record.total}
        | {status.value: number for status, number in record.counts.items()},
        "reused": reused,
        "ignored": list(plan.ignored),
        "excluded": list(plan.excluded),
        "outputs": [
            {"file": path.relative_to(folder).as_posix(), "sha256": file_digest(path)}
            for path in output_files(folder)
        ],
    }
    with atomic_write(folder / RECORD) as stream:
        _write(stream, head, inputs)
    return record


def _write(
    stream: BinaryIO, head: dict[str, object], inputs: Iterable[tuple[str, str, str]]
) -> None:
    """Write the head, then the inputs one a line: they may be very many."""
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    stream.write(f'{opening},\n "inputs": ['.encode())
    comma = ""
    for file, sha256, status in inputs:
        line = json.dumps({"file": file, "sha256": sha256, "status": status}, ensure_ascii=False)
        stream.write(f"{comma}\n  {line}".encode())
        comma = ","
    stream.write(b"\n ]\n}\n")


def output_files(folder: Path) -> list[Path]:
    """Return every file of a run folder that is an output, hidden ones and forms left out."""
    own = {folder / RECORD, folder / FILLED_IN, *database_files(folder / STORE)}
    found = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path not in own
    )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
