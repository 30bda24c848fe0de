"""The audits of conflicting files, kept for 冲突对照 (rule 12)."""

from __future__ import annotations

import zlib

import msgspec

from cts_excel.audit.model import Audit
from cts_excel.summary.outcomes.excerpt import ConflictExcerpt, pack
from cts_excel.summary.outcomes.spooled_rows import SpooledRows

MOST_AUDITS = 500  # groups that are compared; the others are for ``cts-excel compare``
MOST_FILES = 20  # of one audit


class ConflictingAudits:
    """The conflicts of all files, and the audits of the first ``MOST_AUDITS`` of them.

    At most ``MOST_FILES`` audits of a conflict are kept.
    """

    def __init__(self) -> None:
        self._files: dict[str, list[int]] = {}  # numbers of the files of each conflict
        self._kept: dict[int, int] = {}  # number of the file -> row of its audit
        self._kept_of: dict[str, int] = {}  # conflict -> audits kept
        self._gradable: set[int] = set()
        self._audits = SpooledRows()
        self._decoder = msgspec.msgpack.Decoder(Audit)

    def add(self, conflict: ConflictExcerpt, number: int) -> None:
        """Keep a conflicting file."""
        self._files.setdefault(conflict.name, []).append(number)
        if conflict.gradable:
            self._gradable.add(number)
        kept = self._kept_of.get(conflict.name, 0)
        if kept >= MOST_FILES or (not kept and len(self._kept_of) >= MOST_AUDITS):
            return
        self._kept_of[conflict.name] = kept + 1
        self._kept[number] = len(self._audits)
        self._audits.append(pack((conflict.audit,)))

    def gradable(self, number: int) -> bool:
        """Return whether the file would get a level without the conflict."""
        return number in self._gradable

    def groups(self) -> list[tuple[int, ...]]:
        """Return the numbers of the files that contradict each other, the first file first."""
        return [tuple(files) for files in self._files.values() if len(files) > 1]

    def audits(self, group: tuple[int, ...]) -> list[tuple[int, Audit]]:
        """Return the numbers and audits of the files of a group whose audits were kept."""
        return [(number, self._audit(number)) for number in group if number in self._kept]

    def _audit(self, number: int) -> Audit:
        (compressed,) = self._audits[self._kept[number]]
        return self._decoder.decode(zlib.decompress(compressed))
