"""A finished run, read back from its folder: what a report on one client needs."""

from __future__ import annotations

import csv
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from cts_excel.audit.identity import folded
from cts_excel.errors import UserError
from cts_excel.files.csv_text import unguarded
from cts_excel.messages import _
from cts_excel.standard.model import Standard, parent
from cts_excel.summary.figures.statistics import Spread, spread
from cts_excel.summary.writing.text import visible

SUMMARY, SPECIALS = "summary.xlsx", "特别项"
RECORD, GRADES, RATINGS, FINDINGS = "run.json", "grades.csv", "ratings.csv", "findings.csv"


class RunFolderError(UserError):
    """A run folder that cannot be reported on: which file, what is wrong, what to do."""


Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Special:
    """One entry of 特别项, as the run's summary lists it."""

    kind: str
    category: str
    clause: str
    description: str
    rectification: str


@dataclass(frozen=True, slots=True)
class Client:
    """One graded audit: its line of grades.csv, and its ratings and findings lines."""

    grade: Line
    rank: int
    ratings: list[Line] = field(default_factory=list)
    findings: list[Line] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a text field of grades.csv as it stood in the workbook."""
        return unguarded(self.grade[name])


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run's chosen clients, and the field of all graded audits by clause (rates, not points)."""

    folder: Path
    tool_version: str
    started: datetime
    graded: int
    clients: tuple[Client, ...]
    field: Mapping[str, Spread]


def read_run(folder: Path | str, standard: Standard, names: Sequence[str] = ()) -> FinishedRun:
    """Read a run folder.

    :param names: organisations, credit codes or audit numbers; all graded audits without any.
    :raises RunFolderError: unfinished or foreign folder, another specification, a name that no
        graded audit bears.
    """
    folder = Path(folder)
    record = _record(folder, standard)
    lines = [line for line in _lines(folder / GRADES) if line["status"] == "graded"]
    finals = sorted(
        (_decimal(folder / GRADES, line["final_score"]) for line in lines), reverse=True
    )
    best = {final: place for place, final in reversed(list(enumerate(finals, start=1)))}
    chosen = _chosen(folder, lines, names)
    clients = {line["file"]: Client(line, best[Decimal(line["final_score"])]) for line in chosen}
    rates = _ratings(folder / RATINGS, {line["file"] for line in lines}, clients)
    for line in _lines(folder / FINDINGS):
        if line["file"] in clients:
            clients[line["file"]].findings.append(line)
    _specials(folder / SUMMARY, clients)
    return FinishedRun(
        folder, str(record["tool"]["version"]), datetime.fromisoformat(str(record["started"])),
        len(lines), tuple(clients.values()), rates,
    )  # fmt: skip


def _record(folder: Path, standard: Standard) -> dict[str, dict[str, object]]:
    path = folder / RECORD
    try:
        record: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
        digest = record["standard"]["digest"]
        datetime.fromisoformat(str(record["started"]))
        record["tool"]["version"]
    except OSError:
        problem = _("this is not the folder of a finished run")
        raise RunFolderError(str(path), problem, _("Finish it with grade --resume.")) from None
    except (ValueError, KeyError, TypeError):
        problem = _("the record cannot be understood")
        raise RunFolderError(str(path), problem, _("Grade the files again.")) from None
    if digest != standard.digest:
        problem = _("the run used another specification")
        raise RunFolderError(str(path), problem, _("Give the same --standard file."))
    return record


def _lines(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = _("cannot be read: {}").format(error)
        raise RunFolderError(str(path), problem, _("Grade the files again.")) from None


def _decimal(path: Path, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        problem = _("'{}' is not a number").format(text)
        raise RunFolderError(str(path), problem, _("Use the file as the run wrote it.")) from None


def _chosen(folder: Path, lines: list[dict[str, str]], names: Sequence[str]) -> list[Line]:
    if not names:
        return list(lines)
    found: dict[str, Line] = {}
    for name in names:
        wanted = folded(name)
        same = [
            line for line in lines
            if wanted in {folded(unguarded(line[f])) for f in ("organisation", "uscc", "audit_no")}
        ]  # fmt: skip
        if not same:
            problem = _("no graded audit of '{}'").format(name)
            repair = _("Name the organisation, credit code or audit number as in grades.csv.")
            raise RunFolderError(str(folder / GRADES), problem, repair)
        found |= {line["file"]: line for line in same}
    return list(found.values())


def _specials(path: Path, clients: Mapping[str, Client]) -> None:
    """Take the special items from the run's summary: the data files hold only their sums."""
    by_file = {visible(file): client for file, client in clients.items()}
    for row in _special_rows(path):
        client = by_file.get(row["文件"])
        if client is not None:
            values = (row[name] for name in ("类型", "类别", "关联条款", "事实描述", "整改状态"))
            client.specials.append(Special(*values))


def _special_rows(path: Path) -> Iterator[dict[str, str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [n for n in book.sheet_names if n.partition(" ")[0] == SPECIALS]
        found = [book.get_sheet_by_name(name).to_python() for name in sheets]
    except (OSError, CalamineError) as error:
        problem = _("cannot be read: {}").format(error)
        raise RunFolderError(str(path), problem, _("Grade the files again.")) from None
    for rows in found:
        start = next((n for n, row in enumerate(rows) if row and row[0] == "序号"), len(rows))
        for row in rows[start + 1 :]:
            yield dict(zip(map(str, rows[start]), map(str, row), strict=True))


def _ratings(path: Path, graded: set[str], clients: Mapping[str, Client]) -> dict[str, Spread]:
    """Collect the clients' ratings, and describe the field per indicator and second level."""
    rates: dict[str, array[float]] = {}
    points: dict[tuple[str, str], list[float]] = {}
    for line in _lines(path):
        if line["file"] not in graded:
            continue
        if line["file"] in clients:
            clients[line["file"]].ratings.append(line)
        if line["percent"]:
            rate, weight = float(line["percent"]), float(line["weight"])
            rates.setdefault(line["clause"], array("d")).append(rate)
            sums = points.setdefault((line["file"], parent(line["clause"])), [0.0, 0.0])
            sums[0] += rate * weight
            sums[1] += weight
    for (_file, clause), (earned, whole) in points.items():
        if whole:
            rates.setdefault(clause, array("d")).append(earned / whole)
    described = {clause: spread(np.array(values)) for clause, values in rates.items()}
    return {clause: found for clause, found in described.items() if found}
