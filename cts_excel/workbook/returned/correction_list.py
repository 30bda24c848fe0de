"""A correction list in a workbook of its own, for files that cannot be marked."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.parts import storable, write_text
from cts_excel.workbook.form.style import BAD_FILL, BASE, RULE, STYLES, WARN_FILL, row_height
from cts_excel.workbook.form.template import CREATED
from cts_excel.workbook.returned.listing import (
    CENTRED,
    COLUMNS,
    FIRST_ROWS,
    SEVERITY,
    TITLE,
    Listing,
    listing,
    printable,
)

_FRAME = {"border": 1, "border_color": RULE, "text_wrap": True, "valign": "vcenter"}
_LOOKS = {
    "title": STYLES["title"],
    "line": STYLES["plain"],
    "head": STYLES["head"],
    "centre": {**_FRAME, "align": "center"},
    "text": {**_FRAME, "align": "left", "indent": 1},
    "error": {**_FRAME, "align": "center", "bold": True, "bg_color": BAD_FILL},
    "warning": {**_FRAME, "align": "center", "bold": True, "bg_color": WARN_FILL},
}


def correction_list(outcome: Outcome, standard: Standard, *, reason: str = "") -> bytes:
    """Return a fresh workbook (.xlsx) that lists what is to be corrected in a file.

    :param reason: why the file itself was not marked, in Chinese.
    """
    listed = listing(outcome, standard)
    name = f"文件：{outcome.file}" + (f"（{reason}）" if reason else "")
    request = "请在原文件中按本清单逐项修改后交回原文件；本清单无需交回。"
    return list_workbook(
        Listing(TITLE, (listed.lines[0], listed.lines[1], request), listed.rows), name
    )


def list_workbook(listed: Listing, note: str) -> bytes:
    """Write a list into a workbook of one protected sheet; ``note`` stands beside the title."""
    buffer = BytesIO()
    workbook = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": dict(BASE),
        },
    )
    sheet: Worksheet = workbook.add_worksheet(TITLE)
    looks = {name: workbook.add_format({**BASE, **look}) for name, look in _LOOKS.items()}
    lines = (f"{listed.title}　{printable(note)}", *listed.lines)
    for number, text in enumerate(lines):
        write_text(sheet, number, 0, storable(text), looks["line" if number else "title"])
        sheet.set_row(number, 20 if number else 36)
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        write_text(sheet, FIRST_ROWS - 1, column, heading, looks["head"])
    for number, row in enumerate(listed.rows, start=FIRST_ROWS):
        sheet.set_row(number, row_height(*zip(row.cells, (w for _h, w in COLUMNS), strict=True)))
        for column, text in enumerate(row.cells):
            look = "centre" if column in CENTRED else "text"
            if column == SEVERITY:
                look = "error" if row.severity is Severity.ERROR else "warning"
            write_text(sheet, number, column, storable(text), looks[look])
    _set_up(sheet, len(listed.rows))
    workbook.set_properties({"title": TITLE, "created": CREATED})
    workbook.close()
    return buffer.getvalue()


def _set_up(sheet: Worksheet, rows: int) -> None:
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.hide_gridlines(2)
    sheet.freeze_panes(FIRST_ROWS, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROWS - 1)
    sheet.set_footer(f"&C{TITLE}&R第 &P 页，共 &N 页")
    if rows:
        sheet.autofilter(FIRST_ROWS - 1, 0, FIRST_ROWS + rows - 1, len(COLUMNS) - 1)
