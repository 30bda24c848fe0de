"""Colour on cells, as rules of conditional formatting.

A rule does not change the cell: number format, font, borders and protection stay as they are, and
the colour disappears when the cell is changed. Our rules come after the workbook's own.
"""

from __future__ import annotations

import re

from lxml import etree

from cts_excel.workbook.returned.container import main_tag
from cts_excel.workbook.returned.order import WORKSHEET, insert

# Always 0, in every application. It marks a rule as ours, also after another application saved it.
OUR_SIGN = 'N("cts-excel")'
_MAX_TEXT = 200  # Excel allows 255 characters in a text of a formula
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def add_rule(
    sheet: etree._Element, address: str, style: int, strings: list[str] | None = None
) -> None:
    """Colour a cell until it is changed.

    :param style: number of the differential format.
    :param strings: the workbook's shared strings, raw.
    """
    rule = etree.Element(main_tag("cfRule"), type="expression", dxfId=str(style))
    rule.set("priority", str(_last_priority(sheet) + 1))
    formula = etree.SubElement(rule, main_tag("formula"))
    formula.text = f"AND({OUR_SIGN}=0,{_unchanged(sheet, address, strings or [])})"
    formatting = etree.Element(main_tag("conditionalFormatting"), sqref=address)
    formatting.append(rule)
    insert(sheet, formatting, WORKSHEET)


def our_rules(sheet: etree._Element) -> list[etree._Element]:
    """Return the rules that are ours, also after another application wrote them."""
    sign = OUR_SIGN.replace('"', "")
    return [
        rule
        for rule in sheet.iter("{*}cfRule")
        if any(sign in (formula.text or "").replace('"', "") for formula in rule)
    ]


def remove_rules(sheet: etree._Element) -> None:
    """Remove our rules."""
    for rule in our_rules(sheet):
        formatting = rule.getparent()
        if formatting is None:
            continue
        formatting.remove(rule)
        above = formatting.getparent()
        if above is not None and formatting.find("{*}cfRule") is None:
            above.remove(formatting)


def _last_priority(sheet: etree._Element) -> int:
    given = (rule.get("priority", "") for rule in sheet.iter("{*}cfRule"))
    return max((int(text) for text in given if text.isdecimal()), default=0)


def _unchanged(sheet: etree._Element, address: str, strings: list[str]) -> str:
    """Return a formula that holds while the cell shows what it showed when it was marked."""
    cell = next((c for c in sheet.iter(main_tag("c")) if c.get("r") == address), None)
    if cell is None or cell.find(main_tag("f")) is not None:
        return f"LEN({address})=0" if cell is None else "TRUE"
    kind, value = cell.get("t", "n"), cell.findtext(main_tag("v")) or ""
    if cell.find(main_tag("is")) is not None:
        kind, value = "str", _text_of(cell)
    if not value:
        return f"LEN({address})=0"
    if kind == "e":
        return f"ISERROR({address})"
    if kind == "n" and _NUMBER.fullmatch(value):
        return f"{address}={value}"
    if kind == "s" and value.isdecimal() and int(value) < len(strings):
        kind, value = "str", strings[int(value)]
    if kind == "str" and len(value) <= _MAX_TEXT and value.isprintable():
        quoted = value.replace('"', '""')
        return f'EXACT({address},"{quoted}")'
    return "TRUE"


def _text_of(cell: etree._Element) -> str:
    return "".join(t.text or "" for t in cell.iter(main_tag("t")))


def raw_strings(table: etree._Element) -> list[str]:
    """Return the texts of a shared string table, phonetics left out."""
    return [
        "".join(t.text or "" for t in item.iterfind(f".//{main_tag('t')}") if not _phonetic(t))
        for item in table.iterfind(main_tag("si"))
    ]


def _phonetic(text: etree._Element) -> bool:
    above = text.getparent()
    return above is not None and above.tag == main_tag("rPh")
