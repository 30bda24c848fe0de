"""Read a roster, one row for each audit that gets a workbook, or the record of an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cts_excel.audit.chasing import CHASE_COLUMNS, ISSUE_ID, RosterRow
from cts_excel.audit.cover import IDENTIFYING, ROSTER_FIELDS, Cover, CoverField, cover_field
from cts_excel.audit.proof import canonical
from cts_excel.messages import _, listed
from cts_excel.workbook.issuing.roster_body import Body, RawRow, bodies_of
from cts_excel.workbook.issuing.roster_headings import Headings
from cts_excel.workbook.issuing.roster_table import RosterError, Table, readings
from cts_excel.workbook.issuing.roster_values import CellProblem, date_of, text_of
from cts_excel.workbook.ooxml.cells import Value

__all__ = ["Roster", "RosterError", "RosterProblem", "read_roster"]

_SHOWN_HEADINGS, _SHOWN_SHEETS, _SHOWN_LENGTH = 12, 4, 20


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Why a row cannot be issued: row, column by its heading, problem and repair.

    ``sheet`` is empty if the roster has one sheet only.
    """

    row: int
    column: str
    problem: str
    repair: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Row and column, after the sheet if there are several."""
        place = _("row {}, {}").format(self.row, self.column)
        return _("sheet {}, {}").format(self.sheet, place) if self.sheet else place

    def __str__(self) -> str:
        return _("{}: {}. {}").format(self.place, self.problem, self.repair)


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file, read: the valid rows, the problems of the others, the headings not used.

    ``notices`` say what else was left out or taken in a way that a person should know.
    """

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    ignored: tuple[str, ...]
    notices: tuple[str, ...] = ()


def read_roster(
    path: Path | str,
    *,
    headings: Mapping[str, Sequence[str]] | None = None,
    states_nothing: Callable[[str], bool] = lambda text: False,
) -> Roster:
    """Read a roster (.xlsx, .xlsm, .xls, .ods, .csv) or the record of an issue (``issued.csv``).

    Every sheet that has the headings is read. Headings may stand in any order, under a title, and
    under their usual other names. Every row needs 企业名称 and 项目编号. A row with a problem is
    not among ``rows``.

    :param headings: the user's own headings by key of :class:`Cover`.
    :param states_nothing: tells whether a text is a placeholder (rule 13): such a cell is blank.
    :raises RosterError: if the file cannot be read, or has no such headings, or no rows.
    """
    path = Path(path)
    bodies, notices = _read_bodies(path, Headings(headings))
    raw_rows = [row for body in bodies for row in body.rows]
    if not raw_rows:
        raise RosterError(str(path), _("no rows below the headings"), _("Fill in one per audit."))
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    audit_nos: list[tuple[RawRow, str]] = []
    for row in raw_rows:
        values = {key: _stated(value, states_nothing) for key, value in row.values.items()}
        cover, wrong = _check_row(row, values)
        due, contact, unusable = _chasing(row, values)
        wrong += unusable
        problems += wrong
        audit_nos.append((row, cover.audit_no))
        if not wrong:
            file, issue_id = (_plain_text(values.get(key)) for key in ("file", ISSUE_ID))
            rows.append(RosterRow(row.number, cover, file, issue_id, row.sheet, due, contact))
    repeated = list(_repeated_numbers(audit_nos))
    refused = {(one.sheet, one.row) for one in repeated}
    order = {(row.sheet, row.number): place for place, row in enumerate(raw_rows)}
    return Roster(
        tuple(row for row in rows if (row.sheet, row.number) not in refused),
        tuple(sorted(problems + repeated, key=lambda one: order[one.sheet, one.row])),
        tuple(dict.fromkeys(text for body in bodies for text in body.ignored)),
        tuple(notices),
    )


def _read_bodies(path: Path, headings: Headings) -> tuple[list[Body], list[str]]:
    """Return the rows below the headings of every sheet, and notices.

    :raises RosterError: if no sheet has the headings; it names those that were found.
    """
    seen: list[tuple[Table, ...]] = []
    for tables in readings(path):
        bodies, notices = bodies_of(path, tables, headings)
        if bodies:
            return bodies, notices
        seen.append(tables)
    raise _no_headings(path, seen, headings)


def _no_headings(path: Path, seen: Sequence[tuple[Table, ...]], headings: Headings) -> RosterError:
    """Return the refusal of a file without the headings: what is lacking, what was found."""
    best: set[str] = set()
    found = []
    for table in (table for tables in seen for table in tables):
        row = headings.likely_row(table.rows)
        best = max(best, headings.known(row), key=len)
        texts = [value[:_SHOWN_LENGTH] for value in row.values() if isinstance(value, str)]
        if texts:
            more = "…" if len(texts) > _SHOWN_HEADINGS else ""
            found.append((len(texts), table.name, listed(texts[:_SHOWN_HEADINGS]) + more))
    lacking = listed(cover_field(key).label for key in IDENTIFYING if key not in best)
    if len(seen) > 1:  # readings of one text: the one that tells most headings apart
        found = sorted(found, reverse=True)[:1]
    shown = "; ".join(f"{name}: {texts}" for _count, name, texts in found[:_SHOWN_SHEETS])
    problem = _("no row of headings with {}; found: {}").format(lacking, shown or _("nothing"))
    repair = _(
        'Rename the headings, name yours in cts-excel.toml ([roster] organisation = "…", '
        "audit_no = \"…\"), or start from the empty roster that 'cts-excel roster' writes."
    )
    return RosterError(str(path), problem, repair)


def _stated(value: Value, states_nothing: Callable[[str], bool]) -> Value:
    return None if isinstance(value, str) and states_nothing(value) else value


def _check_row(row: RawRow, values: Mapping[str, Value]) -> tuple[Cover, list[RosterProblem]]:
    """Return the cover that a row states, without the cells that are wrong, and their problems."""
    stated: dict[str, str | date] = {}
    problems = []
    for field in ROSTER_FIELDS:
        try:
            found = _interpreted(values.get(field.key), field)
        except CellProblem as error:
            problems.append(_problem(row, field, error.problem, error.repair))
            continue
        if found is not None:
            stated[field.key] = found
    return Cover.of(stated), [*problems, *_dates_out_of_order(row, stated)]


def _chasing(
    row: RawRow, values: Mapping[str, Value]
) -> tuple[date | None, str, list[RosterProblem]]:
    """Return when the workbook is due back and how to reach the person, and what is wrong."""
    found: dict[str, str | date] = {}
    problems = []
    for key, label in CHASE_COLUMNS:
        value = values.get(key)
        if value is None:
            continue
        try:
            found[key] = date_of(value) if key == "due" else text_of(value, CoverField(label))
        except CellProblem as error:
            problem, repair = error.problem, error.repair
            problems.append(RosterProblem(row.number, label, problem, repair, row.sheet))
    due, contact = found.get("due"), found.get("contact", "")
    return (due if isinstance(due, date) else None), str(contact), problems


def _interpreted(value: Value, field: CoverField) -> str | date | None:
    if value is None:
        if field.identifying:
            raise CellProblem(_("is missing"), _("Fill it in."))
        return None
    return date_of(value) if field.is_date else text_of(value, field)


def _dates_out_of_order(row: RawRow, stated: Mapping[str, str | date]) -> Iterator[RosterProblem]:
    for field in ROSTER_FIELDS:
        start, end = stated.get(field.not_before), stated.get(field.key)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            problem = _("{} lies before the beginning, {}").format(end, start)
            yield _problem(row, field, problem, _("Correct one of them."))


def _plain_text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _problem(row: RawRow, field: CoverField, problem: str, repair: str) -> RosterProblem:
    return RosterProblem(row.number, field.label, problem, repair, row.sheet)


def _repeated_numbers(audit_nos: list[tuple[RawRow, str]]) -> Iterator[RosterProblem]:
    """Yield a problem for every row with an audit number that another row has too."""
    rows_of: dict[str, list[RawRow]] = {}
    for row, audit_no in audit_nos:
        rows_of.setdefault(canonical(audit_no).casefold(), []).append(row)
    for row, audit_no in audit_nos:
        others = [other for other in rows_of[canonical(audit_no).casefold()] if other is not row]
        if audit_no and others:
            places = [
                str(other.number) if other.sheet == row.sheet else f"{other.sheet}!{other.number}"
                for other in others[:5]
            ]
            shown = listed(places) + ("…" if len(others) > 5 else "")
            problem = _("{} also stands in row {}").format(audit_no, shown)
            repair = _("Give every audit its own number.")
            yield _problem(row, cover_field("audit_no"), problem, repair)
