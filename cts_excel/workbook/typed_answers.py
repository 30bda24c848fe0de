"""The answers of a workbook as they were typed, right or wrong, for another workbook.

What cannot be taken over is a finding: nothing is dropped silently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.differences import clipped, difference
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import SPECIAL_FIELDS, Identity, SpecialItem
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import answers, layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.positions import current_form
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.cells import CellFault, value_text
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Grid
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.cover import read_cover
from cts_excel.workbook.reading.folding import band_key, comparison_key
from cts_excel.workbook.reading.locate import Header, LocatedSheet, locate, rating_header
from cts_excel.workbook.reading.special import read_special
from cts_excel.workbook.untaken import Taken, left_behind, other_content, spelled

# Findings of reading that say why something could not be found in the workbook.
_REPORTED = (
    Code.SHEET_MISSING,
    Code.COLUMN_MISSING,
    Code.SHEET_REPEATED,
    Code.COLUMN_REPEATED,
    Code.AMBIGUOUS_CONTENT,
    Code.LABEL_MISSING,
)
_ROWS = {"deductions": layout.DEDUCTION_ROWS, "bonuses": layout.BONUS_ROWS}


@dataclass(frozen=True, slots=True)
class TypedAnswers:
    """What one workbook holds: its answers, its identity, and what could not be taken over.

    Cells of findings ``M01`` and ``M03`` are those of a new workbook, all others this one's.
    """

    answers: Answers
    identity: Identity
    findings: tuple[Finding, ...]


def read_answers(content: bytes, standard: Standard, *, kind: str = "xlsx") -> TypedAnswers:
    """Read the answers of a workbook as they were typed, clause by clause of a specification.

    :param kind: of the file: ``xlsx``, ``xlsm``, ``xls``, ``ods`` or ``xlsb``.
    :raises NotReadableError: the file is no audit workbook or cannot be read.
    """
    book = open_workbook(content, kind)
    places = locate(book)
    if places.ratings is None:
        raise NotReadableError(
            Reason.NOT_AN_AUDIT_WORKBOOK, "、".join(s.name for s in book.sheets[:8]), layout.RATINGS
        )
    identity = places.stated
    reader = _Reader(standard, [found for found in places.findings if found.code in _REPORTED])
    filled = Answers(
        cover=reader.cover(places.cover),
        ratings=reader.ratings(places.ratings),
        deductions=reader.special(places.special, "deductions"),
        bonuses=reader.special(places.special, "bonuses"),
    )
    same = (identity.standard_id, identity.edition) in ((standard.id, standard.edition), ("", ""))
    if same and isinstance(book, XlsxWorkbook):  # other types do not tell formulas from texts
        for place, cell, text in left_behind(book, places, standard, reader.taken):
            reader.lose(place, cell, text)
    reader.findings += other_content(book, places)
    return TypedAnswers(filled, identity, tuple(reader.findings))


@dataclass(slots=True)
class _Reader:
    """The reading of one workbook."""

    standard: Standard
    findings: list[Finding]
    taken: Taken = field(default_factory=Taken)

    def lose(self, place: LocatedSheet, cell: str, text: str, clause: str = "") -> None:
        """Report something that cannot be carried."""
        self.taken.cells.add((place.name, cell))
        found = clipped(text, 400)
        self.findings.append(
            finding(Code.NOT_CARRIED_OVER, sheet=place.name, cell=cell, clause=clause, found=found)
        )

    def value(self, place: LocatedSheet, cell: str, clause: str = "") -> answers.Value:
        """Return the value to type into the new workbook; report a cell that has none."""
        self.taken.cells.add((place.name, cell))
        value = place.grid.at(cell)
        if isinstance(value, CellFault):
            self.lose(place, cell, value.shown, clause)
            return None
        formula = place.grid.formula(cell)
        if formula is not None:
            self.findings.append(
                finding(
                    Code.FORMULA_NOT_CARRIED,
                    sheet=place.name,
                    cell=cell,
                    clause=clause,
                    found=f"={formula}",
                )
            )
        if isinstance(value, datetime):
            return value.date() if value.time() == datetime.min.time() else value_text(value)
        return (
            value if isinstance(value, str | bool | Decimal | date) else value_text(value) or None
        )

    def cover(self, place: LocatedSheet | None) -> dict[str, answers.Value]:
        """Carry the cover fields."""
        if place is None:
            return {}
        read = read_cover(place, self.standard)
        self.findings += [found for found in read.findings if found.code in _REPORTED]
        fields = [field for field in COVER_FIELDS if field.key in read.cells]
        return {field.label: self.value(place, read.cells[field.key]) for field in fields}

    def ratings(self, place: LocatedSheet) -> dict[str, RatingAnswer]:
        """Carry the ratings of clauses that occur once in the old workbook and in the new one."""
        header = rating_header(place.grid, place.form)
        if header is None:
            raise NotReadableError(Reason.NOT_AN_AUDIT_WORKBOOK, place.name, layout.RATINGS)
        for name in ("clause", *layout.RATING_INPUTS):
            if not header.letters(name):
                heading = layout.RATING_HEADING[name]
                self.findings.append(
                    finding(Code.COLUMN_MISSING, sheet=place.name, expected=heading)
                )
        self._repeated_columns(place, header)
        self._rows_without_clause(place, header)
        rows = _rows(place.grid, header)
        carried: dict[str, RatingAnswer] = {}
        for clause, numbers in rows.items():
            if clause in self.standard.by_clause and len(numbers) == 1:
                carried[clause] = self._rating(place, header, clause, numbers[0])
                self._changes(place, header, clause, numbers[0])
            else:
                self._leave(place, header, clause, numbers)
        for number, indicator in enumerate(self.standard.indicators):
            if indicator.clause not in rows:
                cell = cell_address(layout.RATING_FIRST_ROW + number, layout.RATING_COLUMN["band"])
                self.findings.append(
                    finding(
                        Code.NO_EARLIER_ANSWER,
                        sheet=layout.RATINGS,
                        cell=cell,
                        clause=indicator.clause,
                    )
                )
        return carried

    def _repeated_columns(self, place: LocatedSheet, header: Header) -> None:
        for name, letters in header.twice.items():
            cell, shown = f"{letters[1]}{header.row}", "、".join(letters)
            heading = layout.RATING_HEADING[name]
            found = finding(
                Code.COLUMN_REPEATED, sheet=place.name, cell=cell, found=shown, expected=heading
            )
            self.findings.append(found)

    def _rows_without_clause(self, place: LocatedSheet, header: Header) -> None:
        """Report the answers of rows that name no clause: those with a band."""
        columns = [x for x in map(header.letters, layout.RATING_INPUTS) if x]
        bands, clauses = header.letters("band"), header.letters("clause")
        offered = {band_key(label) for label in layout.band_choices(self.standard)}
        for row in place.grid.rows(bands) if bands else ():
            band = place.grid.at(f"{bands}{row}")
            clause = value_text(place.grid.at(f"{clauses}{row}")) if clauses else ""
            if row <= header.row or comparison_key(clause) or not isinstance(band, str):
                continue
            if band_key(band) in offered:
                values = (value_text(place.grid.at(f"{letters}{row}")) for letters in columns)
                text = "，".join(value for value in values if value)
                self.lose(place, f"{bands}{row}", f"没有条款号：{text}")
                self.taken.cells |= {(place.name, f"{letters}{row}") for letters in columns}

    def _rating(self, place: LocatedSheet, header: Header, clause: str, row: int) -> RatingAnswer:
        band, percent, evidence = (
            self.value(place, f"{letters}{row}", clause) if letters else None
            for letters in map(header.letters, layout.RATING_INPUTS)
        )
        offered = {band_key(label): label for label in layout.band_choices(self.standard)}
        typed = _typed(band)
        return RatingAnswer(offered.get(band_key(typed), typed), percent, _typed(evidence))

    def _changes(self, place: LocatedSheet, header: Header, clause: str, row: int) -> None:
        """Report an indicator with a new wording or weight."""
        indicator = self.standard.by_clause[clause]
        text, weight = (
            place.grid.at(f"{header.letters(name)}{row}") if header.letters(name) else None
            for name in ("text", "weight")
        )
        changes, column = [], "text"
        if isinstance(weight, Decimal) and weight != indicator.weight:
            changes.append(f"分值 {plain(weight)}→{plain(indicator.weight)}")
            column = "weight"
        if isinstance(text, str) and comparison_key(text) != comparison_key(indicator.text):
            changes.append(difference(text, indicator.text))
            column = "text"
        if changes:
            cell = cell_address(
                layout.rating_row(self.standard, clause), layout.RATING_COLUMN[column]
            )
            self.findings.append(
                finding(
                    Code.OTHER_INDICATOR,
                    sheet=layout.RATINGS,
                    cell=cell,
                    clause=clause,
                    found="；".join(changes),
                    expected=clipped(f"{indicator.text}（{plain(indicator.weight)} 分）", 400),
                )
            )

    def _leave(self, place: LocatedSheet, header: Header, clause: str, rows: list[int]) -> None:
        """Report the answers of a clause that is repeated or not in the new edition."""
        for row in rows:
            values = [
                value_text(place.grid.at(f"{header.letters(name)}{row}"))
                for name in layout.RATING_INPUTS
                if header.letters(name)
            ]
            text = "，".join(value for value in values if value)
            if not text and clause not in self.standard.by_clause:
                continue  # neither answered nor asked any more
            why = "" if clause not in self.standard.by_clause else f"条款重复 {len(rows)} 处："
            self.lose(
                place, f"{header.letters('clause')}{row}", f"{why}{text or '（未填）'}", clause
            )
            for name in layout.RATING_INPUTS:
                self.taken.cells.add((place.name, f"{header.letters(name)}{row}"))

    def special(self, place: LocatedSheet | None, block: str) -> tuple[SpecialAnswer, ...]:
        """Carry the entries of one block of 特别项."""
        if place is None:
            return ()
        read = read_special(place, self.standard)
        items: list[SpecialItem] = getattr(read, block)
        rows = {str(item.row): item for item in items}
        categories: dict[str, str] = {}
        for found in read.findings:
            row = found.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            if row in rows and found.code == Code.SPECIAL_CATEGORY_UNKNOWN:
                categories[row] = found.found
            elif row in rows and found.code in (
                Code.SPECIAL_ERROR_VALUE,
                Code.ACTION_DATE_INVALID,
                Code.FORMULA_NOT_CALCULATED,
                Code.AMBIGUOUS_CONTENT,
            ):
                self.lose(place, found.cell, found.found)
            elif found.code == Code.SPECIAL_STATES_NOTHING and block == "deductions":
                self.lose(place, found.cell, found.found)  # an entry of either block
            elif found.code in _REPORTED and block == "deductions" and row not in rows:
                self.findings.append(found)
        self._not_asked_now(place, block, items)
        for item in items[_ROWS[block] :]:
            self.lose(place, f"A{item.row}", spelled(item))
        self.taken.cells |= {(place.name, cell) for cell in read.cells}
        return tuple(
            SpecialAnswer(
                **{name: getattr(item, name) for name in SPECIAL_FIELDS}
                | {"category": categories.get(str(item.row), item.category)}
            )
            for item in items[: _ROWS[block]]
        )

    def _not_asked_now(self, place: LocatedSheet, block: str, items: list[SpecialItem]) -> None:
        """Report the entries of columns that the block has no more."""
        now = current_form().inputs(block)
        for name in (name for name in place.form.inputs(block) if name not in now):
            for item in items:
                if text := getattr(item, name):
                    cell = cell_address(item.row - 1, place.form.special_column(name))
                    self.lose(place, cell, text)


def _rows(grid: Grid, header: Header) -> dict[str, list[int]]:
    """Return the rows of each clause number below the header."""
    letters = header.letters("clause")
    found: dict[str, list[int]] = {}
    for row in grid.rows(letters) if letters else ():
        clause = comparison_key(value_text(grid.at(f"{letters}{row}")))
        if row > header.row and clause:
            found.setdefault(clause, []).append(row)
    return found


def _typed(value: answers.Value) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    return value_text(value) if isinstance(value, bool | Decimal | date) else str(value)
