"""The ratings: rows named by their clause number, band and percentage as people spell them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cts_excel.second_reader.cells import Cell, Sheet
from cts_excel.second_reader.model import Problem, ProblemKind
from cts_excel.second_reader.spelling import (
    folded,
    folded_range,
    number_as_percentage,
    spelled_percentage,
    states_nothing,
    visible,
)
from cts_excel.second_reader.standard_file import Band, StandardFile
from cts_excel.second_reader.tables import Table, find_tables

CLAUSE, TEXT, BAND, PERCENT, EVIDENCE = "条款", "检查内容", "评分档", "评分比例", "审核证据"
NOT_APPLICABLE = "不适用"
_UNUSABLE = (ProblemKind.AMBIGUOUS, ProblemKind.ERROR_VALUE, ProblemKind.NOT_CALCULATED)


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One row of the ratings whose clause is an indicator's; blank cells are ``None``."""

    clause: str
    place: str  # the clause's cell
    band: Cell | None
    percent: Cell | None
    evidence: Cell | None
    band_cell: str
    percent_cell: str
    pictured: bool  # a picture is the evidence, or part of it


def rating_rows(
    sheets: list[Sheet], standard: StandardFile, problems: list[Problem]
) -> list[RatingRow]:
    """Find the one table of ratings and return its indicator rows, in sheet order."""
    headings = (CLAUSE, TEXT, BAND, PERCENT, EVIDENCE)
    tables = find_tables(sheets, headings, (CLAUSE, BAND, PERCENT), problems)
    if not tables:
        problems.append(Problem("", ProblemKind.TABLE_MISSING, PERCENT))
        return []
    for table in tables[1:]:
        at = f"{table.sheet.name}!{table.header_row}"
        problems.append(Problem(at, ProblemKind.TABLE_REPEATED, PERCENT))
    return _rows(tables[0], standard, problems)


def _rows(table: Table, standard: StandardFile, problems: list[Problem]) -> list[RatingRow]:
    known = {indicator.clause for indicator in standard.indicators}
    wordings = {folded(indicator.text): indicator.clause for indicator in standard.indicators}
    sheet, found = table.sheet, []
    for number in sheet.rows:
        if number <= table.header_row:
            continue
        cells = [sheet.at(number, table.column(h)) for h in (CLAUSE, BAND, PERCENT, EVIDENCE, TEXT)]
        clause_cell, band, percent, evidence, text = cells
        clause = folded(clause_cell.text) if clause_cell else ""
        if clause not in known:
            if band is not None and band_of(band.text, standard) is not None:
                problems.append(Problem(band.address, ProblemKind.CLAUSE_UNKNOWN, clause))
            continue
        problems += [
            Problem(cell.address, ProblemKind.UNSEEN, cell.text)
            for cell in cells[:4]
            if cell is not None and not cell.seen
        ]
        if text is not None and wordings.get(folded(text.text), clause) != clause:
            problems.append(Problem(text.address, ProblemKind.WORDING_OF_OTHER_CLAUSE, clause))
        # A blank cell has no address of its own: its column is known from a filled one.
        place = clause_cell.address if clause_cell else ""
        found.append(
            RatingRow(
                clause,
                place,
                band,
                percent,
                evidence,
                _address(table, number, BAND),
                _address(table, number, PERCENT),
                sheet.has_picture(number, table.column(EVIDENCE)),
            )
        )
    return found


def _address(table: Table, row: int, heading: str) -> str:
    header = table.sheet.cells[table.header_row, table.columns[heading]]
    return header.address.removesuffix(str(table.header_row)) + str(row)


def band_of(text: str, standard: StandardFile) -> Band | str | None:
    """Return the band that a label means, 不适用, or ``None`` for anything else."""
    label = folded_range(text)
    if label == NOT_APPLICABLE:
        return NOT_APPLICABLE
    return next((band for band in standard.bands if folded_range(band.label) == label), None)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a row says: band label, percentage (fraction of 1; ``None`` for 不适用)."""

    band: str
    percentage: Fraction | None


def rate(
    row: RatingRow, standard: StandardFile, problems: list[Problem], lenient: list[str]
) -> Rating | None:
    """Interpret band, percentage and evidence of a row (rules 5, 6, 7, 10).

    ``None`` if the row is no complete rating; then at least one problem says why.
    """
    if row.evidence is not None and row.evidence.value in _UNUSABLE:
        problems.append(Problem(row.evidence.address, _kind(row.evidence)))
    if row.band is None and row.percent is None:
        problems.append(Problem(row.place, ProblemKind.NOT_RATED, row.clause))
        return None
    if row.band is None:
        problems.append(Problem(row.band_cell, ProblemKind.BAND_MISSING, row.clause))
        return None
    band = None if isinstance(row.band.value, ProblemKind) else band_of(row.band.text, standard)
    if band is None:
        problems.append(Problem(row.band_cell, _kind(row.band), row.band.text))
        return None
    label = band if isinstance(band, str) else band.label
    if row.band.text != label:
        lenient.append(row.band_cell)
    if isinstance(band, str):
        return _left_out(row, standard, problems)
    return _rated(row, band, standard, problems, lenient)


def _rated(
    row: RatingRow,
    band: Band,
    standard: StandardFile,
    problems: list[Problem],
    lenient: list[str],
) -> Rating | None:
    if row.percent is None:
        problems.append(Problem(row.percent_cell, ProblemKind.PERCENT_MISSING, row.clause))
        return None
    value = row.percent.value
    percentage = value if isinstance(value, ProblemKind) else _percentage(value)
    if isinstance(percentage, Fraction) and not band.low <= percentage <= band.high:
        percentage = ProblemKind.PERCENT_OUTSIDE_BAND
    if isinstance(percentage, ProblemKind):
        problems.append(Problem(row.percent_cell, percentage, row.percent.text))
        return None
    if isinstance(value, str) or value > 1:
        lenient.append(row.percent_cell)
    if standard.require_evidence and not (row.pictured or _stated(row.evidence, standard)):
        problems.append(Problem(row.place, ProblemKind.EVIDENCE_MISSING, row.clause))
    return Rating(band.label, percentage)


def _percentage(value: str | Fraction) -> Fraction | ProblemKind:
    return spelled_percentage(value) if isinstance(value, str) else number_as_percentage(value)


def _left_out(row: RatingRow, standard: StandardFile, problems: list[Problem]) -> Rating | None:
    """Accept 不适用 if the policy allows it, with a reason and without a percentage (rule 7)."""
    kind = None
    if not standard.prorates:
        kind = ProblemKind.NOT_APPLICABLE_REFUSED
    elif row.percent is not None:
        kind = ProblemKind.NOT_APPLICABLE_WITH_PERCENT
    elif not _stated(row.evidence, standard):
        kind = ProblemKind.NOT_APPLICABLE_WITHOUT_REASON
    if kind is not None:
        problems.append(Problem(row.band_cell, kind, row.clause))
        return None
    return Rating(NOT_APPLICABLE, None)


def _stated(cell: Cell | None, standard: StandardFile) -> bool:
    if cell is None or not visible(cell.text):
        return cell is not None and cell.value in (ProblemKind.DATE, ProblemKind.LOGICAL)
    return not states_nothing(cell.text, standard.placeholders)


def _kind(cell: Cell) -> ProblemKind:
    return cell.value if isinstance(cell.value, ProblemKind) else ProblemKind.BAND_UNKNOWN
