"""Mutations of a filled workbook, inside its parts, in a package that is sound again afterwards.

A flipped byte of the package itself is nearly always caught by a checksum. To reach the readers,
parts are inflated, changed and packed anew.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

_TOKENS = (
    b"&#0;", b"&lt;", b"&amp;#x1F;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?x?>", b"\xff\xfe",
    b"\xed\xa0\x80", b"\0", b"_x000D_", b"_xD800_", b"<c>", b"</c>", b"<row>", b"</row>", b"<v/>",
    b"<f>1/0</f>", b'<f t="shared" si="0"/>', b'<f t="array" ref="A1:XFD1048576">1</f>', b' t="e"',
    b' t="b"', b' t="d"', b' t="str"', b' t="inlineStr"', b' t="n"', b' s="-1"', b' r="A1"',
    b' r="XFD1048576"', b"1e308", b"-0", b"NaN", b"1_0", b"99999999999999999999", b"0.1e-999",
    "％８５".encode(), "不适用".encode(), "\u202e".encode(), b'<mergeCell ref="A1:J60"/>',
    b'xml:space="preserve"', b'xmlns="x"', b'<rPh sb="0"><t>x</t></rPh>', b"<r><t>x</t></r>",
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_TAG = re.compile(rb"<[^<>]*>")

Parts = dict[str, bytes]
Mutation = Callable[[bytes, random.Random], bytes]


def unpacked(content: bytes) -> Parts:
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts) -> bytes:
    """Pack parts without compression, which is quicker."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def mutated(parts: Parts, chance: random.Random) -> Parts:
    """Return parts with one to four mutations; now and then a part goes or is another's copy."""
    changed = dict(parts)
    names = sorted(changed)
    for _turn in range(chance.randint(1, 4)):
        name = chance.choice([n for n in names if n.startswith("xl/")] * 3 + names)
        roll = chance.random()
        if roll < 0.02:
            changed.pop(name, None)
        elif roll < 0.04:
            changed[name] = parts[chance.choice(names)]
        elif name in changed:
            changed[name] = chance.choice(_MUTATIONS)(changed[name], chance)
    return changed


def _flip(content: bytes, chance: random.Random) -> bytes:
    place, bit = _place(content, chance), 1 << chance.randrange(8)
    return (
        content[:place] + bytes(b ^ bit for b in content[place : place + 1]) + content[place + 1 :]
    )


def _cut(content: bytes, chance: random.Random) -> bytes:
    place = _place(content, chance)
    return content[:place] + content[place + chance.randint(1, 400) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    place, size = _place(content, chance), chance.randint(1, 400)
    return content[: place + size] + content[place:]


def _insert(content: bytes, chance: random.Random) -> bytes:
    place = _place(content, chance)
    return content[:place] + chance.choice(_TOKENS) + content[place:]


def _number(content: bytes, chance: random.Random) -> bytes:
    return _other(
        content, chance, _NUMBER, lambda _old: chance.choice((*_TOKENS, b"7", b"-1", b""))
    )


def _drop_tag(content: bytes, chance: random.Random) -> bytes:
    return _other(content, chance, _TAG, lambda _old: b"")


def _double_tag(content: bytes, chance: random.Random) -> bytes:
    return _other(content, chance, _TAG, lambda old: old + old)


def _into_tag(content: bytes, chance: random.Random) -> bytes:
    return _other(content, chance, _TAG, lambda old: old[:-1] + chance.choice(_TOKENS) + b">")


def _swap(content: bytes, chance: random.Random) -> bytes:
    tags = list(_TAG.finditer(content))
    if len(tags) < 2:
        return content
    first, second = sorted(chance.sample(tags, 2), key=lambda tag: tag.start())
    return b"".join((
        content[: first.start()], second[0], content[first.end() : second.start()], first[0],
        content[second.end() :],
    ))  # fmt: skip


def _other(
    content: bytes,
    chance: random.Random,
    pattern: re.Pattern[bytes],
    change: Callable[[bytes], bytes],
) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content
    match = chance.choice(found)
    return content[: match.start()] + change(match[0]) + content[match.end() :]


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


_MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _repeat, _insert, _number, _number, _drop_tag, _double_tag, _into_tag, _swap,
)  # fmt: skip
