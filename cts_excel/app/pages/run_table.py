"""The files of a finished run as a table: filtered, sorted, searched; a row opens its details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.api import Status, shown
from cts_excel.app.pages.elements import (
    attributes,
    button,
    choice,
    enable,
    head,
    live,
    say,
    scroller,
    search_field,
    status_text,
    text,
)
from cts_excel.app.pages.file_details import open_details
from cts_excel.app.pages.outcome_view import level_labels
from cts_excel.app.workplace import INPUT
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.api import RunView
    from cts_excel.app.pages.frame import Screen

_PAGE_ROWS = 25


@dataclass
class _Asked:
    """What the person wants to see."""

    status: str = ""
    level: str = ""
    assessor: str = ""
    words: str = ""
    order: str = "file"
    first: int = 0


class RunTable:
    """The table of one run, read when it is drawn."""

    def __init__(self, screen: Screen, run: str) -> None:
        self._screen, self._run = screen, run
        self._asked = _Asked()
        self._view: RunView | None = None
        self._place = ui.element("div")
        with self._place:
            text("p", _("Reading the run…"), "empty")
        ui.timer(0, screen.handle(self._read), once=True)

    async def _read(self) -> None:
        self._view = await self._screen.desk.place.view(self._run)
        if self._place.is_deleted:  # the page shows another run by now
            return
        self._place.clear()
        with self._place:
            text("h2", _("Files of the run {}").format(self._run))
            self._filters(self._view)
            self._count = live(text("p", "", "count"))
            with scroller():
                self._table = ui.element("table").classes("sheet run")
            with ui.element("p").classes("actions pager"):
                self._back = button(_("Earlier rows"), self._turn(-1))
                self._on = button(_("Later rows"), self._turn(1))
        self._draw()

    def _filters(self, view: RunView) -> None:
        rows, every = view.grades, {"": _("all")}
        found = [status for status in Status if view.counts[status]]
        statuses = every | {s.value: f"{status_text(s)} ({view.counts[s]})" for s in found}
        levels = every | {
            key: label
            for key, label in level_labels(view.standard).items()
            if any(row["level"] == key for row in rows)
        }
        people = sorted({row["assessor"] for row in rows if row["assessor"]})
        assessors = every | {name: visible(name) for name in people}
        orders = {
            "file": _("File"),
            "final": _("Final score, lowest first"),
            "final_down": _("Final score, highest first"),
            "status": _("Status"),
            "organisation": _("Organisation"),
            "errors": _("Errors, most first"),
        }
        with attributes(ui.element("div").classes("filters"), role="search"):
            search_field(_("Search"), self._ask("words"))
            choice(_("Status"), statuses, "", self._ask("status"))
            choice(_("Level"), levels, "", self._ask("level"))
            choice(_("Assessor"), assessors, "", self._ask("assessor"))
            choice(_("Order"), orders, "file", self._ask("order"))

    def _ask(self, name: str) -> Callable[[str], Any]:
        def asked(value: str) -> None:
            setattr(self._asked, name, value)
            self._asked.first = 0
            self._draw()

        return self._screen.handle(asked)

    def _turn(self, pages: int) -> Callable[[], Any]:
        def turned() -> None:
            self._asked.first += pages * _PAGE_ROWS
            self._draw()

        return self._screen.handle(turned)

    def _draw(self) -> None:
        assert self._view is not None  # noqa: S101 - read before
        view, asked = self._view, self._asked
        chosen = chosen_rows(view, asked)
        asked.first = max(0, min(asked.first, len(chosen) - 1))
        page = chosen[asked.first : asked.first + _PAGE_ROWS]
        say(self._count, _count_line(len(chosen), len(view.grades), asked.first, len(page)))
        enable(self._back, asked.first > 0)
        enable(self._on, asked.first + _PAGE_ROWS < len(chosen))
        self._table.clear()
        headings = (
            _("File"), _("Organisation"), _("Audit number"), _("Assessor"), _("Status"),
            _("Final score"), _("Level"), _("Errors"), _("Warnings"),
        )  # fmt: skip
        labels = level_labels(view.standard)
        with self._table:
            head(headings, (5, 7, 8))
            with ui.element("tbody"):
                for number in page:
                    self._row(number, labels)

    def _row(self, number: int, labels: dict[str, str]) -> None:
        assert self._view is not None  # noqa: S101 - read before
        view, row = self._view, self._view.grades[number]
        status = Status(row["status"])
        with ui.element("tr").classes(status.value):
            with ui.element("td"):
                name = visible(row["file"].removeprefix(f"{INPUT}/"))
                opening = self._screen.handle(lambda: open_details(self._screen, view, number))
                button(name, opening, "row-link")
            text("td", visible(row["organisation"]))
            text("td", visible(row["audit_no"]))
            text("td", visible(row["assessor"]), "person")
            with ui.element("td"):
                text("span", status_text(status), f"chip {status.value}")
            text("td", score_text(row, view), "number")
            text("td", labels.get(row["level"], ""), "short")
            text("td", row["errors"], "number")
            text("td", row["warnings"], "number")


def chosen_rows(view: RunView, asked: _Asked) -> list[int]:
    """Return the numbers of the files that are asked for, in the order asked for."""
    words = asked.words.casefold().split()

    def fits(row: Any) -> bool:
        if asked.status and row["status"] != asked.status:
            return False
        if asked.level and row["level"] != asked.level:
            return False
        if asked.assessor and row["assessor"] != asked.assessor:
            return False
        columns = ("file", "organisation", "uscc", "audit_no", "lead_assessor", "assessor")
        told = " ".join(row[column] for column in columns).casefold()
        return all(word in told for word in words)

    numbers = [number for number, row in enumerate(view.grades) if fits(row)]
    key = _ORDERS.get(asked.order)
    return sorted(numbers, key=lambda n: key(view.grades[n])) if key else numbers


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


def _count_line(chosen: int, total: int, first: int, rows: int) -> str:
    if not chosen:
        return _("No file fits. Change the filter or the search.")
    line = ngettext("{} of {} file", "{} of {} files", total).format(chosen, total)
    if rows < chosen:
        line += " · " + _("rows {} to {}").format(first + 1, first + rows)
    return line
