"""Chase a campaign: list the audits that are not back, and the files that were never issued.

Everything works on small records: a run over many files need not keep their audits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import ROSTER_FIELDS, Cover, cover_field
from cts_excel.audit.findings import Finding
from cts_excel.audit.identity import folded_name
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.proof import bare, canonical

ISSUE_ID, ISSUE_ID_LABEL = "issue_id", "发放编号"
# What a roster may say beside the cover's fields, so that reminders can be written: key, heading.
CHASE_COLUMNS = (("due", "交回期限"), ("contact", "联系方式"))
NOT_RETURNED, NOT_ISSUED, NOT_AS_ISSUED = "未回收", "名单外交回", "与发放不一致"
UNREADABLE = "交回的文件无法读取："  # the beginning of a remark; the file's name follows


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One audit of a roster: 1-based row of the file, and the cover fields that it states.

    ``file`` and ``issue_id`` say how it was issued; they are empty if it was only planned.
    ``sheet`` tells rows with the same number apart if the file has several sheets. ``due`` is the
    last day to return it, ``contact`` how to reach the person.
    """

    number: int
    cover: Cover
    file: str = ""
    issue_id: str = ""
    sheet: str = ""
    due: date | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """One input file; ``cover`` is ``None`` if the file could not be read.

    ``sheet`` and ``cells`` give the place of each cover field; findings name it.
    """

    file: str
    issue_id: str
    cover: Cover | None
    sheet: str = ""
    cells: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FieldMismatch:
    """A field that is not as issued: ``key`` is one of :class:`Cover` or ``issue_id``."""

    key: str
    found: str
    issued: str

    @property
    def label(self) -> str:
        """The printed label of the field."""
        return ISSUE_ID_LABEL if self.key == ISSUE_ID else cover_field(self.key).label


@dataclass(frozen=True, slots=True)
class Match:
    """A returned file, its row of the roster, and the fields in which the two differ."""

    returned: ReturnedFile
    issued: RosterRow
    mismatches: tuple[FieldMismatch, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An audit that is not back (未回收); ``unreadable`` names a file that seems to be it."""

    issued: RosterRow
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Chase:
    """The state of a campaign; ``not_issued`` are files on no row of the roster (名单外交回)."""

    matches: tuple[Match, ...]
    missing: tuple[Missing, ...]
    not_issued: tuple[ReturnedFile, ...]


@dataclass(frozen=True, slots=True)
class ChaseLine:
    """One line of the sheet 未回收: the state as shown, the audit, its file, and what is wrong.

    ``due`` and ``contact`` are those of the roster.
    """

    state: str
    cover: Cover
    file: str
    remark: str
    due: date | None = None
    contact: str = ""

    def overdue(self, today: date) -> int:
        """Count the days since the last day to return it; 0 if it is not overdue or returned."""
        return days_overdue(self.due, today) if self.state == NOT_RETURNED else 0


def days_overdue(due: date | None, today: date) -> int:
    """Count the days since the last day to return a workbook; 0 if that is not past, or not set."""
    return 0 if due is None else max(0, (today - due).days)


def returned_file(outcome: Outcome) -> ReturnedFile:
    """Return the part of an outcome that chasing needs."""
    audit = outcome.audit
    if audit is None:
        return ReturnedFile(outcome.file, "", None)
    cells = _shared(tuple(audit.cover_cells.items()))
    return ReturnedFile(
        outcome.file, audit.identity.issue_id, audit.cover, audit.sheets.cover, cells
    )


@lru_cache(maxsize=64)
def _shared(cells: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return one mapping for all files with the same cells: a long run keeps thousands."""
    return dict(cells)


def chase(issued: Iterable[RosterRow], returned: Iterable[ReturnedFile]) -> Chase:
    """Match returned files with a roster: by issue id, else by audit number, else by client.

    The client decides only if it has one row in the roster and the file carries the number of no
    other row: then an altered number is a mismatch, not a missing audit beside a foreign one.
    """
    rows = tuple(issued)
    index = _Index(rows)
    matches: list[Match] = []
    not_issued: list[ReturnedFile] = []
    unreadable: dict[str, str] = {}
    back: set[tuple[str, int]] = set()
    for file in returned:
        if file.cover is None:
            unreadable.setdefault(_name(file.file), file.file)
            continue
        row = index.row_of(file, file.cover)
        if row is None:
            not_issued.append(file)
            continue
        back.add((row.sheet, row.number))
        matches.append(Match(file, row, tuple(_mismatches(row, file, file.cover))))
    missing = tuple(
        Missing(row, unreadable.get(_name(row.file), "") if row.file else "")
        for row in rows
        if (row.sheet, row.number) not in back
    )
    return Chase(tuple(matches), missing, tuple(not_issued))


def chase_lines(state: Chase) -> Iterator[ChaseLine]:
    """Yield the lines that a person follows up: 未回收, then 名单外交回, then 与发放不一致."""
    for missing in state.missing:
        remark = f"{UNREADABLE}{missing.unreadable}" if missing.unreadable else ""
        row = missing.issued
        yield ChaseLine(NOT_RETURNED, row.cover, row.file, remark, row.due, row.contact)
    for file in state.not_issued:
        if file.cover is not None:
            yield ChaseLine(NOT_ISSUED, file.cover, file.file, "发放名单中没有记录")
    for match in state.matches:
        if match.mismatches:
            remark = "；".join(
                f"{one.label}：实际 {one.found or '空'}，发放时 {one.issued}"
                for one in match.mismatches
            )
            row = match.issued
            yield ChaseLine(
                NOT_AS_ISSUED, row.cover, match.returned.file, remark, row.due, row.contact
            )


def chase_findings(state: Chase) -> Iterator[tuple[str, Finding]]:
    """Yield (file, finding) if a file contradicts the roster: I07 never issued, I08 differs."""
    for file in state.not_issued:
        cover = file.cover
        shown = "、".join(x for x in (cover.audit_no, cover.organisation) if x) if cover else ""
        yield file.file, _at(file, Code.NOT_ON_ROSTER, "audit_no", found=shown, expected="")
    for match in state.matches:
        file = match.returned
        for one in match.mismatches:
            yield (
                file.file,
                _at(file, Code.ROSTER_DIFFERS, one.key, found=one.found, expected=one.issued),
            )


class _Index:
    """A roster by issue id, audit number, credit code and organisation."""

    def __init__(self, rows: tuple[RosterRow, ...]) -> None:
        self._by_id = {bare(row.issue_id): row for row in rows if row.issue_id}
        self._by_number = {
            folded_name(row.cover.audit_no): row for row in rows if row.cover.audit_no
        }
        self._by_client: dict[str, list[RosterRow]] = defaultdict(list)
        for row in rows:
            for client in _clients(row.cover):
                self._by_client[client].append(row)

    def row_of(self, file: ReturnedFile, cover: Cover) -> RosterRow | None:
        by_id = self._by_id.get(bare(file.issue_id)) if file.issue_id else None
        by_number = self._by_number.get(folded_name(cover.audit_no)) if cover.audit_no else None
        if (
            by_id
            and by_number
            and folded_name(by_number.cover.organisation) == folded_name(cover.organisation)
        ):
            return by_number  # the file is this audit, even if another issue id was copied into it
        if by_id or by_number or self._by_id:
            # If issue ids are on record, a workbook without one of them was never issued.
            return by_id or by_number
        for client in _clients(cover):
            if len(self._by_client.get(client, ())) == 1:
                return self._by_client[client][0]
        return None


def _clients(cover: Cover) -> list[str]:
    named = (("code", cover.uscc), ("name", cover.organisation))
    return [f"{kind} {folded_name(text)}" for kind, text in named if text]


def _mismatches(row: RosterRow, file: ReturnedFile, cover: Cover) -> Iterator[FieldMismatch]:
    """Compare the fields that the roster states; the assessor fills in those it leaves empty."""
    for field in ROSTER_FIELDS:
        issued, found = row.cover.text(field.key), cover.text(field.key)
        if issued and canonical(issued) != canonical(found):
            yield FieldMismatch(field.key, found, issued)
    if row.issue_id and row.issue_id != file.issue_id:
        found, issued = file.issue_id, row.issue_id
        if bare(found) != bare(issued):  # if they are equal, the proofs differ: show them
            found, issued = bare(found), bare(issued)
        yield FieldMismatch(ISSUE_ID, found, issued)


def _name(file: str) -> str:
    return folded_name(PurePosixPath(file).name)


def _at(file: ReturnedFile, code: Code, key: str, *, found: str, expected: str) -> Finding:
    cell = (file.cells or {}).get(key, "")
    sheet = file.sheet if cell else ""
    return finding(code, sheet=sheet, cell=cell, found=found, expected=expected)
