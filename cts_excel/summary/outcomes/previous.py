"""An earlier run, read from its folder or its grades.csv, to compare with."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import nan
from pathlib import Path

from cts_excel.audit.identity import folded_name
from cts_excel.audit.outcome import Status
from cts_excel.batch.outputs.columns import GRADES, RATINGS
from cts_excel.batch.outputs.run_reader import Row, read_number, read_rows
from cts_excel.standard.folding import PLACEHOLDERS, Placeholders
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.decisions import FILE, Decisions, read_decisions
from cts_excel.workbook.reading.cover import valid_credit_code

_NOTHING = Placeholders(PLACEHOLDERS)  # a finished run does not say which list it used
_NEEDED = ("file", "status", "organisation", "uscc", "audit_no", "end_date", "final_score", "level")


@dataclass(frozen=True, slots=True)
class PreviousAudit:
    """One graded audit of the earlier run; ``level`` is a level's key or ``not_passed``.

    ``decided`` is what the committee decided: a level's label, or the decision without a level.
    """

    file: str
    organisation: str
    uscc: str
    audit_no: str
    end_date: str
    final: Decimal
    level: str
    decided: str = ""

    @property
    def clients(self) -> tuple[str, ...]:
        """Keys under which the client is known: the credit code decides, then the name."""
        return client_keys(self.organisation, self.uscc)


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """An earlier run: its graded audits, and the clients whose files had no level.

    ``rates`` holds the rates (fractions of 1, NaN if not rated) by clause, one per audit; empty
    where the run has no ``ratings.csv`` beside its ``grades.csv``. ``faulty`` are keys of clients.
    """

    name: str
    audits: tuple[PreviousAudit, ...]
    rates: Mapping[str, Sequence[float]]
    faulty: frozenset[str] = frozenset()

    @property
    def latest(self) -> str:
        """The end of its latest audit: runs are told apart in time by it."""
        return max((audit.end_date for audit in self.audits), default="")


def client_keys(organisation: str, uscc: str) -> tuple[str, ...]:
    """Return the keys of a client, the most certain first (rule 12).

    A credit code that fails its check digit tells nothing, and neither does a placeholder.
    """
    name = "" if _NOTHING.hold(organisation) else folded_name(organisation)
    keys = (("code", valid_credit_code(uscc)), ("name", name))
    return tuple(f"{kind} {key}" for kind, key in keys if key)


def read_previous(path: Path | str, standard: Standard | None = None) -> PreviousRun:
    """Read an earlier run.

    :param path: its folder, or its ``grades.csv`` (UTF-8, spec: A grading run).
    :param standard: also reads the committee's decisions, if their form lies beside.
    :raises RunFolderError: where it is missing, not such a file, or holds no number where one
        must stand.
    :raises DecisionsError: if the form with the decisions cannot be used.
    """
    path = Path(path)
    grades = path / GRADES.file if path.is_dir() else path
    form = grades.with_name(FILE)
    decisions = read_decisions(form, standard) if standard and form.is_file() else {}
    audits: list[PreviousAudit] = []
    faulty: set[str] = set()
    for row in read_rows(grades, GRADES, _NEEDED):
        if row["status"] == Status.GRADED:
            audits.append(_audit(grades, row, decisions))
        elif row["status"] in (Status.NEEDS_CORRECTION, Status.CONFLICT):
            faulty |= set(client_keys(row["organisation"], row["uscc"]))
    ratings = grades.with_name(RATINGS.file)
    rates = _rates(ratings, [audit.file for audit in audits]) if ratings.is_file() else {}
    return PreviousRun(grades.resolve().parent.name, tuple(audits), rates, frozenset(faulty))


def _audit(path: Path, row: Row, decisions: Decisions) -> PreviousAudit:
    decision = decisions.get(row.get("sha256", ""))
    return PreviousAudit(
        row["file"], row["organisation"], row["uscc"], row["audit_no"], row["end_date"],
        read_number(path, row, "final_score"), row["level"], decision.outcome if decision else "",
    )  # fmt: skip


def _rates(path: Path, files: Sequence[str]) -> dict[str, array[float]]:
    """Return the rates by clause, one per file."""
    place_of = {file: place for place, file in enumerate(files)}
    rates: dict[str, array[float]] = {}
    for row in read_rows(path, RATINGS, ("file", "clause", "percent")):
        place = place_of.get(row["file"])
        if place is not None and row["percent"]:
            if row["clause"] not in rates:
                rates[row["clause"]] = array("d", [nan]) * len(files)
            rates[row["clause"]][place] = float(read_number(path, row, "percent"))
    return rates
