"""Issue a personalised blank for every row of a roster, all or none, and record the issue."""

from __future__ import annotations

import csv
import io
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cts_excel.audit.chasing import CHASE_COLUMNS, RosterRow
from cts_excel.audit.cover import ROSTER_FIELDS
from cts_excel.audit.proof import ID_BITS, Key, Sealed, sealed_id
from cts_excel.errors import UserError
from cts_excel.files.atomic import move_new, write_new
from cts_excel.files.csv_text import guard
from cts_excel.files.names import folded, unique_names
from cts_excel.messages import _, listed
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint
from cts_excel.workbook.form.layout import FORMAT_VERSION
from cts_excel.workbook.issuing.prefill import prefilled_bytes
from cts_excel.workbook.issuing.roster import Roster, RosterProblem
from cts_excel.workbook.issuing.roster_headings import RECORD_COLUMNS

RECORD = "issued.csv"
_STAGE = ".issuing-"


class IssueError(UserError):
    """An issue that was refused before anything was written: place, problem, repair."""


class RosterProblemsError(IssueError):
    """An issue that was refused because rows of the roster are wrong: ``problems`` lists them."""

    def __init__(self, problems: tuple[RosterProblem, ...]) -> None:
        self.problems = problems
        rows = len({(one.sheet, one.row) for one in problems})
        super().__init__(
            _("roster"),
            _("{} row(s) are wrong, so nothing was issued").format(rows),
            _("Correct them, or add --skip-bad to issue the others."),
        )

    def __reduce__(self) -> tuple[type[RosterProblemsError], tuple[tuple[RosterProblem, ...]]]:
        return type(self), (self.problems,)


@dataclass(frozen=True, slots=True)
class Issued:
    """One issued workbook: file name, issue id with its proof, SHA-256 (hex), row of the roster."""

    file: str
    issue_id: str
    sha256: str
    row: RosterRow


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """The workbooks that one run issued; ``skipped`` are the problems of rows left out."""

    folder: Path
    issued: tuple[Issued, ...]
    skipped: tuple[RosterProblem, ...]


def issue_workbooks(
    roster: Roster,
    standard: Standard,
    folder: Path | str,
    *,
    key: Key | None = None,
    skip_bad: bool = False,
    progress: Callable[[int, int], None] | None = None,
    new_id: Callable[[], str] = lambda: secrets.token_hex(ID_BITS // 8),
    imprint: Imprint = NO_IMPRINT,
) -> IssueRecord:
    """Write one personalised blank per row of a roster, and ``issued.csv``; all or nothing.

    :param folder: created if necessary; a file in it is never overwritten.
    :param key: adds a proof of issue to every issue id.
    :param skip_bad: issue the valid rows even if others are wrong.
    :param progress: called with the number of workbooks written so far and their total.
    :param imprint: what the issuing body prints on its forms.
    :param new_id: makes an issue id: random, 128 bits; a test may pass a fixed one.
    :raises RosterProblemsError: if rows are wrong and ``skip_bad`` is false.
    :raises IssueError: if a file of one of the names exists, or no row is valid.
    :raises OSError: if the folder cannot be written.
    """
    if roster.problems and not skip_bad:
        raise RosterProblemsError(roster.problems)
    if not roster.rows:
        raise IssueError(_("roster"), _("no row can be issued"), _("Correct the rows listed."))
    folder = Path(folder)
    names = tuple(unique_names(f"{r.cover.audit_no}_{r.cover.organisation}" for r in roster.rows))
    _refuse_existing(folder, names)
    created = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=folder))
    try:
        issued = []
        for number, (name, row) in enumerate(zip(names, roster.rows, strict=True), start=1):
            issued.append(_issue(stage / name, row, standard, key, new_id(), imprint))
            if progress:
                progress(number, len(names))
        write_new(stage / RECORD, _record_bytes(issued))
        _move_all(stage, folder, (*names, RECORD))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if created and not any(folder.iterdir()):
            folder.rmdir()
    return IssueRecord(folder, tuple(issued), roster.problems)


def _record_bytes(issued: Sequence[Issued]) -> bytes:
    """Return ``issued.csv``: UTF-8 with byte order mark, one line per workbook, no formulas.

    When to return a workbook, and how to reach the person, stand in it if the roster said so.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    headings = [heading for _key, heading in RECORD_COLUMNS]
    chased = [pair for pair in CHASE_COLUMNS if any(getattr(one.row, pair[0]) for one in issued)]
    headings += [field.label for field in ROSTER_FIELDS] + [heading for _key, heading in chased]
    writer.writerow(headings)
    for one in issued:
        values = [getattr(one, key) for key, _heading in RECORD_COLUMNS]
        values += [one.row.cover.text(field.key) for field in ROSTER_FIELDS]
        values += [str(getattr(one.row, key) or "") for key, _heading in chased]
        writer.writerow([guard(value) for value in values])
    return text.getvalue().encode("utf-8-sig")


def _issue(
    path: Path,
    row: RosterRow,
    standard: Standard,
    key: Key | None,
    bare_id: str,
    imprint: Imprint,
) -> Issued:
    cover, issue_id = row.cover, bare_id
    if key is not None:
        sealed = Sealed(standard.digest, FORMAT_VERSION, cover.organisation, cover.audit_no)
        issue_id = sealed_id(key, bare_id, sealed)
    content = prefilled_bytes(standard, cover, issue_id, imprint)
    write_new(path, content)
    return Issued(path.name, issue_id, sha256(content).hexdigest(), row)


def _refuse_existing(folder: Path, names: Sequence[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise IssueError(str(folder), _("not a folder"), _("Name a folder with -o."))
    present = {folded(path.name): path.name for path in _files_in(folder)}
    there = [present[folded(name)] for name in (*names, RECORD) if folded(name) in present]
    if there:
        shown = listed(there[:3]) + ("…" if len(there) > 3 else "")
        problem = _("{} of the files exist already ({}); nothing was issued").format(
            len(there), shown
        )
        raise IssueError(str(folder), problem, _("Name another folder with -o."))


def _files_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()


def _move_all(stage: Path, folder: Path, names: Sequence[str]) -> None:
    """Move finished files to their place, the record last; undo all moves if one fails."""
    moved: list[Path] = []
    try:
        for name in names:
            target = folder / name
            moved.append(target)
            move_new(stage / name, target)
    except BaseException:
        for target in moved:
            staged = stage / target.name
            # A file that was already there is not ours. Ours has left the stage, or is in both
            # places if the move was interrupted.
            if not staged.exists() or (target.exists() and staged.samefile(target)):
                target.unlink(missing_ok=True)
        raise
