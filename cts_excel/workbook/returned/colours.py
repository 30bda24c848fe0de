"""Colour on cells, as rules of conditional formatting.

A rule leaves the cell itself alone: number format, font, borders and protection stay what they
are, and the colour goes as soon as the cell is changed. Rules stand behind the workbook's own.
"""

from __future__ import annotations

import re

from lxml import etree

from cts_excel.workbook.returned.container import main
from cts_excel.workbook.returned.order import WORKSHEET, insert

# Always 0, in every application: tells our rules from others, also after a save elsewhere.
SIGN = 'N("cts-excel")'
_LONGEST_TEXT = 200  # Excel allows 255 characters in a text of a formula
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def colour(
    sheet: etree._Element, address: str, style: int, strings: list[str] | None = None
) -> None:
    """Colour a cell until it is changed.

    :param style: number of the differential format.
    :param strings: the workbook's shared strings, raw.
    """
    rule = etree.Element(main("cfRule"), type="expression", dxfId=str(style))
    rule.set("priority", str(_last_priority(sheet) + 1))
    formula = etree.SubElement(rule, main("formula"))
    formula.text = f"AND({SIGN}=0,{_unchanged(sheet, address, strings or [])})"
    formatting = etree.Element(main("conditionalFormatting"), sqref=address)
    formatting.append(rule)
    insert(sheet, formatting, WORKSHEET)


def our_rules(sheet: etree._Element) -> list[etree._Element]:
    """Return the rules that are ours, also after another application wrote them."""
    sign = SIGN.replace('"', "")
    return [
        rule
        for rule in sheet.iter("{*}cfRule")
        if any(sign in (formula.text or "").replace('"', "") for formula in rule)
    ]


def uncolour(sheet: etree._Element) -> None:
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
    stated = (rule.get("priority", "") for rule in sheet.iter("{*}cfRule"))
    return max((int(text) for text in stated if text.isdecimal()), default=0)


def _unchanged(sheet: etree._Element, address: str, strings: list[str]) -> str:
    """Return a formula that holds while the cell shows what it showed when it was marked."""
    cell = next((c for c in sheet.iter(main("c")) if c.get("r") == address), None)
    if cell is None or cell.find(main("f")) is not None:
        return f"LEN({address})=0" if cell is None else "TRUE"
    kind, value = cell.get("t", "n"), cell.findtext(main("v")) or ""
    if cell.find(main("is")) is not None:
        kind, value = "str", _text_of(cell)
    if not value:
        return f"LEN({address})=0"
    if kind == "e":
        return f"ISERROR({address})"
    if kind == "n" and _NUMBER.fullmatch(value):
        return f"{address}={value}"
    if kind == "s" and value.isdecimal() and int(value) < len(strings):
        kind, value = "str", strings[int(value)]
    if kind == "str" and len(value) <= _LONGEST_TEXT and value.isprintable():
        quoted = value.replace('"', '""')
        return f'EXACT({address},"{quoted}")'
    return "TRUE"


def _text_of(cell: etree._Element) -> str:
    return "".join(t.text or "" for t in cell.iter(main("t")))


def raw_strings(table: etree._Element) -> list[str]:
    """Return the texts of a shared string table, phonetics left out."""
    return [
        "".join(t.text or "" for t in item.iterfind(f".//{main('t')}") if not _phonetic(t))
        for item in table.iterfind(main("si"))
    ]


def _phonetic(text: etree._Element) -> bool:
    above = text.getparent()
    return above is not None and above.tag == main("rPh")
