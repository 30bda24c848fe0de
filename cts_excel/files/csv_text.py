"""Texts in CSV files that spreadsheet applications open: harmless, and nothing is lost.

``escape`` and ``unescape`` are exact inverses, and so are ``guard`` and ``unguard``.
"""

from __future__ import annotations

import re

from cts_excel.files.visible import escape_controls, unescape_controls

# What a spreadsheet may take for the beginning of a formula, also behind blanks of any width. A
# text that begins with the mark itself is guarded too, so that the mark can be taken away again.
_RISKY = re.compile("[ \u00a0\u3000]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|'")
_MAY_BE_RISKY = frozenset(" \u00a0\u3000=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'")
_MARK = "'"


def guard(text: str) -> str:
    """Return a text that no application takes for a formula: a risky one begins with ``'``."""
    return f"{_MARK}{text}" if text[:1] in _MAY_BE_RISKY and _RISKY.match(text) else text


def unguard(text: str) -> str:
    """Undo :func:`guard`."""
    return text.removeprefix(_MARK)


def escape(text: str) -> str:
    """Return a text from outside as a data file holds it: visible, and never a formula."""
    return guard(escape_controls(text))


def unescape(text: str) -> str:
    """Return the text that :func:`escape` was given."""
    return unescape_controls(unguard(text))


def field(text: str) -> str:
    """Quote an escaped text as one CSV field, if it must be quoted."""
    if '"' in text or "," in text:
        return '"' + text.replace('"', '""') + '"'
    return text
