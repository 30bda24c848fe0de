"""The numbers behind all charts, on one hidden sheet at the end of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.charts import CellRange
from cts_excel.summary.writing.text import cell_text

TITLE = "图表数据"
_WIDTH = 14.0


class _Data(NamedTuple):
    title: str
    values: Sequence[str] | Sequence[float]
    formulas: Sequence[str]


class ChartData:
    """Collects columns of chart data while charts are drawn; they are written once, at the end."""

    def __init__(self) -> None:
        self._columns: list[_Data] = []

    def add(
        self, title: str, values: Sequence[str] | Sequence[float], formulas: Sequence[str] = ()
    ) -> CellRange:
        """Take a column and return where it will stand; NaN leaves a cell empty.

        :param formulas: live formulas of the values, if the cells follow other sheets.
        """
        self._columns.append(_Data(title, values, formulas))
        return CellRange(TITLE, 1, max(1, len(values)), len(self._columns) - 1)

    def write(self, book: WorkbookWriter) -> None:
        """Write the sheet, hidden; none if no chart was drawn."""
        if not self._columns:
            return
        sheet = book.sheet(TITLE, [_WIDTH] * len(self._columns))
        sheet.hide()
        style = book.format("note_line")
        for column, data in enumerate(self._columns):
            sheet.write_string(0, column, cell_text(data.title), style)
            for row, value in enumerate(data.values, start=1):
                if data.formulas:
                    sheet.write_formula(row, column, data.formulas[row - 1], style, value)
                elif isinstance(value, str):
                    sheet.write_string(row, column, cell_text(value), style)
                elif value == value:
                    sheet.write_number(row, column, value, style)
        # No print area: LibreOffice would print it, though the sheet is hidden.
