"""Text from outside, made safe for a cell or a link: it is shown, never interpreted."""

from __future__ import annotations

import re
from html import escape

from cts_excel.workbook.form.style import units

CELL_LIMIT = 32_767  # UTF-16 units in one cell
_CUT = "…（已截断）"
_LINK_LIMIT = 255  # what every Excel since 2007 accepts in a link to a file

# What XML cannot hold or a reader cannot see: C0/C1 controls except tab and line feed,
# bidirectional overrides, surrogates, non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
    "\ufffe\uffff]"
)
_CARRIAGE = re.compile("\r\n?")
_EXCEL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_LINK = re.compile(r'[\x00-\x20"#%<>?\[\\\]^`{|}]')


def cell_text(text: str) -> str:
    """Return a text as a cell shows it: unseen characters as escapes, cut to Excel's limit."""
    if text.isprintable() and len(text) <= CELL_LIMIT // 2:
        return text
    text = _UNSEEN.sub(_escape, _CARRIAGE.sub("\n", text))
    if len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return text
    room = CELL_LIMIT - len(_CUT)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + _CUT


def cell_xml(text: str) -> str:
    """Return the content of an inline string's ``<t>``; Excel's own escapes are escaped."""
    text = cell_text(text)
    if "&" in text or "<" in text or ">" in text:
        text = escape(text, quote=False)
    return _EXCEL_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def link_target(file: str, prefix: str | None) -> str:
    """Return a link's relative (or absolute) target, ``""`` if a link would not work.

    :param file: path with ``/``, as in outcomes; an object of a store (``s3://``) has no link.
    :param prefix: see :class:`~cts_excel.summary.outcomes.facts.RunFacts`.
    """
    if prefix is None or file.startswith("//") or "://" in file or _UNSEEN.search(file):
        return ""
    if file.startswith("/"):
        path, scheme = file, "file://"
    elif re.match("[A-Za-z]:/", file):
        path, scheme = file, "file:///"
    else:
        path, scheme = (prefix or "./") + file, ""
    target = scheme + _NOT_IN_LINK.sub(lambda found: f"%{ord(found[0]):02X}", path)
    return target if len(target) <= _LINK_LIMIT else ""


def shortened(text: str, length: int) -> str:
    """Return at most ``length`` characters of one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def fitted(text: str, width: int) -> str:
    """Return one line of at most ``width`` column-width units; a Chinese character takes two."""
    line = " ".join(text.split())
    if units(line) <= width:
        return line
    while line and units(line) > width - 2:
        line = line[:-1]
    return line + "…"


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
