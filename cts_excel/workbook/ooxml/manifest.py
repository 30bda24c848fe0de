"""What an OpenDocument package says it is: its ``mimetype`` or, without one, its manifest."""

from __future__ import annotations

from collections.abc import Mapping

from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.xml_parser import elements

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = "META-INF/manifest.xml"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def is_open_document(parts: Mapping[str, bytes]) -> bool:
    """Return whether a package is an OpenDocument spreadsheet or its template.

    SheetJS, Spire and others leave out the part ``mimetype``; the manifest names the type too.
    """
    if "mimetype" in parts:
        return parts["mimetype"].strip().startswith(SPREADSHEET.encode())
    if MANIFEST not in parts:
        return False
    try:
        listed = elements(MANIFEST, parts[MANIFEST])
    except NotReadableError:
        return False
    return any(
        attributes.get(f"{_NAMESPACE} full-path") == "/"
        and attributes.get(f"{_NAMESPACE} media-type", "").startswith(SPREADSHEET)
        for _path, attributes, _text in listed
    )
