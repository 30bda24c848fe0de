"""The number formats of the numbers in an .xls, which calamine does not tell.

Records of BIFF5 and BIFF8: [MS-XLS] 2.4.126 Format, 2.4.353 XF, 2.4.28 BoundSheet8, 2.4.180 Number,
2.4.220 RK, 2.4.175 MulRk, 2.4.127 Formula.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

from cts_excel.workbook.issuing.shown_numbers import BUILT_IN

_STREAMS = ("Workbook", "Book")
_BOF, _EOF, _FORMAT, _XF, _SHEET = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_BIFF8 = 0x0600
_WIDE = 0x01  # flag of a text: two bytes a character

# 1-based (row, column) -> number format.
Formats = dict[tuple[int, int], str]


def xls_formats(content: bytes) -> list[Formats]:
    """Return the format of each number, sheet by sheet in their order.

    An empty list if the file is no .xls of Excel 5 or later, or its records cannot be followed.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            name = next((name for name in _STREAMS if container.exists(name)), "")
            stream = container.openstream(name).read() if name else b""
        return _sheets(stream)
    except (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error):
        return []


@dataclass(slots=True)
class _Globals:
    """What the first part of the stream says of all sheets."""

    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)

    def code(self, style: int) -> str:
        number = self.styles[style] if style < len(self.styles) else 0
        return self.codes.get(number, BUILT_IN.get(str(number), ""))


def _sheets(stream: bytes) -> list[Formats]:
    known = _Globals()
    biff8 = True
    for kind, data in _records(stream, 0):
        if kind == _BOF:
            biff8 = struct.unpack_from("<H", data)[0] >= _BIFF8
        elif kind == _FORMAT:
            number, code = _format(data, biff8=biff8)
            known.codes[number] = code
        elif kind == _XF:
            known.styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _SHEET:
            known.offsets.append(struct.unpack_from("<I", data)[0])
    return [_numbers(stream, offset, known) for offset in known.offsets]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, data) from a place to the end of the part that begins there."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        depth += (kind == _BOF) - (kind == _EOF)
        if not depth:
            return
        at += 4 + length


def _format(data: bytes, *, biff8: bool) -> tuple[int, str]:
    number = struct.unpack_from("<H", data)[0]
    if not biff8:
        return number, data[3 : 3 + data[2]].decode("gb18030", "replace")
    count, flags = struct.unpack_from("<HB", data, 2)
    if flags & _WIDE:
        return number, data[5 : 5 + 2 * count].decode("utf-16-le", "replace")
    return number, data[5 : 5 + count].decode("latin-1")


def _numbers(stream: bytes, offset: int, known: _Globals) -> Formats:
    found: Formats = {}
    for kind, data in _records(stream, offset):
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", data)
            found[row + 1, column + 1] = known.code(style)
        elif kind == _MULTIPLE_RK:
            row, first = struct.unpack_from("<HH", data)
            for number in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * number)[0]
                found[row + 1, first + 1 + number] = known.code(style)
    return found
