"""The sheets of a roster workbook: what each cell shows, merged cells filled downwards."""

from __future__ import annotations

import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from python_calamine import CalamineWorkbook

from cts_excel.workbook.issuing.ods_shown import OdsSheet, ods_sheets
from cts_excel.workbook.issuing.shown_numbers import lays_out, number_formats, shown
from cts_excel.workbook.issuing.xls_formats import xls_formats
from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.cells import Value
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.grids import Grid, Workbook
from cts_excel.workbook.ooxml.raw_sheet import COLUMN, ROW, STYLE
from cts_excel.workbook.ooxml.sheet_settings import CellRange, parse_range
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.ooxml.xml_parser import elements

_OLDER = ("xls", "xlsb", "ods")
_VISIBLE = "visible"

Rows = dict[int, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The filled cells of a sheet by 1-based row and column letters.

    ``unformatted``: numbers come without their format.
    """

    name: str
    rows: Rows
    hidden: bool
    unformatted: bool


def sheets(content: bytes, suffix: str) -> list[SheetCells]:
    """Read every sheet of a workbook of any type; its content tells the type.

    :param suffix: of the file's name, lower case; it decides for a package of no known type.
    :raises NotReadableError: F01, F03, F04, F05, F08.
    """
    try:
        book = XlsxWorkbook(content)
    except NotReadableError as error:
        kind = error.found if error.found in _OLDER else suffix.removeprefix(".")
        if error.reason is not Reason.TYPE_NOT_ACCEPTED or kind not in _OLDER:
            raise
        return _older_sheets(content, kind)
    return [_xlsx_sheet(book, index) for index in range(len(book.sheets))]


def _xlsx_sheet(book: XlsxWorkbook, index: int) -> SheetCells:
    sheet = book.sheets[index]
    rows = _xlsx_rows(book, book.grid(index))
    return SheetCells(sheet.name, rows, sheet.state != _VISIBLE, unformatted=False)


def _xlsx_rows(book: XlsxWorkbook, grid: XlsxGrid) -> Rows:
    formats = number_formats(book.package.styles_part)
    rows: Rows = {}
    for address, cell in grid.raw.cells.items():
        value = grid.at(address)
        if value is not None:
            style = int(cell[STYLE] or 0)
            code = formats[style] if style < len(formats) else ""
            row = rows.setdefault(int(cell[ROW]), {})
            row[cell[COLUMN]] = shown(value, code)
    fill_merged(rows, _merges(grid.raw.outer_xml))
    return rows


def _merges(outer_xml: str) -> Iterator[CellRange]:
    for path, attributes, _text in elements("sheet", outer_xml.encode("utf-8", "surrogatepass")):
        if path == "worksheet/mergeCells/mergeCell":
            yield from parse_range(attributes.get("ref", ""))


def _older_sheets(content: bytes, kind: str) -> list[SheetCells]:
    """Read an .xls, .xlsb or .ods: typed values from calamine, what else it tells from the file."""
    book = open_workbook(content, kind)
    return _ods_sheets(book, content) if kind == "ods" else _binary_sheets(book, content)


def _ods_sheets(book: Workbook, content: bytes) -> list[SheetCells]:
    documents = {sheet.name: sheet for sheet in ods_sheets(content)}
    found = []
    for index, sheet in enumerate(book.sheets):
        rows = _typed_rows(book.grid(index))
        document = documents.get(sheet.name)
        if document:
            _show_numbers(rows, document)
            fill_merged(rows, document.merges)
        hidden = sheet.state != _VISIBLE
        found.append(SheetCells(sheet.name, rows, hidden, unformatted=document is None))
    return found


def _binary_sheets(book: Workbook, content: bytes) -> list[SheetCells]:
    merges, formats = _calamine_merges(content), xls_formats(content)
    known = len(formats) == len(book.sheets)
    found = []
    for index, sheet in enumerate(book.sheets):
        rows = _typed_rows(book.grid(index))
        for (number, column), code in formats[index].items() if known else ():
            letters = column_letters(column - 1)
            if letters in rows.get(number, {}):
                rows[number][letters] = shown(rows[number][letters], code)
        fill_merged(rows, merges.get(index, ()))
        hidden = sheet.state != _VISIBLE
        found.append(SheetCells(sheet.name, rows, hidden, unformatted=not known))
    return found


def _typed_rows(grid: Grid) -> Rows:
    """Return the values of the columns with any text: one without has no heading."""
    rows: Rows = {}
    for letters in sorted({letters for letters, _row, _text in grid.texts()}, key=column_number):
        for number in grid.rows(letters):
            value = grid.at(f"{letters}{number}")
            if value is not None:
                rows.setdefault(number, {})[letters] = value
    return rows


def _show_numbers(rows: Rows, document: OdsSheet) -> None:
    for (number, column), text in document.shown.items():
        letters = column_letters(column - 1)
        value = rows.get(number, {}).get(letters)
        if isinstance(value, Decimal) and lays_out(text, value):
            rows[number][letters] = text


def _calamine_merges(content: bytes) -> dict[int, list[CellRange]]:
    """Return the merged ranges of each sheet of an .xls by its 0-based index.

    Without them a row below a merged cell lacks its value, and is refused.
    """
    found = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for index in range(len(book.sheet_names)):
            ranges = book.get_sheet_by_index(index).merged_cell_ranges or ()
            found[index] = [(c1 + 1, r1 + 1, c2 + 1, r2 + 1) for (r1, c1), (r2, c2) in ranges]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of calamine's Rust code is no Exception
        return {}
    return found


def fill_merged(rows: Rows, merges: Iterable[CellRange]) -> None:
    """Give every row of a merged range the value that the range shows, in its first column.

    A value that stands under the merge is not seen by anyone: it goes. Rows that are blank but for
    the merged cell stay blank.
    """
    numbers = sorted(rows)
    for first_column, first, last_column, last in merges:
        top = rows.get(first, {}).get(column_letters(first_column - 1))
        inside = numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
        for number in inside:
            cells = rows[number]
            for letters in [x for x in cells if first_column <= column_number(x) <= last_column]:
                del cells[letters]
            if top is not None:
                cells[column_letters(first_column - 1)] = top
