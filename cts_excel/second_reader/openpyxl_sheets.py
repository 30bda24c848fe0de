"""openpyxl opens the workbook; every filled cell with its value and whether a person sees it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.workbook import Workbook
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE
from openpyxl.xml.functions import fromstring

from cts_excel.second_reader.cells import (
    Cell,
    Sheet,
    UnreadableError,
    Value,
    sheet_of,
)
from cts_excel.second_reader.model import ProblemKind
from cts_excel.second_reader.seen import is_legible
from cts_excel.second_reader.spelling import decoded, fifteen_digits, visible

_DRAWING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
_MOST_CHARACTERS = 32_767  # a cell of Excel holds no more
_TYPES = {"b": ProblemKind.LOGICAL, "d": ProblemKind.DATE, "e": ProblemKind.ERROR_VALUE}


class _Parser(WorkSheetParser):
    """openpyxl's parser, which also tells a formula from a value and one value from two."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = dict(super().parse_cell(element))
        values = element.findall(VALUE_TAG)
        formula = element.find(FORMULA_TAG)
        cell["formula"] = formula is not None
        # WPS shows a picture by a formula of its own, Excel by a rich value behind an error.
        by_wps = formula is not None and "DISPIMG(" in (formula.text or "").upper()
        cell["picture"] = by_wps or (element.get("t") == "e" and element.get("vm") is not None)
        # openpyxl takes the first of two values, and counts string -1 from the end.
        index = values[0].text if values and element.get("t") == "s" else None
        cell["doubtful"] = len(values) > 1 or (index or "").lstrip().startswith("-")
        return cell


class _Hiding:
    """What keeps a person from seeing a cell of one sheet."""

    def __init__(self, book: Any, state: str, parser: _Parser) -> None:
        self.styled: Any = SimpleNamespace(parent=book)  # what openpyxl asks a cell's sheet for
        self.hidden_sheet = state != "visible"
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
            self.legible[style] = is_legible(ReadOnlyCell(self.styled, 1, 1, None, "n", style))
        return self.legible[style]


@lru_cache(maxsize=8)  # workbooks of one issue share their styles, saved by one application
def _styled(styles: bytes) -> Any:
    """Return a workbook that has the styles of a part, openpyxl's own if there is none."""
    book = Workbook()
    if styles:
        archive: Any = SimpleNamespace(read=lambda _name: styles)
        apply_stylesheet(archive, book)
    return book


class _Reader(ExcelReader):
    """openpyxl's reader of a workbook, without what bears no value: properties, theme, names."""

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        styles = self.archive.read(ARC_STYLE) if ARC_STYLE in self.valid_files else b""
        self.styled = _styled(styles)

    def sheets(self) -> Iterator[Sheet]:
        """Read the worksheets in tab order; chart sheets are not opened."""
        for listed, related in self.parser.find_sheets():
            if related.target in self.valid_files and "chartsheet" not in related.Type:
                yield self._sheet(listed.name, listed.state or "visible", related.target)

    def _sheet(self, name: str, state: str, part: str) -> Sheet:
        with self.archive.open(part) as source:
            parser = _Parser(
                source,
                self.shared_strings,
                data_only=True,
                epoch=self.wb.epoch,
                date_formats=self.styled._date_formats,
                timedelta_formats=self.styled._timedelta_formats,
            )
            raw = [cell for _row, cells in parser.parse() for cell in cells]
        hiding = _Hiding(self.styled, state, parser)
        sheet = sheet_of(
            name,
            (
                Cell(
                    name,
                    found["row"],
                    found["column"],
                    value,
                    found["style_id"],
                    hiding,
                )
                for found in raw
                if (value := _value(found)) is not None
            ),
        )
        sheet.pictured.extend(self._pictured(part))
        return sheet

    def _pictured(self, part: str) -> Iterator[tuple[int, int, int, int]]:
        """Yield the ranges under the pictures that float on a sheet."""
        folder, _slash, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self.valid_files:
            return
        # A drawing that openpyxl does not understand has none; it raises whatever it stumbles over.
        with suppress(Exception):
            for related in get_dependents(self.archive, relations).find(_DRAWING):
                tree: Any = fromstring(self.archive.read(related.target))
                drawing: Any = SpreadsheetDrawing.from_tree(tree)
                for anchor in (*drawing.twoCellAnchor, *drawing.oneCellAnchor):
                    if anchor.pic is not None:
                        first = anchor._from
                        last = getattr(anchor, "to", None) or first
                        yield first.row + 1, first.col + 1, last.row + 1, last.col + 1


def read_sheets(content: bytes) -> list[Sheet]:
    """Read the filled cells of every worksheet: stored results, never links to other files.

    Of drawings, only the places of pictures are read. Nothing grows with the size of a merged range
    or with the distance of the farthest cell, as it does in ``openpyxl.load_workbook`` without
    ``read_only``; that is why the parser is called here.
    :raises UnreadableError: if openpyxl cannot read the content.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Reader(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            with reader.archive:
                reader.read()
                return list(reader.sheets())
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever it stumbles over
        raise UnreadableError(f"{type(error).__name__}: {error}"[:200]) from None


def _value(found: dict[str, Any]) -> Value | None:
    value = found["value"]
    if found["doubtful"]:
        return ProblemKind.AMBIGUOUS
    if found["picture"]:
        return ProblemKind.PICTURE
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
