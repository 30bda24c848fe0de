"""Issue a personalised blank for every row of a roster, all or none, and record what was issued."""

from __future__ import annotations

import csv
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from cts_excel.audit.chasing import RosterRow
from cts_excel.audit.model import Cover
from cts_excel.audit.proof import ID_BITS, Key, Sealed, sealed_id
from cts_excel.errors import UserError
from cts_excel.files.atomic import write_new
from cts_excel.files.csv_text import guard
from cts_excel.files.names import folded, unique_names
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.layout import COVER_ENTRIES, FORMAT_VERSION
from cts_excel.workbook.issuing.master import issued_bytes
from cts_excel.workbook.issuing.roster import FILE, HASH, ISSUE_ID, Roster, RosterFault

RECORD = "issued.csv"
_STAGE = ".issuing-"


class IssueError(UserError):
    """An issue that was refused before anything was written: where, what is wrong, what to do."""


class RosterFaultsError(IssueError):
    """An issue refused because rows of the roster are wrong; ``faults`` lists them."""

    def __init__(self, faults: tuple[RosterFault, ...]) -> None:
        self.faults = faults
        rows = len({fault.row for fault in faults})
        super().__init__(
            _("roster"),
            _("{} row(s) are wrong, so nothing was issued").format(rows),
            _("Correct them, or add --skip-bad to issue the others."),
        )

    def __reduce__(self) -> tuple[type[RosterFaultsError], tuple[tuple[RosterFault, ...]]]:
        return type(self), (self.faults,)


@dataclass(frozen=True, slots=True)
class Issued:
    """One issued workbook: file name, issue id with its proof, SHA-256 (hex), row of the roster."""

    file: str
    issue_id: str
    sha256: str
    row: RosterRow


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """What one run issued; ``skipped`` are the faults of rows that were left out."""

    folder: Path
    issued: tuple[Issued, ...]
    skipped: tuple[RosterFault, ...]


def issue_workbooks(
    roster: Roster,
    standard: Standard,
    folder: Path | str,
    *,
    key: Key | None = None,
    skip_bad: bool = False,
    progress: Callable[[int, int], None] | None = None,
    new_id: Callable[[], str] = lambda: secrets.token_hex(ID_BITS // 8),
) -> IssueRecord:
    """Write one personalised blank per row of a roster, and ``issued.csv``; all or nothing.

    :param folder: made if need be; a file in it is never overwritten.
    :param key: adds a proof of issue to every issue id.
    :param skip_bad: issue the rows that are right although others are wrong.
    :param progress: called with the number of workbooks made and the number of all.
    :param new_id: makes an issue id; random, 128 bits, unless a test wants it known.
    :raises RosterFaultsError: where rows are wrong and not to be skipped.
    :raises IssueError: where a file of one of the names exists, or no row is right.
    :raises OSError: where the folder cannot be written.
    """
    if roster.faults and not skip_bad:
        raise RosterFaultsError(roster.faults)
    if not roster.rows:
        raise IssueError(_("roster"), _("no row can be issued"), _("Correct the rows listed."))
    folder = Path(folder)
    names = tuple(unique_names(f"{r.cover.audit_no}_{r.cover.organisation}" for r in roster.rows))
    _refuse_existing(folder, names)
    made_here = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=folder))
    try:
        issued = []
        for number, (name, row) in enumerate(zip(names, roster.rows, strict=True), start=1):
            issued.append(_issue(stage / name, row, standard, key, new_id()))
            if progress:
                progress(number, len(names))
        write_new(stage / RECORD, record_bytes(issued))
        _move_all(stage, folder, (*names, RECORD))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if made_here and not any(folder.iterdir()):
            folder.rmdir()
    return IssueRecord(folder, tuple(issued), roster.faults)


def record_bytes(issued: Sequence[Issued]) -> bytes:
    """Return ``issued.csv``: UTF-8 with byte order mark, one line per workbook, no formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([FILE, ISSUE_ID, HASH, *(entry.label for entry in COVER_ENTRIES)])
    for one in issued:
        fields = (_shown(getattr(one.row.cover, entry.field)) for entry in COVER_ENTRIES)
        writer.writerow([guard(x) for x in (one.file, one.issue_id, one.sha256, *fields)])
    return text.getvalue().encode("utf-8-sig")


def issue_id_for(cover: Cover, standard: Standard, key: Key | None, bare_id: str) -> str:
    """Return an issue id, with its proof where there is a key."""
    if key is None:
        return bare_id
    sealed = Sealed(standard.digest, FORMAT_VERSION, cover.organisation, cover.audit_no)
    return sealed_id(key, bare_id, sealed)


def _issue(path: Path, row: RosterRow, standard: Standard, key: Key | None, bare_id: str) -> Issued:
    issue_id = issue_id_for(row.cover, standard, key, bare_id)
    content = issued_bytes(standard, row.cover, issue_id)
    write_new(path, content)
    return Issued(path.name, issue_id, sha256(content).hexdigest(), row)


def _shown(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _refuse_existing(folder: Path, names: Sequence[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise IssueError(str(folder), _("not a folder"), _("Name a folder with -o."))
    present = {folded(path.name): path.name for path in _listed(folder)}
    there = [present[folded(name)] for name in (*names, RECORD) if folded(name) in present]
    if there:
        shown = "、".join(there[:3]) + ("…" if len(there) > 3 else "")
        problem = _("{} of the files exist already ({}); nothing was issued").format(
            len(there), shown
        )
        raise IssueError(str(folder), problem, _("Name another folder with -o."))


def _listed(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()


def _move_all(stage: Path, folder: Path, names: Sequence[str]) -> None:
    """Move finished files to their place, the record last; take back all where one cannot go."""
    moved: list[Path] = []
    try:
        for name in names:
            target = folder / name
            moved.append(target)
            _move_new(stage / name, target)
    except BaseException:
        for target in moved:
            staged = stage / target.name
            # A file that stands in the way is somebody else's; ours has left the stage, or is on
            # both sides where the move was cut short.
            if not staged.exists() or (target.exists() and staged.samefile(target)):
                target.unlink(missing_ok=True)
        raise


def _move_new(source: Path, target: Path) -> None:
    """Move a file, never over one that has appeared in the meantime."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(17, "exists already", str(target)) from None
        source.rename(target)
        return
    source.unlink()
