"""Read a roster, one row for each audit that gets a workbook, or the record of an issue."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cts_excel.audit.chasing import ISSUE_ID, ISSUE_ID_LABEL, RosterRow
from cts_excel.audit.cover import IDENTIFYING, ROSTER_FIELDS, Cover, CoverField, cover_field
from cts_excel.audit.proof import canonical
from cts_excel.messages import _
from cts_excel.workbook.issuing.roster_table import RosterError, Table, tables
from cts_excel.workbook.issuing.roster_values import CellProblem, date_of, text_of
from cts_excel.workbook.ooxml.cells import Value

# issued.csv has these columns before those of a roster: key, heading.
RECORD_COLUMNS = (("file", "文件"), (ISSUE_ID, ISSUE_ID_LABEL), ("sha256", "SHA-256"))
_KEYS = {field.label: field.key for field in ROSTER_FIELDS} | {
    heading: key for key, heading in RECORD_COLUMNS
}
_HEADING_ROWS = 20  # a title or a note may stand above the headings
_DECORATION = re.compile(r"[\s*＊:：]|[（(](必填|选填|可选)[)）]")


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Why a row cannot be issued: row, column by its heading, problem and repair."""

    row: int
    column: str
    problem: str
    repair: str

    def __str__(self) -> str:
        return _("row {}, {}: {}. {}").format(self.row, self.column, self.problem, self.repair)


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file, read: the valid rows, the problems of the others, the headings not used."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _RawRoster:
    """The rows below the headings: 1-based row number, raw values by key; headings not used."""

    rows: tuple[tuple[int, dict[str, Value]], ...]
    ignored: tuple[str, ...]


def read_roster(path: Path | str) -> Roster:
    """Read a roster (.xlsx, .xlsm, .csv) or the record of an issue (``issued.csv``).

    Headings may stand in any order. The file and every row need 企业名称 and 项目编号. A row with
    a problem is not among ``rows``.

    :raises RosterError: if the file cannot be read, or has no such headings, or no rows.
    """
    path = Path(path)
    raw = _find_headings(path)
    if not raw.rows:
        raise RosterError(str(path), _("no rows below the headings"), _("Fill in one per audit."))
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    audit_nos: list[tuple[int, str]] = []
    for number, values in raw.rows:
        cover, wrong = _check_row(number, values)
        problems += wrong
        audit_nos.append((number, cover.audit_no))
        if not wrong:
            file, issue_id = (_plain_text(values.get(key)) for key in ("file", ISSUE_ID))
            rows.append(RosterRow(number, cover, file, issue_id))
    repeated = list(_repeated_numbers(audit_nos))
    refused = {one.row for one in repeated}
    return Roster(
        tuple(row for row in rows if row.number not in refused),
        tuple(sorted(problems + repeated, key=lambda one: one.row)),
        raw.ignored,
    )


def _find_headings(path: Path) -> _RawRoster:
    """Return the rows of the first table that has the headings of the identifying fields."""
    best: set[str] = set()
    for table in tables(path):
        for place, (_number, values) in enumerate(table.rows[:_HEADING_ROWS]):
            headings = {letters: _heading(value) for letters, value in values.items()}
            keys = {letters: _KEYS[text] for letters, text in headings.items() if text in _KEYS}
            if set(IDENTIFYING) <= set(keys.values()):
                _refuse_repeated(f"{path}!{table.name}", headings, keys)
                ignored = (text for letters, text in headings.items() if letters not in keys)
                return _RawRoster(_by_key(table, place + 1, keys), tuple(filter(None, ignored)))
            best = max(best, set(keys.values()), key=len)
    lacking = [cover_field(key).label for key in IDENTIFYING if key not in best]
    problem = _("no row of headings with {}").format("、".join(lacking))
    repair = _("Start from the empty roster that 'cts-excel roster' writes.")
    raise RosterError(str(path), problem, repair)


def _heading(value: Value) -> str:
    text = unicodedata.normalize("NFKC", value) if isinstance(value, str) else ""
    return _DECORATION.sub("", text)


def _refuse_repeated(place: str, headings: Mapping[str, str], keys: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for letters, key in keys.items():
        if key in seen:
            problem = _("the heading {} stands in columns {} and {}").format(
                headings[letters], seen[key], letters
            )
            raise RosterError(place, problem, _("Keep one of them."))
        seen[key] = letters


def _by_key(
    table: Table, first: int, keys: Mapping[str, str]
) -> tuple[tuple[int, dict[str, Value]], ...]:
    """Return the rows from ``first`` on that fill any column with a known heading."""
    rows = (
        (number, {keys[letters]: value for letters, value in values.items() if letters in keys})
        for number, values in table.rows[first:]
    )
    return tuple((number, values) for number, values in rows if values)


def _check_row(number: int, values: Mapping[str, Value]) -> tuple[Cover, list[RosterProblem]]:
    """Return the cover that a row states, without the cells that are wrong, and their problems."""
    stated: dict[str, str | date] = {}
    problems = []
    for field in ROSTER_FIELDS:
        try:
            found = _interpreted(values.get(field.key), field)
        except CellProblem as error:
            problems.append(RosterProblem(number, field.label, error.problem, error.repair))
            continue
        if found is not None:
            stated[field.key] = found
    return Cover.of(stated), [*problems, *_dates_out_of_order(number, stated)]


def _interpreted(value: Value, field: CoverField) -> str | date | None:
    if value is None:
        if field.identifying:
            raise CellProblem(_("is missing"), _("Fill it in."))
        return None
    return date_of(value) if field.is_date else text_of(value, field)


def _dates_out_of_order(number: int, stated: Mapping[str, str | date]) -> Iterator[RosterProblem]:
    for field in ROSTER_FIELDS:
        start, end = stated.get(field.not_before), stated.get(field.key)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            problem = _("{} lies before the beginning, {}").format(end, start)
            yield RosterProblem(number, field.label, problem, _("Correct one of them."))


def _plain_text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _repeated_numbers(audit_nos: list[tuple[int, str]]) -> Iterator[RosterProblem]:
    """Yield a problem for every row with an audit number that another row has too."""
    rows_of: dict[str, list[int]] = {}
    for number, audit_no in audit_nos:
        rows_of.setdefault(canonical(audit_no).casefold(), []).append(number)
    for number, audit_no in audit_nos:
        others = [n for n in rows_of[canonical(audit_no).casefold()] if n != number]
        if audit_no and others:
            shown = ", ".join(map(str, others[:5])) + ("…" if len(others) > 5 else "")
            problem = _("{} also stands in row {}").format(audit_no, shown)
            label = cover_field("audit_no").label
            yield RosterProblem(number, label, problem, _("Give every audit its own number."))
