"""Many personalised blanks from one build: the parts that differ are filled in, the rest copied.

Writing a workbook with xlsxwriter takes some 40 ms; filling in a master takes some 2 ms, because
only the parts that show the identity are written and compressed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cts_excel.audit.model import Cover
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, Value
from cts_excel.workbook.form.cover import entry_height
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.addresses import cell_address

_COVER = "xl/worksheets/sheet1.xml"
_ISSUE_ID, _HEIGHT = "issue_id", "__height"
_MARK = re.compile("\ue000cts:([a-z_]+)\ue001")  # private-use characters: no standard file has them
_DAY_ZERO = date(1899, 12, 30)
_SENTINEL_DAY = date(2000, 1, 1)
_ESCAPED_LIKE = re.compile("(_x[0-9a-fA-F]{4}_)")  # a text that only looks like an escape
_SHAPES = 64


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in pieces: literal text, then a field's name, then literal text, and so on."""

    info: ZipInfo
    pieces: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> bytes:
        pieces = list(self.pieces)
        pieces[1::2] = [values[name] for name in pieces[1::2]]
        return "".join(pieces).encode()


class Master:
    """One standard's blank with the same cover entries filled in."""

    def __init__(self, standard: Standard, fields: frozenset[str]) -> None:
        """Build the master.

        :param fields: names of the :class:`~cts_excel.audit.model.Cover` fields to fill in.
        """
        content = template_bytes(
            standard,
            answers=Answers(cover={e.label: _sentinel(e) for e in _entries(fields)}),
            issue_id=_mark(_ISSUE_ID),
            lock_prefilled=True,
        )
        with ZipFile(BytesIO(content)) as package:
            self._parts = tuple(_cut(package, fields))
            self._rest = _without(package, {part.info.filename for part in self._parts})

    def workbook(self, cover: Cover, issue_id: str) -> bytes:
        """Return a workbook (.xlsx) for one audit; its cover fills exactly the master's fields.

        The result differs from ``template_bytes`` with the same answers in nothing but the order
        of parts in the package and of texts in the table of strings.
        """
        values = {e.field: _stored(getattr(cover, e.field)) for e in layout.COVER_ENTRIES}
        for entry in layout.COVER_ENTRIES:
            values[entry.field + _HEIGHT] = f"{entry_height(getattr(cover, entry.field)):.16g}"
        values[_ISSUE_ID] = _stored(issue_id)
        buffer = BytesIO(self._rest)
        with ZipFile(buffer, "a", ZIP_DEFLATED) as package:
            for part in self._parts:
                package.writestr(part.info, part.filled(values))
        return buffer.getvalue()


def issued_bytes(standard: Standard, cover: Cover, issue_id: str) -> bytes:
    """Return a blank workbook whose stated cover entries are filled in and locked."""
    fields = frozenset(e.field for e in layout.COVER_ENTRIES if getattr(cover, e.field))
    return _master(standard.digest, _Held(standard), fields).workbook(cover, issue_id)


class _Held:
    """A standard as an argument of a cache: two are the same where they are one object."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.standard is other.standard

    def __hash__(self) -> int:
        return id(self.standard)


@lru_cache(maxsize=_SHAPES)
def _master(_digest: str, held: _Held, fields: frozenset[str]) -> Master:
    return Master(held.standard, fields)


def _entries(fields: frozenset[str]) -> tuple[layout.CoverEntry, ...]:
    return tuple(entry for entry in layout.COVER_ENTRIES if entry.field in fields)


def _mark(field: str) -> str:
    return f"\ue000cts:{field}\ue001"


def _sentinel(entry: layout.CoverEntry) -> Value:
    return _SENTINEL_DAY if entry.is_date else _mark(entry.field)


def _stored(value: str | date | None) -> str:
    """Return what stands in the XML: a day number, or a text as Excel escapes it."""
    if isinstance(value, date):
        return str((value - _DAY_ZERO) // timedelta(days=1))
    return escape(_ESCAPED_LIKE.sub(r"_x005F\1", value or ""), quote=False)


def _cut(package: ZipFile, fields: frozenset[str]) -> list[_Part]:
    """Cut the parts that differ at the places to fill in; every field must be met somewhere."""
    days = {e.field for e in _entries(fields) if e.is_date}
    parts = []
    for info in package.infolist():
        text = package.read(info).decode()
        if info.filename == _COVER:
            text = _heights_marked(_dates_marked(text, days), fields)
        pieces = tuple(_MARK.split(text))
        if len(pieces) > 1:
            parts.append(_Part(info, pieces))
    met = {name for part in parts for name in part.pieces[1::2] if not name.endswith(_HEIGHT)}
    if met != fields | {_ISSUE_ID}:
        raise AssertionError(f"the template shows {sorted(met)}, to fill in: {sorted(fields)}")
    return parts


def _dates_marked(sheet: str, days: set[str]) -> str:
    for row, entry in enumerate(layout.COVER_ENTRIES, start=layout.COVER_FIRST_ROW):
        if entry.field in days:
            address = cell_address(row, layout.COVER_INPUT_COLUMN)
            number = _stored(_SENTINEL_DAY)
            place = re.compile(rf'(<c r="{address}" s="\d+"><v>){number}(</v></c>)')
            sheet = place.sub(rf"\g<1>{_mark(entry.field)}\2", sheet)
    return sheet


def _heights_marked(sheet: str, fields: frozenset[str]) -> str:
    """Mark the heights of the rows of the entries filled in: they depend on the texts."""
    for row, entry in enumerate(layout.COVER_ENTRIES, start=layout.COVER_FIRST_ROW):
        if entry.field in fields:
            place = re.compile(rf'(<row r="{row + 1}" [^>]*?ht=")[0-9.]+(")')
            sheet = place.sub(rf"\g<1>{_mark(entry.field + _HEIGHT)}\2", sheet)
    return sheet


def _without(package: ZipFile, left_out: set[str]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as rest:
        for info in package.infolist():
            if info.filename not in left_out:
                rest.writestr(info, package.read(info))
    return buffer.getvalue()
