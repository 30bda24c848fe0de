"""The parts of an .xlsx or .xlsm package and what they are to each other.

This is the one place that resolves relationships. Bytes come from :mod:`inflate`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from cts_excel.workbook.ooxml.content_types import (
    PART,
    SHARED_STRINGS,
    STYLES,
    WORKBOOKS,
    WORKSHEET,
    ContentTypes,
    content_types,
)
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.inflate import ZipParts
from cts_excel.workbook.ooxml.manifest import is_open_document
from cts_excel.workbook.ooxml.xml_parser import Element, elements

MACRO_NAME = re.compile(r".*(?:vbaProject\.bin|xl/macrosheets/[^/]+\.xml)")
_PROPERTIES = "docProps/custom.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CACHED_PART_BYTES = 1 << 16  # most files of a batch share their small parts
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",  # strict
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it: name, ``visible``/``hidden``/``veryHidden``, part name."""

    name: str
    state: str
    part: str


class Relation(NamedTuple):
    """A relationship to another part: its id, the part, and what it is, such as ``worksheet``."""

    ident: str
    part: str
    kind: str


class Package:
    """One workbook package. What two readers could take for different parts is not read at all."""

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
        if not self.workbook_part:
            raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, self._other_type())

    def part(self, name: str) -> bytes:
        """Return the content of one part.

        :raises NotReadableError: F01 missing or damaged, F04 too large, F05 dangerous.
        """
        content = self._parts.get(name)
        if content is None:
            raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: missing")
        return content

    def has_content(self, name: str) -> bool:
        """Tell whether a part is there and not empty."""
        return name in self.names and bool(self.part(name))

    def elements(self, name: str) -> tuple[Element, ...]:
        """Parse a part that is not a sheet; see :func:`xml_parser.elements`."""
        if name not in self._elements:
            content = self.part(name)
            parse = _cached_elements if len(content) <= _CACHED_PART_BYTES else elements
            self._elements[name] = parse(name, content)
        return self._elements[name]

    @cached_property
    def types(self) -> ContentTypes:
        """The content types of the parts.

        :raises NotReadableError: F01 missing or not well-formed, F05 two types for one part.
        """
        return content_types(self.part(PART))

    @cached_property
    def workbook_part(self) -> str:
        """The workbook part, ``""`` if the package names none.

        The package's own relationship names it, and its content type agrees.

        :raises NotReadableError: F01 missing or of another type, F05 two candidates.
        """
        named = [
            relation.part for relation in self.related("") if relation.kind == "officeDocument"
        ]
        if not named:
            return ""
        if self.types.of(named[0]) not in WORKBOOKS and self._other_type() != "zip":
            return ""
        return self._the_one(named, WORKBOOKS)

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets in tab order.

        :raises NotReadableError: F01 a part of another type, F05 two lists or two ids.
        """
        by_id = {relation.ident: relation for relation in self.related(self.workbook_part)}
        found = []
        lists = 0
        for path, attributes, _text in self.elements(self.workbook_part):
            lists += path == "workbook/sheets"
            if path == "workbook/sheets/sheet":
                relation = by_id.get(relation_id(attributes))
                if relation and relation.kind == "worksheet" and relation.part in self.names:
                    self._check_type(relation.part, (WORKSHEET,))
                    state = attributes.get("state", "visible")
                    found.append(SheetPart(attributes.get("name", ""), state, relation.part))
        if lists > 1:
            raise NotReadableError(Reason.DANGEROUS, f"{lists} lists of sheets")
        return tuple(found)

    @cached_property
    def dates_from_1904(self) -> bool:
        """Whether day numbers count from 1904."""
        return any(
            path == "workbook/workbookPr" and attributes.get("date1904", "0") in ("1", "true")
            for path, attributes, _text in self.elements(self.workbook_part)
        )

    @cached_property
    def styles_part(self) -> bytes:
        """The styles, raw; empty if there are none."""
        name = self._part_of_workbook("styles", STYLES)
        return self.part(name) if name else b""

    @cached_property
    def shared_strings(self) -> bytes | None:
        """The shared string table, raw."""
        name = self._part_of_workbook("sharedStrings", SHARED_STRINGS)
        return self.part(name) if name else None

    @cached_property
    def macro_parts(self) -> list[str]:
        """The parts that are macros by their content type, and a workbook part for macros."""
        return sorted(self.types.macros(self.names))

    @cached_property
    def custom_properties(self) -> dict[str, str]:
        """The custom document properties, as text; one that is given twice holds both values."""
        found: dict[str, list[str]] = {}
        current = ""
        listed = self.elements(_PROPERTIES) if _PROPERTIES in self.names else ()
        for path, attributes, text in listed:
            if path == "Properties/property":
                current = attributes.get("name", "")
            elif path.startswith("Properties/property/vt:") and path.count("/") == 2:
                found.setdefault(current, []).append(text)
        return {name: " / ".join(dict.fromkeys(texts)) for name, texts in found.items()}

    @cached_property
    def _by_lower_name(self) -> dict[str, str]:
        return {name.casefold(): name for name in self.names}  # no two differ in capitals only

    def _part_of_workbook(self, kind: str, content_type: str) -> str:
        """Return the workbook's part of a kind, such as its styles; ``""`` for none."""
        named = [r.part for r in self.related(self.workbook_part) if r.kind == kind]
        named = [part for part in named if part in self.names]
        return self._the_one(named, (content_type,)) if named else ""

    def _the_one(self, named: list[str], kinds: tuple[str, ...]) -> str:
        """Return the part that is named; relationships and content types must name the same."""
        candidates = sorted({*named, *self.types.named(kinds, self.names)})
        if len(named) > 1 or len(candidates) > 1:
            raise NotReadableError(Reason.DANGEROUS, f"more than one of {', '.join(candidates)}")
        self.part(named[0])
        self._check_type(named[0], kinds)
        return named[0]

    def _check_type(self, part: str, kinds: tuple[str, ...]) -> None:
        if self.types.of(part) not in kinds:
            found = f"{part}: {self.types.of(part) or 'no content type'}"
            raise NotReadableError(Reason.FILE_UNREADABLE, found, kinds[0])

    def related(self, part: str) -> tuple[Relation, ...]:
        """Return what a part is related to, links to other files left out.

        :param part: a part's name, ``""`` for the package itself.
        :raises NotReadableError: F01 not well-formed, F05 two relationships of one id.
        """
        rels = relations_part(part)
        if rels not in self.names:
            return ()
        return tuple(
            # Capitals do not tell parts apart.
            relation._replace(part=self._by_lower_name.get(relation.part.casefold(), relation.part))
            for relation in _relations(rels, posixpath.dirname(part), self.part(rels))
        )

    def _other_type(self) -> str:
        if "xl/workbook.bin" in self.names:
            return "xlsb"
        if is_open_document(self._parts):
            return "ods"
        if "mimetype" in self.names:
            return "OpenDocument"
        return "docx" if "word/document.xml" in self.names else "zip"


def relations_part(part: str) -> str:
    """Name the part that lists a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relation_id(attributes: Mapping[str, str]) -> str:
    """Return the relationship id of an element, told by its namespace; ``""`` for none."""
    found = {attributes[f"{ns} id"] for ns in RELATIONS if f"{ns} id" in attributes}
    if len(found) > 1:
        raise NotReadableError(Reason.DANGEROUS, f"two ids: {', '.join(sorted(found))}")
    return next(iter(found), "")


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
def _relations(rels: str, folder: str, content: bytes) -> tuple[Relation, ...]:
    """List the relationships of a part to other parts of the package."""
    found: dict[str, Relation] = {}
    for path, attributes, _text in elements(rels, content):
        if path != "Relationships/Relationship":
            continue
        ident = attributes.get("Id", "")
        if not ident or ident in found:
            raise NotReadableError(Reason.DANGEROUS, f"{rels}: two relationships {ident!r}")
        outside = attributes.get("TargetMode", "Internal") != "Internal"
        target = posixpath.join("/", folder, attributes.get("Target", ""))
        base, _slash, kind = attributes.get("Type", "").rpartition("/")
        known = base in RELATIONS and not outside
        # A target that is written with escapes is one part to some readers, another to others.
        part = "" if "%" in target else posixpath.normpath(target).lstrip("/")
        found[ident] = Relation(ident, part, kind if known else "")
    return tuple(found.values())
