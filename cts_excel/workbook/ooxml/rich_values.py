"""Pictures that Excel stores in cells: a value of error type whose metadata leads to an image.

The way is long: cell, metadata of values, rich value, its structure, relationship, image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from cts_excel.workbook.ooxml.package import Package, relation_id
from cts_excel.workbook.ooxml.xml_parser import Element

_RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata "
_REL = "http://schemas.microsoft.com/office/spreadsheetml/2022/richvaluerel "
_LOCAL, _IMAGE_KEY = "_localImage", "_rvRel:LocalImageIdentifier"
_TYPE = "XLRICHVALUE"

T = TypeVar("T")


def local_images(package: Package, sheet: str) -> frozenset[str]:
    """Return the cells of a sheet that hold a picture whose image is in the package.

    :raises NotReadableError: F01 a part that is not well-formed, F05 a dangerous one.
    """
    if b" vm=" not in package.part(sheet):
        return frozenset()
    images = _images_by_metadata(package)
    return frozenset(
        attributes.get("r", "")
        for path, attributes, _text in package.elements(sheet)
        if path == "worksheet/sheetData/row/c" and attributes.get("vm") in images
    ) - {""}


def _images_by_metadata(package: Package) -> set[str]:
    """Return the 1-based numbers of value metadata that lead to an image."""
    metadata = _part(package, "metadata.xml")
    types = [a.get("name") for path, a, _t in metadata if path.endswith("/metadataType")]
    future = [a.get("i", "") for path, a, _t in metadata if path.endswith(f"/{_RICH}rvb")]
    images = set(_image_values(package))
    found, number = set(), 0
    for path, record, _text in metadata:
        number += path == "metadata/valueMetadata/bk"
        if path == "metadata/valueMetadata/bk/rc":
            kind = _at(types, record.get("t", ""), first=1)
            if kind == _TYPE and _at(future, record.get("v", "")) in images:
                found.add(str(number))
    return found


def _image_values(package: Package) -> Iterator[str]:
    """Yield the 0-based numbers of the rich values that are images in the package."""
    keys = _image_keys(package)
    part = _name(package, "richvaluerel.xml")
    images = image_relations(package, part) if part else frozenset()
    targets = [relation_id(a) for path, a, _t in _part(package, "richvaluerel.xml")
               if path.endswith(f"/{_REL}rel")]  # fmt: skip
    number, structure, place = -1, "", 0
    for path, attributes, text in _part(package, "rdrichvalue.xml"):
        if path.endswith(f"/{_RICH}rv"):
            number, structure, place = number + 1, attributes.get("s", ""), -1
        elif path.endswith(f"/{_RICH}v"):
            place += 1
            if _at(keys, structure) == place and _at(targets, text) in images:
                yield str(number)


def image_relations(package: Package, part: str) -> frozenset[str]:
    """Return the ids of a part's relationships to images that are in the package."""
    return frozenset(
        relation.ident
        for relation in package.related(part)
        if relation.kind == "image" and package.has_content(relation.part)
    )


def _image_keys(package: Package) -> list[int]:
    """Return for each structure the place of the key that names its image, -1 for none."""
    keys: list[int] = []
    place, local = -1, False
    for path, attributes, _text in _part(package, "rdrichvaluestructure.xml"):
        if path.endswith(f"/{_RICH}s"):
            local, place = attributes.get("t") == _LOCAL, -1
            keys.append(-1)
        elif path.endswith(f"/{_RICH}k"):
            place += 1
            if local and attributes.get("n") == _IMAGE_KEY:
                keys[-1] = place
    return keys


def _part(package: Package, ending: str) -> tuple[Element, ...]:
    name = _name(package, ending)
    return package.elements(name) if name else ()


def _name(package: Package, ending: str) -> str:
    """Return the part of the workbook whose name ends so, ``""`` for none."""
    related = (relation.part for relation in package.related(package.workbook_part))
    wanted = (name for name in related if name.lower().endswith(f"/{ending}"))
    return next((name for name in wanted if name in package.names), "")


def _at(values: Sequence[T], index: str, *, first: int = 0) -> T | None:
    place = int(index) - first if index.isdecimal() and len(index) < 8 else -1
    return values[place] if 0 <= place < len(values) else None
