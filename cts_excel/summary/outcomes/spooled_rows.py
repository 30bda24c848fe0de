"""Packed rows by number, in memory or in a temporary file."""

from __future__ import annotations

import tempfile
from array import array
from typing import Any

import msgspec

_IN_MEMORY = 4 << 20  # bytes before the rows go to a temporary file
_UNPACK = msgspec.msgpack.Decoder().decode


class SpooledRows:
    """Packed rows by number; beyond a few megabytes they live in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as we do
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, row: bytes) -> None:
        """Add a row packed by :func:`cts_excel.summary.outcomes.excerpt.pack`."""
        self._file.seek(self._ends[-1])
        self._file.write(row)
        self._ends.append(self._ends[-1] + len(row))

    def __getitem__(self, number: int) -> Any:
        start = self._ends[number]
        self._file.seek(start)
        return _UNPACK(self._file.read(self._ends[number + 1] - start))
