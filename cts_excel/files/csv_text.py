"""Texts in CSV files that spreadsheet applications open: no cell may become a formula."""

from __future__ import annotations

import re

# What a spreadsheet may take for the beginning of a formula, also behind blanks of any width.
_RISKY = re.compile("[ \u00a0\u3000]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20']")
_MARK = "'"


def guarded(text: str) -> str:
    """Return a text that no application takes for a formula: a risky one begins with ``'``.

    A text that begins with ``'`` already gets a second one, so that nothing is lost.
    """
    return f"{_MARK}{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """Take the guard away again; ``unguarded(guarded(text)) == text``."""
    if text.startswith(_MARK) and _RISKY.match(text[1:]):
        return text[1:]
    return text
