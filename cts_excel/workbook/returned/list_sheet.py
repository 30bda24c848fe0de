"""The correction list as a sheet: the first of a marked copy, or in a workbook of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
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

_COLUMNS = (  # heading, width in characters; up to 修改办法 they fit into 1366 pixels
    ("序号", 5.5),
    ("代码", 6.5),
    ("严重程度", 9.0),
    ("位置", 18.0),
    ("条款", 12.0),
    ("发现", 27.0),
    ("应为", 22.0),
    ("修改办法", 40.0),
    ("影响", 12.0),
)
_DEADLINE = ("补正期限", 14.0)  # the last column, if the office set one
_CENTRED = ("序号", "代码", "条款", "影响", "补正期限")
_LOCATION = 3  # index of 位置
_TITLE_SIZE, _SIZE = 18.0, 10.0  # points, of the fonts of title and lines
_TITLE_HEIGHT, _LINE_HEIGHT, _HEAD_HEIGHT = 36.0, 20.0, 24.0
_FOOTER = f"&C{TITLE}&R第 &P 页，共 &N 页"
_RED = "FFC00000"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_NAMESPACE: Any = {None: MAIN}  # the stubs know no default namespace
_FRAME = {"border": 1, "border_color": RULE, "text_wrap": True, "valign": "vcenter"}
_FORMATS = {
    "title": {**STYLES["title"], "text_wrap": True},
    "line": {**STYLES["plain"], "text_wrap": True},
    "head": STYLES["head"],
    "centre": {**_FRAME, "align": "center"},
    "text": {**_FRAME, "align": "left", "indent": 1},
    "error": {**_FRAME, "align": "center", "bold": True, "bg_color": BAD_FILL},
    "warning": {**_FRAME, "align": "center", "bold": True, "bg_color": WARN_FILL},
}


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, main_tag(name), attributes)


def first_rows(listed: CorrectionList) -> int:
    """Count the rows above the first correction: title, lines of text, headings."""
    return len(listed.lines) + 2


def _columns(listed: CorrectionList) -> tuple[tuple[str, float], ...]:
    return (*_COLUMNS, _DEADLINE) if listed.deadline else _COLUMNS


def _top(listed: CorrectionList) -> Iterator[tuple[str, str, float]]:
    """Yield text, format and height of the title and of each line; each spans all columns."""
    width = sum(width for _heading, width in _columns(listed))
    high = row_height((listed.title, width * _SIZE / _TITLE_SIZE), least=_LINE_HEIGHT)
    yield listed.title, "title", max(_TITLE_HEIGHT, high * _TITLE_SIZE / _SIZE)
    for line in listed.lines:
        yield line, "line", row_height((line, width), least=_LINE_HEIGHT)


def _styled(listed: CorrectionList, correction: Correction) -> Iterator[tuple[str, str]]:
    """Yield text and format of each cell of a row."""
    texts = (*correction.texts, listed.deadline)
    for (heading, _width), text in zip(_columns(listed), texts, strict=False):
        look = "centre" if heading in _CENTRED else "text"
        if heading == "严重程度":
            looks = {Severity.ERROR: "error", Severity.WARNING: "warning"}
            look = looks.get(correction.severity, "centre")
        yield text, look


def _height(listed: CorrectionList, correction: Correction) -> float:
    widths = (width for _heading, width in _columns(listed))
    return row_height(*zip((*correction.texts, listed.deadline), widths, strict=False))


def list_sheet(listed: CorrectionList, styles: Styles) -> bytes:
    """Write the worksheet part of a marked copy; its texts are inline, not shared strings."""
    root = etree.Element(main_tag("worksheet"), nsmap=_NAMESPACE)
    settings = _add(root, "sheetPr")
    _add(settings, "tabColor", rgb=_RED)
    _add(settings, "pageSetUpPr", fitToPage="1")
    first, columns = first_rows(listed), _columns(listed)
    last = cell_address(first + len(listed.corrections) - 1, len(columns) - 1)
    _add(root, "dimension", ref=f"A1:{last}")
    _view(root, first)
    widths = _add(root, "cols")
    for number, (_heading, width) in enumerate(columns, start=1):
        span = {"min": str(number), "max": str(number)}
        _add(widths, "col", **span, width=str(width + 0.7109375), customWidth="1")
    data = _add(root, "sheetData")
    _head(data, listed, styles)
    _rows(data, listed, styles)
    allowed = dict.fromkeys(("formatColumns", "formatRows", "autoFilter"), "0")
    _add(root, "sheetProtection", sheet="1", objects="1", scenarios="1", **allowed)
    if listed.corrections:
        _add(root, "autoFilter", ref=f"A{first}:{last}")
    merged = _add(root, "mergeCells", count=str(first - 1))
    for row in range(first - 1):
        _add(merged, "mergeCell", ref=f"A{row + 1}:{cell_address(row, len(columns) - 1)}")
    _links(root, listed)
    _print(root)
    return serialised(root)


def _view(root: etree._Element, first: int) -> None:
    views = _add(root, "sheetViews")
    view = _add(views, "sheetView", showGridLines="0", workbookViewId="0")
    top, pane = f"A{first + 1}", "bottomLeft"
    _add(view, "pane", ySplit=str(first), topLeftCell=top, activePane=pane, state="frozen")
    _add(view, "selection", pane=pane, activeCell=top, sqref=top)
    _add(root, "sheetFormatPr", defaultRowHeight="15")


def _head(data: etree._Element, listed: CorrectionList, styles: Styles) -> None:
    for number, (text, look, height) in enumerate(_top(listed)):
        _text(_row(data, number, height), number, 0, text, styles.cell(look))
    number = first_rows(listed) - 1
    row = _row(data, number, _HEAD_HEIGHT)
    for column, (heading, _width) in enumerate(_columns(listed)):
        _text(row, number, column, heading, styles.cell("head"))


def _rows(data: etree._Element, listed: CorrectionList, styles: Styles) -> None:
    looks = {name: styles.cell(name) for name in ("centre", "text", "link", "error", "warning")}
    for number, correction in enumerate(listed.corrections, start=first_rows(listed)):
        line = _row(data, number, _height(listed, correction))
        for place, (text, look) in enumerate(_styled(listed, correction)):
            linked = place == _LOCATION and correction.sheet
            _text(line, number, place, text, looks["link" if linked else look])


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
    rows = enumerate(listed.corrections, start=first_rows(listed))
    targets = [(number, row) for number, row in rows if row.sheet]
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
    listed = replace(listed, title=f"{listed.title}　{printable(note)}")
    columns, first = _columns(listed), first_rows(listed)
    for number, (text, look, height) in enumerate(_top(listed)):
        sheet.merge_range(number, 0, number, len(columns) - 1, "", formats[look])
        write_text(sheet, number, 0, storable(text), formats[look])
        sheet.set_row(number, height)
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        write_text(sheet, first - 1, column, heading, formats["head"])
    for number, correction in enumerate(listed.corrections, start=first):
        sheet.set_row(number, _height(listed, correction))
        for column, (text, look) in enumerate(_styled(listed, correction)):
            write_text(sheet, number, column, storable(text), formats[look])
    _set_up(sheet, listed)
    workbook.set_properties({"title": TITLE, "created": CREATED})
    workbook.close()
    return buffer.getvalue()


def _set_up(sheet: Worksheet, listed: CorrectionList) -> None:
    first, rows = first_rows(listed), len(listed.corrections)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.hide_gridlines(2)
    sheet.freeze_panes(first, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first - 1)
    sheet.set_footer(_FOOTER)
    if rows:
        sheet.autofilter(first - 1, 0, first + rows - 1, len(_columns(listed)) - 1)
