"""A table of files: filters and a search above it, so many rows at a time, buttons to turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.app.pages.elements import (
    Column,
    Row,
    Sheet,
    attributes,
    button,
    choice,
    enable,
    live,
    say,
    scroller,
    search_field,
    text,
)
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.app.pages.frame import Screen

PAGE_ROWS = 25
Values = tuple[str, dict[str, str]]  # the label of a filter, and the texts of its values


@dataclass
class Asked:
    """What the person wants to see: ``filters`` by column, an empty value lets all through."""

    order: str
    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    first: int = 0

    def fits(self, values: Mapping[str, str], told: Iterable[str]) -> bool:
        """Tell whether a row passes the filters, and one of its texts holds each word searched."""
        wanted = ((name, value) for name, value in self.filters.items() if value)
        if any(values[name] != value for name, value in wanted):
            return False
        if not self.words:
            return True
        texts = " ".join(told).casefold()
        return all(word in texts for word in self.words.casefold().split())


class FileTable(ABC):
    """What the tables of a run at work and of a finished run share."""

    kind = "run"  # class of the table for the style sheet

    def __init__(self, screen: Screen, order: str) -> None:
        self._screen, self._asked = screen, Asked(order)

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Return the columns in the language of the page."""

    @property
    @abstractmethod
    def total(self) -> int:
        """The number of files."""

    @abstractmethod
    def chosen(self, asked: Asked) -> list[int]:
        """Return the numbers of the files that are asked for, in the order asked for."""

    @abstractmethod
    def row(self, number: int) -> Row:
        """Return the row of a file."""

    def build(
        self,
        filters: Mapping[str, Values],
        orders: dict[str, str],
        on_open: Callable[[Any], Any] | None = None,
    ) -> None:
        """Add filters, table and buttons.

        :param filters: by column.
        :param on_open: gets what the page names as the number of a row; it may be anything.
        """
        with attributes(ui.element("div").classes("filters"), role="search"):
            search_field(_("Search"), self._handler(self._ask_words))
            for name, (label, values) in filters.items():
                choice(label, {"": _("all")} | values, "", self._handler(self._ask_for(name)))
            choice(_("Order"), orders, self._asked.order, self._handler(self._ask_order))
        self._count = live(text("p", "", "count"))
        with scroller():
            opening = on_open and self._screen.handle(on_open)
            self._table = Sheet(self.columns(), f"files-of {self.kind}", opening)
        with ui.element("p").classes("actions pager"):
            self._back = button(_("Earlier rows"), self._turn(-1))
            self._on = button(_("Later rows"), self._turn(1))

    def draw(self) -> None:
        """Show the rows asked for."""
        asked, chosen = self._asked, self.chosen(self._asked)
        asked.first = max(0, min(asked.first, len(chosen) - 1))
        page = chosen[asked.first : asked.first + PAGE_ROWS]
        say(self._count, _count_line(len(chosen), self.total, asked.first, len(page)))
        enable(self._back, asked.first > 0)
        enable(self._on, asked.first + PAGE_ROWS < len(chosen))
        self._table.fill(self.row(number) for number in page)

    def _handler(self, take: Callable[[str], None]) -> Callable[[str], Any]:
        def asked(value: str) -> None:
            take(value)
            self._asked.first = 0
            self.draw()

        return self._screen.handle(asked)

    def _ask_words(self, words: str) -> None:
        self._asked.words = words

    def _ask_order(self, order: str) -> None:
        self._asked.order = order

    def _ask_for(self, name: str) -> Callable[[str], None]:
        def asked(value: str) -> None:
            self._asked.filters[name] = value

        return asked

    def _turn(self, pages: int) -> Callable[[], Any]:
        def turned() -> None:
            self._asked.first += pages * PAGE_ROWS
            self.draw()

        return self._screen.handle(turned)


def _count_line(chosen: int, total: int, first: int, rows: int) -> str:
    if not chosen:
        return _("No file fits. Change the filter or the search.")
    line = ngettext("{} of {} file", "{} of {} files", total).format(chosen, total)
    if rows < chosen:
        line += " · " + _("rows {} to {}").format(first + 1, first + rows)
    return line
