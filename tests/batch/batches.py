"""Folders of returned workbooks, and runs over them, for tests."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from altering import answers, built_in, filled, part, with_parts

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.csv_files import CsvFiles
from cts_excel.batch.outputs.parquet import ParquetTables
from cts_excel.batch.outputs.run_record import RunRecord
from cts_excel.batch.outputs.sink import Sink
from cts_excel.batch.run import Progress, Run
from cts_excel.workbook.form.filling import filled_bytes

STRINGS = "xl/sharedStrings.xml"
NUMBER = "ZJ-2025-0001"
DATA_FILES: tuple[type[Sink], ...] = (CsvFiles, ParquetTables)


@cache
def returned(**cover: str) -> bytes:
    """Return a whole workbook with other entries on its cover."""
    return filled_bytes(built_in(), answers(cover=cover))


def numbered(number: int) -> bytes:
    """Return a whole workbook of another audit: cheap, only its 项目编号 differs."""
    assert NUMBER in part(filled(), STRINGS)
    return with_parts(filled(), {STRINGS: lambda xml: xml.replace(NUMBER, f"ZJ-TEST-{number:04d}")})


@lru_cache(maxsize=1)
def blank_ratings() -> bytes:
    """Return a workbook of its own audit on which nothing is rated."""
    from dataclasses import replace

    whole = answers(cover={"项目编号": "ZJ-BLANK"})
    return filled_bytes(built_in(), replace(whole, ratings={}))


def put_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder that is made."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def grade_folder(
    paths: Path | Iterable[Path], output: Path, **options: Any
) -> tuple[list[Outcome], RunRecord]:
    """Grade a folder into another, return outcomes and record."""
    given = (paths,) if isinstance(paths, Path) else tuple(paths)
    chosen = RunOptions(tuple(map(str, given)), str(output), **{"jobs": 2, **options})
    with Run.create(chosen, built_in(), DATA_FILES) as run:
        outcomes = list(graded_outcomes(run))
        return outcomes, run.finish()


def graded_outcomes(run: Run, progress: Progress | None = None) -> Iterator[Outcome]:
    """Grade what is left, write the data files, yield every outcome."""
    with ExitStack() as stack:
        sinks = [stack.enter_context(one(run)) for one in DATA_FILES if one.wanted(run.options)]
        for result in run.results(progress):
            for sink in sinks:
                sink.add(result)
            yield result.outcome


def table(path: Path) -> list[dict[str, str]]:
    """Read one of a run's data files."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def record(folder: Path) -> dict[str, Any]:
    """Read a run's ``run.json``."""
    content: dict[str, Any] = json.loads((folder / "run.json").read_bytes())
    return content


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
