"""Personalised blanks in quantity: one build per set of cover fields, then filled in per audit.

Building a workbook with xlsxwriter takes about 40 ms. Filling in takes about 2 ms: only the parts
that show the identity are written and compressed again, all others are copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cts_excel.audit.cover import COVER_FIELDS, Cover, CoverField
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, Value
from cts_excel.workbook.form.cover import field_height
from cts_excel.workbook.form.formulas import placeholder_spellings
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint
from cts_excel.workbook.form.results import folded_value, stating_nothing
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.issuing.region import province_of
from cts_excel.workbook.ooxml.addresses import cell_address

_COVER = "xl/worksheets/sheet1.xml"
_ISSUE_ID = "issue_id"
_HEIGHT, _FOLDED, _NOTHING = "__height", "__folded", "__nothing"  # what depends on an entry
_HELPERS = {_FOLDED: layout.COVER_FOLDED_COLUMN, _NOTHING: layout.COVER_NOTHING_COLUMN}
_MARK = re.compile("\ue000cts:([a-z_]+)\ue001")  # private-use characters, in no standard file
_DAY_ZERO = date(1899, 12, 30)
_SENTINEL_DAY = date(2000, 1, 1)
_ESCAPE_LOOKALIKE = re.compile("(_x[0-9a-fA-F]{4}_)")  # text that looks like an escape
_TEMPLATES = 64  # sets of cover fields whose templates are kept


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in pieces: literal text, a field's key, literal text, and so on."""

    info: ZipInfo
    pieces: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> bytes:
        pieces = list(self.pieces)
        pieces[1::2] = [values[name] for name in pieces[1::2]]
        return "".join(pieces).encode()


class PrefillTemplate:
    """A blank workbook of one standard, cut at the places of the same cover fields."""

    def __init__(self, standard: Standard, keys: frozenset[str], imprint: Imprint) -> None:
        """Build the workbook and cut it.

        :param keys: the cover fields to fill in.
        :param imprint: what the issuing body prints on its forms.
        """
        self._spelled = frozenset(placeholder_spellings(standard))
        content = template_bytes(
            standard,
            answers=Answers(cover={f.label: _sentinel(f) for f in COVER_FIELDS if f.key in keys}),
            issue_id=_mark(_ISSUE_ID),
            lock_prefilled=True,
            imprint=imprint,
        )
        with ZipFile(BytesIO(content)) as package:
            self._parts = tuple(_cut(package, keys))
            self._rest = _without(package, {part.info.filename for part in self._parts})

    def workbook(self, cover: Cover, issue_id: str) -> bytes:
        """Return a workbook (.xlsx) for one audit; its cover states exactly the template's fields.

        It equals ``template_bytes`` with the same answers except for the order of the parts in the
        package and of the texts in the table of strings.
        """
        values = {_ISSUE_ID: _stored(issue_id)}
        for field in COVER_FIELDS:
            value = getattr(cover, field.key)
            values[field.key] = _stored(value)
            values[field.key + _HEIGHT] = f"{field_height(field, value):.16g}"
            values[field.key + _FOLDED] = _stored(folded_value(value))
            values[field.key + _NOTHING] = str(float(stating_nothing(value, self._spelled)))
        buffer = BytesIO(self._rest)
        with ZipFile(buffer, "a", ZIP_DEFLATED) as package:
            for part in self._parts:
                package.writestr(part.info, part.filled(values))
        return buffer.getvalue()


def prefilled_bytes(
    standard: Standard, cover: Cover, issue_id: str, imprint: Imprint = NO_IMPRINT
) -> bytes:
    """Return a blank workbook in which the stated cover fields are filled in and locked.

    The fields that the assessor confirms are filled in too, but not locked. One that is not stated
    is proposed: the province, from the credit code.
    """
    cover = cover if cover.province else replace(cover, province=province_of(cover.uscc))
    keys = frozenset(field.key for field in COVER_FIELDS if getattr(cover, field.key))
    return _template(standard, keys, imprint).workbook(cover, issue_id)


@lru_cache(maxsize=_TEMPLATES)
def _template(standard: Standard, keys: frozenset[str], imprint: Imprint) -> PrefillTemplate:
    return PrefillTemplate(standard, keys, imprint)


def _mark(field: str) -> str:
    return f"\ue000cts:{field}\ue001"


def _sentinel(field: CoverField) -> Value:
    return _SENTINEL_DAY if field.is_date else _mark(field.key)


def _stored(value: str | date | None) -> str:
    """Return a value in the form that the XML holds: a day number, or a text with escapes."""
    if isinstance(value, date):
        return str((value - _DAY_ZERO) // timedelta(days=1))
    return escape(_ESCAPE_LOOKALIKE.sub(r"_x005F\1", value or ""), quote=False)


def _cut(package: ZipFile, keys: frozenset[str]) -> list[_Part]:
    """Cut the parts that differ at their marks; the cuts cover every field and the issue id."""
    parts = []
    for info in package.infolist():
        if not info.filename.endswith(".xml"):
            continue  # a logo, and relations
        text = package.read(info).decode()
        if info.filename == _COVER:
            text = _marked_cover(text, keys)
        pieces = tuple(_MARK.split(text))
        if len(pieces) > 1:
            parts.append(_Part(info, pieces))
    marks = {name for part in parts for name in part.pieces[1::2]}
    found = {name for name in marks if not name.endswith((_HEIGHT, *_HELPERS))}
    if found != keys | {_ISSUE_ID}:
        raise AssertionError(f"the template shows {sorted(found)}, to fill in: {sorted(keys)}")
    return parts


def _marked_cover(sheet: str, keys: frozenset[str]) -> str:
    """Mark the dates, which are numbers, and what depends on an entry."""
    for field in COVER_FIELDS:
        if field.key not in keys:
            continue
        row = layout.cover_row(field.key)
        if field.is_date:
            address = cell_address(row, layout.COVER_INPUT_COLUMN)
            number = rf'(<c r="{address}" s="\d+"><v>){_stored(_SENTINEL_DAY)}(</v></c>)'
            sheet = re.sub(number, rf"\g<1>{_mark(field.key)}\2", sheet)
        for name, column in _HELPERS.items() if field.required else ():
            helper = rf'(<c r="{cell_address(row, column)}" [^>]*><f>[^<]*</f><v>)[^<]*(</v>)'
            sheet = re.sub(helper, rf"\g<1>{_mark(field.key + name)}\2", sheet)
        height = rf'(<row r="{row + 1}" [^>]*?ht=")[0-9.]+(")'
        sheet = re.sub(height, rf"\g<1>{_mark(field.key + _HEIGHT)}\2", sheet)
    return sheet


def _without(package: ZipFile, left_out: set[str]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as rest:
        for info in package.infolist():
            if info.filename not in left_out:
                rest.writestr(info, package.read(info))
    return buffer.getvalue()
