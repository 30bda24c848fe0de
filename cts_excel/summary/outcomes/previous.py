"""An earlier run, read from its folder or its grades.csv, to compare with."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cts_excel.audit.identity import folded
from cts_excel.errors import UserError
from cts_excel.files.csv_text import unguarded
from cts_excel.messages import _, os_reason
from cts_excel.standard.model import parent

GRADES, RATINGS = "grades.csv", "ratings.csv"
_NEEDED = ("file", "status", "organisation", "uscc", "audit_no", "end_date", "final_score", "level")


class PreviousRunError(UserError):
    """An earlier run that cannot be used: which file, what is wrong, what to do."""


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
    """Return the keys of a client, the most certain first."""
    keys = (("code", folded(uscc)), ("name", folded(organisation)))
    return tuple(f"{kind} {key}" for kind, key in keys if key)


def read_previous(path: Path | str) -> PreviousRun:
    """Read an earlier run.

    :param path: its folder, or its ``grades.csv`` (UTF-8, spec: A grading run).
    :raises PreviousRunError: where it is missing, not such a file, or holds no number where one
        must stand.
    """
    path = Path(path)
    grades = path / GRADES if path.is_dir() else path
    audits = tuple(_audits(grades))
    ratings = grades.with_name(RATINGS)
    graded = {audit.file for audit in audits}
    rates = _rates(ratings, graded) if ratings.is_file() else {}
    return PreviousRun(grades.resolve().parent.name, audits, rates)


def _lines(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                problem = _("columns are missing: {}").format(", ".join(missing))
                raise PreviousRunError(str(path), problem, _("Give the folder of an earlier run."))
            for line in reader:
                yield reader.line_num, line
    except OSError as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        repair = _("Give the folder of an earlier run, or its grades.csv.")
        raise PreviousRunError(str(path), problem, repair) from None
    except (UnicodeDecodeError, csv.Error):
        problem = _("not a CSV file in UTF-8")
        raise PreviousRunError(
            str(path), problem, _("Give the folder of an earlier run.")
        ) from None


def _number(path: Path, line: int, text: str | None) -> Decimal:
    try:
        number = Decimal(text or "")
        if number.is_finite():
            return number
    except InvalidOperation:
        pass
    problem = _("line {}: '{}' is not a number").format(line, text or "")
    raise PreviousRunError(str(path), problem, _("Use the file as the run wrote it."))


def _audits(path: Path) -> Iterator[PreviousAudit]:
    for number, line in _lines(path, _NEEDED):
        if line["status"] == "graded":
            yield PreviousAudit(
                line["file"], unguarded(line["organisation"]), unguarded(line["uscc"]),
                unguarded(line["audit_no"]), line["end_date"],
                _number(path, number, line["final_score"]), line["level"],
            )  # fmt: skip


def _rates(path: Path, graded: set[str]) -> dict[str, float]:
    """Average rates per indicator, and points over applicable points per second-level indicator."""
    total: dict[str, list[float]] = {}
    group: dict[tuple[str, str], list[float]] = {}
    for number, line in _lines(path, ("file", "clause", "weight", "percent")):
        if line["file"] not in graded or not line["percent"]:
            continue
        rate = float(_number(path, number, line["percent"]))
        weight = float(_number(path, number, line["weight"]))
        total.setdefault(line["clause"], []).append(rate)
        earned = group.setdefault((line["file"], parent(line["clause"])), [0.0, 0.0])
        earned[0] += rate * weight
        earned[1] += weight
    for (_file, clause), (points, whole) in group.items():
        if whole:
            total.setdefault(clause, []).append(points / whole)
    return {clause: sum(rates) / len(rates) for clause, rates in total.items()}
