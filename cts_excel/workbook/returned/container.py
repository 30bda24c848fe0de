"""A workbook package under edit. Parts that are not edited keep their bytes."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from copy import copy
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from cts_excel.workbook.ooxml.package import MACRO_NAME, Package, relations_part

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATION = f"{{{_PACKAGE}/relationships}}Relationship"
_TYPES = "[Content_Types].xml"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SIGNATURES = "_xmlsignatures/"


def main_tag(name: str) -> str:
    """Return a tag name in the namespace of spreadsheets."""
    return f"{{{MAIN}}}{name}"


class NotMarkableError(Exception):
    """A workbook that may not, or cannot safely, be edited; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Container:
    """One package: read parts, edit parts as trees, add and remove parts, save."""

    def __init__(self, content: bytes) -> None:
        """Open a package.

        :raises NotReadableError: it is no .xlsx package.
        :raises NotMarkableError: it may not be edited: macros, signature, strict namespaces.
        """
        self.package = Package(content)
        with ZipFile(BytesIO(content)) as listed:
            self._infos = {info.filename: info for info in listed.infolist()}
        self._contents: dict[str, bytes] = {}
        self._trees: dict[str, etree._Element] = {}
        self._edited: set[str] = set()
        self._removed: set[str] = set()
        if self.package.macro_parts or any(MACRO_NAME.fullmatch(name) for name in self._infos):
            raise NotMarkableError("xlsm")
        if any(name.startswith(_SIGNATURES) for name in self._infos):
            raise NotMarkableError("digital signature")
        self.workbook_part = self.package.workbook_part
        if self.look(self.workbook_part).tag != main_tag("workbook"):
            raise NotMarkableError("strict Open XML")

    def names(self) -> list[str]:
        """Name the parts, in the order of the package."""
        return [*(n for n in self._infos if n not in self._removed), *self._added()]

    def part(self, name: str) -> bytes:
        """Return a part's content, without edits that are not saved yet."""
        return self._contents[name] if name in self._contents else self.package.part(name)

    def look(self, name: str) -> etree._Element:
        """Return a part's root element for reading."""
        if name not in self._trees:
            self._trees[name] = parsed(name, self.part(name))
        return self._trees[name]

    def edit(self, name: str) -> etree._Element:
        """Return a part's root element for editing."""
        self._edited.add(name)
        return self.look(name)

    def put(self, name: str, content: bytes) -> None:
        """Replace a part's content, or add the part."""
        self._contents[name] = content
        self._removed.discard(name)
        self._edited.discard(name)
        self._trees.pop(name, None)

    def new_name(self, pattern: str) -> str:
        """Return the first free part name of a pattern such as ``xl/comments{}.xml``."""
        taken = {name.casefold() for name in self.names()}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    def add(self, name: str, content: bytes, content_type: str) -> None:
        """Add a part with its content type."""
        self.put(name, content)
        override = etree.SubElement(self.edit(_TYPES), f"{{{_PACKAGE}/content-types}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)

    def set_default_type(self, extension: str, content_type: str) -> None:
        """Declare the content type of an extension, unless that is done."""
        tag = f"{{{_PACKAGE}/content-types}}Default"
        types = self.look(_TYPES)
        if not any(e.get("Extension", "").lower() == extension for e in types.iter(tag)):
            default = etree.Element(tag, Extension=extension, ContentType=content_type)
            self.edit(_TYPES).insert(0, default)

    def remove(self, name: str) -> None:
        """Remove a part, its content type and its own relationships."""
        self._removed.add(name)
        self._contents.pop(name, None)
        self._trees.pop(name, None)
        self._edited.discard(name)
        tag = f"{{{_PACKAGE}/content-types}}Override"
        for override in list(self.look(_TYPES).iter(tag)):
            if override.get("PartName", "").lstrip("/") == name:
                types = self.edit(_TYPES)
                for own in list(types.iter(tag)):
                    if own.get("PartName") == override.get("PartName"):
                        types.remove(own)
        if relations_part(name) in self.names():
            self.remove(relations_part(name))

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts that a part is related to by a kind: relationship id -> part name.

        :param kind: the last step of the relationship's type, e.g. ``comments``.
        """
        name = relations_part(part)
        if name not in self.names():
            return {}
        by_lower_name = {other.casefold(): other for other in self.names()}
        found: dict[str, str] = {}
        for relation in self.look(name).iterchildren(_RELATION):
            ident = relation.get("Id", "")
            if ident in found:
                raise NotMarkableError(f"{name}: two relationships {ident!r}")
            if relation.get("Type") != f"{RELATIONS}/{kind}":
                continue
            if relation.get("TargetMode", "Internal") == "Internal":
                target = posixpath.join("/", posixpath.dirname(part), relation.get("Target", ""))
                target = posixpath.normpath(target).lstrip("/")
                found[ident] = by_lower_name.get(target.casefold(), target)
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship and return its id."""
        name = relations_part(part)
        if name not in self.names():
            self.put(name, f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode())
        root = self.edit(name)
        taken = {relation.get("Id") for relation in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        relation = etree.SubElement(root, _RELATION, Id=f"rId{number}", Type=f"{RELATIONS}/{kind}")
        relation.set("Target", posixpath.relpath(target, posixpath.dirname(part)))
        return f"rId{number}"

    def unrelate(self, part: str, ident: str) -> None:
        """Remove a relationship; the part that lists them goes with the last."""
        name = relations_part(part)
        root = self.edit(name)
        for relation in list(root):
            if relation.get("Id") == ident:
                root.remove(relation)
        if not len(root):
            self.remove(name)

    def rename(self, names: Mapping[str, str]) -> None:
        """Give parts new names, all at once; content types and relationships follow.

        :param names: old name -> new one; no two parts may end under one name.
        """
        listed = self.names()
        rels = {relations_part(old): relations_part(new) for old, new in names.items()}
        moved = {**names, **{old: new for old, new in rels.items() if old in listed}}
        for name in listed:
            if name.endswith(".rels"):
                self._retarget(name, moved)
        for override in self.look(_TYPES).iter(f"{{{_PACKAGE}/content-types}}Override"):
            if new := moved.get(override.get("PartName", "").lstrip("/")):
                self.edit(_TYPES)
                override.set("PartName", f"/{new}")
        contents = {name: self.part(name) for name in (*self._contents, *moved)}
        self._contents = {moved.get(name, name): content for name, content in contents.items()}
        self._trees = {moved.get(name, name): tree for name, tree in self._trees.items()}
        self._edited = {moved.get(name, name) for name in self._edited}
        self._infos = {
            moved.get(name, name): _renamed(info, moved.get(name, name))
            for name, info in self._infos.items()
            if name not in self._removed
        }
        self._removed.clear()

    def _retarget(self, rels: str, moved: Mapping[str, str]) -> None:
        """Let the relationships of one list point to the parts under their new names."""
        base = posixpath.dirname(posixpath.dirname(rels))
        new_base = posixpath.dirname(posixpath.dirname(moved.get(rels, rels)))
        lower = {name.casefold(): name for name in self.names()}
        for relation in self.look(rels).iterchildren(_RELATION):
            if relation.get("TargetMode", "Internal") != "Internal":
                continue
            target = relation.get("Target", "")
            part = posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")
            part = lower.get(part.casefold(), "")
            if not part or (part not in moved and base == new_base):
                continue
            new = moved.get(part, part)
            self.edit(rels)
            absolute = target.startswith("/")
            relation.set("Target", f"/{new}" if absolute else posixpath.relpath(new, new_base))

    def saved(self) -> bytes:
        """Return the package: same order of parts, same time stamps, added parts last."""
        buffer = BytesIO()
        with ZipFile(buffer, "w", ZIP_DEFLATED) as target:
            for name in self.names():
                info = self._infos.get(name)
                if info is None or name in self._added():
                    info = ZipInfo(name, _EPOCH)
                    info.compress_type = ZIP_DEFLATED
                edited = name in self._edited
                target.writestr(info, serialised(self.look(name)) if edited else self.part(name))
        return buffer.getvalue()

    def _added(self) -> list[str]:
        return [name for name in self._contents if name not in self._infos]


def _renamed(info: ZipInfo, name: str) -> ZipInfo:
    if info.filename != name:
        info = copy(info)
        info.filename = name
    return info


def parsed(name: str, content: bytes) -> etree._Element:
    """Parse a part without reading anything outside it.

    :raises NotMarkableError: it is not well-formed or has a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotMarkableError(f"{name}: {error}") from None
    if b"<!DOCTYPE" in content or root.getroottree().docinfo.internalDTD is not None:
        raise NotMarkableError(f"{name}: DOCTYPE")
    return root


def serialised(root: etree._Element) -> bytes:
    """Write a part as applications do: UTF-8, declared as standalone."""
    return _DECLARATION + etree.tostring(root.getroottree(), encoding="UTF-8")
