"""A finished run, read back from its folder: what a report on one client needs."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from cts_excel.audit.identity import folded_name
from cts_excel.batch.outputs.columns import FINDINGS, GRADES, RATINGS, SPECIALS
from cts_excel.batch.outputs.run_reader import (
    Row,
    RunFolderError,
    read_number,
    read_record,
    read_rows,
)
from cts_excel.messages import _
from cts_excel.standard.model import Standard, parent
from cts_excel.summary.figures.statistics import Spread, spread


@dataclass(frozen=True, slots=True)
class Client:
    """One graded audit: its row of grades.csv, and its rows of the other data files."""

    grade: Row
    rank: int
    ratings: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    specials: list[Row] = field(default_factory=list)


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
    grades = folder / GRADES.file
    graded = [row for row in read_rows(grades, GRADES) if row["status"] == "graded"]
    finals = sorted((read_number(grades, row, "final_score") for row in graded), reverse=True)
    best = {final: place for place, final in reversed(list(enumerate(finals, start=1)))}
    chosen = _chosen(grades, graded, names)
    clients = {row["file"]: Client(row, best[Decimal(row["final_score"])]) for row in chosen}
    rates = _ratings(folder / RATINGS.file, {row["file"] for row in graded}, clients)
    for row in read_rows(folder / FINDINGS.file, FINDINGS):
        if row["file"] in clients:
            clients[row["file"]].findings.append(row)
    for row in read_rows(folder / SPECIALS.file, SPECIALS):
        if row["file"] in clients:
            clients[row["file"]].specials.append(row)
    return FinishedRun(
        folder,
        str(record["tool"]["version"]),
        datetime.fromisoformat(record["started"]),
        len(graded),
        tuple(clients.values()),
        rates,
    )


def _record(folder: Path, standard: Standard) -> dict[str, Any]:
    record = read_record(folder, ("tool", "standard", "started"))
    try:
        digest = record["standard"]["digest"]
        datetime.fromisoformat(record["started"])
        record["tool"]["version"]
    except (ValueError, KeyError, TypeError):
        problem = _("the record cannot be understood")
        raise RunFolderError(str(folder), problem, _("Grade the files anew.")) from None
    if digest != standard.digest:
        problem = _("the run used another specification")
        raise RunFolderError(str(folder), problem, _("Give the same --standard file."))
    return record


def _chosen(path: Path, graded: list[Row], names: Sequence[str]) -> list[Row]:
    if not names:
        return graded
    found: dict[str, Row] = {}
    for name in names:
        wanted = folded_name(name)
        same = [
            row
            for row in graded
            if wanted
            in {folded_name(row[column]) for column in ("organisation", "uscc", "audit_no")}
        ]
        if not same:
            problem = _("no graded audit of '{}'").format(name)
            repair = _("Name the organisation, credit code or audit number as in grades.csv.")
            raise RunFolderError(str(path), problem, repair)
        found |= {row["file"]: row for row in same}
    return list(found.values())


def _ratings(path: Path, graded: set[str], clients: Mapping[str, Client]) -> dict[str, Spread]:
    """Collect the clients' ratings, and describe the field per indicator and second level."""
    rates: dict[str, array[float]] = {}
    points: dict[tuple[str, str], list[float]] = {}
    for row in read_rows(path, RATINGS):
        if row["file"] not in graded:
            continue
        if row["file"] in clients:
            clients[row["file"]].ratings.append(row)
        if row["percent"]:
            rate, weight = float(row["percent"]), float(row["weight"])
            rates.setdefault(row["clause"], array("d")).append(rate)
            sums = points.setdefault((row["file"], parent(row["clause"])), [0.0, 0.0])
            sums[0] += rate * weight
            sums[1] += weight
    for (_file, clause), (earned, whole) in points.items():
        if whole:
            rates.setdefault(clause, array("d")).append(earned / whole)
    described = {clause: spread(np.array(values)) for clause, values in rates.items()}
    return {clause: found for clause, found in described.items() if found}
