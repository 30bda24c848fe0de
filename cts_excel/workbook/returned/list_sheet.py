"""The first sheet of a marked copy: what is to be corrected, with links to the cells."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from cts_excel.audit.findings import Severity
from cts_excel.workbook.form.style import row_height
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.returned.container import MAIN, main, serialised
from cts_excel.workbook.returned.listing import (
    CENTRED,
    COLUMNS,
    FIRST_ROWS,
    LOCATION,
    SEVERITY,
    Listing,
    Row,
)
from cts_excel.workbook.returned.styles import Styles

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_HEIGHTS = (36.0, 20.0, 20.0, 20.0, 24.0)
_RED = "FFC00000"
_NAMESPACE: Any = {None: MAIN}  # the stubs know no default namespace


def list_sheet(listing: Listing, styles: Styles) -> bytes:
    """Write the worksheet part; texts stand in the cells themselves, strings are not shared."""
    root = etree.Element(main("worksheet"), nsmap=_NAMESPACE)
    settings = etree.SubElement(root, main("sheetPr"))
    etree.SubElement(settings, main("tabColor"), rgb=_RED)
    etree.SubElement(settings, main("pageSetUpPr"), fitToPage="1")
    last = cell_address(FIRST_ROWS + len(listing.rows) - 1, len(COLUMNS) - 1)
    etree.SubElement(root, main("dimension"), ref=f"A1:{last}")
    _view(root)
    columns = etree.SubElement(root, main("cols"))
    for number, (_heading, width) in enumerate(COLUMNS, start=1):
        column = etree.SubElement(columns, main("col"), min=str(number), max=str(number))
        column.set("width", str(width + 0.7109375))
        column.set("customWidth", "1")
    data = etree.SubElement(root, main("sheetData"))
    _head(data, listing, styles)
    looks = {name: styles.cell(name) for name in ("centre", "text", "link", "error", "warning")}
    for number, row in enumerate(listing.rows, start=FIRST_ROWS):
        _row(data, number, row, looks)
    _protect(root)
    if listing.rows:
        etree.SubElement(root, main("autoFilter"), ref=f"A{FIRST_ROWS}:{last}")
    _links(root, listing)
    _print(root)
    return serialised(root)


def _view(root: etree._Element) -> None:
    views = etree.SubElement(root, main("sheetViews"))
    view = etree.SubElement(views, main("sheetView"), showGridLines="0", workbookViewId="0")
    pane = etree.SubElement(view, main("pane"), ySplit=str(FIRST_ROWS))
    top = f"A{FIRST_ROWS + 1}"
    for name, value in (("topLeftCell", top), ("activePane", "bottomLeft"), ("state", "frozen")):
        pane.set(name, value)
    etree.SubElement(view, main("selection"), pane="bottomLeft", activeCell=top, sqref=top)
    etree.SubElement(root, main("sheetFormatPr"), defaultRowHeight="15")


def _head(data: etree._Element, listing: Listing, styles: Styles) -> None:
    lines = [(listing.title, "title"), *((line, "line") for line in listing.lines)]
    for number, (text, look) in enumerate(lines):
        _text(_line(data, number, _HEIGHTS[number]), number, 0, text, styles.cell(look))
    row = _line(data, FIRST_ROWS - 1, _HEIGHTS[-1])
    for column, (heading, _width) in enumerate(COLUMNS):
        _text(row, FIRST_ROWS - 1, column, heading, styles.cell("head"))


def _row(data: etree._Element, number: int, row: Row, looks: dict[str, int]) -> None:
    widths = [width for _heading, width in COLUMNS]
    height = row_height(*zip(row.cells, widths, strict=True))
    line = _line(data, number, height)
    for column, text in enumerate(row.cells):
        look = "centre" if column in CENTRED else "text"
        if column == SEVERITY and row.severity is not Severity.NOTICE:
            look = "error" if row.severity is Severity.ERROR else "warning"
        elif column == LOCATION and row.sheet:
            look = "link"
        _text(line, number, column, text, looks[look])


def _line(data: etree._Element, number: int, height: float) -> etree._Element:
    row = etree.SubElement(data, main("row"), r=str(number + 1))
    row.set("ht", str(height))
    row.set("customHeight", "1")
    return row


def _text(row: etree._Element, number: int, column: int, text: str, style: int) -> None:
    cell = etree.SubElement(row, main("c"), r=cell_address(number, column), s=str(style))
    if text:
        cell.set("t", "inlineStr")
        held = etree.SubElement(etree.SubElement(cell, main("is")), main("t"))
        held.set(_SPACE, "preserve")
        held.text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)


def _protect(root: etree._Element) -> None:
    protection = etree.SubElement(root, main("sheetProtection"), sheet="1", objects="1")
    protection.set("scenarios", "1")
    for allowed in ("formatColumns", "formatRows", "autoFilter"):
        protection.set(allowed, "0")


def _links(root: etree._Element, listing: Listing) -> None:
    targets = [(n, row) for n, row in enumerate(listing.rows, start=FIRST_ROWS) if row.sheet]
    if targets:
        links = etree.SubElement(root, main("hyperlinks"))
        for number, row in targets:
            quoted = row.sheet.replace("'", "''")
            link = etree.SubElement(links, main("hyperlink"), ref=cell_address(number, LOCATION))
            link.set("location", f"'{quoted}'!{row.cell or 'A1'}")
            link.set("display", row.cells[LOCATION])


def _print(root: etree._Element) -> None:
    etree.SubElement(root, main("printOptions"), horizontalCentered="1")
    margins = etree.SubElement(root, main("pageMargins"), left="0.4", right="0.4", top="0.5")
    for name, value in (("bottom", "0.6"), ("header", "0.3"), ("footer", "0.3")):
        margins.set(name, value)
    setup = etree.SubElement(root, main("pageSetup"), paperSize="9", fitToHeight="0")
    setup.set("orientation", "landscape")
    footer = etree.SubElement(etree.SubElement(root, main("headerFooter")), main("oddFooter"))
    footer.text = "&C修改清单&R第 &P 页，共 &N 页"
