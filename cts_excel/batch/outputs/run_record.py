"""``run.json``: what a run was, written last, so that a folder without it is unfinished."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cts_excel.audit.outcome import Status
from cts_excel.batch.store.journal import NAME as JOURNAL
from cts_excel.batch.store.plan import Plan, moment
from cts_excel.files.atomic import digest_of, whole_file
from cts_excel.files.visible import visible
from cts_excel.standard.model import Standard

NAME = "run.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run: its folder, files per status, files passed over in folders, and times."""

    folder: Path
    counts: Mapping[Status, int]
    ignored: int
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
) -> RunRecord:
    """Hash every output in a run folder and write ``run.json``.

    :param inputs: file, SHA-256 and status of every input, in order.
    :raises OSError: where it cannot be written.
    """
    record = RunRecord(
        folder,
        {status: counts.get(status, 0) for status in Status},
        len(plan.ignored),
        datetime.fromtimestamp(plan.started, UTC),
        datetime.fromtimestamp(max(moment(), plan.started), UTC),
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
        "options": _options(plan),
        "counts": {"files": record.total}
        | {status.value: number for status, number in record.counts.items()},
        "ignored": list(plan.ignored),
        "outputs": [
            {"file": path.relative_to(folder).as_posix(), "sha256": digest_of(path)}
            for path in _outputs(folder)
        ],
    }
    with whole_file(folder / NAME) as stream:
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


def _options(plan: Plan) -> dict[str, object]:
    """Return the options that can change a result; not where it went, nor how many workers."""
    options = plan.options
    return {
        "paths": [visible(path) for path in options.paths],
        "limits": asdict(options.limits),
        "legacy": options.legacy,
        "passwords": options.password_file is not None,
        "key": options.key_file is not None,
        "roster": visible(options.roster) if options.roster else None,
    }


def _outputs(folder: Path) -> list[Path]:
    found = (
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (NAME, JOURNAL) and not path.name.startswith(".")
    )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
