"""A roster: which audits get a workbook, one row each; also the record of what was issued."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cts_excel.audit.chasing import RosterRow
from cts_excel.audit.model import Cover
from cts_excel.audit.proof import canonical
from cts_excel.messages import _
from cts_excel.workbook.form.layout import COVER_ENTRIES, CoverEntry
from cts_excel.workbook.issuing.roster_table import RosterError, Table, tables
from cts_excel.workbook.issuing.roster_values import CellProblem, date_of, text_of
from cts_excel.workbook.ooxml.cells import Value

REQUIRED = ("organisation", "audit_no")
FILE, ISSUE_ID, HASH = "文件", "发放编号", "SHA-256"  # what issued.csv adds to a roster's columns
_RECORD = {FILE: "file", ISSUE_ID: "issue_id", HASH: "sha256"}
_HEADING_ROWS = 20  # a title or a note may stand above the headings
_DECORATION = re.compile(r"[\s*＊:：]|[（(](必填|选填|可选)[)）]")


@dataclass(frozen=True, slots=True)
class RosterFault:
    """Why a row cannot be issued: row, column by its heading, problem and repair."""

    row: int
    column: str
    problem: str
    repair: str

    def __str__(self) -> str:
        return _("row {}, {}: {}. {}").format(self.row, self.column, self.problem, self.repair)


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file, read: rows that are right, faults of the others, headings left aside."""

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]
    ignored: tuple[str, ...]


def read_roster(path: Path | str) -> Roster:
    """Read a roster (.xlsx, .xlsm, .csv) or the record of an issue (``issued.csv``).

    Headings may stand in any order; 企业名称 and 项目编号 are required, in the file and in every
    row. Rows with a fault are not among ``rows``.

    :raises RosterError: where the file cannot be read, or has no such headings, or no rows.
    """
    path = Path(path)
    table, place, columns, ignored = _headed(path)
    rows: list[RosterRow] = []
    faults: list[RosterFault] = []
    audit_nos: list[tuple[int, str]] = []
    for number, values in table.rows[place + 1 :]:
        if not any(letters in columns for letters in values):
            continue
        fields, wrong = _fields(number, values, columns)
        faults += wrong
        audit_nos.append((number, str(fields.get("audit_no", ""))))
        if not wrong:
            rows.append(_row(number, fields))
    if not rows and not faults:
        raise RosterError(str(path), _("no rows below the headings"), _("Fill in one per audit."))
    repeated = list(_repeats(audit_nos))
    refused = {fault.row for fault in repeated}
    rows = [row for row in rows if row.number not in refused]
    return Roster(tuple(rows), tuple(sorted(faults + repeated, key=lambda f: f.row)), ignored)


def _headed(path: Path) -> tuple[Table, int, dict[str, str], tuple[str, ...]]:
    """Find the sheet and the row of the headings; map its columns' letters to fields."""
    known = {entry.label: entry.field for entry in COVER_ENTRIES} | _RECORD
    best: set[str] = set()
    for table in tables(path):
        for place, (_number, values) in enumerate(table.rows[:_HEADING_ROWS]):
            headings = {letters: _heading(value) for letters, value in values.items()}
            columns = {x: known[text] for x, text in headings.items() if text in known}
            if set(REQUIRED) <= set(columns.values()):
                _refuse_repeated(path, table, headings, columns)
                ignored = tuple(text for x, text in headings.items() if x not in columns and text)
                return table, place, columns, ignored
            best = max(best, set(columns.values()), key=len)
    lacking = [entry.label for entry in COVER_ENTRIES if entry.field in set(REQUIRED) - best]
    problem = _("no row of headings with {}").format("、".join(lacking))
    repair = _("Start from the empty roster that 'cts-excel roster' writes.")
    raise RosterError(str(path), problem, repair)


def _heading(value: Value) -> str:
    text = unicodedata.normalize("NFKC", value) if isinstance(value, str) else ""
    return _DECORATION.sub("", text)


def _refuse_repeated(
    path: Path, table: Table, headings: Mapping[str, str], columns: Mapping[str, str]
) -> None:
    seen: dict[str, str] = {}
    for letters, field in columns.items():
        if field in seen:
            problem = _("the heading {} stands in columns {} and {}").format(
                headings[letters], seen[field], letters
            )
            raise RosterError(f"{path}!{table.name}", problem, _("Keep one of them."))
        seen[field] = letters


def _fields(
    number: int, values: Mapping[str, Value], columns: Mapping[str, str]
) -> tuple[dict[str, str | date], list[RosterFault]]:
    by_field = {columns[letters]: value for letters, value in values.items() if letters in columns}
    fields: dict[str, str | date] = {}
    faults = []
    for entry in COVER_ENTRIES:
        try:
            found = _field(by_field.get(entry.field), entry)
        except CellProblem as error:
            faults.append(RosterFault(number, entry.label, error.problem, error.repair))
            continue
        if found is not None:
            fields[entry.field] = found
    faults += _ends_early(number, fields)
    for name in _RECORD.values():
        value = by_field.get(name)
        fields[name] = value if isinstance(value, str) else ""
    return fields, faults


def _field(value: Value, entry: CoverEntry) -> str | date | None:
    if value is None:
        if entry.field in REQUIRED:
            raise CellProblem(_("is missing"), _("Fill it in."))
        return None
    return date_of(value) if entry.is_date else text_of(value, entry)


def _ends_early(number: int, fields: Mapping[str, str | date]) -> Iterator[RosterFault]:
    start, end = fields.get("start_date"), fields.get("end_date")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        label = next(entry.label for entry in COVER_ENTRIES if entry.field == "end_date")
        problem = _("{} lies before the beginning, {}").format(end, start)
        yield RosterFault(number, label, problem, _("Correct one of them."))


def _row(number: int, fields: Mapping[str, str | date]) -> RosterRow:
    def text(name: str) -> str:
        return str(fields.get(name, ""))

    def day(name: str) -> date | None:
        value = fields.get(name)
        return value if isinstance(value, date) else None

    values = {e.field: day(e.field) if e.is_date else text(e.field) for e in COVER_ENTRIES}
    cover = Cover(**values)  # type: ignore[arg-type]  # one field per entry, dates where dates go
    return RosterRow(number, cover, text("file"), text("issue_id"))


def _repeats(audit_nos: list[tuple[int, str]]) -> Iterator[RosterFault]:
    """Refuse every row whose 项目编号 stands in another row too."""
    rows_of: dict[str, list[int]] = {}
    for number, audit_no in audit_nos:
        rows_of.setdefault(canonical(audit_no).casefold(), []).append(number)
    for number, audit_no in audit_nos:
        others = [n for n in rows_of[canonical(audit_no).casefold()] if n != number]
        if audit_no and others:
            shown = ", ".join(map(str, others[:5])) + ("…" if len(others) > 5 else "")
            problem = _("{} also stands in row {}").format(audit_no, shown)
            yield RosterFault(number, "项目编号", problem, _("Give every audit its own number."))
