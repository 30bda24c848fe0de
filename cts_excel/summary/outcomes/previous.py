"""An earlier run, read from its folder or its grades.csv, to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cts_excel.audit.identity import folded_name
from cts_excel.batch.outputs.columns import GRADES, RATINGS
from cts_excel.batch.outputs.run_reader import read_number, read_rows
from cts_excel.standard.folding import PLACEHOLDERS, Placeholders
from cts_excel.standard.model import parent
from cts_excel.workbook.reading.cover import valid_credit_code

_NOTHING = Placeholders(PLACEHOLDERS)  # a finished run does not say which list it used
_NEEDED = ("file", "status", "organisation", "uscc", "audit_no", "end_date", "final_score", "level")


@dataclass(frozen=True, slots=True)
class PreviousAudit:
    """One graded audit of the earlier run; ``level`` is a level's key or ``not_passed``."""

    file: str
    organisation: str
    uscc: str
    audit_no: str
    end_date: str
    final: Decimal
    level: str

    @property
    def clients(self) -> tuple[str, ...]:
        """Keys under which the client is known: the credit code decides, then the name."""
        return client_keys(self.organisation, self.uscc)


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """The graded audits of an earlier run.

    ``rates`` holds the mean rate (fraction of 1) per clause of indicators and of second-level
    indicators; empty where the run has no ``ratings.csv`` beside its ``grades.csv``.
    """

    name: str
    audits: tuple[PreviousAudit, ...]
    rates: dict[str, float]


def client_keys(organisation: str, uscc: str) -> tuple[str, ...]:
    """Return the keys of a client, the most certain first (rule 12).

    A credit code that fails its check digit tells nothing, and neither does a placeholder.
    """
    name = "" if _NOTHING.hold(organisation) else folded_name(organisation)
    keys = (("code", valid_credit_code(uscc)), ("name", name))
    return tuple(f"{kind} {key}" for kind, key in keys if key)


def read_previous(path: Path | str) -> PreviousRun:
    """Read an earlier run.

    :param path: its folder, or its ``grades.csv`` (UTF-8, spec: A grading run).
    :raises RunFolderError: where it is missing, not such a file, or holds no number where one
        must stand.
    """
    path = Path(path)
    grades = path / GRADES.file if path.is_dir() else path
    audits = tuple(_audits(grades))
    ratings = grades.with_name(RATINGS.file)
    graded = {audit.file for audit in audits}
    rates = _rates(ratings, graded) if ratings.is_file() else {}
    return PreviousRun(grades.resolve().parent.name, audits, rates)


def _audits(path: Path) -> Iterator[PreviousAudit]:
    for row in read_rows(path, GRADES, _NEEDED):
        if row["status"] == "graded":
            yield PreviousAudit(
                row["file"],
                row["organisation"],
                row["uscc"],
                row["audit_no"],
                row["end_date"],
                read_number(path, row, "final_score"),
                row["level"],
            )


def _rates(path: Path, graded: set[str]) -> dict[str, float]:
    """Average rates per indicator, and points over applicable points per second-level indicator."""
    total: dict[str, list[float]] = {}
    group: dict[tuple[str, str], list[float]] = {}
    for row in read_rows(path, RATINGS, ("file", "clause", "weight", "percent")):
        if row["file"] not in graded or not row["percent"]:
            continue
        rate = float(read_number(path, row, "percent"))
        weight = float(read_number(path, row, "weight"))
        total.setdefault(row["clause"], []).append(rate)
        earned = group.setdefault((row["file"], parent(row["clause"])), [0.0, 0.0])
        earned[0] += rate * weight
        earned[1] += weight
    for (_file, clause), (points, whole) in group.items():
        if whole:
            total.setdefault(clause, []).append(points / whole)
    return {clause: sum(rates) / len(rates) for clause, rates in total.items()}
