"""Replay a finished run: check that files are the same and that grading says the same."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cts_excel.audit.outcome import Status
from cts_excel.batch.engines.confirmation import ALL, SecondReader
from cts_excel.batch.engines.parting_words import worded
from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.find import Search, found_again
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.columns import TABLES, Table
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.outputs.run_reader import Row, read_rows
from cts_excel.batch.record_checks import (
    Difference,
    Entry,
    Kind,
    Record,
    counts,
    outputs,
    recorded_run,
    surroundings,
)
from cts_excel.batch.results import Confirmation, Verdict
from cts_excel.batch.run import Progress, Run, second_reader_for
from cts_excel.batch.store.run_folder import RECORD
from cts_excel.messages import _
from cts_excel.standard.model import Standard

Lines = dict[str, dict[str, list[Row]]]  # table -> input file -> its lines


@dataclass(frozen=True, slots=True)
class Verification:
    """A run compared with today: ``confirmed`` of ``inputs`` files have every line as recorded.

    ``second`` is what the second reader says, ``None`` if it was not asked.
    """

    folder: Path
    inputs: int
    confirmed: int
    differences: tuple[Difference, ...]
    second: SecondReadings | None = None


@dataclass(frozen=True, slots=True)
class SecondReadings:
    """How many graded files a second reader read and confirmed.

    ``lenient`` names files with the cells that only a lenient reader takes; ``other_types`` are
    files that it does not read.
    """

    read: int
    confirmed: int
    lenient: tuple[tuple[str, str], ...]
    other_types: tuple[str, ...]


def verify(
    folder: Path,
    standard: Standard,
    *,
    given: RunOptions,
    progress: Progress | None = None,
    sample: int | None = None,
    passwords: tuple[str, ...] = (),
) -> Verification:
    """Check the hashes of a run's inputs and outputs, grade again, compare line by line.

    Relative names in the record start from the current folder, as when the run was made. An input
    is opened as a run opens it, and no folder is looked through. Nothing is written into the run
    folder.

    :param given: what a record does not hold: workers, and the password, key and roster files.
        ``independent`` has a second reader confirm every graded line.
    :param sample: so many graded lines only, chosen by the files' hashes.
    :param passwords: to try besides those of a file.
    :raises RunError: if there is no finished run, or its record cannot be read.
    """
    given = replace(given, passwords_typed=bool(passwords))
    record = recorded_run(folder)
    differences = [*surroundings(record, standard), *outputs(folder, record), *counts(record)]
    present, missing = _inputs(record)
    again = _Again({table.name: {} for table in TABLES}, {}, {})
    if present:
        options = _options(record, given)
        second = _second_reader(record, given, standard, sample)
        started = int(record.started.timestamp())
        again = _graded_again(options, standard, present, second, started, progress, passwords)
    of_files = [Difference(Kind.INPUT_MISSING, file) for file in missing]
    of_files += _changed_inputs(record, again)
    of_files += _results(record, _lines(folder), again)
    if given.independent:
        of_files = _with_second_readings(of_files, record, again, standard)
    wrong = {difference.file for difference in of_files}
    confirmed = sum(1 for entry in record.inputs if entry.file not in wrong)
    found = (*differences, *of_files)
    second_readings = _second_readings(again) if given.independent else None
    return Verification(folder, len(record.inputs), confirmed, found, second_readings)


@dataclass(frozen=True, slots=True)
class _Again:
    """What grading said once more, by input: lines of the data files, entries, second readings."""

    lines: Lines
    inputs: dict[str, Entry]
    confirmations: dict[str, Confirmation]


def _inputs(record: Record) -> tuple[tuple[Found, ...], list[str]]:
    """Find the inputs where the record says; name those that are gone."""
    files = dict.fromkeys(entry.file for entry in record.inputs)
    looked = dict(found_again(files, record.options["paths"], record.limits))
    present = tuple(sorted((f for f in looked.values() if f is not None), key=lambda f: f.path))
    return present, [file for file, found in looked.items() if found is None]


def _options(record: Record, given: RunOptions) -> RunOptions:
    options = record.options
    opened = given.passwords_typed or given.password_file is not None
    needed = (
        ("passwords", opened, _("a password file"), "--password-file"),
        ("key", given.key_file is not None, _("a key file"), "--key-file"),
        ("roster", given.roster is not None, _("a roster"), "--roster"),
    )
    for name, is_given, what, option in needed:
        if options.get(name) and not is_given:
            problem = _("the run used {}").format(what)
            raise RunError(RECORD, problem, _("Give it again with {}.").format(option), EXIT_USAGE)
    return replace(given, limits=record.limits, legacy=options["legacy"], returned="none")


def _second_reader(
    record: Record, given: RunOptions, standard: Standard, sample: int | None
) -> SecondReader | None:
    """Return what reads a second time: what the run had read so, and what is asked for now."""
    in_run = record.options.get("independent") is True
    if not (in_run or given.independent):
        return None
    second = second_reader_for(given, standard)
    if not in_run:
        second = replace(second, near=None, up_to="")
    if not given.independent:
        return second
    hashes = sorted(e.sha256 for e in record.inputs if e.status == Status.GRADED.value)
    last = hashes[sample - 1] if sample is not None and sample < len(hashes) else ALL
    return replace(second, up_to=max(last, second.up_to))


def _graded_again(
    options: RunOptions,
    standard: Standard,
    files: tuple[Found, ...],
    second: SecondReader | None,
    started: int,
    progress: Progress | None,
    passwords: tuple[str, ...],
) -> _Again:
    confirmations = {}
    with tempfile.TemporaryDirectory(prefix="cts-excel-") as scratch:
        options = replace(options, output=str(Path(scratch) / "run"))
        search = Search(files, ())
        begun = Run.create(options, standard, [CsvFiles], search, second, started, passwords)
        with begun as run:
            with CsvFiles(run) as csv_files:
                for result in run.results(progress):
                    csv_files.add(result)
                    if result.confirmation is not None:
                        confirmations[result.file] = result.confirmation
            inputs = {file: Entry(file, *rest) for file, *rest in run.inputs()}
            return _Again(_lines(run.folder), inputs, confirmations)


def _with_second_readings(
    found: list[Difference], record: Record, again: _Again, standard: Standard
) -> list[Difference]:
    """Say where the readers part, in place of the results that follow from it."""
    partings = {
        file: one.partings
        for file, one in again.confirmations.items()
        if one.verdict is Verdict.DIFFERENT
    }
    graded = {e.file for e in record.inputs if e.status == Status.GRADED.value}
    kept = [d for d in found if d.kind is not Kind.RESULT or d.file not in partings.keys() & graded]
    for file, parted in partings.items():
        kept += [Difference(Kind.READERS, file, one.cell, *worded(one, standard)) for one in parted]
    return kept


def _second_readings(again: _Again) -> SecondReadings:
    verdicts = Counter(one.verdict for one in again.confirmations.values())
    read = verdicts[Verdict.CONFIRMED] + verdicts[Verdict.DIFFERENT]
    lenient = tuple((f, ", ".join(c.lenient)) for f, c in again.confirmations.items() if c.lenient)
    others = (f for f, c in again.confirmations.items() if c.verdict is Verdict.OTHER_TYPE)
    return SecondReadings(read, verdicts[Verdict.CONFIRMED], lenient, tuple(others))


def _lines(folder: Path) -> Lines:
    lines: Lines = {}
    for table in TABLES:
        of_file: dict[str, list[Row]] = {}
        if (folder / table.file).exists():
            for row in read_rows(folder / table.file, table, ("file",)):
                of_file.setdefault(row["file"], []).append(row)
        lines[table.name] = of_file
    return lines


def _changed_inputs(record: Record, again: _Again) -> Iterator[Difference]:
    for was in record.inputs:
        now = again.inputs.get(was.file)
        if now is not None and now.sha256 != was.sha256:
            yield Difference(Kind.INPUT_CHANGED, was.file, "sha256", was.sha256, now.sha256)


def _results(record: Record, recorded: Lines, again: _Again) -> Iterator[Difference]:
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
