"""One file of a run: where it is and how outputs name it."""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.workbook.ooxml.errors import NotReadableError, Reason


@dataclass(frozen=True, slots=True)
class Found:
    """One file to judge.

    ``path`` is absolute and real up to its last part, or a URL; ``file`` is how outputs name it:
    relative to the current folder where it lies below that, else absolute or a URL, with ``/``,
    and unseen characters and backslashes as escapes, so that the file can be found again.
    ``named`` tells that the user gave this very path. ``members`` lead to a file inside an archive
    or e-mail: ``("乙.zip", "甲.xlsx")``. ``trouble`` says why a place, an archive or a member could
    not be looked into (``""`` for a file); ``reason`` and ``expected`` belong to it.
    """

    path: str
    file: str
    named: bool = False
    trouble: str = ""
    reason: str = Reason.NOT_A_REGULAR_FILE.value
    expected: str = ""
    members: tuple[str, ...] = ()

    @property
    def error(self) -> NotReadableError | None:
        """What admission raises for the trouble."""
        if not self.trouble:
            return None
        return NotReadableError(Reason(self.reason), self.trouble, self.expected)
