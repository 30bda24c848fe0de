"""A roster file as tables of raw values: .xlsx and .xlsm by sheet, .csv as one table."""

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
from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.cells import Value, trimmed
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.grids import Grid
from cts_excel.workbook.ooxml.workbooks import open_workbook

MAX_BYTES = 32 << 20
MAX_ROWS = 100_000
_DELIMITERS = (",", "\t", ";", "，")
_NOT_READ = ".xls", ".xlsb", ".ods", ".et", ".numbers"


class RosterError(UserError):
    """A roster that cannot be used at all: place, problem, repair."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: 1-based row number and values by column letters, blank cells left out."""

    name: str
    rows: tuple[tuple[int, Mapping[str, Value]], ...]


def tables(path: Path) -> Iterator[Table]:
    """Yield the visible sheets of a workbook, or a CSV file once for each likely delimiter.

    :raises RosterError: if the file cannot be read or is larger than any roster.
    """
    content = _content(path)
    if not content.strip():
        raise RosterError(str(path), _("the file is empty"), _("Fill in one row per audit."))
    if path.suffix.lower() in _NOT_READ:
        problem = _("{} is not read as a roster").format(path.suffix)
        raise RosterError(str(path), problem, _("Save it as .xlsx or as CSV."))
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        yield from _sheets(path, content)
    else:
        yield from _csv_tables(path, content)


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


def _sheets(path: Path, content: bytes) -> Iterator[Table]:
    try:
        book = open_workbook(content, "xlsx")
        for index, sheet in enumerate(book.sheets):
            if sheet.state == "visible":
                yield Table(sheet.name, _rows(path, book.grid(index)))
    except NotReadableError as error:
        reason = CATALOGUE[error.reason].title[language()]
        problem = f"{reason} ({error.found})" if error.found else reason
        repair = _("Open it in Excel, WPS or LibreOffice and save it again as .xlsx.")
        raise RosterError(str(path), problem, repair) from None


def _rows(path: Path, grid: Grid) -> tuple[tuple[int, Mapping[str, Value]], ...]:
    # A column without any text has no heading: nothing in it is used.
    columns = sorted({letters for letters, _row, _text in grid.texts()}, key=column_number)
    rows: dict[int, dict[str, Value]] = {}
    for letters in columns:
        for number in grid.rows(letters):
            value = grid.at(f"{letters}{number}")
            if value is not None:
                rows.setdefault(number, {})[letters] = value
    _check_length(path, len(rows))
    return tuple(sorted(rows.items()))


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
