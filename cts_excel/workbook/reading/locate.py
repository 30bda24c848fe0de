"""Find sheets by identity, and columns by heading, in a returned workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.model import Identity
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import Columns, FormLayout, current_form
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Grid, Workbook
from cts_excel.workbook.reading.folding import comparison_key
from cts_excel.workbook.reading.identity import read_form, read_identity

_HEADER_WIDTH = 26  # columns of the issued header row that are read before the whole sheet is
_MIN_HEADINGS = 3
_MIN_LABELS = 4
_MAX_LOST = 2  # headings that may be gone while the others still show which column is which


@dataclass(frozen=True, slots=True)
class Header:
    """A header row, 1-based: the letters of each field's column, and repeated fields.

    ``lost`` are fields whose heading is gone while every other heading is in its issued column.
    They keep their issued columns.
    """

    row: int
    columns: dict[str, str]
    twice: dict[str, tuple[str, ...]]
    lost: tuple[str, ...] = ()

    def letters(self, field: str) -> str:
        """Return the letters of a column, ``""`` if it is missing."""
        return self.columns.get(field, "")


@dataclass(frozen=True, slots=True)
class LocatedSheet:
    """A sheet that was found: its name in this file, its grid, the format of its workbook.

    ``hidden`` tells whether the whole sheet is.
    """

    name: str
    grid: Grid
    form: FormLayout = field(default_factory=current_form)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class AuditSheets:
    """The sheets of an audit workbook, ``None`` for a missing one, and findings about them.

    ``stated`` is what the workbook says it is, ``form`` the format that it is read as.
    """

    cover: LocatedSheet | None
    ratings: LocatedSheet | None
    special: LocatedSheet | None
    identity: LocatedSheet | None
    findings: tuple[Finding, ...]
    stated: Identity = field(default_factory=Identity)
    form: FormLayout = field(default_factory=current_form)


def rating_header(grid: Grid, form: FormLayout) -> Header | None:
    """Find the header row of 评分表: the issued one if whole, else the one with most headings."""
    columns, issued_row = form.ratings, form.rating_header_row
    fields = {comparison_key(heading): field for field, heading in columns}
    found = _headings_in_row(grid, fields, issued_row + 1)
    if len(found) == len(columns) and all(len(letters) == 1 for letters in found.values()):
        return _header(issued_row + 1, found, columns, form)
    rows = _heading_rows(grid, fields)
    if not rows:
        return None
    best = max(rows, key=lambda row: (len(rows[row]), -row))
    return _header(best, rows[best], columns, form)


def special_headers(grid: Grid, form: FormLayout) -> list[Header]:
    """Return every row of 特别项 that holds at least three of its headings, from the top."""
    wanted = {comparison_key(heading): field for field, heading in form.deductions}
    return [
        _header(row, fields, _columns_of_block(fields, form), form)
        for row, fields in sorted(_heading_rows(grid, wanted).items())
        if len(fields) >= _MIN_HEADINGS
    ]


def _columns_of_block(found: dict[str, list[str]], form: FormLayout) -> Columns:
    """Return the columns that a header row was issued with, as its headings tell."""
    return form.deductions if found.keys() - dict(form.bonuses).keys() else form.bonuses


def _header(row: int, found: dict[str, list[str]], columns: Columns, form: FormLayout) -> Header:
    twice = {field: tuple(letters) for field, letters in found.items() if len(letters) > 1}
    letters = {field: places[0] for field, places in found.items()}
    issued = {field: column_letters(n) for n, (field, _heading) in enumerate(columns)}
    lost = tuple(field for field in issued if field not in letters)
    in_place = (
        form.known and len(lost) <= _MAX_LOST and all(issued[f] == at for f, at in letters.items())
    )
    if not (lost and in_place):
        return Header(row, letters, twice)
    return Header(row, {field: issued[field] for field in issued}, twice, lost)


def _headings_in_row(grid: Grid, fields: dict[str, str], row: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for column in range(_HEADER_WIDTH):
        letters = column_letters(column)
        value = grid.at(f"{letters}{row}")
        if isinstance(value, str) and comparison_key(value) in fields:
            found.setdefault(fields[comparison_key(value)], []).append(letters)
    return found


def _heading_rows(grid: Grid, fields: dict[str, str]) -> dict[int, dict[str, list[str]]]:
    rows: dict[int, dict[str, list[str]]] = {}
    for letters, row, text in grid.texts():
        if len(text) < 20 and (field := fields.get(comparison_key(text))) is not None:
            rows.setdefault(row, {}).setdefault(field, []).append(letters)
    return rows


def labels(grid: Grid, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Find printed labels anywhere in a sheet: label -> addresses."""
    by_folded = {comparison_key(label): label for label in wanted}
    found: dict[str, list[str]] = {}
    for letters, row, text in grid.texts():
        if len(text) < 30:
            label = by_folded.get(comparison_key(text).rstrip(":*"))
            if label is not None:
                found.setdefault(label, []).append(f"{letters}{row}")
    return found


def _is_ratings(grid: Grid, form: FormLayout) -> bool:
    header = rating_header(grid, form)
    return (
        header is not None
        and "clause" in header.columns
        and len({"band", "percent", "text", "weight"} & header.columns.keys()) > 1
    )


def _is_cover(grid: Grid, form: FormLayout) -> bool:
    if all(grid.at(cell_address(one.row, one.column)) == one.text for one in form.cover):
        return True
    return len(labels(grid, [label.text for label in form.cover])) >= _MIN_LABELS


def _is_special(grid: Grid, form: FormLayout) -> bool:
    return any(
        {"category", "description"} <= header.columns.keys()
        for header in special_headers(grid, form)
    )


def _is_identity(grid: Grid, _form: FormLayout) -> bool:
    return grid.at("A1") == layout.MAGIC


# The list in a marked copy quotes labels and headings; it is not one of these sheets.
_NOT_SEARCHED = (*layout.SHEETS, layout.CORRECTIONS)
_ROLES: tuple[tuple[str, Callable[[Grid, FormLayout], bool]], ...] = (
    (layout.COVER, _is_cover),
    (layout.RATINGS, _is_ratings),
    (layout.SPECIAL, _is_special),
    (layout.IDENTITY, _is_identity),
)


def locate(book: Workbook) -> AuditSheets:
    """Find the sheets of an audit workbook.

    Each role is looked for in the sheet of the issued name and in sheets of other names, which
    may be renamed or second copies. The identity comes first: it says which format this is.

    :raises NotReadableError: F02 neither ratings nor identity found.
    """
    names = [sheet.name for sheet in book.sheets]
    stated, form = _stated(book, names)
    chosen: dict[str, int] = {}
    findings: list[Finding] = []
    for issued, looks_right in _ROLES:
        own = [n for n, name in enumerate(names) if name == issued]
        possible = _possible(names, issued)
        candidates = [n for n in possible if looks_right(book.grid(n), form)]
        if candidates:
            chosen[issued] = candidates[0]
        if len(candidates) > 1:
            shown = "、".join(names[n] for n in candidates)
            findings.append(finding(Code.SHEET_REPEATED, sheet=names[candidates[0]], found=shown))
        if not candidates and own and issued != layout.IDENTITY:
            chosen[issued] = own[0]
    _refuse_foreign(book, chosen, form)
    findings += _sheet_findings(names, chosen)
    places = {
        issued: LocatedSheet(names[n], book.grid(n), form, book.sheets[n].hidden)
        for issued, n in chosen.items()
    }
    for place in places.values():
        if place.grid.irregular:
            findings.append(
                finding(Code.AMBIGUOUS_CONTENT, sheet=place.name, found=place.grid.irregular)
            )
    cover, ratings, special, identity = (places.get(issued) for issued, _looks in _ROLES)
    return AuditSheets(cover, ratings, special, identity, tuple(findings), stated, form)


def _possible(names: list[str], issued: str) -> list[int]:
    """Return the places of the sheets that may have a role, those of its own name first."""
    own = [n for n, name in enumerate(names) if name == issued]
    return own + [n for n, name in enumerate(names) if name not in _NOT_SEARCHED]


def _stated(book: Workbook, names: list[str]) -> tuple[Identity, FormLayout]:
    """Read what the workbook says it is, and tell its format."""
    sheets = (book.grid(n) for n in _possible(names, layout.IDENTITY))
    hidden = next((sheet for sheet in sheets if sheet.at("A1") == layout.MAGIC), None)
    stated = read_identity(hidden, book)
    return stated, read_form(stated, (book.grid(n) for n in _possible(names, layout.RATINGS)))


def _refuse_foreign(book: Workbook, chosen: dict[str, int], form: FormLayout) -> None:
    if layout.IDENTITY in chosen:
        return
    if layout.RATINGS in chosen and _is_ratings(book.grid(chosen[layout.RATINGS]), form):
        return
    if any(name in book.properties for _key, name in layout.IDENTITY_KEYS):
        return
    shown = "、".join(sheet.name for sheet in book.sheets[:8])
    raise NotReadableError(Reason.NOT_AN_AUDIT_WORKBOOK, shown, f"“{layout.RATINGS}”")


def _sheet_findings(names: list[str], chosen: dict[str, int]) -> Iterator[Finding]:
    folded_names = [name.casefold() for name in names]
    for name in sorted({n for n in names if folded_names.count(n.casefold()) > 1}):
        yield finding(Code.AMBIGUOUS_CONTENT, sheet=name, found=f"2 × {name}")
    for issued in (layout.COVER, layout.RATINGS, layout.SPECIAL):
        if issued not in chosen:
            yield finding(Code.SHEET_MISSING, expected=issued)
    if layout.RUBRIC not in names:
        yield finding(Code.SHEET_MISSING, expected=layout.RUBRIC, severity=Severity.NOTICE)
    for issued, index in chosen.items():
        if names[index] != issued:
            yield finding(
                Code.SHEET_RENAMED, sheet=names[index], found=names[index], expected=issued
            )
    order = [chosen[issued] for issued in layout.SHEETS if issued in chosen]
    if order != sorted(order):
        shown = "、".join(names[index] for index in sorted(order))
        yield finding(Code.SHEETS_REORDERED, found=shown, expected="、".join(layout.SHEETS))
