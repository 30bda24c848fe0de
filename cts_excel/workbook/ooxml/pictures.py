"""Pictures of a sheet: floating on it, or in a cell as WPS and Excel store them.

Only a picture whose image is in the package counts. A link to a file elsewhere shows nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.grids import Drawn
from cts_excel.workbook.ooxml.package import RELATIONS, Package
from cts_excel.workbook.ooxml.rich_values import image_relations, local_images

_CELL_IMAGES = "cellimages.xml"
_ANCHORS = ("xdr:oneCellAnchor", "xdr:twoCellAnchor", "xdr:absoluteAnchor")
_MOST = 10_000  # anchors of a sheet


@dataclass(slots=True)
class _Open:
    """An anchor that is being read."""

    corners: dict[str, int] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)  # relationship ids
    hidden: bool = False
    texts: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)


class SheetPictures:
    """The pictures of one sheet, read when they are asked for.

    A picture in a cell whose parts cannot be read is none.
    """

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part

    @cached_property
    def drawn(self) -> tuple[Drawn, ...]:
        """What floats on the sheet: pictures, and shapes that hold a text.

        :raises NotReadableError: F01 a part that is not well-formed, F05 a dangerous one.
        """
        found: list[Drawn] = []
        for relation in self._package.related(self._part):
            if relation.kind == "drawing" and relation.part in self._package.names:
                images = image_relations(self._package, relation.part)
                found += (_drawn(anchor, images) for anchor in self._anchors(relation.part))
        return tuple(one for one in found[:_MOST] if one.pictures or one.text)

    def named(self, name: str) -> bool:
        """Tell whether an image that a cell of WPS names is there."""
        return name in self._by_name

    def in_cell(self, address: str) -> bool:
        """Tell whether a cell holds a picture as Excel stores it."""
        return address in self._local

    @cached_property
    def _by_name(self) -> frozenset[str]:
        try:
            return self._names()
        except NotReadableError:
            return frozenset()

    def _names(self) -> frozenset[str]:
        """Return the names of the pictures in cells of WPS."""
        found = set()
        package = self._package
        for relation in package.related(package.workbook_part):
            if not relation.part.lower().endswith(_CELL_IMAGES):
                continue
            if relation.part not in package.names:
                continue
            images, name = image_relations(package, relation.part), ""
            for path, attributes, _text in package.elements(relation.part):
                if path.endswith("xdr:nvPicPr/xdr:cNvPr"):
                    name = attributes.get("name", "")
                elif path.endswith("/a:blip") and embedded(attributes) in images:
                    found.add(name)
        return frozenset(found - {""})

    @cached_property
    def _local(self) -> frozenset[str]:
        try:
            return local_images(self._package, self._part)
        except NotReadableError:
            return frozenset()

    def _anchors(self, part: str) -> Iterator[_Open]:
        """Yield each anchor of a drawing, the newest form of what stands in several."""
        current = _Open()
        for path, attributes, text in self._package.elements(part):
            above, _slash, tag = path.rpartition("/")
            if tag in _ANCHORS:
                yield current
                current = _Open()
            elif "mc:Fallback" in path:
                continue
            elif tag in ("xdr:col", "xdr:row") and text.strip().isdecimal():
                corner = above.rpartition("/")[2]
                current.corners[corner.removeprefix("xdr:") + tag[4:]] = int(text) + 1
            elif tag == "xdr:cNvPr":
                current.hidden = attributes.get("hidden", "0") in ("1", "true")
                current.alternatives.append(attributes.get("descr", ""))
            elif tag == "a:blip" and "/xdr:pic/" in path and not current.hidden:
                current.images.append(embedded(attributes))
            elif tag == "a:t" and not current.hidden:
                current.texts.append(text)
        yield current


def embedded(attributes: Mapping[str, str]) -> str:
    """Return the relationship id of an image within the package, ``""`` for a linked one."""
    found = (attributes.get(f"{namespace} embed", "") for namespace in RELATIONS)
    return next(filter(None, found), "")


def _drawn(anchor: _Open, images: frozenset[str]) -> Drawn:
    corners = anchor.corners
    first = (corners.get("fromcol", 0), corners.get("fromrow", 0))
    last = (corners.get("tocol", first[0]), corners.get("torow", first[1]))
    count = sum(1 for ident in anchor.images if ident in images)
    text = "".join(anchor.texts).strip()
    return Drawn(first, last, count, text, tuple(anchor.alternatives))
