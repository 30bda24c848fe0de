"""评分表 read: indicators matched by clause number, bands and percentages interpreted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import difference
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Rating, RatingColumns
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Indicator, Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, value_text
from cts_excel.workbook.reading.folding import as_number, band_key, comparison_key
from cts_excel.workbook.reading.locate import Header, LocatedSheet, rating_header
from cts_excel.workbook.reading.percents import percent_text, read_percent
from cts_excel.workbook.reading.pictures import evidence_value, floating_pictures, is_picture

_CLAUSE_LIKE = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)+")
_FIELDS = RatingColumns._fields
_NEEDED = ("clause", "band", "percent", "evidence")
_FAULTS = {
    FaultKind.ERROR_VALUE: Code.RATING_ERROR_VALUE,
    FaultKind.NOT_FINITE: Code.RATING_ERROR_VALUE,
    FaultKind.AMBIGUOUS: Code.AMBIGUOUS_CONTENT,
    FaultKind.UNCALCULATED: Code.FORMULA_NOT_CALCULATED,
    FaultKind.PICTURE: Code.PERCENT_NOT_A_NUMBER,
}


@dataclass(slots=True)
class RatingsRead:
    """What 评分表 gave: columns, one rating per indicator, findings, pictures by evidence cell."""

    columns: RatingColumns
    ratings: list[Rating]
    findings: list[Finding] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)


def read_ratings(place: LocatedSheet | None, standard: Standard, *, foreign: bool) -> RatingsRead:
    """Read every indicator's rating, in the standard's order.

    :param foreign: the workbook is for another specification; its clauses are not compared.
    """
    nowhere = RatingColumns(*("" for _field in _FIELDS))
    header = None
    if place is not None:
        header = rating_header(place.grid, place.form)
    if place is None or header is None or not header.letters("clause"):
        read = RatingsRead(nowhere, [_missing(i) for i in standard.indicators])
        if place is not None:
            heading = layout.RATING_HEADING["clause"]
            read.findings.append(finding(Code.COLUMN_MISSING, sheet=place.name, expected=heading))
        return read
    reader = _Reader(place, header, standard)
    reader.check_columns()
    rows = reader.rows(foreign=foreign)
    reader.find_pictures(rows.values())
    for indicator in standard.indicators:
        row = rows.get(indicator.clause)
        reader.out.ratings.append(reader.rating(indicator, row) if row else _missing(indicator))
    reader.refuse_swapped()
    if not foreign:
        reader.surplus(set(rows.values()))
    return reader.out


def _missing(indicator: Indicator) -> Rating:
    return Rating(indicator.clause, "", None, False, "", None, False, 0)


@lru_cache(maxsize=16)
def _bands(labels: tuple[str, ...]) -> dict[str, str]:
    return {band_key(label): label for label in labels}


class _Reader:
    """The reading of one 评分表."""

    def __init__(self, place: LocatedSheet, header: Header, standard: Standard) -> None:
        self.sheet, self.grid, self.form = place.name, place.grid, place.form
        self.header, self.standard = header, standard
        self.headings = dict(place.form.ratings)
        columns = RatingColumns(*(header.letters(name) for name in _FIELDS))
        self.out = RatingsRead(columns, [])
        self.bands = _bands(tuple(band.label for band in standard.bands))
        # Comparison key of a wording that differs from its clause's -> that clause.
        self.reworded: dict[str, str] = {}
        self.floating: Counter[str] = Counter()

    def report(
        self, code: Code, cell: str, clause: str = "", found: str = "", expected: str = ""
    ) -> None:
        self.out.findings.append(
            finding(
                code, sheet=self.sheet, cell=cell, clause=clause, found=found, expected=expected
            )
        )

    def check_columns(self) -> None:
        """Report columns that are missing, repeated or moved."""
        header, moved = self.header, []
        for column, (name, heading) in enumerate(self.form.ratings):
            letters = header.letters(name)
            if not letters:
                severity = Severity.ERROR if name in _NEEDED else Severity.WARNING
                missing = finding(
                    Code.COLUMN_MISSING, sheet=self.sheet, expected=heading, severity=severity
                )
                self.out.findings.append(missing)
            elif letters != column_letters(column):
                moved.append(f"{heading} {letters}")
        for name in header.lost:
            at = f"{header.letters(name)}{header.row}"
            self.report(Code.LABEL_MISSING, at, "", "", self.headings[name])
        for name, twice in header.twice.items():
            places = "、".join(f"{x}{header.row}" for x in twice)
            self.report(
                Code.COLUMN_REPEATED,
                f"{twice[1]}{header.row}",
                "",
                places,
                self.headings[name],
            )
        if moved and self.form.known:
            self.report(Code.COLUMNS_MOVED, f"A{header.row}", "", "、".join(moved))

    def find_pictures(self, rows: Iterable[int]) -> None:
        """Find the pictures that float on the evidence cells of some rows."""
        if letters := self.out.columns.evidence:
            self.floating = floating_pictures(self.grid, {f"{letters}{row}" for row in rows})

    def rows(self, *, foreign: bool) -> dict[str, int]:
        """Match rows to clauses: clause -> 1-based row."""
        column, position = self.out.columns.clause, self.standard.position
        rows: dict[str, list[int]] = {}
        unknown: list[tuple[int, str]] = []
        for row in self.grid.rows(column):
            if row <= self.header.row:
                continue
            clause = _clause(self.grid.at(f"{column}{row}"))
            if clause in position:
                rows.setdefault(clause, []).append(row)
            elif _CLAUSE_LIKE.fullmatch(clause) and not self._is_heading(clause):
                unknown.append((row, clause))
        if not foreign:
            found_by_text = self._match_by_text(rows, dict(unknown))
            for row, clause in unknown:
                if row not in found_by_text:
                    self.report(Code.CLAUSE_UNKNOWN, f"{column}{row}", "", clause)
            self._check_clauses(rows)
        return {clause: found[0] for clause, found in rows.items() if len(found) == 1}

    def _match_by_text(self, rows: dict[str, list[int]], unknown: dict[int, str]) -> set[int]:
        """Match missing clauses to rows by their wording, if exactly one row has it."""
        missing = [i for i in self.standard.indicators if i.clause not in rows]
        letters = self.out.columns.text
        found_by_text: set[int] = set()
        if not (missing and letters):
            return found_by_text
        matched = {found[0] for found in rows.values() if len(found) == 1}
        by_text: dict[str, list[int]] = {}
        for row in self.grid.rows(letters):
            if row > self.header.row and row not in matched:
                by_text.setdefault(
                    comparison_key(value_text(self.grid.at(f"{letters}{row}"))), []
                ).append(row)
        for indicator in missing:
            found = by_text.get(comparison_key(indicator.text), [])
            if len(found) == 1:
                row, at = found[0], f"{self.out.columns.clause}{found[0]}"
                for others in rows.values():
                    if row in others:
                        others.remove(row)
                rows[indicator.clause] = [row]
                found_by_text.add(row)
                now = unknown.get(row) or value_text(self.grid.at(at))
                self.report(Code.CLAUSE_NUMBER_ALTERED, at, indicator.clause, now, indicator.clause)
        return found_by_text

    def _is_heading(self, clause: str) -> bool:
        return clause in self.standard.group_by_clause or clause in self.standard.section_by_clause

    def _check_clauses(self, rows: dict[str, list[int]]) -> None:
        """Report clauses that are missing, repeated or moved."""
        column, moved = self.out.columns.clause, []
        first = self.form.rating_first_row + 1
        for number, indicator in enumerate(self.standard.indicators):
            clause = indicator.clause
            found = rows.get(clause, [])
            if not found:
                self.report(Code.CLAUSE_MISSING, "", clause, "", clause)
            elif len(found) > 1:
                places = "、".join(f"{column}{row}" for row in found)
                self.report(Code.CLAUSE_REPEATED, f"{column}{found[1]}", clause, places)
            elif found[0] != first + number:
                moved.append((found[0], clause))
        if moved and self.form.known:
            row, clause = moved[0]
            shown_rows = "、".join(f"{c} {column}{r}" for r, c in moved[:3])
            more = f"… ({len(moved)})" if len(moved) > 3 else ""
            self.report(Code.ROWS_MOVED, f"{column}{row}", "", shown_rows + more)

    def surplus(self, known: set[int]) -> None:
        """Report answers in rows of no indicator, so that nothing is dropped silently."""
        columns = self.out.columns
        for row in self.grid.rows(columns.band) if columns.band else ():
            if row <= self.header.row or row in known:
                continue
            band = self.grid.at(f"{columns.band}{row}")
            named = _clause(self.grid.at(f"{columns.clause}{row}"))
            if named in self.standard.position or _CLAUSE_LIKE.fullmatch(named):
                continue  # already reported as repeated or unknown
            if isinstance(band, str) and band_key(band) in self.bands:
                self.report(
                    Code.CLAUSE_UNKNOWN, f"{columns.band}{row}", "", named or f"{row}: {band}"
                )

    def rating(self, indicator: Indicator, row: int) -> Rating:
        """Read one indicator's row."""
        columns, grid, clause = self.out.columns, self.grid, indicator.clause
        self._printed(indicator, row)
        band_at, percent_at = f"{columns.band}{row}", f"{columns.percent}{row}"
        evidence_at, score_at = f"{columns.evidence}{row}", f"{columns.score}{row}"
        band, faulty = self._band(band_at, grid.at(band_at) if columns.band else None, clause)
        left_out = band == layout.NOT_APPLICABLE
        percent = None
        value = grid.at(percent_at) if columns.percent else None
        if value is not None and not faulty:
            if left_out:
                self.report(Code.NOT_APPLICABLE_WITH_PERCENT, percent_at, clause, value_text(value))
                faulty = True
            else:
                percent = self._percent(percent_at, value, band, clause)
                faulty = percent is None
        elif value is not None:
            self._fault(percent_at, value, clause)
        self._formulas((band_at, percent_at, evidence_at), clause)
        evidence = self._evidence(evidence_at, clause) if columns.evidence else ""
        pictures = self.out.pictures.get(evidence_at, 0)
        score = self._score(score_at, clause) if columns.score else None
        band = "" if left_out else band
        return Rating(clause, band, percent, left_out, evidence, score, faulty, row, pictures)

    def _printed(self, indicator: Indicator, row: int) -> None:
        """Compare weight and wording with the specification's (rule 8)."""
        columns, clause = self.out.columns, indicator.clause
        if columns.weight:
            at = f"{columns.weight}{row}"
            weight = as_number(self.grid.at(at))
            if weight != indicator.weight and not _uncalculated(weight):
                self.report(
                    Code.WEIGHT_ALTERED, at, clause, value_text(weight), plain(indicator.weight)
                )
        if columns.text:
            at = f"{columns.text}{row}"
            text = value_text(self.grid.at(at))
            if text != indicator.text and comparison_key(text) != comparison_key(indicator.text):
                self.reworded[comparison_key(text)] = clause
                self.report(
                    Code.INDICATOR_TEXT_ALTERED,
                    at,
                    clause,
                    difference(indicator.text, text),
                    indicator.text,
                )

    def refuse_swapped(self) -> None:
        """Refuse rows that carry the wording of another clause, as partial sorting leaves them.

        The assessor rated either the clause number or the wording; which one is unknown.
        """
        lost = set(self.reworded.values())
        for indicator in (self.standard.by_clause[clause] for clause in sorted(lost)):
            clause = self.reworded.get(comparison_key(indicator.text))
            if clause is not None:
                place = self.standard.position[clause]
                rating = self.out.ratings[place]
                self.out.ratings[place] = replace(rating, percent=None, faulty=True)
                at = f"{self.out.columns.clause}{rating.row}"
                self.report(Code.AMBIGUOUS_CONTENT, at, clause, f"{clause} / {indicator.clause}")

    def _band(self, at: str, value: Value, clause: str) -> tuple[str, bool]:
        """Return the band's label (不适用 if the policy allows it) and whether it is faulty."""
        if value is None:
            return "", False
        if not is_picture(value) and self._fault(at, value, clause):
            return "", True
        text = band_key(value) if isinstance(value, str) else ""
        if text in self.bands:
            return self.bands[text], False
        if text == layout.NOT_APPLICABLE:
            if self.standard.prorates:
                return layout.NOT_APPLICABLE, False
            self.report(Code.NOT_APPLICABLE_REJECTED, at, clause, layout.NOT_APPLICABLE)
            return "", True
        choices = "、".join(layout.band_choices(self.standard))
        self.report(Code.BAND_UNKNOWN, at, clause, value_text(value), choices)
        return "", True

    def _percent(self, at: str, value: Value, band: str, clause: str) -> Decimal | None:
        chosen = self.standard.band_by_label[band] if band else None
        percent, code = read_percent(value, chosen)
        if code:
            fraction = isinstance(value, Decimal) and -2 < value < 2
            found = (
                percent_text(value)
                if fraction and isinstance(value, Decimal)
                else value_text(value)
            )
            expected = percent_text(percent) if percent is not None else band
            self.report(Code(code), at, clause, found, expected)
            if chosen is None and code != Code.BAND_MISSING:
                self.report(
                    Code.BAND_MISSING,
                    at.replace(self.out.columns.percent, self.out.columns.band),
                    clause,
                    found,
                )
        return percent

    def _fault(self, at: str, value: Value, clause: str) -> bool:
        if isinstance(value, CellFault):
            self.report(_FAULTS[value.kind], at, clause, value.shown)
            return True
        return False

    def _formulas(self, addresses: tuple[str, ...], clause: str) -> None:
        for at in addresses:
            formula = self.grid.formula(at)
            # An error value, or no value, is reported as that.
            if formula is not None and not isinstance(self.grid.at(at), CellFault):
                self.report(Code.ANSWER_IS_FORMULA, at, clause, f"={formula}")

    def _evidence(self, at: str, clause: str) -> str:
        value, count = evidence_value(self.grid.at(at)), self.floating[at]
        if is_picture(value):
            value, count = None, count + 1
        if count:
            self.out.pictures[at] = count
        self._fault(at, value, clause)
        return value_text(value)

    def _score(self, at: str, clause: str) -> Decimal | None:
        value = self.grid.result(at)
        if isinstance(value, Decimal) or value is None:
            return value
        # No cached value is also how some writers store an empty text, so it says nothing here.
        if not _uncalculated(value):
            self.report(Code.STATED_NOT_A_NUMBER, at, clause, value_text(value))
        return None


def _uncalculated(value: Value) -> bool:
    return isinstance(value, CellFault) and value.kind is FaultKind.UNCALCULATED


def _clause(value: Value) -> str:
    """Return a clause number as the standard writes it."""
    return comparison_key(value_text(value)) if isinstance(value, str | Decimal) else ""
