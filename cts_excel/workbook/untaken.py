"""What a workbook holds beside the answers of its form: texts, sheets, comments, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import SpecialItem
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.package import only_remarks
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import FormLayout
from cts_excel.workbook.form.released import policies, printed_bytes, released_versions
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.grids import Workbook
from cts_excel.workbook.ooxml.raw_sheet import STYLE
from cts_excel.workbook.ooxml.styles import unlocked_styles
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.reading.folding import comparison_key
from cts_excel.workbook.reading.locate import AuditSheets, LocatedSheet, rating_header

_COMMENTS, _PICTURES = "批注", "图片"
_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml")
_OTHER_PARTS = (
    (_COMMENTS, re.compile(r"xl/(?:.*/)?comments?[^/]*\.xml")),
    (_PICTURES, re.compile(r"xl/media/.+")),
    ("嵌入对象", re.compile(r"xl/embeddings/.+")),
    ("宏", re.compile(r"xl/vbaProject\.bin")),
)


@dataclass(slots=True)
class Taken:
    """What was taken over or reported: (sheet, cell)."""

    cells: set[tuple[str, str]] = field(default_factory=set)


def left_behind(
    book: XlsxWorkbook, places: AuditSheets, standard: Standard, taken: Taken
) -> Iterator[tuple[LocatedSheet, str, str]]:
    """Yield (sheet, cell, text) that no field took: notes beside the form, rows of a lost block."""
    printed = _printed_texts(places.form, standard)
    known = taken.cells.union(_printed_then(book, places), _of_the_issuer(places))
    for place in filter(None, (places.cover, places.ratings, places.special)):
        issued = _printed_columns(place) if place is places.ratings else set()
        for letters, row, text in list(place.grid.texts()):
            cell, key = f"{letters}{row}", comparison_key(text)
            if letters in issued or key in printed or not key:
                continue
            if (place.name, cell) in known:
                continue
            if place.grid.formula(cell) is None:
                yield place, cell, text


def _of_the_issuer(places: AuditSheets) -> Iterator[tuple[str, str]]:
    """Yield the cells that differ from issuer to issuer, by sheet and cell."""
    by_name = {layout.COVER: places.cover, layout.RATINGS: places.ratings}
    for sheet, cell in places.form.uncompared:
        if place := by_name.get(sheet):
            yield place.name, cell


def _printed_columns(place: LocatedSheet) -> set[str]:
    """Return the letters of the columns of 评分表 that nobody fills in."""
    header = rating_header(place.grid, place.form)
    own = {x for x, _heading in place.form.ratings if x not in layout.RATING_INPUTS}
    return {header.letters(name) for name in own} if header else set()


def _printed_then(book: XlsxWorkbook, places: AuditSheets) -> Iterator[tuple[str, str]]:
    """Yield what an earlier format prints and still nobody could type over, by sheet and cell.

    For another specification its wording is not known; its place is.
    """
    unlocked = unlocked_styles(book.package.styles_part)
    for issued, place in ((layout.COVER, places.cover), (layout.SPECIAL, places.special)):
        if place and isinstance(place.grid, XlsxGrid) and place.grid.settings.protected:
            raw = place.grid.raw.cells
            for cell in _printed_cells(places.form, issued):
                if cell in raw and raw[cell][STYLE] not in unlocked:
                    yield place.name, cell


@lru_cache(maxsize=8)
def _printed_cells(form: FormLayout, sheet: str) -> frozenset[str]:
    """Return the cells of an earlier format's sheet that print a text; none of today's."""
    if form.version not in released_versions():
        return frozenset()
    book = open_workbook(printed_bytes(form.version)[0], "xlsx")
    (grid,) = (book.grid(n) for n, one in enumerate(book.sheets) if one.name == sheet)
    return frozenset(f"{letters}{row}" for letters, row, _text in grid.texts())


@lru_cache(maxsize=4)
def _printed_texts(form: FormLayout, standard: Standard) -> frozenset[str]:
    """Return the folded texts that a blank workbook prints, under each policy.

    Of an earlier format also those of the built-in specification: most are the same for any.
    """
    blanks = [
        template_bytes(msgspec.structs.replace(standard, policy=policy))
        for policy in policies(standard.policy)
    ]
    if form.version in released_versions():
        blanks += printed_bytes(form.version)
    books = [open_workbook(blank, "xlsx") for blank in blanks]
    grids = [book.grid(index) for book in books for index in range(len(book.sheets))]
    return frozenset(comparison_key(text) for grid in grids for _x, _row, text in grid.texts())


def other_content(book: Workbook, places: AuditSheets) -> Iterator[Finding]:
    """Report sheets and objects that an audit workbook has no place for."""
    four = (places.cover, places.ratings, places.special, places.identity)
    known = {layout.RUBRIC, layout.CORRECTIONS, *(place.name for place in four if place)}
    for sheet in book.sheets:
        if sheet.name not in known:
            yield finding(Code.NOT_CARRIED_OVER, sheet=sheet.name, found=f"工作表“{sheet.name}”")
    if isinstance(book, XlsxWorkbook):
        for name, pattern in _OTHER_PARTS:
            parts = [part for part in book.package.names if pattern.fullmatch(part)]
            count = sum(1 for part in parts if name != _COMMENTS or not only_remarks(book, part))
            if name == _PICTURES:
                count -= _holds_logo(book)
            if count > 0:
                yield finding(Code.NOT_CARRIED_OVER, found=f"{name}（{count} 个部件）")


def _holds_logo(book: XlsxWorkbook) -> bool:
    """Tell whether a workbook shows the logo of the body that issued it."""
    return any(
        path.endswith("cNvPr") and attributes.get("descr") == layout.LOGO_ALT
        for part in book.package.names
        if _DRAWING.fullmatch(part)
        for path, attributes, _text in book.package.elements(part)
    )


def spelled(item: SpecialItem) -> str:
    """Write an entry of 特别项 as one line."""
    parts = item.texts.values()
    return "；".join(part for part in parts if part)
