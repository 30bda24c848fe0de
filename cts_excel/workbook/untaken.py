"""What a workbook holds beside the answers of its form: texts, sheets, comments, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import SpecialItem
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.package import only_remarks
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.grids import Workbook
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.folding import comparison_key
from cts_excel.workbook.reading.locate import AuditSheets, LocatedSheet, find_header

_COMMENTS = "批注"
_OTHER_PARTS = (
    (_COMMENTS, re.compile(r"xl/(?:.*/)?comments?[^/]*\.xml")),
    ("图片", re.compile(r"xl/media/.+")),
    ("嵌入对象", re.compile(r"xl/embeddings/.+")),
    ("宏", re.compile(r"xl/vbaProject\.bin")),
)


@dataclass(slots=True)
class Taken:
    """What was taken over or reported: (sheet, cell)."""

    cells: set[tuple[str, str]] = field(default_factory=set)


def left_behind(
    places: AuditSheets, standard: Standard, taken: Taken
) -> Iterator[tuple[LocatedSheet, str, str]]:
    """Yield (sheet, cell, text) that no field took: notes beside the form, rows of a lost block."""
    printed = _printed_texts(standard)
    for place in filter(None, (places.cover, places.ratings, places.special)):
        issued = _printed_columns(place) if place is places.ratings else set()
        for letters, row, text in list(place.grid.texts()):
            cell, key = f"{letters}{row}", comparison_key(text)
            if letters in issued or key in printed or not key:
                continue
            if (place.name, cell) in taken.cells:
                continue
            if place.grid.formula(cell) is None:
                yield place, cell, text


def _printed_columns(place: LocatedSheet) -> set[str]:
    """Return the letters of the columns of 评分表 that nobody fills in."""
    header = find_header(place.grid, layout.RATING_COLUMNS, layout.RATING_HEADER_ROW)
    own = {x for x, _heading in layout.RATING_COLUMNS if x not in layout.RATING_INPUTS}
    return {header.letters(name) for name in own} if header else set()


@lru_cache(maxsize=4)
def _printed_texts(standard: Standard) -> frozenset[str]:
    """Return the folded texts that a blank workbook prints."""
    book = open_workbook(template_bytes(standard), "xlsx")
    grids = [book.grid(index) for index in range(len(book.sheets))]
    return frozenset(comparison_key(text) for grid in grids for _x, _row, text in grid.texts())


def other_content(book: Workbook, places: AuditSheets) -> Iterator[Finding]:
    """Report sheets and objects that an audit workbook has no place for."""
    four = (places.cover, places.ratings, places.special, places.identity)
    known = {layout.RUBRIC, layout.CORRECTIONS, *(place.name for place in four if place)}
    for sheet in book.sheets:
        if sheet.name not in known:
            yield finding(Code.NOT_CARRIED_OVER, sheet=sheet.name, found=f"工作表「{sheet.name}」")
    if isinstance(book, XlsxWorkbook):
        for name, pattern in _OTHER_PARTS:
            parts = [part for part in book.package.names if pattern.fullmatch(part)]
            count = sum(1 for part in parts if name != _COMMENTS or not only_remarks(book, part))
            if count:
                yield finding(Code.NOT_CARRIED_OVER, found=f"{name}（{count} 个部件）")


def spelled(item: SpecialItem) -> str:
    """Write an entry of 特别项 as one line."""
    parts = item.texts.values()
    return "；".join(part for part in parts if part)
