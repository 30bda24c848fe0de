"""Texts from outside, made visible: no control character, no mark that turns the direction."""

from __future__ import annotations

import re

# Control characters (C0, DEL, C1), line and paragraph separators, marks that turn the direction
# of text, byte-order marks, lone surrogates.
_UNSEEN = (
    "\\x00-\\x1f\\x7f-\\x9f\\u061c\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
    "\\ufeff\\ufffe\\uffff\\ud800-\\udfff"
)
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_ESCAPED = re.compile(f"[\\\\{_UNSEEN}]")
_ESCAPE = re.compile(r"\\(?:([\\tnr])|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_HIDDEN_IN_JSON = re.compile(f"(?![\\x00-\\x1f])[{_UNSEEN}]")  # those are escaped, or layout
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}
_LONG = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


def visible(text: str) -> str:
    r"""Write characters that cannot be seen as escapes, for people: ``\n``, ``\x07``, ``\ud800``.

    A backslash stays as it is, so this cannot be undone; :func:`escape_controls` can.
    """
    if text.isprintable():
        return text
    return _HIDDEN.sub(_escape, text)


def escape_in_json(document: str) -> str:
    r"""Write unseen characters of a JSON document as its own escapes: ``\u009b``, ``\u202e``."""
    if document.isascii() and "\x7f" not in document:
        return document
    return _HIDDEN_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def escape_controls(text: str) -> str:
    r"""Write unseen characters and backslashes as escapes, for data: ``\n``, ``\x07``, ``\\``."""
    if "\\" not in text and text.isprintable():
        return text
    return _ESCAPED.sub(_escape, text)


def unescape_controls(text: str) -> str:
    """Undo :func:`escape_controls`; a backslash that begins no escape stays."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _unescape(match: re.Match[str]) -> str:
    return _LONG[match[1]] if match[1] else chr(int(match[2] or match[3], 16))
