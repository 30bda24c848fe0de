"""A roster file as tables of raw values: a workbook by sheet, .csv as one table.

pandas is not used. It reads 1 formatted ``0000`` as 1, a merged cell as one value and blanks, an
error cell as a blank, and it forgets the addresses that messages name; and ``grade --roster`` would
load it in every run. The engine that it would read .xls and .ods with (calamine) is used here too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.errors import UserError
from cts_excel.files.csv_text import unguard
from cts_excel.messages import _, language, os_reason
from cts_excel.workbook.issuing.roster_sheets import SheetCells, sheets
from cts_excel.workbook.ooxml.addresses import column_letters
from cts_excel.workbook.ooxml.cells import Value, trimmed
from cts_excel.workbook.ooxml.errors import NotReadableError

MAX_BYTES = 32 << 20
MAX_ROWS = 100_000
LIST, GUIDE = "发放名单", "填写说明"  # the sheets of the empty roster
_DELIMITERS = (",", "\t", ";", "，")
_OLE = b"\xd0\xcf\x11\xe0"
_NOT_READ = (".numbers",)


class RosterError(UserError):
    """A roster that cannot be used at all: place, problem, repair."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: 1-based row number and values by column letters, blank cells left out.

    ``hidden`` sheets are not read. ``unformatted``: numbers come without their format, so leading
    zeros are lost.
    """

    name: str
    rows: tuple[tuple[int, Mapping[str, Value]], ...]
    hidden: bool = False
    unformatted: bool = False


def readings(path: Path) -> Iterator[tuple[Table, ...]]:
    """Yield the ways to read a file: a workbook's sheets, or a CSV file once for each delimiter.

    The first reading with the headings of a roster counts.

    :raises RosterError: if the file cannot be read or is larger than any roster.
    """
    content = _content(path)
    if not content.strip():
        raise RosterError(str(path), _("the file is empty"), _("Fill in one row per audit."))
    if path.suffix.lower() in _NOT_READ:
        problem = _("{} is not read as a roster").format(path.suffix)
        raise RosterError(str(path), problem, _("Save it as .xlsx or as CSV."))
    if content.startswith((b"PK", _OLE)):
        yield _sheets(path, content)
    else:
        for table in _csv_tables(path, content):
            yield (table,)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        raise RosterError(str(path), problem, _("Check the path.")) from None
    if len(content) > MAX_BYTES:
        problem = _("larger than {} MiB").format(MAX_BYTES >> 20)
        raise RosterError(str(path), problem, _("A roster holds one short row per audit."))
    return content


def _sheets(path: Path, content: bytes) -> tuple[Table, ...]:
    try:
        read = sheets(content, path.suffix.lower())
    except NotReadableError as error:
        reason = CATALOGUE[error.reason].title[language()]
        problem = f"{reason} ({error.found})" if error.found else reason
        repair = _("Open it in Excel, WPS or LibreOffice and save it again as .xlsx.")
        raise RosterError(str(path), problem, repair) from None
    return tuple(_table(path, sheet) for sheet in read)


def _table(path: Path, sheet: SheetCells) -> Table:
    _check_length(path, len(sheet.rows))
    rows = tuple(sorted(sheet.rows.items()))
    return Table(sheet.name, rows, sheet.hidden, sheet.unformatted)


def _csv_tables(path: Path, content: bytes) -> Iterator[Table]:
    text = _decoded(path, content)
    for delimiter in _DELIMITERS:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = []
        try:
            for number, line in enumerate(lines, start=1):
                values = {column_letters(n): trimmed(unguard(x)) for n, x in enumerate(line)}
                filled: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
                if filled:
                    rows.append((number, filled))
        except csv.Error as error:
            problem = _("not valid CSV: {}").format(error)
            raise RosterError(f"{path}:{lines.line_num}", problem, _("Correct it there.")) from None
        _check_length(path, len(rows))
        yield Table(path.name, tuple(rows))


def _decoded(path: Path, content: bytes) -> str:
    """Decode as UTF-8, with or without byte order mark, UTF-16 with one, or GB 18030."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    problem = _("neither UTF-8 nor GB 18030 text, and no workbook")
    raise RosterError(str(path), problem, _("Save it as .xlsx or as CSV UTF-8."))


def _check_length(path: Path, rows: int) -> None:
    if rows > MAX_ROWS:
        problem = _("more than {} rows").format(MAX_ROWS)
        raise RosterError(str(path), problem, _("Split the roster."))
