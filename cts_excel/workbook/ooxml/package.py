"""The parts of an .xlsx or .xlsm package and what they are to each other.

This is the one place that resolves relationships. Bytes come from :mod:`inflate`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import ZipParts
from cts_excel.workbook.ooxml.xml_parser import Element, elements

_WORKBOOK = "xl/workbook.xml"
_PROPERTIES = "docProps/custom.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CACHED_PART_BYTES = 1 << 16  # most files of a batch share their small parts
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it: name, ``visible``/``hidden``/``veryHidden``, part name."""

    name: str
    state: str
    part: str


class Package:
    """One workbook package."""

    def __init__(self, content: bytes, parts: Mapping[str, bytes] | None = None) -> None:
        """Open the package.

        :param parts: all parts, inflated and checked, if the caller has them already. Otherwise
            each part is inflated when it is asked for.
        :raises NotReadableError: F01 damaged, F03 encrypted, F05 dangerous, F08 other type, F09
            empty.
        """
        _refuse_other_types(content)
        self._elements: dict[str, tuple[Element, ...]] = {}
        self._parts = parts or ZipParts(content)
        self.names = frozenset(self._parts)
        if self.workbook_part not in self.names:
            raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, self._other_type())

    def part(self, name: str) -> bytes:
        """Return the content of one part.

        :raises NotReadableError: F01 missing or damaged, F04 too large, F05 dangerous.
        """
        content = self._parts.get(name)
        if content is None:
            raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: missing")
        return content

    def elements(self, name: str) -> tuple[Element, ...]:
        """Parse a part that is not a sheet into (local name, attributes, text) triples."""
        if name not in self._elements:
            content = self.part(name)
            parse = _cached_elements if len(content) <= _CACHED_PART_BYTES else elements
            self._elements[name] = parse(name, content)
        return self._elements[name]

    @cached_property
    def workbook_part(self) -> str:
        """The name of the workbook part."""
        if _WORKBOOK in self.names or "_rels/.rels" not in self.names:
            return _WORKBOOK
        for target, kind in self._related("").values():
            if kind.endswith("/officeDocument") and target.endswith(".xml"):
                return target
        return _WORKBOOK

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets in tab order."""
        related = self._related(self.workbook_part)
        found = []
        for tag, attributes, _text in self.elements(self.workbook_part):
            if tag == "sheet":
                ident = next((v for k, v in attributes.items() if k.rpartition(" ")[2] == "id"), "")
                target, kind = related.get(ident, ("", ""))
                if kind.endswith("/worksheet") and target in self.names:
                    state = attributes.get("state", "visible")
                    found.append(SheetPart(attributes.get("name", ""), state, target))
        return tuple(found)

    @cached_property
    def dates_from_1904(self) -> bool:
        """Whether day numbers count from 1904."""
        return any(
            tag == "workbookPr" and attributes.get("date1904", "0") in ("1", "true")
            for tag, attributes, _text in self.elements(self.workbook_part)
        )

    @cached_property
    def styles_part(self) -> bytes:
        """The styles, raw; empty if there are none."""
        name = self._related_part("/styles")
        return self.part(name) if name else b""

    @cached_property
    def shared_strings(self) -> bytes | None:
        """The shared string table, raw."""
        name = self._related_part("/sharedStrings")
        return self.part(name) if name else None

    @cached_property
    def custom_properties(self) -> dict[str, str]:
        """The custom document properties, as text."""
        found: dict[str, str] = {}
        current = ""
        listed = self.elements(_PROPERTIES) if _PROPERTIES in self.names else ()
        for tag, attributes, text in listed:
            if tag == "property":
                current = attributes.get("name", "")
            elif current:
                found.setdefault(current, text)
        return found

    @cached_property
    def _by_lower_name(self) -> dict[str, str]:
        return {name.casefold(): name for name in self.names}

    def _related_part(self, kind: str) -> str:
        related = self._related(self.workbook_part).values()
        return next((t for t, k in related if k.endswith(kind) and t in self.names), "")

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part is related to: relationship id -> part name, type."""
        folder, _slash, name = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.names:
            return {}
        return {
            # Capitals do not tell parts apart.
            ident: (self._by_lower_name.get(target.casefold(), target), kind)
            for ident, target, kind in _targets(rels, folder, self.part(rels))
        }

    def _other_type(self) -> str:
        if "xl/workbook.bin" in self.names:
            return "xlsb"
        if "mimetype" in self.names:
            return "ods" if b"spreadsheet" in self.part("mimetype") else "OpenDocument"
        return "docx" if "word/document.xml" in self.names else "zip"


def _refuse_other_types(content: bytes) -> None:
    if not content:
        raise NotReadableError(Reason.FILE_EMPTY)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise NotReadableError(Reason.ENCRYPTED)
        raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, "xls")
    if not content.startswith(b"PK"):
        raise NotReadableError(Reason.FILE_UNREADABLE, "no zip signature")


_cached_elements = lru_cache(maxsize=64)(elements)


@lru_cache(maxsize=64)
def _targets(rels: str, folder: str, content: bytes) -> list[tuple[str, str, str]]:
    """List identity, part and type of the relations to other parts of the package."""
    found = []
    for tag, attributes, _text in elements(rels, content):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            target = posixpath.normpath(target).lstrip("/")
            found.append((attributes.get("Id", ""), target, attributes.get("Type", "")))
    return found
