"""Replay a finished run: check that files are the same and that grading says the same."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from cts_excel.audit.outcome import Status
from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.find import Found, Search, found_again
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.columns import TABLES, Table
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.outputs.run_reader import Row, read_record, read_rows
from cts_excel.batch.outputs.run_record import output_files
from cts_excel.batch.run import Progress, Run
from cts_excel.batch.store.plan import fingerprint
from cts_excel.batch.store.run_folder import RECORD
from cts_excel.files.atomic import file_digest
from cts_excel.files.visible import visible
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import Limits

Lines = dict[str, dict[str, list[Row]]]  # table -> input file -> its lines


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


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as recorded: which, in what file, and both values where there are."""

    kind: Kind
    file: str = ""
    column: str = ""
    recorded: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """A run compared with today: ``confirmed`` of ``inputs`` files have every line as recorded."""

    folder: Path
    inputs: int
    confirmed: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of the record; ``status`` is that of an input."""

    file: str
    sha256: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class _Record:
    """What is needed of ``run.json``."""

    tool: dict[str, str]
    standard: dict[str, str]
    options: dict[str, Any]
    counts: dict[str, int]
    outputs: tuple[_Entry, ...]
    inputs: tuple[_Entry, ...]

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


def verify(
    folder: Path,
    standard: Standard,
    *,
    given: RunOptions,
    progress: Progress | None = None,
) -> Verification:
    """Check the hashes of a run's inputs and outputs, grade again, compare line by line.

    Relative names in the record start from the current folder, as when the run was made. An input
    is opened as a run opens it, and no folder is looked through. Nothing is written into the run
    folder.

    :param given: what a record does not hold: workers, and the password, key and roster files.
    :raises RunError: if there is no finished run, or its record cannot be read.
    """
    record = _record(folder)
    differences = [*_surroundings(record, standard), *_outputs(folder, record), *_counts(record)]
    present, missing = _inputs(record)
    again = _Again({table.name: {} for table in TABLES}, {})
    if present:
        again = _graded_again(_options(record, given), standard, present, progress)
    of_files = [Difference(Kind.INPUT_MISSING, file) for file in missing]
    of_files += _changed_inputs(record, again)
    of_files += _results(record, _lines(folder), again)
    wrong = {difference.file for difference in of_files}
    confirmed = sum(1 for entry in record.inputs if entry.file not in wrong)
    return Verification(folder, len(record.inputs), confirmed, (*differences, *of_files))


@dataclass(frozen=True, slots=True)
class _Again:
    """What grading said once more: the lines of the data files, and each input's new entry."""

    lines: Lines
    inputs: dict[str, _Entry]


def _record(folder: Path) -> _Record:
    content = read_record(folder, ("tool", "standard", "options", "counts", "outputs", "inputs"))
    try:
        record = msgspec.convert(content, _Record)
        record.needed()
    except (KeyError, TypeError, msgspec.ValidationError):
        problem = _("the record cannot be understood")
        raise RunError(str(folder), problem, _("Grade the files anew."), EXIT_USAGE) from None
    return record


def _surroundings(record: _Record, standard: Standard) -> Iterator[Difference]:
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


def _outputs(folder: Path, record: _Record) -> Iterator[Difference]:
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


def _counts(record: _Record) -> Iterator[Difference]:
    """Compare the counts of a record with its own list of inputs."""
    counted = Counter(entry.status for entry in record.inputs)
    now = {"files": len(record.inputs)} | {s.value: counted[s.value] for s in Status}
    for name in dict.fromkeys((*now, *record.counts, *counted)):
        stated, found = record.counts.get(name, 0), now.get(name, counted[name])
        if stated != found:
            yield Difference(Kind.COUNT, column=name, recorded=str(stated), now=str(found))


def _inputs(record: _Record) -> tuple[tuple[Found, ...], list[str]]:
    """Find the inputs where the record says; name those that are gone."""
    files = dict.fromkeys(entry.file for entry in record.inputs)
    looked = dict(found_again(files, record.options["paths"]))
    present = tuple(sorted((f for f in looked.values() if f is not None), key=lambda f: f.path))
    return present, [file for file, found in looked.items() if found is None]


def _options(record: _Record, given: RunOptions) -> RunOptions:
    options = record.options
    needed = (
        ("passwords", given.password_file, _("a password file"), "--password-file"),
        ("key", given.key_file, _("a key file"), "--key-file"),
        ("roster", given.roster, _("a roster"), "--roster"),
    )
    for name, file, what, option in needed:
        if options.get(name) and file is None:
            problem = _("the run used {}").format(what)
            raise RunError(RECORD, problem, _("Give it again with {}.").format(option), EXIT_USAGE)
    return replace(given, limits=record.limits, legacy=options["legacy"], returned="none")


def _graded_again(
    options: RunOptions, standard: Standard, files: tuple[Found, ...], progress: Progress | None
) -> _Again:
    with tempfile.TemporaryDirectory(prefix="cts-excel-") as scratch:
        options = replace(options, output=str(Path(scratch) / "run"))
        with Run.create(options, standard, [CsvFiles], Search(files, ())) as run:
            with CsvFiles(run) as csv_files:
                for result in run.results(progress):
                    csv_files.add(result)
            inputs = {file: _Entry(file, *rest) for file, *rest in run.inputs()}
            return _Again(_lines(run.folder), inputs)


def _lines(folder: Path) -> Lines:
    lines: Lines = {}
    for table in TABLES:
        of_file: dict[str, list[Row]] = {}
        if (folder / table.file).exists():
            for row in read_rows(folder / table.file, table, ("file",)):
                of_file.setdefault(row["file"], []).append(row)
        lines[table.name] = of_file
    return lines


def _changed_inputs(record: _Record, again: _Again) -> Iterator[Difference]:
    for was in record.inputs:
        now = again.inputs.get(was.file)
        if now is not None and now.sha256 != was.sha256:
            yield Difference(Kind.INPUT_CHANGED, was.file, "sha256", was.sha256, now.sha256)


def _results(record: _Record, recorded: Lines, again: _Again) -> Iterator[Difference]:
    """Yield what differs, one per file and data file: the first line and column that does."""
    listed = {entry.file: entry.status for entry in record.inputs}
    unlisted = dict.fromkeys(f for lines in recorded.values() for f in lines if f not in listed)
    for file in (*again.inputs, *unlisted):
        same = True
        for table in TABLES:
            was, now = recorded[table.name].get(file, []), again.lines[table.name].get(file, [])
            if was != now:
                same = False
                yield _first_difference(file, table, was, now)
        if same and listed[file] != again.inputs[file].status:
            label = f"{RECORD} status"
            yield Difference(Kind.RESULT, file, label, listed[file], again.inputs[file].status)


def _first_difference(file: str, table: Table, was: list[Row], now: list[Row]) -> Difference:
    second = table.names[1]
    for old, new in zip(was, now, strict=False):
        for column in table.names:
            before, after = old.get(column, ""), new.get(column, "")
            if before != after:
                label = f"{old[second]} {column}" if column != second and len(was) > 1 else column
                return Difference(Kind.RESULT, file, label, before, after)
    return Difference(Kind.RESULT, file, _("lines"), str(len(was)), str(len(now)))
