"""The rows of a roster below its headings: totals left out, repeated headings followed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cts_excel.audit.cover import IDENTIFYING
from cts_excel.messages import _, listed
from cts_excel.workbook.issuing.roster_headings import HEADING_ROWS, Headings, folded_heading
from cts_excel.workbook.issuing.roster_table import GUIDE, Table
from cts_excel.workbook.ooxml.cells import INVISIBLE, Value

_TOTAL = re.compile(
    r"(本页|本月|本季度?|本年|本表|月度|季度|年度|全年|以上)?[合总小共累]\s*计(数|数量|户数|家数|项目数)?:?"
    r"(\d+[家个项户次份条人]?)?|共计?:?\d+[家个项户次份条人](企业|项目|公司|单位)?|总数:?\d*"
)
_SUBTOTAL = re.compile(r".+\s(汇总|合计|小计|总计)")
_COUNT = re.compile(r"\d{1,5}")  # in the place of an audit number, in a text file
_NOTHING = str.maketrans("", "", INVISIBLE)
_CELLS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row below the headings: sheet (empty if there is one only), 1-based row, values by key."""

    sheet: str
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of one sheet, and its headings that are not used."""

    rows: tuple[RawRow, ...]
    ignored: tuple[str, ...]


def bodies_of(
    path: Path, tables: Sequence[Table], headings: Headings
) -> tuple[list[Body], list[str]]:
    """Return the rows of every table that has the headings, and notices of what is left out.

    :raises RosterError: if two columns claim the same field.
    """
    readers = [_Reader(path, table, headings) for table in tables]
    with_headings = [reader for reader in readers if reader.top is not None]
    read = [reader for reader in with_headings if not reader.table.hidden]
    for reader in read:
        reader.read(named=len(read) > 1)
    notices = [*_left_out_rows(read), *_left_out(readers, read)] if read else []
    return [Body(tuple(reader.rows), tuple(reader.ignored)) for reader in read], notices


def _left_out_rows(read: Sequence[_Reader]) -> Iterator[str]:
    """Name the totals, and the numbers that were taken without their format."""
    totals = [total for reader in read for total in reader.totals]
    if totals:
        yield _("Rows left out because they are totals: {}.").format(listed(totals))
    cells = [cell for reader in read for cell in reader.unformatted]
    if cells:
        more = "…" if len(cells) > _CELLS_SHOWN else ""
        yield _(
            "This file type does not tell how numbers are shown: check that no leading zero is "
            "lost in {}, or save the roster as .xlsx."
        ).format(listed(cells[:_CELLS_SHOWN]) + more)


def _left_out(readers: Sequence[_Reader], read: Sequence[_Reader]) -> Iterator[str]:
    """Name the sheets that hold something and were not read."""
    hidden = [r.table.name for r in readers if r.table.hidden and r.top is not None]
    other = [
        r.table.name
        for r in readers
        if r not in read and not r.table.hidden and r.table.rows and r.table.name != GUIDE
    ]
    if hidden:
        yield _("Hidden sheets were not read: {}.").format(listed(hidden))
    if other:
        yield _("Sheets without the headings were not read: {}.").format(listed(other))


class _Reader:
    """The reading of one table."""

    def __init__(self, path: Path, table: Table, headings: Headings) -> None:
        self.table, self.headings = table, headings
        self._place = f"{path}!{table.name}"
        self.rows: list[RawRow] = []
        self.ignored: list[str] = []
        self.totals: list[str] = []
        self.unformatted: list[str] = []
        self.top = next(
            (
                place
                for place, (_number, cells) in enumerate(table.rows[:HEADING_ROWS])
                if headings.find(self._place, cells)
            ),
            None,
        )

    def read(self, *, named: bool) -> None:
        """Read the rows from the first headings on; ``named``: rows carry the sheet's name."""
        keys: dict[str, str] = {}
        sheet = self.table.name if named else ""
        before = f"{sheet}!" if named else ""
        for number, cells in self.table.rows[self.top :]:
            again = self.headings.find(self._place, cells)
            if again:
                keys = again
                texts = (folded_heading(v) for letters, v in cells.items() if letters not in keys)
                self.ignored += filter(None, texts)
                continue
            values = {keys[letters]: value for letters, value in cells.items() if letters in keys}
            if not values:
                continue
            word = total_word(cells, values)
            if word:
                self.totals.append(f"{before}{number} {word}")
                continue
            self.rows.append(RawRow(sheet, number, values))
            if self.table.unformatted and isinstance(values.get("audit_no"), Decimal):
                letters = next(letters for letters, key in keys.items() if key == "audit_no")
                self.unformatted.append(f"{before}{letters}{number}")


def total_word(cells: Mapping[str, Value], values: Mapping[str, Value]) -> str:
    """Return the word that makes a row a total (合计, 总计, 小计), ``""`` for any other row.

    A row that names a company and an audit number is none, whatever else stands in it.
    """
    organisation, audit_no = (values.get(key) for key in IDENTIFYING)
    for value in (organisation, audit_no):
        if isinstance(value, str) and _TOTAL.fullmatch(_folded(value)):
            return value.strip()
    if isinstance(audit_no, str) and not _COUNT.fullmatch(audit_no):
        return ""
    if isinstance(organisation, str):
        return organisation.strip() if _SUBTOTAL.fullmatch(organisation.strip()) else ""
    if organisation is None:
        for value in cells.values():
            if isinstance(value, str) and _TOTAL.fullmatch(_folded(value)):
                return value.strip()
    return ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_NOTHING)
