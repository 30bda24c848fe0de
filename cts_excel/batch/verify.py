"""Replay a finished run: check that files are the same and that grading says the same."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.outputs.csv_lines import HEADERS
from cts_excel.batch.outputs.run_record import NAME as RECORD
from cts_excel.batch.run import Progress, Run
from cts_excel.batch.store.plan import RunOptions, fingerprint
from cts_excel.files.atomic import digest_of
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import Limits

Lines = dict[str, dict[str, list[list[str]]]]  # data file -> input file -> its lines


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
    again: Lines = {name: {} for name in HEADERS}
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
    try:
        record: dict[str, Any] = json.loads((folder / RECORD).read_bytes())
        for key in ("tool", "standard", "options", "outputs", "inputs"):
            record[key]
        Limits(**record["options"]["limits"])
    except FileNotFoundError:
        problem = _("no finished run is here")
        repair = _("Name a run folder that holds run.json.")
        raise RunError(str(folder), problem, repair, EXIT_USAGE) from None
    except (ValueError, KeyError, TypeError):
        problem = _("run.json cannot be read")
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
            now = digest_of(folder / entry["file"])
        except OSError:
            yield Difference(Kind.OUTPUT_MISSING, entry["file"])
            continue
        if now != entry["sha256"]:
            yield Difference(Kind.OUTPUT_CHANGED, entry["file"], "sha256", entry["sha256"], now)


def _input(entry: dict[str, str]) -> Difference | None:
    """Compare one input with its record; one that was never read has no hash to compare."""
    try:
        now = digest_of(Path(entry["file"])) if entry["sha256"] else ""
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
        folder = Path(scratch) / "run"
        with Run.create(replace(options, output=str(folder)), standard) as run:
            for _outcome in run.outcomes(progress):
                pass  # the lines that the run writes on the way are what is compared
        return _lines(folder)


def _lines(folder: Path) -> Lines:
    lines: Lines = {}
    for name in HEADERS:
        of_file: dict[str, list[list[str]]] = {}
        path = folder / name
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as stream:
                for row in list(csv.reader(stream))[1:]:
                    of_file.setdefault(row[0], []).append(row)
        lines[name] = of_file
    return lines


def _results(recorded: Lines, again: Lines, files: list[str]) -> Iterator[Difference]:
    """Yield what differs, one per file and data file: the first line and column that does."""
    for file in files:
        for name, header in HEADERS.items():
            was, now = recorded[name].get(file, []), again[name].get(file, [])
            if was != now:
                yield _first_difference(file, header.strip().split(","), was, now)


def _first_difference(
    file: str, columns: list[str], was: list[list[str]], now: list[list[str]]
) -> Difference:
    for old, new in zip(was, now, strict=False):
        for column, before, after in zip(columns, old, new, strict=False):
            if before != after:
                label = f"{old[1]} {column}" if column != columns[1] and len(was) > 1 else column
                return Difference(Kind.RESULT, file, label, before, after)
    return Difference(Kind.RESULT, file, _("lines"), str(len(was)), str(len(now)))
