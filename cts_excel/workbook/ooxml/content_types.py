"""What the package says each part is: ``[Content_Types].xml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.xml_parser import elements

PART = "[Content_Types].xml"
_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_MACRO_WORKBOOKS = (
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
)
WORKBOOKS = (f"{_SHEET_ML}sheet.main+xml", f"{_SHEET_ML}template.main+xml", *_MACRO_WORKBOOKS)
BINARY_WORKBOOK = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
WORKSHEET = f"{_SHEET_ML}worksheet+xml"
SHARED_STRINGS = f"{_SHEET_ML}sharedStrings+xml"
STYLES = f"{_SHEET_ML}styles+xml"
_MACROS = (
    *_MACRO_WORKBOOKS,
    "application/vnd.ms-office.vbaProject",
    "application/vnd.ms-excel.macrosheet+xml",
    "application/vnd.ms-excel.intlmacrosheet+xml",
)


@dataclass(frozen=True, slots=True)
class ContentTypes:
    """Content types by part name and by extension, both in small letters."""

    overrides: dict[str, str]
    defaults: dict[str, str]

    def of(self, part: str) -> str:
        """Return the content type of a part, ``""`` if none is declared."""
        extension = part.rpartition("/")[2].rpartition(".")[2]
        return self.overrides.get(part.casefold()) or self.defaults.get(extension.casefold(), "")

    def named(self, kinds: Iterable[str], parts: Iterable[str]) -> list[str]:
        """Return the parts, among those given, that are declared one by one to be of a kind."""
        wanted = {name for name, kind in self.overrides.items() if kind in kinds}
        return [part for part in parts if part.casefold() in wanted] if wanted else []

    def macros(self, parts: Iterable[str]) -> list[str]:
        """Return the parts that are macros or a workbook with macros.

        A default type of an extension that no part has is no macro.
        """
        return [part for part in parts if self.of(part) in _MACROS]


@lru_cache(maxsize=64)
def content_types(content: bytes) -> ContentTypes:
    """Read the content types.

    :raises NotReadableError: F01 not well-formed, F05 two types for one part or extension.
    """
    overrides: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for path, attributes, _text in elements(PART, content):
        kind = attributes.get("ContentType", "")
        if path == "Types/Override":
            name = attributes.get("PartName", "").lstrip("/").casefold()
            _add(overrides, name, kind)
        elif path == "Types/Default":
            _add(defaults, attributes.get("Extension", "").casefold(), kind)
    return ContentTypes(overrides, defaults)


def _add(known: dict[str, str], name: str, kind: str) -> None:
    if known.setdefault(name, kind) != kind:
        raise NotReadableError(Reason.DANGEROUS, f"two content types for {name!r}")
