"""A finished run, read back from its folder: what a report on one client needs."""

from __future__ import annotations

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
    require_standard,
    understood,
)
from cts_excel.messages import _
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.figures.peers import Peers, same_clients
from cts_excel.summary.figures.statistics import Floats, column_means, earned
from cts_excel.summary.outcomes.decisions import FILE, Decision, Decisions, read_decisions
from cts_excel.summary.outcomes.previous import client_keys

# What a report cannot do without; runs of earlier versions lack the columns that came later.
_GRADES = (
    "file", "sha256", "status", "organisation", "uscc", "audit_no", "audit_type", "start_date",
    "end_date", "base_score", "deductions", "bonus", "final_score", "level", "fail_reasons",
)  # fmt: skip
_SPECIALS = ("file", "kind", "number", "category", "clause", "description", "evidence")


@dataclass(frozen=True, slots=True)
class Client:
    """One graded audit: its row of grades.csv, and its rows of the other data files.

    ``rank`` is among the audits that passed, ``None`` for one that did not. ``rates`` are its own
    by clause of indicators and second-level indicators, fractions of 1; ``others`` the means of the
    other clients, only where enough of them stand behind (see
    :class:`~cts_excel.summary.figures.peers.Peers`).
    """

    grade: Row
    rank: int | None
    rates: Mapping[str, float]
    others: Mapping[str, float]
    ratings: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    specials: list[Row] = field(default_factory=list)
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run's chosen clients; ``field`` holds the mean rates of all graded audits by clause.

    ``graded`` and ``passed`` count audits, ``others`` the clients beside each one. ``field`` is for
    the office: with few audits it tells what single ones were given.
    """

    tool_version: str
    started: datetime
    graded: int
    passed: int
    others: int
    clients: tuple[Client, ...]
    field: Mapping[str, float]


def read_run(
    folder: Path | str, standard: Standard, names: Sequence[str] = (), form: Path | None = None
) -> FinishedRun:
    """Read a run folder.

    :param names: organisations, credit codes or audit numbers; all graded audits without any.
    :param form: the committee's decisions; by default the one in the folder, if there is one.
    :raises DecisionsError: if the form cannot be used.
    :raises RunFolderError: unfinished or foreign folder, another specification, a name that no
        graded audit bears.
    """
    folder = Path(folder)
    record = _record(folder, standard)
    grades = folder / GRADES.file
    graded = [row for row in read_rows(grades, GRADES, _GRADES) if row["status"] == "graded"]
    chosen = _chosen(grades, graded, names)
    ranks = _ranks(grades, graded)
    place_of = {row["file"]: place for place, row in enumerate(graded)}
    own: dict[str, list[Row]] = {row["file"]: [] for row in chosen}
    rates = _rates(folder / RATINGS.file, standard, place_of, own)
    keys = [client_keys(row["organisation"], row["uscc"]) for row in graded]
    peers = Peers(same_clients(keys), rates)
    clauses = _clauses(standard)
    decisions = _decisions(folder, form, standard)
    clients = {
        file: Client(
            graded[place_of[file]], ranks.get(file), _known(clauses, rates[place_of[file]]),
            _known(clauses, peers.means(place_of[file])), ratings,
            decision=decisions.get(graded[place_of[file]]["sha256"]),
        )
        for file, ratings in own.items()
    }  # fmt: skip
    for row in read_rows(folder / FINDINGS.file, FINDINGS):
        if row["file"] in clients:
            clients[row["file"]].findings.append(row)
    for row in read_rows(folder / SPECIALS.file, SPECIALS, _SPECIALS):
        if row["file"] in clients:
            clients[row["file"]].specials.append(row)
    started = datetime.fromisoformat(record["started"])
    return FinishedRun(
        str(record["tool"]["version"]), started, len(graded), len(ranks), peers.others,
        tuple(clients.values()), _field(clauses, rates),
    )  # fmt: skip


def _decisions(folder: Path, form: Path | None, standard: Standard) -> Decisions:
    if form is None and not (folder / FILE).is_file():
        return {}
    return read_decisions(form or folder / FILE, standard)


def _record(folder: Path, standard: Standard) -> dict[str, Any]:
    record = read_record(folder, ("tool", "standard", "started"))
    with understood(folder):
        digest = record["standard"]["digest"]
        datetime.fromisoformat(record["started"])
        record["tool"]["version"]
    require_standard(folder, digest, standard)
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


def _ranks(path: Path, graded: list[Row]) -> dict[str, int]:
    """Rank the audits that passed by exact final score; equal ones share a rank."""
    finals = {
        row["file"]: read_number(path, row, "final_score")
        for row in graded
        if row["level"] != NOT_PASSED
    }
    best: dict[Decimal, int] = {}
    for place, final in enumerate(sorted(finals.values(), reverse=True), start=1):
        best.setdefault(final, place)
    return {file: best[final] for file, final in finals.items()}


def _clauses(standard: Standard) -> list[str]:
    return [i.clause for i in standard.indicators] + [g.clause for g in standard.groups]


def _rates(
    path: Path, standard: Standard, place_of: Mapping[str, int], own: Mapping[str, list[Row]]
) -> Floats:
    """Return the rates of every graded audit, shape (audits, clauses), and collect own ratings.

    A second-level rate is points earned over points applicable.
    """
    wide = len(standard.indicators)
    rates = np.full((len(place_of), wide), np.nan)
    for row in read_rows(path, RATINGS):
        if row["file"] not in place_of or row["clause"] not in standard.position:
            continue
        if row["file"] in own:
            own[row["file"]].append(row)
        if row["percent"]:
            at = place_of[row["file"]], standard.position[row["clause"]]
            rates[at] = float(read_number(path, row, "percent"))
    groups = []
    for group in standard.groups:
        columns = [
            place
            for place, indicator in enumerate(standard.indicators)
            if standard.group_of(indicator.clause) is group
        ]
        weights = np.array([float(standard.indicators[place].weight) for place in columns])
        _points, shares = earned(rates[:, columns], weights)
        groups.append(shares)
    return np.column_stack([rates, *groups])


def _known(clauses: list[str], rates: Floats) -> dict[str, float]:
    """Return the rates by clause, those that are there."""
    listed = zip(clauses, rates.tolist(), strict=True)
    return {clause: rate for clause, rate in listed if rate == rate}


def _field(clauses: list[str], rates: Floats) -> dict[str, float]:
    """Return the mean rate of all graded audits by clause."""
    means, _count = column_means(rates)
    return _known(clauses, means)
