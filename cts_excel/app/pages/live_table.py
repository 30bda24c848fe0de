"""The files of the run at work as a table: rows as files come, sorted and filtered as later on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from nicegui import ui

from cts_excel.api import Status, level_name
from cts_excel.app.grading_job import State
from cts_excel.app.pages.elements import Column, Row, live, say, status_text, text
from cts_excel.app.pages.file_table import Asked, FileTable, Values
from cts_excel.app.workplace import INPUT
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.app.pages.frame import Screen

_PAUSE = 1.0  # seconds between two drawings: rows that change faster cannot be read
_Graded = tuple[str, Status, str]  # file, status, level's label


class LiveTable(FileTable):
    """The table of the run at work, or of one that was stopped; hidden when there is none."""

    kind = "at-work"

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "latest")
        self._job, self._standard = screen.desk.place.job, screen.desk.place.standard
        self._rows: list[_Graded] = []
        self._seen, self._drawn = -1, 0.0
        self._place = ui.element("section")
        self._built = False

    @property
    def total(self) -> int:
        """The number of files graded since the start."""
        return len(self._rows)

    @property
    def shown(self) -> bool:
        """Whether there is something that no finished run shows yet."""
        unfinished = self._job.active or self._job.state in (State.STOPPED, State.FAILED)
        return unfinished and bool(self._job.files)

    def look(self) -> None:
        """Show what has come, at most once a second."""
        if self.shown is not self._built:
            self._begin_or_end()
        pausing = self._job.active and time.monotonic() - self._drawn < _PAUSE
        if not self.shown or self._seen == self._job.version or pausing:
            return
        self._seen, self._drawn = self._job.version, time.monotonic()
        files = self._job.files.items()
        rows = [(file, Status(status), level) for file, (status, level) in files]
        say(self._note, _note(self._job.done - len(rows)))
        if rows != self._rows:
            self._rows = rows
            self.draw()

    def _begin_or_end(self) -> None:
        self._built, self._rows, self._seen, self._drawn = self.shown, [], -1, 0.0
        self._place.clear()
        if self._built:
            with self._place:
                text("h2", _("Files graded so far"))
                self._note = live(text("p", "", "notice"))
                self.build(self._filters(), self._orders())

    def chosen(self, asked: Asked) -> list[int]:
        """Return the numbers of the files that are asked for, in the order asked for."""
        rows = self._rows
        numbers = [
            number
            for number, (file, status, level) in enumerate(rows)
            if asked.fits({"status": status.value, "level": level}, (file,))
        ]
        key = self._key(asked.order)
        return sorted(numbers, key=lambda n: key(rows[n])) if key else numbers[::-1]

    def columns(self) -> list[Column]:
        """Return the columns in the language of the page."""
        return [Column(_("File")), Column(_("Status"), kind="status"), Column(_("Level"), "short")]

    def row(self, number: int) -> Row:
        """Return the row of a file."""
        file, status, label = self._rows[number]
        level = level_name(label, self._standard) if label else ""
        return Row(
            number, status.value, (file.removeprefix(f"{INPUT}/"), status_text(status), level)
        )

    def _key(self, order: str) -> Callable[[_Graded], tuple[int, str]] | None:
        """Return the key of an order; ``None`` for the latest first."""
        statuses, labels = list(Status), self._labels
        keys: dict[str, Callable[[_Graded], tuple[int, str]]] = {
            "file": lambda row: (0, row[0]),
            "status": lambda row: (statuses.index(row[1]), row[0]),
            "level": lambda row: (labels.index(row[2]) if row[2] else len(labels), row[0]),
        }
        return keys.get(order)

    @property
    def _labels(self) -> list[str]:
        """The labels of all levels, the highest first."""
        standard = self._standard
        failed = (standard.not_passed.label, standard.special.deduction.exceeded)
        return list(dict.fromkeys((*(level.label for level in standard.levels), *failed)))

    def _filters(self) -> dict[str, Values]:
        levels = {label: level_name(label, self._standard) for label in self._labels}
        return {
            "status": (_("Status"), {status.value: status_text(status) for status in Status}),
            "level": (_("Level"), levels),
        }

    def _orders(self) -> dict[str, str]:
        return {
            "latest": _("Latest first"),
            "file": _("File"),
            "status": _("Status"),
            "level": _("Level, highest first"),
        }


def _note(before: int) -> str:
    told = _("Duplicates and conflicts are told when all files are graded.")
    if before <= 0:
        return told
    more = ngettext(
        "{} file was graded before the stop: it is listed at the end.",
        "{} files were graded before the stop: they are listed at the end.",
        before,
    )
    return f"{told} {more.format(before)}"
