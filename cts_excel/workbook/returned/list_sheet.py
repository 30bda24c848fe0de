"""The correction list as a sheet: the first of a marked copy, or in a workbook of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cts_excel.audit.findings import Severity
from cts_excel.workbook.form.parts import storable, write_text
from cts_excel.workbook.form.style import BAD_FILL, BASE, RULE, STYLES, WARN_FILL, row_height
from cts_excel.workbook.form.template import CREATED
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.returned.container import MAIN, main_tag, serialised
from cts_excel.workbook.returned.corrections import TITLE, Correction, CorrectionList, printable
from cts_excel.workbook.returned.styles import Styles

_COLUMNS = (  # heading, width in characters
    ("序号", 6.0),
    ("代码", 7.0),
    ("严重程度", 10.0),
    ("位置", 20.0),
    ("条款", 10.0),
    ("发现", 36.0),
    ("应为", 34.0),
    ("修改办法", 48.0),
    ("影响", 18.0),
)
_CENTRED = ("序号", "代码", "条款")
_LOCATION = 3  # index of 位置
FIRST_ROWS = 5  # title, three lines, headings
_HEIGHTS = (36.0, 20.0, 20.0, 20.0)  # of title and lines
_HEAD_HEIGHT = 24.0
_FOOTER = f"&C{TITLE}&R第 &P 页，共 &N 页"
_RED = "FFC00000"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_NAMESPACE: Any = {None: MAIN}  # the stubs know no default namespace
_FRAME = {"border": 1, "border_color": RULE, "text_wrap": True, "valign": "vcenter"}
_FORMATS = {
    "title": STYLES["title"],
    "line": STYLES["plain"],
    "head": STYLES["head"],
    "centre": {**_FRAME, "align": "center"},
    "text": {**_FRAME, "align": "left", "indent": 1},
    "error": {**_FRAME, "align": "center", "bold": True, "bg_color": BAD_FILL},
    "warning": {**_FRAME, "align": "center", "bold": True, "bg_color": WARN_FILL},
}


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, main_tag(name), attributes)


def _styled(correction: Correction) -> Iterator[tuple[str, str]]:
    """Yield text and format of each cell of a line."""
    for (heading, _width), text in zip(_COLUMNS, correction.texts, strict=True):
        look = "centre" if heading in _CENTRED else "text"
        if heading == "严重程度":
            looks = {Severity.ERROR: "error", Severity.WARNING: "warning"}
            look = looks.get(correction.severity, "centre")
        yield text, look


def _height(correction: Correction) -> float:
    widths = [width for _heading, width in _COLUMNS]
    return row_height(*zip(correction.texts, widths, strict=True))


def list_sheet(listed: CorrectionList, styles: Styles) -> bytes:
    """Write the worksheet part of a marked copy; its texts are inline, not shared strings."""
    root = etree.Element(main_tag("worksheet"), nsmap=_NAMESPACE)
    settings = _add(root, "sheetPr")
    _add(settings, "tabColor", rgb=_RED)
    _add(settings, "pageSetUpPr", fitToPage="1")
    last = cell_address(FIRST_ROWS + len(listed.corrections) - 1, len(_COLUMNS) - 1)
    _add(root, "dimension", ref=f"A1:{last}")
    _view(root)
    columns = _add(root, "cols")
    for number, (_heading, width) in enumerate(_COLUMNS, start=1):
        span = {"min": str(number), "max": str(number)}
        _add(columns, "col", **span, width=str(width + 0.7109375), customWidth="1")
    data = _add(root, "sheetData")
    _head(data, listed, styles)
    looks = {name: styles.cell(name) for name in ("centre", "text", "link", "error", "warning")}
    for number, correction in enumerate(listed.corrections, start=FIRST_ROWS):
        line = _row(data, number, _height(correction))
        for place, (text, look) in enumerate(_styled(correction)):
            linked = place == _LOCATION and correction.sheet
            _text(line, number, place, text, looks["link" if linked else look])
    allowed = dict.fromkeys(("formatColumns", "formatRows", "autoFilter"), "0")
    _add(root, "sheetProtection", sheet="1", objects="1", scenarios="1", **allowed)
    if listed.corrections:
        _add(root, "autoFilter", ref=f"A{FIRST_ROWS}:{last}")
    _links(root, listed)
    _print(root)
    return serialised(root)


def _view(root: etree._Element) -> None:
    views = _add(root, "sheetViews")
    view = _add(views, "sheetView", showGridLines="0", workbookViewId="0")
    top, pane = f"A{FIRST_ROWS + 1}", "bottomLeft"
    _add(view, "pane", ySplit=str(FIRST_ROWS), topLeftCell=top, activePane=pane, state="frozen")
    _add(view, "selection", pane=pane, activeCell=top, sqref=top)
    _add(root, "sheetFormatPr", defaultRowHeight="15")


def _head(data: etree._Element, listed: CorrectionList, styles: Styles) -> None:
    lines = zip((listed.title, *listed.lines), _HEIGHTS, strict=True)
    for number, (text, height) in enumerate(lines):
        style = styles.cell("line" if number else "title")
        _text(_row(data, number, height), number, 0, text, style)
    row = _row(data, FIRST_ROWS - 1, _HEAD_HEIGHT)
    for column, (heading, _width) in enumerate(_COLUMNS):
        _text(row, FIRST_ROWS - 1, column, heading, styles.cell("head"))


def _row(data: etree._Element, number: int, height: float) -> etree._Element:
    return _add(data, "row", r=str(number + 1), ht=str(height), customHeight="1")


def _text(row: etree._Element, number: int, column: int, text: str, style: int) -> None:
    cell = _add(row, "c", r=cell_address(number, column), s=str(style))
    if text:
        cell.set("t", "inlineStr")
        held = _add(_add(cell, "is"), "t")
        held.set(_SPACE, "preserve")
        held.text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)


def _links(root: etree._Element, listed: CorrectionList) -> None:
    targets = [(n, row) for n, row in enumerate(listed.corrections, start=FIRST_ROWS) if row.sheet]
    if targets:
        links = _add(root, "hyperlinks")
        for number, row in targets:
            quoted = row.sheet.replace("'", "''")
            first = row.cells[0] if row.cells else "A1"
            cell, target = cell_address(number, _LOCATION), f"'{quoted}'!{first}"
            _add(links, "hyperlink", ref=cell, location=target, display=row.texts[_LOCATION])


def _print(root: etree._Element) -> None:
    _add(root, "printOptions", horizontalCentered="1")
    sides = {"left": "0.4", "right": "0.4", "top": "0.5", "bottom": "0.6"}
    _add(root, "pageMargins", **sides, header="0.3", footer="0.3")
    _add(root, "pageSetup", paperSize="9", fitToHeight="0", orientation="landscape")
    footer = _add(_add(root, "headerFooter"), "oddFooter")
    footer.text = _FOOTER


def list_workbook(listed: CorrectionList, note: str) -> bytes:
    """Write the list into a workbook of one protected sheet; ``note`` is added to the title."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": dict(BASE),
    }
    workbook = Workbook(buffer, options)
    sheet: Worksheet = workbook.add_worksheet(TITLE)
    formats = {name: workbook.add_format({**BASE, **look}) for name, look in _FORMATS.items()}
    lines = (f"{listed.title}　{printable(note)}", *listed.lines)
    for number, (text, height) in enumerate(zip(lines, _HEIGHTS, strict=True)):
        write_text(sheet, number, 0, storable(text), formats["line" if number else "title"])
        sheet.set_row(number, height)
    for column, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        write_text(sheet, FIRST_ROWS - 1, column, heading, formats["head"])
    for number, correction in enumerate(listed.corrections, start=FIRST_ROWS):
        sheet.set_row(number, _height(correction))
        for column, (text, look) in enumerate(_styled(correction)):
            write_text(sheet, number, column, storable(text), formats[look])
    _set_up(sheet, len(listed.corrections))
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
    sheet.set_footer(_FOOTER)
    if rows:
        sheet.autofilter(FIRST_ROWS - 1, 0, FIRST_ROWS + rows - 1, len(_COLUMNS) - 1)
