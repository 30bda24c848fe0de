"""Replay a finished run: check that files are the same and that grading says the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.columns import TABLES, Table
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.outputs.run_reader import Row, read_record, read_rows
from cts_excel.batch.run import Progress, Run
from cts_excel.batch.store.plan import fingerprint
from cts_excel.batch.store.run_folder import RECORD
from cts_excel.files.atomic import file_digest
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
    """A run held against today: ``confirmed`` of ``inputs`` files have every line as recorded."""

    folder: Path
    inputs: int
    confirmed: int
    differences: tuple[Difference, ...]


def verify(
    folder: Path,
    standard: Standard,
    *,
    given: RunOptions,
    progress: Progress | None = None,
) -> Verification:
    """Check the hashes of a run's inputs and outputs, grade again, compare line by line.

    Relative names in the record start from the current folder, as when the run was made. Nothing
    is written into the run folder.

    :param given: what a record does not hold: workers, and the password, key and roster files.
    :raises RunError: where there is no finished run, or its record cannot be read.
    """
    record = _record(folder)
    differences = [*_surroundings(record, standard), *_outputs(folder, record)]
    present, changed = [], []
    for entry in record["inputs"]:
        difference = _input(entry)
        if difference is None or difference.kind is Kind.INPUT_CHANGED:
            present.append(entry["file"])
        if difference is not None:
            changed.append(difference)
    again: Lines = {table.name: {} for table in TABLES}
    if present:
        options = _options(record, present, given)
        again = _graded_again(options, standard, progress)
    results = [*_results(_lines(folder), again, present)]
    differences += [*changed, *results]
    wrong = {difference.file for difference in (*changed, *results)}
    inputs = len(record["inputs"])
    confirmed = sum(1 for entry in record["inputs"] if entry["file"] not in wrong)
    return Verification(folder, inputs, confirmed, tuple(differences))


def _record(folder: Path) -> dict[str, Any]:
    record = read_record(folder, ("tool", "standard", "options", "outputs", "inputs"))
    try:
        Limits(**record["options"]["limits"])
    except (KeyError, TypeError):
        problem = _("the record cannot be understood")
        raise RunError(str(folder), problem, _("Grade the files anew."), EXIT_USAGE) from None
    return record


def _surroundings(record: dict[str, Any], standard: Standard) -> Iterator[Difference]:
    version = str(record["tool"]["version"])
    if version != __version__:
        yield Difference(Kind.TOOL, recorded=version, now=__version__)
    now = fingerprint(standard)
    if record["standard"]["fingerprint"] != now:
        was = record["standard"]
        yield Difference(
            Kind.STANDARD,
            recorded=f"{was['id']} {was['edition']} {was['fingerprint'][:12]}",
            now=f"{standard.id} {standard.edition} {now[:12]}",
        )


def _outputs(folder: Path, record: dict[str, Any]) -> Iterator[Difference]:
    for entry in record["outputs"]:
        try:
            now = file_digest(folder / entry["file"])
        except OSError:
            yield Difference(Kind.OUTPUT_MISSING, entry["file"])
            continue
        if now != entry["sha256"]:
            yield Difference(Kind.OUTPUT_CHANGED, entry["file"], "sha256", entry["sha256"], now)


def _input(entry: dict[str, str]) -> Difference | None:
    """Compare one input with its record; one that was never read has no hash to compare."""
    try:
        now = file_digest(Path(entry["file"])) if entry["sha256"] else ""
    except OSError:
        return Difference(Kind.INPUT_MISSING, entry["file"])
    if now != entry["sha256"]:
        return Difference(Kind.INPUT_CHANGED, entry["file"], "sha256", entry["sha256"], now)
    return None


def _options(record: dict[str, Any], files: list[str], given: RunOptions) -> RunOptions:
    options = record["options"]
    needed = (
        ("passwords", given.password_file, _("a password file"), "--password-file"),
        ("key", given.key_file, _("a key file"), "--key-file"),
        ("roster", given.roster, _("a roster"), "--roster"),
    )
    for name, file, what, option in needed:
        if options.get(name) and file is None:
            problem = _("the run used {}").format(what)
            raise RunError(RECORD, problem, _("Give it again with {}.").format(option), EXIT_USAGE)
    return replace(
        given,
        paths=tuple(files),
        limits=Limits(**options["limits"]),
        legacy=options["legacy"],
        returned="none",
    )


def _graded_again(options: RunOptions, standard: Standard, progress: Progress | None) -> Lines:
    with tempfile.TemporaryDirectory(prefix="cts-excel-") as scratch:
        options = replace(options, output=str(Path(scratch) / "run"))
        with Run.create(options, standard, [CsvFiles]) as run:
            with CsvFiles(run) as csv_files:
                for result in run.results(progress):
                    csv_files.add(result)
            return _lines(run.folder)


def _lines(folder: Path) -> Lines:
    lines: Lines = {}
    for table in TABLES:
        of_file: dict[str, list[Row]] = {}
        if (folder / table.file).exists():
            for row in read_rows(folder / table.file, table, ("file",)):
                of_file.setdefault(row["file"], []).append(row)
        lines[table.name] = of_file
    return lines


def _results(recorded: Lines, again: Lines, files: list[str]) -> Iterator[Difference]:
    """Yield what differs, one per file and data file: the first line and column that does."""
    for file in files:
        for table in TABLES:
            was, now = recorded[table.name].get(file, []), again[table.name].get(file, [])
            if was != now:
                yield _first_difference(file, table, was, now)


def _first_difference(file: str, table: Table, was: list[Row], now: list[Row]) -> Difference:
    second = table.names[1]
    for old, new in zip(was, now, strict=False):
        for column in table.names:
            before, after = old.get(column, ""), new.get(column, "")
            if before != after:
                label = f"{old[second]} {column}" if column != second and len(was) > 1 else column
                return Difference(Kind.RESULT, file, label, before, after)
    return Difference(Kind.RESULT, file, _("lines"), str(len(was)), str(len(now)))
