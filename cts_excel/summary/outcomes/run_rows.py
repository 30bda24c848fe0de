"""A finished run's data files as the columns that figures are made of: the way back from CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.levels import FailReason, judge, reason_text
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.outputs.columns import GRADES, RATINGS
from cts_excel.batch.outputs.run_reader import Row, read_number, read_rows
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.excerpt import NO_BAND, RatingsExcerpt, excerpt, opened, pack
from cts_excel.summary.outcomes.file_row import FileRow, file_fields

_SAME_NAME = {
    "base": "base_score",
    "final": "final_score",
    "level_key": "level",
    "low": "score_low",
    "high": "score_high",
}
_CLAUSE = re.compile(r"\d+(?:\.\d+)+")
_COUNTS = ("errors", "warnings", "notices")


def columns_of_rows(
    grades: Iterable[Row],
    ratings: Mapping[str, list[Row]],
    findings: Mapping[str, Sequence[Finding]],
    standard: Standard,
) -> OutcomeColumns:
    """Build the columns of a run from its rows; entries of 特别项 are left out.

    :param ratings: the rows of each file, by file.
    :param findings: of each file, by file.
    """
    outcomes = OutcomeColumns(standard)
    for row in grades:
        file, status = row["file"], Status(row["status"])
        # What no data file holds, the audit itself, is missing in this outcome.
        bare = Outcome(
            file, row["sha256"], status, None, None, None, None, tuple(findings.get(file, ()))
        )
        rated = _ratings(row, ratings.get(file, []), standard) if status is Status.GRADED else None
        fields = pack(_file_fields(row, bare, standard))
        outcomes.add(opened(excerpt(bare, standard))._replace(file=fields, ratings=rated))
    return outcomes


def finding_of(row: Row, standard: Standard) -> Finding | None:
    """Rebuild a finding; its clause, which no data file holds, stands in the recorded repair.

    ``None`` for a code of another version.
    """
    if row["code"] not in CATALOGUE:
        return None
    clause, impact = "", None
    if "{clause}" in CATALOGUE[row["code"]].repair["zh"]:
        named = (n for n in _CLAUSE.findall(row["repair"]) if n in standard.by_clause)
        clause = next(named, "")
    if row["impact_points"] or row["impact_level"]:
        points = Decimal(row["impact_points"]) if row["impact_points"] else None
        before, _arrow, after = row["impact_level"].partition("→")
        impact = Impact(points, before, after)
    return Finding(
        Code(row["code"]), Severity[row["severity"].upper()], row["sheet"], row["cell"], clause,
        row["found"], row["expected"], impact,
    )  # fmt: skip


def read_grades(folder: Path) -> list[Row]:
    """Read ``grades.csv``.

    :raises RunFolderError: if it cannot be read, or a score is no number.
    """
    path = folder / GRADES.file
    rows = list(read_rows(path, GRADES))
    for row in rows:
        if row["status"] == Status.GRADED:
            for column in ("base_score", "deductions", "bonus", "final_score"):
                read_number(path, row, column)
    return rows


def read_ratings(folder: Path) -> dict[str, list[Row]]:
    """Read ``ratings.csv`` by file.

    :raises RunFolderError: if it cannot be read.
    """
    found: dict[str, list[Row]] = {}
    for row in read_rows(folder / RATINGS.file, RATINGS):
        found.setdefault(row["file"], []).append(row)
    return found


def _file_fields(row: Row, bare: Outcome, standard: Standard) -> tuple[str | int, ...]:
    """Return the fields of :class:`FileRow` from ``file`` on."""
    names = FileRow._fields[2:]
    fields = dict(zip(names, file_fields(bare, standard), strict=True))
    for name in names:
        column = _SAME_NAME.get(name, name)
        if column in row and name not in _COUNTS:
            fields[name] = row[column]
    if row["level"]:
        judgement = judge(Decimal(row["final_score"]), Decimal(row["deductions"]), standard)
        reasons = (FailReason(key) for key in row["fail_reasons"].split(";") if key)
        fields["level"] = judgement.label
        fields["reasons"] = "；".join(reason_text(reason, standard) for reason in reasons)
    return tuple(fields.values())


def _ratings(row: Row, rated: list[Row], standard: Standard) -> RatingsExcerpt:
    places = {band.label: place for place, band in enumerate(standard.bands)}
    by_clause = {one["clause"]: one for one in rated}
    ordered = [by_clause.get(indicator.clause, Row()) for indicator in standard.indicators]
    lengths = [len(one.get("evidence", "").strip()) for one in ordered]
    return RatingsExcerpt(
        tuple([one.get("percent", "") for one in ordered]),
        bytes([places.get(one.get("band", ""), NO_BAND) for one in ordered]),
        pack(tuple([one.get("evidence", "") for one in ordered])),
        sum(lengths),
        lengths.count(0),
        " ".join(row["assessor"].split()),
        " ".join(row["lead_assessor"].split()),
    )
