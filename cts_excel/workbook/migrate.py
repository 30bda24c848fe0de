"""Carry the answers of an older workbook into a fresh one, of the same or another edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.differences import clipped, difference
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import SpecialItem
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.package import only_remarks
from cts_excel.workbook.form import answers, layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.cells import CellFault, value_text
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Grid, Workbook
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.read_audit import read_identity
from cts_excel.workbook.reading.cover import read_cover
from cts_excel.workbook.reading.folding import band_key, comparison_key
from cts_excel.workbook.reading.locate import AuditSheets, Header, LocatedSheet, find_header, locate
from cts_excel.workbook.reading.special import read_special
from cts_excel.workbook.returned.corrections import TITLE, CorrectionList, correction
from cts_excel.workbook.returned.marking import marked

# Findings of reading that say why something could not be found in the old workbook.
_REPORTED = (
    Code.SHEET_MISSING,
    Code.COLUMN_MISSING,
    Code.SHEET_REPEATED,
    Code.COLUMN_REPEATED,
    Code.AMBIGUOUS_CONTENT,
    Code.LABEL_MISSING,
)
_COMMENTS = "批注"
_OTHER_PARTS = (
    (_COMMENTS, re.compile(r"xl/(?:.*/)?comments?[^/]*\.xml")),
    ("图片", re.compile(r"xl/media/.+")),
    ("嵌入对象", re.compile(r"xl/embeddings/.+")),
    ("宏", re.compile(r"xl/vbaProject\.bin")),
)
_ROWS = {"deductions": layout.DEDUCTION_ROWS, "bonuses": layout.BONUS_ROWS}
_INDICATORS = {
    Code.OTHER_INDICATOR,
    Code.NO_EARLIER_ANSWER,
}  # findings whose cell is in the new workbook


@dataclass(frozen=True, slots=True)
class Migration:
    """A migrated workbook (.xlsx): how many ratings moved, and what needs a look.

    Cells of findings ``M01`` and ``M03`` are the new workbook's, all others the old one's.
    """

    content: bytes
    carried: int
    findings: tuple[Finding, ...]


def migrate(content: bytes, standard: Standard, *, kind: str = "xlsx") -> Migration:
    """Move the answers of a workbook into a fresh one for a specification, clause by clause.

    Answers are carried as they were typed, right or wrong: grading the new workbook finds what is
    wrong. What cannot be carried is a finding. Indicators with a new text or weight are marked in
    the new workbook and listed on its first sheet.

    :param kind: of the old file: ``xlsx``, ``xlsm``, ``xls``, ``ods`` or ``xlsb``.
    :raises NotReadableError: the old file is no audit workbook or cannot be read.
    """
    book = open_workbook(content, kind)
    places = locate(book)
    if places.ratings is None:
        raise NotReadableError(
            Reason.NOT_AN_AUDIT_WORKBOOK, "、".join(s.name for s in book.sheets[:8]), layout.RATINGS
        )
    move = _Move(standard, list(_reported(places)))
    filled = Answers(
        cover=move.cover(places.cover),
        ratings=move.ratings(places.ratings),
        deductions=move.special(places.special, "deductions"),
        bonuses=move.special(places.special, "bonuses"),
    )
    move.findings += _not_carried(book, places)
    identity = read_identity(places.identity, book)
    fresh = template_bytes(standard, answers=filled, issue_id=identity.issue_id)
    found = tuple(sorted(move.findings, key=lambda one: one.gravity))
    carried = sum(1 for rating in filled.ratings.values() if rating != RatingAnswer())
    return Migration(marked(fresh, _listing(found, carried)), carried, found)


def _reported(places: AuditSheets) -> Iterator[Finding]:
    return (found for found in places.findings if found.code in _REPORTED)


@dataclass(slots=True)
class _Move:
    """One migration under way."""

    standard: Standard
    findings: list[Finding] = field(default_factory=list)

    def lose(self, place: LocatedSheet, cell: str, text: str, clause: str = "") -> None:
        """Report something that cannot be carried."""
        found = clipped(text, 400)
        self.findings.append(
            finding(Code.NOT_CARRIED_OVER, sheet=place.name, cell=cell, clause=clause, found=found)
        )

    def value(self, place: LocatedSheet, cell: str, clause: str = "") -> answers.Value:
        """Return the value to type into the new workbook; report a cell that has none."""
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
        header = find_header(place.grid, layout.RATING_COLUMNS, layout.RATING_HEADER_ROW)
        if header is None:
            raise NotReadableError(Reason.NOT_AN_AUDIT_WORKBOOK, place.name, layout.RATINGS)
        for name in ("clause", *layout.RATING_INPUTS):
            if not header.letters(name):
                heading = layout.RATING_HEADING[name]
                self.findings.append(
                    finding(Code.COLUMN_MISSING, sheet=place.name, expected=heading)
                )
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
                Code.FORMULA_NOT_CALCULATED,
                Code.AMBIGUOUS_CONTENT,
            ):
                self.lose(place, found.cell, found.found)
            elif found.code == Code.SPECIAL_STATES_NOTHING and block == "deductions":
                self.lose(place, found.cell, found.found)  # an entry of either block
            elif found.code in _REPORTED and block == "deductions" and row not in rows:
                self.findings.append(found)
        for item in items[_ROWS[block] :]:
            self.lose(place, f"A{item.row}", _spelled(item))
        return tuple(
            SpecialAnswer(
                categories.get(str(item.row), item.category),
                *(item.clause, item.description, item.evidence, item.rectification),
            )
            for item in items[: _ROWS[block]]
        )


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


def _spelled(item: SpecialItem) -> str:
    parts = (item.category, item.clause, item.description, item.evidence, item.rectification)
    return "；".join(part for part in parts if part)


def _not_carried(book: Workbook, places: AuditSheets) -> Iterator[Finding]:
    """Report sheets and objects that an audit workbook has no place for."""
    four = (places.cover, places.ratings, places.special, places.identity)
    known = {layout.RUBRIC, layout.CORRECTIONS, *(place.name for place in four if place)}
    for sheet in book.sheets:
        if sheet.name not in known:
            yield finding(Code.NOT_CARRIED_OVER, sheet=sheet.name, found=f"工作表「{sheet.name}」")
    if isinstance(book, XlsxWorkbook):
        for name, pattern in _OTHER_PARTS:
            parts = [part for part in book.package.names if pattern.fullmatch(part)]
            count = sum(1 for part in parts if name != _COMMENTS or not only_remarks(book, part))
            if count:
                yield finding(Code.NOT_CARRIED_OVER, found=f"{name}（{count} 个部件）")


def _listing(found: tuple[Finding, ...], carried: int) -> CorrectionList:
    """Word the first sheet of the new workbook; places in the old one are no links."""
    rows = []
    for number, one in enumerate(found, start=1):
        if one.code in _INDICATORS:
            rows.append(correction(number, one))
        else:
            rows.append(correction(number, one, where=f"旧文件 {one.place}".strip()))
    lines = (
        f"已迁移 {carried} 项指标的答案；以下 {len(rows)} 项需要处理或留意。",
        "指标文字或分值有变化的，请按新内容复核评分；未能迁移的内容，请按需手工填写。",
        "点击「位置」可跳到该单元格。本表与批注不影响评定，无需删除。",
    )
    return CorrectionList(f"{TITLE}（答案迁移）", lines, tuple(rows))
