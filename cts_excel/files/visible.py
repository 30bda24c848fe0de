"""Foreign text made harmless for data files: visible escapes, no formula, sound CSV fields."""

from __future__ import annotations

import re

# What a spreadsheet may take for the beginning of a formula, also behind spaces of any width.
_TRIGGER = re.compile("^[ \\u00a0\\u3000]*[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")
_MAY_TRIGGER = frozenset(" \u00a0\u3000=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
# Control characters (C0, DEL, C1), line and paragraph separators, marks that turn the direction
# of text, byte-order marks, lone surrogates.
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
    "\\ufeff\\ufffe\\uffff\\ud800-\\udfff]"
)
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(text: str) -> str:
    r"""Write what cannot be seen as escapes: ``\n``, ``\x07``, ``\ud800``."""
    if text.isprintable():  # none of the unseen is
        return text
    return _UNSEEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def harmless(text: str) -> str:
    """Make a text safe to open in a spreadsheet: visible, and never a formula.

    A text that could begin a formula (``= + - @``, TAB, CR, LF, full-width twins, also behind
    spaces) gets an apostrophe in front.
    """
    shown = visible(text)
    return f"'{shown}" if text[:1] in _MAY_TRIGGER and _TRIGGER.match(text) else shown


def field(text: str) -> str:
    """Write a text from outside as one CSV field."""
    if not text or text.isalnum():
        return text
    safe = harmless(text)
    if '"' in safe or "," in safe:
        return '"' + safe.replace('"', '""') + '"'
    return safe
