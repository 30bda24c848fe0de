"""The clients of the matrix: how each opens, fills and saves a workbook."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from real_applications.clients.cells import Cell
from real_applications.clients.install import cache_folder
from real_applications.harness import Entry, Job, LibreOffice, missing

from cts_excel.files.numbers import plain

_HERE = Path(__file__).parent
_TIMEOUT = 240  # seconds for one process, however many workbooks it is given
_ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Work:
    """One workbook for a client: open it, enter the cells, save it in every format."""

    content: bytes
    cells: tuple[Cell, ...] = ()


Saved = dict[str, bytes]  # one workbook by format


class Client(ABC):
    """An application or a library; ``kinds`` are the formats it saves.

    ``literal``: enters a text that begins with = as a text, not as a formula.
    """

    name: str
    kinds: tuple[str, ...] = ("xlsx",)
    fills, literal = True, True

    @abstractmethod
    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        """Open, fill and save workbooks; ``folder`` is empty and the client's own."""

    def require(self) -> None:  # noqa: B027 - most clients are always there
        """Skip or fail the test if the client is not installed."""


class Office(Client):
    """LibreOffice, driven by keyboard."""

    name, kinds, literal = "LibreOffice", ("xlsx", "ods", "xls"), False

    def __init__(self, office: LibreOffice | None = None) -> None:
        self.office = office  # given by the fixture

    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        assert self.office is not None
        jobs = []
        for source, work in zip(_written(works, folder), works, strict=True):
            entries = tuple(Entry(c.sheet, c.address, _keys(c)) for c in work.cells)
            jobs.append(Job(source, entries, tuple(_targets(source, self.kinds).values())))
        self.office.fill(jobs)
        return [_read(job.source, self.kinds) for job in jobs]


def _keys(cell: Cell) -> str:
    if cell.kind == "number":
        return f"{plain(Decimal(repr(cell.value)) * 100)}%"
    return str(cell.value)


_EXPORTERS = {
    "xlsx": "Gnumeric_Excel:xlsx2",
    "ods": "Gnumeric_OpenCalc:odf",
    "xls": "Gnumeric_Excel:excel_biff8",
}


class Gnumeric(Client):
    """``ssconvert``; it enters cells on the first sheet only, so it fills no blank."""

    name, kinds, fills = "Gnumeric", ("xlsx", "ods", "xls"), False

    def require(self) -> None:
        if shutil.which("ssconvert") is None:
            missing("Gnumeric (ssconvert)")

    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        sources = _written(works, folder)
        for source in sources:
            for kind, target in _targets(source, self.kinds).items():
                how = ["--recalc", "-T", _EXPORTERS[kind]]
                _process(["ssconvert", *how, str(source), str(target)])
        return [_read(source, self.kinds) for source in sources]


class Library(Client):
    """A library of the cache folder, driven by a script of this folder in its own process."""

    def __init__(self, name: str, library: str, script: str, *more_kinds: str) -> None:
        self.name, self.kinds = name, ("xlsx", *more_kinds)
        self._library, self._script = library, script

    @property
    def _program(self) -> str | None:
        return shutil.which("node") if self._script.endswith(".js") else sys.executable

    def require(self) -> None:
        folder = _folder(self._script)
        found = [*folder.glob(self._library), *folder.glob(f"{self._library}.py")]
        if self._program is None or not found:
            missing(f"{self.name} (make clients)")

    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        sources = _written(works, folder)
        jobs = [
            {
                "source": str(source),
                "targets": {kind: str(t) for kind, t in _targets(source, self.kinds).items()},
                "cells": [cell.order for cell in work.cells],
            }
            for source, work in zip(sources, works, strict=True)
        ]
        order = {"library": self._library, "folder": str(_folder(self._script)), "jobs": jobs}
        _process([str(self._program), str(_HERE / self._script)], json.dumps(order))
        return [_read(source, self.kinds) for source in sources]


class Openpyxl(Client):
    """openpyxl: keeps formulas, drops their results."""

    name = "openpyxl"

    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        return [{"xlsx": self._save(work)} for work in works]

    def _save(self, work: Work) -> bytes:
        workbook = openpyxl.load_workbook(io.BytesIO(work.content))
        for cell in work.cells:
            target = workbook[cell.sheet].cell(cell.row + 1, cell.column + 1)
            target.value = _typed(cell)
            if cell.kind == "text":
                target.data_type = "s"  # openpyxl takes a text that begins with = for a formula
        saved = io.BytesIO()
        workbook.save(saved)
        return saved.getvalue()


class Pandas(Client):
    """pandas: a save writes the values into a new workbook; a fill overlays frames on the old."""

    name, literal = "pandas", False

    def run(self, works: Sequence[Work], folder: Path) -> list[Saved]:
        return [{"xlsx": self._fill(work) if work.cells else self._save(work)} for work in works]

    def _save(self, work: Work) -> bytes:
        as_it_stands: Any = {
            "engine": "openpyxl",
            "header": None,
            "keep_default_na": False,
            "na_values": [],
        }
        sheets = pd.read_excel(io.BytesIO(work.content), sheet_name=None, **as_it_stands)
        saved = io.BytesIO()
        options = {"options": {"strings_to_formulas": False}}
        with pd.ExcelWriter(saved, engine="xlsxwriter", engine_kwargs=options) as writer:
            for name, frame in sheets.items():
                frame.to_excel(writer, sheet_name=str(name), header=False, index=False)
        return saved.getvalue()

    def _fill(self, work: Work) -> bytes:
        saved = io.BytesIO(work.content)
        how: Any = {"engine": "openpyxl", "mode": "a", "if_sheet_exists": "overlay"}
        with pd.ExcelWriter(saved, **how) as writer:
            for cell in work.cells:
                place: Any = {"startrow": cell.row, "startcol": cell.column}
                frame = pd.DataFrame([[_typed(cell)]])
                frame.to_excel(writer, sheet_name=cell.sheet, header=False, index=False, **place)
        return saved.getvalue()


def _typed(cell: Cell) -> Any:
    return date.fromisoformat(str(cell.value)) if cell.kind == "date" else cell.value


def _folder(script: str) -> Path:
    return cache_folder() / ("node_modules" if script.endswith(".js") else "python")


def _written(works: Sequence[Work], folder: Path) -> list[Path]:
    paths = []
    for number, work in enumerate(works):
        paths.append(folder / f"source-{number}.xlsx")
        paths[-1].write_bytes(work.content)
    return paths


def _targets(source: Path, kinds: tuple[str, ...]) -> dict[str, Path]:
    return {kind: source.with_name(f"{source.stem}-saved.{kind}") for kind in kinds}


def _read(source: Path, kinds: tuple[str, ...]) -> Saved:
    return {kind: target.read_bytes() for kind, target in _targets(source, kinds).items()}


def _process(command: list[str], order: str = "") -> None:
    done = subprocess.run(
        command,
        input=order,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_TIMEOUT,
        env={**_ENVIRONMENT, "NODE_PATH": str(cache_folder() / "node_modules")},
    )
    assert done.returncode == 0, done.stderr


OFFICE = Office()
CLIENTS: tuple[Client, ...] = (
    OFFICE,
    Gnumeric(),
    Library("SheetJS", "xlsx", "client.js", "ods", "xls"),
    Library("ExcelJS", "exceljs", "client.js"),
    Library("xlsx-populate", "xlsx-populate", "client.js"),
    Openpyxl(),
    Pandas(),
    Library("excelize", "excelize", "python_client.py"),
    Library("IronCalc", "ironcalc", "python_client.py"),
)
