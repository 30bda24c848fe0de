"""Unusual forms of the package itself: entries, names, headers and what surrounds them."""

from __future__ import annotations

import io
import random
import zipfile

from mutations import Parts
from structure import RATINGS, changed_sheet

_DECOYS = {  # the name of a second entry beside 评分表
    "twice": RATINGS,
    "other case": RATINGS.upper(),
    "folder": f"{RATINGS}/",
    "backslash": RATINGS.replace("/", "\\"),
    "leading slash": f"/{RATINGS}",
    "dot": f"./{RATINGS}",
    "two slashes": RATINGS.replace("/", "//", 1),
    "end of string": f"{RATINGS}\0.xml",
}
_ALONE = ("unicode name", "streamed", "zip64", "unknown extra", "other local name", "old extra")
_FORMS = ("order", "deflated", "comment", "prefix", "suffix", *_DECOYS, *_ALONE)
_LOCAL_HEADER = 30  # bytes before the name


def packed_otherwise(parts: Parts, chance: random.Random, *, unusual: bool) -> bytes:
    """Pack parts; unusual forms differ in order, extra fields, methods, names, surroundings."""
    names = list(parts)
    target = io.BytesIO()
    form = chance.choice(_FORMS) if unusual else ""
    if form == "prefix":
        target.write(b"PK\x03\x04 nothing")
    if form == "order":
        chance.shuffle(names)
    file = _Stream(target) if form == "streamed" else target
    with zipfile.ZipFile(file, "a" if form == "prefix" else "w") as package:  # type: ignore[call-overload]
        for name in names:
            info = zipfile.ZipInfo(name)
            if form == "deflated":
                info.compress_type = zipfile.ZIP_DEFLATED
            if name == RATINGS and form in (*_DECOYS, *_ALONE):
                _other_entry(package, info, parts, form, chance)
            else:
                package.writestr(info, parts[name])
        if form == "comment":
            package.comment = b"PK\x05\x06" + bytes(20)
    packed = target.getvalue() + (b"\n" if form == "suffix" else b"")
    return _with_other_local_name(packed) if form == "other local name" else packed


class _Stream:
    """A file that cannot go back: sizes and checksums then follow the entries."""

    def __init__(self, target: io.BytesIO) -> None:
        self.write, self.flush = target.write, target.flush


def _other_entry(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, parts: Parts, form: str, chance: random.Random
) -> None:
    """Write 评分表 in an unusual entry, or a decoy of it beside the true one."""
    if form == "unicode name":
        body = b"\1" + zipfile.crc32(b"x").to_bytes(4, "little") + b"xl/worksheets/sheet9.xml"
        info.extra = b"up" + len(body).to_bytes(2, "little") + body
    elif form == "unknown extra":
        info.extra = b"\xfe\xca\x04\x00abcd"
    elif form == "old extra":
        info.extra = b"\x01\x00\x02\x00ab"
    own = [(info, parts[RATINGS])]
    if form in _DECOYS:
        decoy = b"" if form == "folder" else changed_sheet(parts, RATINGS, chance)
        own.append((zipfile.ZipInfo(_DECOYS[form]), decoy))
        chance.shuffle(own)
        if form not in ("twice", "folder") and chance.random() < 0.3:  # nothing but the decoy
            own = [one for one in own if one[0] is not info]
    for entry, content in own:
        with package.open(entry, "w", force_zip64=form == "zip64") as written:
            written.write(content)


def _with_other_local_name(packed: bytes) -> bytes:
    """Let the entry's own header name another part than the directory does."""
    at = -1
    while packed[at - _LOCAL_HEADER : at - _LOCAL_HEADER + 4] != b"PK\3\4":
        at = packed.index(RATINGS.encode(), at + 1)
    other = RATINGS.replace("sheet2", "sheet3").encode()
    return packed[:at] + other + packed[at + len(other) :]
