"""The boxes of comments: old drawing markup without which Excel shows no comment.

Excel writes such parts in a dialect that is not always XML, so they are edited as text. Shapes are
added at the end and removed completely. Nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from cts_excel.workbook.form.style import lines
from cts_excel.workbook.ooxml.addresses import column_number
from cts_excel.workbook.returned.container import Container, NotMarkableError, main_tag

_NAMESPACES = (
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
)
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_END = re.compile(r"</xml>\s*$")
# With any prefix: not every writer uses v, o and x.
_SHAPE = re.compile(r"<(\w*:?)shape\s.*?</\1shape>\s*", re.DOTALL)
_ROW_OF = re.compile(r"<(?:\w+:)?Row>\s*([0-9]+)\s*<")
_COLUMN_OF = re.compile(r"<(?:\w+:)?Column>\s*([0-9]+)\s*<")
_BLOCK = re.compile(r'<(?:\w+:)?idmap[^>]*\bdata="([0-9, ]+)"')
_NUMBER = re.compile(r'\bid="_x0000_s([0-9]+)"')
_WIDTH, _LINE = 280, 17  # pixels: width of a box, height of a line of 9 points
_UNITS = 42.0  # what fits into the width, in units of a column
_COLUMN, _ROW = 64, 20  # pixels, if the sheet does not say
_FARTHEST = 200  # rows or columns that a box may span, were they hidden
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]+)")


class Shapes:
    """The shapes of one sheet's drawing part."""

    def __init__(self, container: Container, sheet: str, part: str) -> None:
        """Open a drawing part; an empty one is begun.

        :raises NotMarkableError: it does not end as such a part does.
        """
        self._container, self._part = container, part
        self._grid = _Grid(container.look(sheet))
        try:
            self._text = container.part(part).decode()
        except UnicodeDecodeError:
            raise NotMarkableError(f"{part}: not UTF-8") from None
        if not self._text:
            block = self._free_block()
            self._text = (
                f'<xml {_DECLARED}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit"'
                f' data="{block}"/></o:shapelayout>{_SHAPE_TYPE}</xml>'
            )
            self._next = block * 1024 + 1
        else:
            taken = [int(number) for number in _NUMBER.findall(self._text)]
            self._next = max(taken, default=1024) + 1
        if not _END.search(self._text):
            raise NotMarkableError(f"{part}: unusual markup")

    @property
    def empty(self) -> bool:
        """Whether neither a shape nor a control is left."""
        return _SHAPE.search(self._text) is None and "ClientData" not in self._text

    def add(self, address: str, words: str) -> None:
        """Add the hidden box of a comment, beside its cell and as large as its text."""
        column, row = _place(address)
        height = sum(lines(part, _UNITS) for part in words.split("\n")) * _LINE + 12
        anchor = ",".join(map(str, self._grid.anchor(column, row, _WIDTH, height)))
        shape = (
            f'<v:shape id="_x0000_s{self._next}" type="#_x0000_t202" style="position:absolute;'
            f'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
            '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
            '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
            f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
            "</x:ClientData></v:shape>"
        )
        self._next += 1
        head = self._text[: self._text.find(">", self._text.find("<xml")) + 1]
        if not all(f'xmlns:{prefix}="{name}"' in head for prefix, name in _NAMESPACES):
            shape = shape.replace("<v:shape ", f"<v:shape {_DECLARED} ", 1)
        if "_x0000_t202" not in self._text:
            shape = f"{_SHAPE_TYPE}{shape}"
        place = _END.search(self._text)
        at = place.start() if place else len(self._text)
        self._text = self._text[:at] + shape + self._text[at:]

    def remove(self, addresses: list[str]) -> None:
        """Remove the boxes of comments that are gone."""
        gone = set(map(_place, addresses))

        def kept(shape: re.Match[str]) -> str:
            row, column = _ROW_OF.search(shape[0]), _COLUMN_OF.search(shape[0])
            if row is None or column is None or 'ObjectType="Note"' not in shape[0]:
                return shape[0]
            return "" if (int(column[1]), int(row[1])) in gone else shape[0]

        self._text = _SHAPE.sub(kept, self._text)

    def save(self) -> None:
        """Put the part back."""
        self._container.put(self._part, self._text.encode())

    def _free_block(self) -> int:
        """Return a block of 1,024 shape numbers that no other drawing of the workbook uses."""
        taken = {0}
        for name in self._container.names():
            if name.endswith(".vml"):
                text = self._container.part(name).decode("utf-8", "replace")
                for data in _BLOCK.findall(text):
                    taken.update(int(n) for n in re.findall("[0-9]+", data))
        return max(taken) + 1


class _Grid:
    """Widths of columns and heights of rows of a sheet, in pixels."""

    def __init__(self, sheet: etree._Element) -> None:
        self._widths: list[tuple[int, int, int]] = []
        for column in sheet.iter(main_tag("col")):
            width = 0.0 if column.get("hidden") in ("1", "true") else _number(column, "width", 9.14)
            span = (int(_number(column, "min", 1)), int(_number(column, "max", 1)))
            self._widths.append((*span, round(width * 7)))
        self._heights = {
            int(_number(row, "r", 0)): round(_number(row, "ht", _ROW * 0.75) / 0.75)
            for row in sheet.iter(main_tag("row"))
        }

    def anchor(self, column: int, row: int, width: int, height: int) -> tuple[int, ...]:
        """Return the corners of a box that begins right of a cell: columns, rows, pixels inside."""
        left, top = column + 1, max(row - 1, 0)
        right, inside = self._walk(left, width + 12, self._width)
        bottom, below = self._walk(top, height, self._height)
        return (left, 12, top, 2, right, inside, bottom, below)

    @staticmethod
    def _walk(start: int, distance: int, size: Callable[[int], int]) -> tuple[int, int]:
        at = start
        while at < start + _FARTHEST and distance > size(at):
            distance -= size(at)
            at += 1
        return at, distance

    def _width(self, column: int) -> int:
        for first, last, width in self._widths:
            if first <= column + 1 <= last:
                return width
        return _COLUMN

    def _height(self, row: int) -> int:
        return self._heights.get(row + 1, _ROW)


def _number(element: etree._Element, name: str, default: float) -> float:
    try:
        return float(element.get(name, default))
    except ValueError:
        return default


def _place(address: str) -> tuple[int, int]:
    """Return column and row, 0-based; those of ``A1`` for what is no address."""
    match = _ADDRESS.fullmatch(address)
    return (column_number(match[1]) - 1, int(match[2]) - 1) if match else (0, 0)
