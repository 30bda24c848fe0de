"""A minimal compound file, as Outlook saves a message: storages and streams in plain sectors."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR, _END, _FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF
_LARGE = 4096  # smaller streams lie elsewhere
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def message(attachments: Mapping[str, bytes], *inner: Mapping[str, bytes]) -> bytes:
    """Return a message (.msg) with attachments, as far as a reader of attachments looks.

    :param inner: the attachments of messages in the message.
    """
    tree = _message(attachments)
    for number, inside in enumerate(inner, start=len(attachments)):
        folder = f"__attach_version1.0_#{number:08X}"
        tree[folder] = {"__substg1.0_3701000D": _message(inside)}
    return compound_file(tree)


def _message(attachments: Mapping[str, bytes]) -> dict[str, object]:
    tree: dict[str, object] = {"__properties_version1.0": b"\0" * 32}
    for number, (name, content) in enumerate(attachments.items()):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le").ljust(_LARGE, b"\0"),
            "__substg1.0_37010102": content,
        }
    return tree


def compound_file(tree: Mapping[str, object]) -> bytes:
    """Write a compound file; every stream lies in whole sectors (no small streams)."""
    entries: list[list[int | str]] = [["Root Entry", _ROOT, _FREE, _FREE, _END, 0]]
    sectors: list[bytes] = []
    chains: list[int] = []

    def stored(content: bytes) -> int:
        first = len(sectors)
        pieces = [content[at : at + _SECTOR] for at in range(0, len(content), _SECTOR)] or [b""]
        for piece in pieces:
            sectors.append(piece.ljust(_SECTOR, b"\0"))
            chains.append(len(sectors))
        chains[-1] = _END
        return first

    def put(folder: int, inside: Mapping[str, object]) -> None:
        before = None
        for name, value in inside.items():
            place = len(entries)
            is_stream = isinstance(value, bytes)
            start = stored(value) if isinstance(value, bytes) else 0
            size = len(value) if isinstance(value, bytes) else 0
            entries.append([name, _STREAM if is_stream else _STORAGE, _FREE, _FREE, start, size])
            if before is None:
                entries[folder][3] = place
            else:
                entries[before][2] = place
            before = place
            if isinstance(value, Mapping):
                put(place, value)

    put(0, tree)
    directory = stored(b"".join(_entry(*one) for one in entries))  # type: ignore[arg-type]
    count = -(-(len(sectors) + 2) // (_SECTOR // 4))
    fats = list(range(len(sectors), len(sectors) + count))
    table = [*chains, *[0xFFFFFFFD] * count]
    fat = struct.pack(f"<{len(table)}L", *table).ljust(count * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16sHHHHH6sLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        b"", 0, count, directory, 0, 0, _END, 0, _END, 0,
    )  # fmt: skip
    difat = struct.pack(f"<{len(fats)}L", *fats).ljust(_SECTOR - len(header), b"\xff")
    return header + difat + b"".join(sectors) + fat


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBLLL16sLQQLQ", text, len(text), kind, 1, _FREE, right, child, b"", 0, 0, 0, start,
        size,
    )  # fmt: skip
