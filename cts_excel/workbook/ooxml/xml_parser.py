"""XML parts parsed by expat: no document types, errors as one exception."""

from __future__ import annotations

import re
from xml.parsers import expat

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason

# XML knows five names and character numbers. Only a document type could define any other.
UNKNOWN_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")

# The start of a part in UTF-8. A part in any other encoding goes through the XML parser.
UTF8_START = (
    r"\s*(?:<\?xml(?: version=\"1\.[01]\"| encoding=\"(?i:utf-8)\"| standalone=\"\w+\")*\s*\?>\s*)?"
)

Element = tuple[str, dict[str, str], str]


def elements(name: str, content: bytes) -> tuple[Element, ...]:
    """Parse a part into (local name, attributes, own leading text) triples, in document order.

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
    parse_xml(parser, name, content)
    return tuple(
        (tag, attributes, "".join(text))
        for (tag, attributes, _), text in zip(found, texts, strict=True)
    )


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
