"""The parts of an .xlsx or .xlsm package: inflated with a limit, listed, told by relationships."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from xml.parsers import expat

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason

MAX_PART_BYTES = 64 << 20  # one part, inflated; an issued workbook's largest has 0.1 MiB
_CACHED_PART_BYTES = 1 << 16  # small parts that most files of a batch share are parsed once
_WORKBOOK = "xl/workbook.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)

# A reference that XML does not know by itself: only a document type could give it a meaning.
UNKNOWN_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")

# The start of a part in UTF-8; a part in any other encoding goes through the XML parser.
UTF8_START = (
    r"\s*(?:<\?xml(?: version=\"1\.[01]\"| encoding=\"(?i:utf-8)\"| standalone=\"\w+\")*\s*\?>\s*)?"
)

# Everything that zipfile lets through from a damaged archive.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, OverflowError, IndexError, RuntimeError),
)

Element = tuple[str, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it: name, ``visible``/``hidden``/``veryHidden``, part name."""

    name: str
    state: str
    part: str


class Package:
    """One workbook package; every part is inflated at most once, when it is asked for."""

    def __init__(self, content: bytes, parts: Mapping[str, bytes] | None = None) -> None:
        """Open the package.

        :param parts: all parts, inflated and checked, where the caller has them already.
        :raises NotReadableError: F01 damaged, F03 encrypted, F05 dangerous, F08 other type, F09
            empty.
        """
        self._elements: dict[str, tuple[Element, ...]] = {}
        _refuse_other_types(content)
        self._parts = parts
        try:
            self._zip = None if parts else zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise NotReadableError(Reason.FILE_UNREADABLE, f"zip: {error}") from None
        listed = self._zip.namelist() if self._zip else list(parts or ())
        self.names = frozenset(listed)
        if len({name.casefold() for name in listed}) != len(listed):
            raise NotReadableError(Reason.DANGEROUS, "zip: duplicate part name")
        if self.workbook_part not in self.names:
            raise NotReadableError(Reason.TYPE_NOT_ACCEPTED, self._other_type())

    def part(self, name: str) -> bytes:
        """Inflate one part; its size is counted, not believed.

        :raises NotReadableError: F01 missing or damaged, F03 encrypted, F04 too large.
        """
        if self._zip is None:
            return self._at_hand(name)
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                raise NotReadableError(Reason.ENCRYPTED, name)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotReadableError(
                    Reason.FILE_UNREADABLE, f"{name}: compression {info.compress_type}"
                )
            with self._zip.open(info) as stream:
                content = stream.read(min(info.file_size, MAX_PART_BYTES) + 1)
        except KeyError:
            raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: missing") from None
        except _DAMAGE as error:
            raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: {error}") from None
        if len(content) > MAX_PART_BYTES:
            raise NotReadableError(
                Reason.OVER_A_LIMIT, f"{name}: {info.file_size} B", f"{MAX_PART_BYTES} B"
            )
        return content

    def _at_hand(self, name: str) -> bytes:
        content = (self._parts or {}).get(name)
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
    def date_styles(self) -> frozenset[str]:
        """Numbers of the cell styles that show a number as a date or time."""
        return _date_styles(self.styles_part) if self.styles_part else frozenset()

    @cached_property
    def styles_part(self) -> bytes:
        """The styles, raw; empty where there are none."""
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
        if "docProps/custom.xml" in self.names:
            current = ""
            for tag, attributes, text in self.elements("docProps/custom.xml"):
                if tag == "property":
                    current = attributes.get("name", "")
                elif current:
                    found.setdefault(current, text)
        return found

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        return {name.casefold(): name for name in self.names}

    def _related_part(self, kind: str) -> str:
        related = self._related(self.workbook_part).values()
        return next((t for t, k in related if k.endswith(kind) and t in self.names), "")

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        folder, _slash, name = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.names:
            return {}
        content = self.part(rels)
        targets = _cached_targets if len(content) <= _CACHED_PART_BYTES else _targets
        return {
            ident: (target if target in self.names else self._as_named(target), kind)
            for ident, target, kind in targets(rels, folder, content)
        }

    def _as_named(self, target: str) -> str:
        """Return the part of a name: capitals do not tell parts apart."""
        return self._by_folded.get(target.casefold(), target)

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


def elements(name: str, content: bytes) -> tuple[Element, ...]:
    """Parse XML into (local name, attributes, own leading text) triples, in document order.

    :raises NotReadableError: F01 not well-formed, F05 with a document type declaration.
    """
    found: list[Element] = []
    texts: list[list[str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        texts.append([])
        found.append((tag.rpartition(" ")[2], attributes, ""))

    parser = safe_parser(name)
    parser.StartElementHandler = start
    parser.CharacterDataHandler = lambda text: texts[-1].append(text) if texts else None
    run(parser, name, content)
    return tuple(
        (tag, attributes, "".join(text))
        for (tag, attributes, _), text in zip(found, texts, strict=True)
    )


_cached_elements = lru_cache(maxsize=64)(elements)


def _targets(rels: str, folder: str, content: bytes) -> list[tuple[str, str, str]]:
    """List identity, part and type of the relations to other parts of the package."""
    found = []
    for tag, attributes, _text in elements(rels, content):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            target = posixpath.normpath(target).lstrip("/")
            found.append((attributes.get("Id", ""), target, attributes.get("Type", "")))
    return found


_cached_targets = lru_cache(maxsize=64)(_targets)


def safe_parser(name: str) -> expat.XMLParserType:
    """Return a namespace-aware expat parser that refuses document type declarations (F05)."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_args: object) -> None:
        raise NotReadableError(Reason.DANGEROUS, f"{name}: DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def run(parser: expat.XMLParserType, name: str, content: bytes) -> None:
    """Parse a whole part.

    :raises NotReadableError: F01 where it is not well-formed.
    """
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError, TypeError) as error:  # also odd encodings
        raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: {error}") from None


@lru_cache(maxsize=64)
def _date_styles(content: bytes) -> frozenset[str]:
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside = False
    for tag, attributes, _text in elements("styles", content):
        if tag == "numFmt":
            codes.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))
        elif tag in ("cellStyles", "dxfs"):
            inside = False
    return frozenset(str(n) for n, number in enumerate(styles) if _is_date(number, codes))


def _is_date(number: str, codes: dict[str, str]) -> bool:
    if number in codes:
        shown = _FORMAT_LITERALS.sub("", codes[number].partition(";")[0])
        return shown.lower() != "general" and bool(re.search(r"[ymdhs]", shown, re.IGNORECASE))
    return number.isdecimal() and int(number) in _BUILT_IN_DATES
