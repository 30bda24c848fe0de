"""Edit the sheet parts of a workbook that this project wrote, beyond what its library can."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

SHEET_PARTS = "xl/worksheets/"


def repacked(content: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    """Return the package with each sheet part edited: same order, names and time stamps.

    :param edit: takes a part's name and content, returns the new content.
    """
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith(SHEET_PARTS):
                part = edit(entry.filename, part)
            target.writestr(entry, part)
    return buffer.getvalue()


def sheet_part(number: int) -> str:
    """Name the part of the sheet at a 0-based place, as the writing library numbers them."""
    return f"{SHEET_PARTS}sheet{number + 1}.xml"
