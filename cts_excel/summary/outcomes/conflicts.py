"""Keep the audits that conflict, until their files are laid side by side (rule 12)."""

from __future__ import annotations

import zlib

import msgspec

from cts_excel.audit.identity import AuditKey, same_audits
from cts_excel.audit.model import Audit
from cts_excel.summary.outcomes.excerpt import ConflictExcerpt, packed
from cts_excel.summary.outcomes.gathered import Records

MOST_AUDITS = 500  # groups that are laid side by side; the others are for ``cts-excel compare``
MOST_FILES = 20  # of one audit


class Conflicts:
    """Conflicting audits: packed, in a temporary file beyond a few megabytes; keys in memory.

    Only the audits of the first ``MOST_AUDITS`` occasions are kept, ``MOST_FILES`` of each.
    """

    def __init__(self) -> None:
        self._keys: dict[int, AuditKey] = {}
        self._kept: dict[int, int] = {}  # number of the file -> place in the records
        self._files: dict[bytes, int] = {}  # occasion -> audits kept
        self._ready: set[int] = set()
        self._audits = Records()
        self._decoder = msgspec.msgpack.Decoder(Audit)

    def add(self, found: ConflictExcerpt | None, number: int) -> None:
        """Take what conflicts of a file, where anything does."""
        if found is None:
            return
        key = found.key
        self._keys[number] = key
        if found.ready:
            self._ready.add(number)
        files = self._files.get(key.occasion, 0)
        if files >= MOST_FILES or (not files and len(self._files) >= MOST_AUDITS):
            return
        self._files[key.occasion] = files + 1
        self._kept[number] = len(self._audits)
        self._audits.append(packed((found.audit,)))

    def ready(self, number: int) -> bool:
        """Whether the file would have a level if it stood alone."""
        return number in self._ready

    def groups(self) -> list[tuple[int, ...]]:
        """Return the numbers of the files of each audit, the first file first."""
        return same_audits(self._keys)

    def audits(self, group: tuple[int, ...]) -> list[tuple[int, Audit]]:
        """Return the files of a group whose audits were kept."""
        return [(number, self._audit(self._kept[number])) for number in group
                if number in self._kept]  # fmt: skip

    def _audit(self, place: int) -> Audit:
        (packed,) = self._audits[place]
        return self._decoder.decode(zlib.decompress(packed))
