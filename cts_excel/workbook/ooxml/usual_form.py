"""XML parts brought into the form that the fast paths read: UTF-8, no indentation, plain texts.

Each step changes how a part is written, never what it says; a part with anything else about it is
returned with that still in it, and the fast path declines it.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from functools import lru_cache

_DECLARED = re.compile(r"(<\?xml[^<>]*? encoding=[\"'])([^\"'<>]*)")
# Blanks between tags count only where the second ends a value, a formula or a text.
_BLANKS = re.compile(r">[ \t\n]+(?=<(?!/[vft]>))")

ATTRIBUTES = r'(?: (?!xmlns)[\w:]+="[^"<>]*")*'
TEXT = r'<t(?: xml:space="preserve")?(?:/>|>([^<]*)</t>)'
_PHONETIC = rf"<rPh{ATTRIBUTES}><t>[^<]*</t></rPh>"
_RUN = re.compile(rf"<r>(?:<rPr>(?:<\w+{ATTRIBUTES} ?/>)*</rPr>|<rPr/>)?{TEXT}</r>")
# Rich text of the usual form: runs, or one text, then phonetic hints.
_RICH = re.compile(
    rf"(?:(?:{_RUN.pattern})+|{TEXT})(?:{_PHONETIC})*(?:<phoneticPr{ATTRIBUTES} ?/>)?"
)
_ONE_TEXT = re.compile(TEXT)


def in_utf8(content: bytes) -> bytes:
    """Return a part in UTF-16 that begins with its byte order mark in UTF-8, any other as it is."""
    if content[:2] not in (BOM_UTF16_LE, BOM_UTF16_BE):
        return content
    try:
        text = content.decode("utf-16")
        declared = _DECLARED.match(text)
        if declared is None:
            return text.encode()
        is_right = declared[2].upper() == "UTF-16"
        return f"{declared[1]}UTF-8{text[declared.end() :]}".encode() if is_right else content
    except UnicodeError:
        return content


def without_indentation(body: str) -> str:
    """Leave out the blanks between tags, with which some applications indent."""
    return _BLANKS.sub(">", body).strip(" \t\n") if "\n" in body or "> <" in body else body


# LibreOffice cuts every printed text that mixes scripts into runs: they recur in every workbook.
@lru_cache(maxsize=1024)
def joined_runs(rich: str) -> str | None:
    """Join the runs of a rich text, ``None`` if it has not the usual form."""
    if not _RICH.fullmatch(rich):
        return None
    runs = _RUN.findall(rich)
    return "".join(runs) if runs else str(_ONE_TEXT.findall(rich)[0])
