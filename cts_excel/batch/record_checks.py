"""What ``run.json`` says of a finished run, checked without grading anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from cts_excel.audit.outcome import Status
from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.outputs.run_reader import read_record
from cts_excel.batch.outputs.run_record import output_files
from cts_excel.batch.store.plan import fingerprint
from cts_excel.files.atomic import file_digest
from cts_excel.files.visible import visible
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import Limits


class Kind(StrEnum):
    """What may have changed since a run."""

    TOOL = "tool"
    STANDARD = "standard"
    OUTPUT_MISSING = "output_missing"
    OUTPUT_CHANGED = "output_changed"
    OUTPUT_EXTRA = "output_extra"
    COUNT = "count"
    INPUT_MISSING = "input_missing"
    INPUT_CHANGED = "input_changed"
    RESULT = "result"
    READERS = "readers"


def kind_name(kind: Kind) -> str:
    """Say what a kind of difference is, in the language of the terminal or the page."""
    return {
        Kind.TOOL: _("graded by another version of cts-excel"),
        Kind.STANDARD: _("graded by another standard"),
        Kind.OUTPUT_MISSING: _("output is missing"),
        Kind.OUTPUT_CHANGED: _("output was changed after the run"),
        Kind.OUTPUT_EXTRA: _("file was added after the run"),
        Kind.COUNT: _("run.json contradicts itself"),
        Kind.INPUT_MISSING: _("workbook is no longer there"),
        Kind.INPUT_CHANGED: _("workbook was changed after the run"),
        Kind.RESULT: _("result differs"),
        Kind.READERS: _("the two readers differ"),
    }[kind]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as recorded: which, in what file, and both values where there are."""

    kind: Kind
    file: str = ""
    column: str = ""
    recorded: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the record; ``status`` is that of an input."""

    file: str
    sha256: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is needed of ``run.json``."""

    tool: dict[str, str]
    standard: dict[str, str]
    options: dict[str, Any]
    counts: dict[str, int]
    outputs: tuple[Entry, ...]
    inputs: tuple[Entry, ...]
    started: datetime

    @property
    def limits(self) -> Limits:
        """The limits of the run."""
        return Limits(**self.options["limits"])

    def needed(self) -> list[Any]:
        """Return what verifying needs.

        :raises KeyError: if something is missing; TypeError: if the limits are no limits.
        """
        of_standard = [self.standard[name] for name in ("id", "edition", "fingerprint")]
        of_options = [self.options[name] for name in ("paths", "legacy")]
        return [self.tool["version"], self.limits, *of_standard, *of_options]


def recorded_run(folder: Path) -> Record:
    """Read the record of a finished run.

    :raises RunError: if there is none, or it cannot be understood.
    """
    content = read_record(
        folder, ("tool", "standard", "options", "counts", "outputs", "inputs", "started")
    )
    try:
        record = msgspec.convert(content, Record)
        record.needed()
    except (KeyError, TypeError, msgspec.ValidationError):
        problem = _("the record cannot be understood")
        raise RunError(str(folder), problem, _("Grade the files anew."), EXIT_USAGE) from None
    return record


def surroundings(record: Record, standard: Standard) -> Iterator[Difference]:
    """Compare the version and the standard with those of the run."""
    version = record.tool["version"]
    if version != __version__:
        yield Difference(Kind.TOOL, recorded=version, now=__version__)
    now = fingerprint(standard)
    was = record.standard
    if was["fingerprint"] != now:
        yield Difference(
            Kind.STANDARD,
            recorded=f"{was['id']} {was['edition']} {was['fingerprint'][:12]}",
            now=f"{standard.id} {standard.edition} {now[:12]}",
        )


def outputs(folder: Path, record: Record) -> Iterator[Difference]:
    """Compare the files of the run folder with the list in the record."""
    for entry in record.outputs:
        try:
            now = file_digest(folder / entry.file)
        except (OSError, ValueError):
            yield Difference(Kind.OUTPUT_MISSING, entry.file)
            continue
        if now != entry.sha256:
            yield Difference(Kind.OUTPUT_CHANGED, entry.file, "sha256", entry.sha256, now)
    listed = {entry.file for entry in record.outputs}
    for path in output_files(folder):
        name = path.relative_to(folder).as_posix()
        if name not in listed and not path.name.startswith("~$"):
            yield Difference(Kind.OUTPUT_EXTRA, visible(name))


def counts(record: Record) -> Iterator[Difference]:
    """Compare the counts of a record with its own list of inputs."""
    counted = Counter(entry.status for entry in record.inputs)
    now = {"files": len(record.inputs)} | {s.value: counted[s.value] for s in Status}
    for name in dict.fromkeys((*now, *record.counts, *counted)):
        stated, found = record.counts.get(name, 0), now.get(name, counted[name])
        if stated != found:
            yield Difference(Kind.COUNT, column=name, recorded=str(stated), now=str(found))
