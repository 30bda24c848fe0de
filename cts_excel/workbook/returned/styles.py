"""Formats for the marks, added to a workbook's own, which never change."""

from __future__ import annotations

from lxml import etree

from cts_excel.workbook.form.style import BAD_FILL, FONT, HEAD_FILL, INK, NAVY, RULE, WARN_FILL
from cts_excel.workbook.returned.container import Container, NotMarkableError, main_tag
from cts_excel.workbook.returned.order import STYLES, section

_LINK = "#0563C1"
_FONTS = {
    "title": ("b", "18", NAVY),
    "head": ("b", "10", "#FFFFFF"),
    "bold": ("b", "10", INK),
    "link": ("u", "10", _LINK),
    "text": ("", "10", INK),
}
# Name of a cell format: its font, fill, whether framed, horizontal alignment.
_FORMATS = {
    "title": ("title", "", False, "left"),
    "line": ("text", "", False, "left"),
    "head": ("head", HEAD_FILL, True, "center"),
    "centre": ("text", "", True, "center"),
    "text": ("text", "", True, "left"),
    "link": ("link", "", True, "left"),
    "error": ("bold", BAD_FILL, True, "center"),
    "warning": ("bold", WARN_FILL, True, "center"),
}


class Styles:
    """The styles part of a workbook; each format is added once."""

    def __init__(self, container: Container) -> None:
        related = container.related(container.workbook_part, "styles")
        if not related:
            raise NotMarkableError("styles: missing")
        self._root = container.edit(next(iter(related.values())))
        if self._root.find(main_tag("cellXfs")) is None:
            raise NotMarkableError("styles: no cell formats")
        self._known: dict[str, int] = {}  # formats that were asked for, by name or colour

    def cell(self, name: str) -> int:
        """Return the number of a cell format of the list."""
        if name not in self._known:
            self._known[name] = self._cell(name)
        return self._known[name]

    def _cell(self, name: str) -> int:
        font, fill, framed, horizontal = _FORMATS[name]
        xf = etree.Element(main_tag("xf"), numFmtId="49", xfId="0", applyNumberFormat="1")
        xf.set("fontId", str(self._held("fonts", _font(*_FONTS[font]))))
        xf.set("fillId", str(self._held("fills", _solid(fill)) if fill else 0))
        xf.set("borderId", str(self._held("borders", _frame())) if framed else "0")
        for applied in ("Font", "Fill", "Border", "Alignment"):
            xf.set(f"apply{applied}", "1")
        alignment = etree.SubElement(xf, main_tag("alignment"), horizontal=horizontal)
        alignment.set("vertical", "center")
        alignment.set("wrapText", "1")
        if framed and horizontal == "left":
            alignment.set("indent", "1")
        return self._held("cellXfs", xf)

    def colour(self, fill: str) -> int:
        """Return the number of a conditional format that only fills a cell."""
        if fill not in self._known:
            dxf = etree.Element(main_tag("dxf"))
            dxf.append(_solid(fill))
            self._known[fill] = self._held("dxfs", dxf)
        return self._known[fill]

    def _held(self, name: str, made: etree._Element) -> int:
        """Return the index of an element in its section; add it if it is not there."""
        held = section(self._root, name, STYLES)
        for number, element in enumerate(e for e in held if isinstance(e.tag, str)):
            if _alike(element, made):
                return number
        held.append(made)
        count = sum(1 for element in held if isinstance(element.tag, str))
        held.set("count", str(count))
        return count - 1


def _alike(first: etree._Element, second: etree._Element) -> bool:
    """Return whether two elements are equal but for prefixes and order of attributes."""
    return (
        first.tag == second.tag
        and len(first) == len(second)
        and sorted(first.items()) == sorted(second.items())
        and all(map(_alike, first, second))
    )


def _font(emphasis: str, size: str, colour: str) -> etree._Element:
    font = etree.Element(main_tag("font"))
    if emphasis:
        etree.SubElement(font, main_tag(emphasis))
    etree.SubElement(font, main_tag("sz"), val=size)
    etree.SubElement(font, main_tag("color"), rgb=_argb(colour))
    etree.SubElement(font, main_tag("name"), val=FONT)
    etree.SubElement(font, main_tag("family"), val="2")
    etree.SubElement(font, main_tag("charset"), val="134")
    return font


def _solid(colour: str) -> etree._Element:
    fill = etree.Element(main_tag("fill"))
    pattern = etree.SubElement(fill, main_tag("patternFill"), patternType="solid")
    etree.SubElement(pattern, main_tag("fgColor"), rgb=_argb(colour))
    etree.SubElement(pattern, main_tag("bgColor"), rgb=_argb(colour))
    return fill


def _frame() -> etree._Element:
    border = etree.Element(main_tag("border"))
    for side in ("left", "right", "top", "bottom"):
        edge = etree.SubElement(border, main_tag(side), style="thin")
        etree.SubElement(edge, main_tag("color"), rgb=_argb(RULE))
    etree.SubElement(border, main_tag("diagonal"))
    return border


def _argb(colour: str) -> str:
    return f"FF{colour.lstrip('#')}"
