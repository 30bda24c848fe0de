"""Texts normalised for comparison: width, blanks, dashes, invisible characters do not count."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from functools import lru_cache

from cts_excel.standard.folding import with_plain_dashes, without_invisible
from cts_excel.workbook.ooxml.cells import Value, parse_number

# Full-width twins of ASCII, and no other compatibility form: NFKC would make 52 of 5².
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFE6A: 0x25}
_TO_DASH = str.maketrans("至到", "--")


def half_width(text: str) -> str:
    """Turn full-width digits, letters and signs into their ASCII twins, and nothing else."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


@lru_cache(maxsize=4096)
def comparison_key(text: str) -> str:
    """Return a text as NFKC without blanks and invisible characters, for comparison only."""
    return "".join(without_invisible(unicodedata.normalize("NFKC", text)).split())


def as_number(value: Value) -> Value:
    """Return the number that a text spells, any other value as it is.

    Some applications store numbers as texts.
    """
    if isinstance(value, str) and isinstance(read := parse_number(comparison_key(value)), Decimal):
        return read
    return value


@lru_cache(maxsize=256)
def band_key(text: str) -> str:
    """Return a comparison key with ``-`` for every dash: ``０％～２０％`` gives ``0%-20%``."""
    return with_plain_dashes(comparison_key(text)).translate(_TO_DASH)
