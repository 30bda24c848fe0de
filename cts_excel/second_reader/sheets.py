"""openpyxl opens the workbook; every filled cell with its value and whether a person sees it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from cts_excel.second_reader.model import ProblemKind
from cts_excel.second_reader.seen import is_legible
from cts_excel.second_reader.spelling import decoded, fifteen_digits, visible

Value = str | Fraction | ProblemKind  # a ProblemKind says why the cell holds no usable value
_MOST_CHARACTERS = 32_767  # a cell of Excel holds no more
_TYPES = {"b": ProblemKind.LOGICAL, "d": ProblemKind.DATE, "e": ProblemKind.ERROR_VALUE}


class UnreadableError(Exception):
    """openpyxl cannot read the workbook; the message says what it stumbled over."""


class _Parser(WorkSheetParser):
    """openpyxl's parser, which also tells a formula from a value and one value from two."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = dict(super().parse_cell(element))
        values = element.findall(VALUE_TAG)
        cell["formula"] = element.find(FORMULA_TAG) is not None
        # openpyxl takes the first of two values, and counts string -1 from the end.
        index = values[0].text if values and element.get("t") == "s" else None
        cell["doubtful"] = len(values) > 1 or (index or "").lstrip().startswith("-")
        return cell


class Hiding:
    """What keeps a person from seeing a cell of one sheet."""

    def __init__(self, sheet: Any, parser: _Parser) -> None:
        self.sheet = sheet
        self.hidden_sheet = sheet.sheet_state != "visible"
        form = getattr(parser, "sheet_format", None)
        self.rows_hidden = bool(form is not None and form.zeroHeight)
        self.row_settings = parser.row_dimensions
        self.columns = [
            (int(column["min"]), int(column.get("max", column["min"])))
            for column in parser.column_dimensions.values()
            if _is_hidden(column, "width")
        ]
        merged = parser.merged_cells
        bounds = [] if merged is None else [cells.bounds for cells in merged.mergeCell]
        self.merges = np.array(bounds, dtype=np.int64).reshape(-1, 4)
        self.legible: dict[int, bool] = {}

    def shows(self, row: int, column: int, style: int) -> bool:
        """Tell whether sheet, row, column, merges and style leave the value to be seen."""
        settings = self.row_settings.get(str(row))
        row_hidden = self.rows_hidden if settings is None else _is_hidden(settings, "ht")
        return not (
            self.hidden_sheet
            or row_hidden
            or any(first <= column <= last for first, last in self.columns)
            or self._is_covered(row, column)
            or not self._legible(style)
        )

    def _is_covered(self, row: int, column: int) -> bool:
        """Tell whether a merged range covers a cell that is not its first; there may be 200,000."""
        left, top, right, bottom = self.merges.T
        inside = (left <= column) & (column <= right) & (top <= row) & (row <= bottom)
        return bool(np.any(inside & ((left != column) | (top != row))))

    def _legible(self, style: int) -> bool:
        if style not in self.legible:
            self.legible[style] = is_legible(ReadOnlyCell(self.sheet, 1, 1, None, "n", style))
        return self.legible[style]


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: 1-based row and column, value, and what may hide it."""

    row: int
    column: int
    address: str
    value: Value
    style: int
    hiding: Hiding

    @property
    def seen(self) -> bool:
        """Whether a person who looks at the sheet sees the value."""
        return self.hiding.shows(self.row, self.column, self.style)

    @property
    def text(self) -> str:
        """The value as a text: a number in plain digits, ``""`` if there is no usable value."""
        if isinstance(self.value, ProblemKind):
            return ""
        return self.value if isinstance(self.value, str) else f"{float(self.value):.15g}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of one worksheet by (row, column)."""

    name: str
    cells: dict[tuple[int, int], Cell]
    rows: dict[int, list[Cell]] = field(default_factory=dict)

    def at(self, row: int, column: int | None) -> Cell | None:
        """Return a filled cell, ``None`` for a blank one or a column that is missing."""
        return None if column is None else self.cells.get((row, column))


def read_sheets(content: bytes) -> list[Sheet]:
    """Read the filled cells of every worksheet: stored results, never links to other files.

    Chart sheets and drawings are not opened. Nothing grows with the size of a merged range or with
    the distance of the farthest cell, as it does in ``openpyxl.load_workbook`` without
    ``read_only``; that is why the parser is called here.
    :raises UnreadableError: if openpyxl cannot read the content.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            try:
                return [_sheet(book, sheet) for sheet in book.worksheets]
            finally:
                book.close()
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever it stumbles over
        raise UnreadableError(f"{type(error).__name__}: {error}"[:200]) from None


def _sheet(book: Any, sheet: Any) -> Sheet:
    with sheet._get_source() as source:
        parser = _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        raw = [cell for _row, cells in parser.parse() for cell in cells]
    hiding = Hiding(sheet, parser)
    cells: dict[tuple[int, int], Cell] = {}
    for found in raw:
        value = _value(found)
        if value is None:
            continue
        row, column = found["row"], found["column"]
        if (row, column) in cells:
            value = ProblemKind.AMBIGUOUS
        address = f"{sheet.title}!{get_column_letter(column)}{row}"
        cells[row, column] = Cell(row, column, address, value, found["style_id"], hiding)
    read = Sheet(sheet.title, cells)
    for (row, _column), cell in sorted(cells.items()):
        read.rows.setdefault(row, []).append(cell)
    return read


def _value(found: dict[str, Any]) -> Value | None:
    value = found["value"]
    if found["doubtful"]:
        return ProblemKind.AMBIGUOUS
    if value is None:
        return ProblemKind.NOT_CALCULATED if found["formula"] else None
    if found["data_type"] in _TYPES:
        return _TYPES[found["data_type"]]
    if isinstance(value, str):
        text = decoded(value[:_MOST_CHARACTERS])
        return text if visible(text) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = fifteen_digits(value)
        return ProblemKind.NOT_A_NUMBER if number is None else number
    return ProblemKind.DATE


def _is_hidden(settings: dict[str, str], size: str) -> bool:
    return settings.get("hidden") in ("1", "true") or float(settings.get(size, 9)) < 0.5
