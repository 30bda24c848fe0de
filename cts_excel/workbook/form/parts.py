"""The writing of a form: the workbook, its sheets, and cells of every kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cts_excel.standard.model import Standard
from cts_excel.workbook.form import formulas_cover, layout
from cts_excel.workbook.form.answers import Answers, Value
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint, set_header
from cts_excel.workbook.form.results import Results
from cts_excel.workbook.form.style import FONT, Formats, clipped

# Excel's limits for prompts and alerts, in characters.
TITLE_LIMIT, MESSAGE_LIMIT = 32, 255
FOOTER_LIMIT = 255
CELL_LIMIT = 32_767
# An assessor may select anything and give text more room; contents and structure stay locked.
_ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True}
_NOT_IN_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")


@dataclass(frozen=True, slots=True)
class FormBuilder:
    """The workbook that is being written, and everything that its sheets show."""

    workbook: Workbook
    standard: Standard
    answers: Answers
    results: Results
    formats: Formats
    lock_prefilled: bool = False
    imprint: Imprint = NO_IMPRINT

    def add_sheet(self, name: str) -> Worksheet:
        """Add a sheet that is protected, without grid lines, printed on A4 landscape."""
        sheet: Worksheet = self.workbook.add_worksheet(name)
        sheet.protect("", _ALLOWED)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer(self._footer(name))
        set_header(sheet, self.imprint)
        return sheet

    def _footer(self, name: str) -> str:
        standard = self.standard
        style = f'&"{FONT},Regular"&8 '  # the space ends the size: digits may follow
        left = f"{standard.title}（{standard.edition}）".replace("&", "&&")
        footer = f"&L{style}{{}}&C{style}{name}&R{style}第 &P 页 共 &N 页"
        return footer.format(clipped(left, FOOTER_LIMIT - len(footer)))


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write a text as a text, even if it begins with ``=`` or ``http``."""
    sheet.write_string(row, column, storable(text), style)


def write_top(
    form: FormBuilder, sheet: Worksheet, name: str, columns: tuple[int, int], *, repeated: int = 0
) -> None:
    """Write the title and, right of it, the line that names client, audit and lead.

    :param columns: first and last of the line.
    :param repeated: last row that every printed page repeats.
    """
    row, style = layout.HEADLINE_ROW, form.formats["headline"]
    write_text(sheet, row, 0, name, form.formats["sheet_title"])
    first, last = columns
    if first < last:
        sheet.merge_range(row, first, row, last, "", style)
    write_result(sheet, row, first, formulas_cover.headline(), style, form.results.headline)
    sheet.set_row(row, 24)
    sheet.repeat_rows(0, repeated)


def write_section(
    form: FormBuilder, sheet: Worksheet, row: int, columns: tuple[int, int], text: str
) -> None:
    """Write the heading of a section across its first to last column."""
    first, last = columns
    for column in range(first, last + 1):
        write_text(sheet, row, column, text if column == first else "", form.formats["section"])
    sheet.set_row(row, 24)


def storable(text: str) -> str:
    """Return a text that a cell can hold: lone surrogates escaped, cut at Excel's limit."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")[:CELL_LIMIT]


def write_input(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    """Write an answer by its own type, right or wrong; NaN and infinity become an error cell."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])  # noqa: DTZ001
        sheet.write_datetime(row, column, moment, style)
    elif isinstance(value, (int, float, Decimal)):
        if isfinite(value):
            sheet.write_number(row, column, float(value), style)
        else:
            sheet.write_formula(row, column, "=#NUM!", style, "#NUM!")
    elif value:
        sheet.write_string(row, column, storable(value), style)
    else:
        sheet.write_blank(row, column, None, style)


def write_result(
    sheet: Worksheet,
    row: int,
    column: int,
    formula: str,
    style: Format,
    value: Decimal | str | None,
) -> None:
    """Write a formula with its cached value, as an application would save it."""
    cached: float | str = float(value) if isinstance(value, Decimal) else _as_xml(value or "")
    sheet.write_formula(row, column, formula, style, cached)


def _as_xml(text: str) -> str:
    """Return a text as a formula's result holds it; xlsxwriter escapes texts of cells only."""
    return _NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", storable(text))


def prompt(title: str, message: str, **rule: Any) -> dict[str, Any]:
    """Complete a validation rule with an input prompt within Excel's limits."""
    return {
        **rule,
        "input_title": clipped(title, TITLE_LIMIT),
        "input_message": clipped(message, MESSAGE_LIMIT),
    }


def alert(title: str, message: str) -> dict[str, str]:
    """Word the alert of a validation rule within Excel's limits."""
    return {
        "error_title": clipped(title, TITLE_LIMIT),
        "error_message": clipped(message, MESSAGE_LIMIT),
    }
