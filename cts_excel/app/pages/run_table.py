"""The files of a finished run as a table: filtered, sorted, searched; a row opens its details."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.api import Status, shown
from cts_excel.app.pages.elements import Column, Row, status_text, text
from cts_excel.app.pages.file_details import open_details
from cts_excel.app.pages.file_table import Asked, FileTable, Values
from cts_excel.app.pages.outcome_view import level_labels
from cts_excel.app.workplace import INPUT
from cts_excel.files.visible import visible
from cts_excel.messages import _

if TYPE_CHECKING:
    from cts_excel.api import RunView
    from cts_excel.app.pages.frame import Screen

_SEARCHED = ("file", "organisation", "uscc", "audit_no", "lead_assessor", "assessor")


def show_run(screen: Screen, run: str) -> None:
    """Add the table of one run, read when it is drawn."""
    place = ui.element("div")
    with place:
        text("p", _("Reading the run…"), "empty")

    async def read() -> None:
        view = await screen.desk.place.view(run)
        if place.is_deleted:  # the page shows another run by now
            return
        place.clear()
        with place:
            text("h2", _("Files of the run {}").format(run))
            RunTable(screen, view)
        await screen.desk.place.work_out(view)  # so that a row opens at once

    ui.timer(0, screen.handle(read), once=True)


class RunTable(FileTable):
    """The table of one run."""

    def __init__(self, screen: Screen, view: RunView) -> None:
        super().__init__(screen, "file")
        self._view, self._labels = view, level_labels(view.standard)
        self.build(self._filters(), self._orders(), self._open)
        self.draw()

    @property
    def total(self) -> int:
        """The number of files."""
        return len(self._view.grades)

    def chosen(self, asked: Asked) -> list[int]:
        """Return the numbers of the files that are asked for, in the order asked for."""
        return chosen_rows(self._view, asked)

    def columns(self) -> list[Column]:
        """Return the columns in the language of the page."""
        return [
            Column(_("File"), kind="opens"), Column(_("Organisation")), Column(_("Audit number")),
            Column(_("Assessor"), "person"), Column(_("Status"), kind="status"),
            Column(_("Final score"), "number"), Column(_("Level"), "short"),
            Column(_("Errors"), "number"), Column(_("Warnings"), "number"),
        ]  # fmt: skip

    def row(self, number: int) -> Row:
        """Return the row of a file."""
        row = self._view.grades[number]
        return Row(number, row["status"], (
            row["file"].removeprefix(f"{INPUT}/"), row["organisation"], row["audit_no"],
            row["assessor"], status_text(Status(row["status"])), score_text(row, self._view),
            self._labels.get(row["level"], ""), row["errors"], row["warnings"],
        ))  # fmt: skip

    async def _open(self, number: Any) -> None:
        """Open the details of a file, if there is one of this number."""
        if type(number) is int and 0 <= number < self.total:
            await self._screen.desk.place.work_out(self._view)
            open_details(self._screen, self._view, number)

    def _filters(self) -> dict[str, Values]:
        view, rows = self._view, self._view.grades
        found = [status for status in Status if view.counts[status]]
        statuses = {s.value: f"{status_text(s)} ({view.counts[s]})" for s in found}
        levels = {
            key: label
            for key, label in self._labels.items()
            if any(row["level"] == key for row in rows)
        }
        people = sorted({row["assessor"] for row in rows if row["assessor"]})
        return {
            "status": (_("Status"), statuses),
            "level": (_("Level"), levels),
            "assessor": (_("Assessor"), {name: visible(name) for name in people}),
        }

    def _orders(self) -> dict[str, str]:
        return {
            "file": _("File"),
            "final": _("Final score, lowest first"),
            "final_down": _("Final score, highest first"),
            "status": _("Status"),
            "organisation": _("Organisation"),
            "errors": _("Errors, most first"),
        }


def chosen_rows(view: RunView, asked: Asked) -> list[int]:
    """Return the numbers of the files that are asked for, in the order asked for."""
    rows = view.grades
    numbers = [n for n, row in enumerate(rows) if asked.fits(row, (row[c] for c in _SEARCHED))]
    key = _ORDERS.get(asked.order)
    return sorted(numbers, key=lambda n: key(rows[n])) if key else numbers


def _final(row: Any, missing: int) -> Decimal:
    return Decimal(row["final_score"]) if row["final_score"] else Decimal(missing)


_ORDERS: dict[str, Callable[[Any], Any]] = {
    "final": lambda row: _final(row, 1_000_000),
    "final_down": lambda row: -_final(row, -1_000_000),
    "status": lambda row: list(Status).index(Status(row["status"])),
    "organisation": lambda row: row["organisation"],
    "errors": lambda row: -int(row["errors"] or 0),
}


def score_text(row: Any, view: RunView) -> str:
    """Return a file's final score, or the range that is still possible."""
    if row["status"] in (Status.GRADED, Status.DUPLICATE) and row["final_score"]:
        return shown(Decimal(row["final_score"]), view.standard)
    if row["score_low"] and row["score_high"]:
        low, high = (shown(Decimal(row[c]), view.standard) for c in ("score_low", "score_high"))
        return low if low == high else f"{low}–{high}"
    return ""
