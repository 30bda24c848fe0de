"""Keep the audits that conflict, until their files are laid side by side (rule 12)."""

from __future__ import annotations

import zlib
from dataclasses import replace

import msgspec

from cts_excel.audit.findings import Severity
from cts_excel.audit.identity import AuditKey, audit_key, same_audits
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.gathered import Records

MOST_AUDITS = 500  # groups that are laid side by side; the others are for ``cts-excel compare``
MOST_FILES = 20  # of one audit
_CONFLICT = "D02"


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

    def add(self, outcome: Outcome, number: int) -> None:
        """Take a file; all but conflicts are passed over."""
        audit = outcome.audit
        if outcome.status is not Status.CONFLICT or audit is None:
            return
        key = audit_key(audit)
        if key is None:
            return
        self._keys[number] = key
        errors = [f for f in outcome.findings if f.severity is Severity.ERROR]
        if all(f.code == _CONFLICT for f in errors):
            self._ready.add(number)
        files = self._files.get(key.occasion, 0)
        if files >= MOST_FILES or (not files and len(self._files) >= MOST_AUDITS):
            return
        self._files[key.occasion] = files + 1
        self._kept[number] = len(self._audits)
        wrong = tuple(f for f in audit.findings if f.severity is Severity.ERROR)
        packed = msgspec.msgpack.encode(replace(audit, findings=wrong))
        self._audits.append((zlib.compress(packed, 1),))

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
