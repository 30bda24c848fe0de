"""What a marked copy says of the files that it was made from (rule 14)."""

from __future__ import annotations

import re

from cts_excel.workbook.form.layout import MOST_CORRECTED, NAME_CORRECTS
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook

_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_corrects(book: XlsxWorkbook) -> tuple[str, ...]:
    """Return the SHA-256 of the files that a marked copy was made from, the last one first."""
    for path, attributes, text in book.package.elements(book.package.workbook_part):
        if (
            path == "workbook/definedNames/definedName"
            and attributes.get("name", "").casefold() == NAME_CORRECTS
        ):
            return tuple(_DIGEST.findall(text))[:MOST_CORRECTED]
    return ()
