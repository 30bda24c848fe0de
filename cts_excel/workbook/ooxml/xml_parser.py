"""XML parts parsed by expat: no document types, errors as one exception."""

from __future__ import annotations

import re
from xml.parsers import expat

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason

# XML knows five names and character numbers. Only a document type could define any other.
UNKNOWN_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")

# The start of a part in UTF-8. A part in any other encoding goes through the XML parser.
UTF8_START = (
    r"[ \t\r\n]*(?:<\?xml(?: version=\"1\.[01]\"| encoding=\"(?i:utf-8)\"| standalone=\"\w+\")*"
    r"\s*\?>[ \t\r\n]*)?"
)

# (path, attributes, own text); see :func:`elements`.
Element = tuple[str, dict[str, str], str]

MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # strict
)
# How paths write the namespaces that bear on a value. Any other is written out.
_PREFIXES = {
    **dict.fromkeys(MAIN_NAMESPACES, ""),
    "http://schemas.openxmlformats.org/package/2006/relationships": "",
    "http://schemas.openxmlformats.org/package/2006/content-types": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties": "",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes": "vt:",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes": "vt:",
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main": "x14:",
    "http://schemas.microsoft.com/office/excel/2006/main": "xm:",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "xdr:",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": "xdr:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
    "http://purl.oclc.org/ooxml/drawingml/main": "a:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
}


def elements(name: str, content: bytes) -> tuple[Element, ...]:
    """Parse a part into (path, attributes, own text) triples, in document order.

    A path such as ``workbook/sheets/sheet`` names an element and all above it. An element of a
    foreign namespace stands in it with that namespace, so it is never taken for one of ours. An
    attribute without a namespace has its plain name, any other ``namespace name``.

    :raises NotReadableError: F01 not well-formed, F05 with a document type declaration.
    """
    found: list[tuple[str, dict[str, str], list[str]]] = []
    paths: list[str] = []
    texts: list[list[str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, local = tag.rpartition(" ")
        own = f"{_PREFIXES.get(namespace, namespace + ' ')}{local}"
        paths.append(f"{paths[-1]}/{own}" if paths else own)
        texts.append([])
        found.append((paths[-1], attributes, texts[-1]))

    def end(_tag: str) -> None:
        paths.pop()
        texts.pop()

    parser = safe_parser(name)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: texts[-1].append(text)
    parse_xml(parser, name, content)
    return tuple((path, attributes, "".join(text)) for path, attributes, text in found)


def safe_parser(name: str) -> expat.XMLParserType:
    """Return a namespace-aware expat parser that refuses document type declarations (F05)."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_args: object) -> None:
        raise NotReadableError(Reason.DANGEROUS, f"{name}: DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse_xml(parser: expat.XMLParserType, name: str, content: bytes) -> None:
    """Parse a whole part.

    :raises NotReadableError: F01 not well-formed.
    """
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError, TypeError) as error:  # also odd encodings
        raise NotReadableError(Reason.FILE_UNREADABLE, f"{name}: {error}") from None
