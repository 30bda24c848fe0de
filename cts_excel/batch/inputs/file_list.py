"""Very many files in little memory: texts end to end, taken apart when one is asked for."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cts_excel.batch.inputs.found import Found

_MARK = "\0"  # in no path and in no shown name


class FileList:
    """An unchanging list of files: about twice the bytes of their names, not 700 bytes each."""

    def __init__(self, files: Iterable[Found] = ()) -> None:
        self._texts = bytearray()
        self._ends = array("Q", [0])
        for found in files:
            fields = [found.file, "1" if found.named else ""]
            if found.trouble or found.members:
                fields += [found.trouble, found.reason, found.expected, *found.members]
            self._texts += os.fsencode(found.path) + b"\0"
            self._texts += _MARK.join(fields).encode("utf-8", "surrogateescape")
            self._ends.append(len(self._texts))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> Found:
        if not 0 <= number < len(self):
            raise IndexError(number)
        path, _zero, rest = self._texts[self._ends[number] : self._ends[number + 1]].partition(
            b"\0"
        )
        fields = rest.decode("utf-8", "surrogateescape").split(_MARK)
        file, named, *more = fields
        found = Found(os.fsdecode(bytes(path)), file, bool(named))
        if not more:
            return found
        trouble, reason, expected, *members = more
        return replace(
            found, trouble=trouble, reason=reason, expected=expected, members=tuple(members)
        )

    def __iter__(self) -> Iterator[Found]:
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FileList):
            return NotImplemented
        return self._ends == other._ends and self._texts == other._texts

    __hash__ = None  # type: ignore[assignment]


class Tasks:
    """What is left of a list: numbered files, one after the other or in slices."""

    def __init__(self, files: FileList, numbers: array[int]) -> None:
        self._files, self._numbers = files, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[tuple[int, Found]]:
        return ((number, self._files[number]) for number in self._numbers)

    def __getitem__(self, part: slice) -> tuple[tuple[int, Found], ...]:
        return tuple((number, self._files[number]) for number in self._numbers[part])
