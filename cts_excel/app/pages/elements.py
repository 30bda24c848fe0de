"""The pieces that pages are made of. Every text goes into the page as text, never as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from cts_excel.api import DEFAULT_LIMITS, Status, in_words, status_name
from cts_excel.files.visible import visible
from cts_excel.messages import _

STATIC = Path(__file__).parents[1] / "static"
# A sign beside each status: colour alone tells nothing in greyscale.
SIGNS = {
    Status.GRADED: "✓",
    Status.NEEDS_CORRECTION: "✎",
    Status.CONFLICT: "≠",
    Status.DUPLICATE: "=",
    Status.SUPERSEDED: "↻",
    Status.REJECTED: "✕",
}


class _Text(TextElement):  # type: ignore[misc]  # NiceGUI may not be installed
    """An element that holds a text."""


def text(tag: str, content: str, classes: str = "") -> Any:
    """Add an element with a text."""
    return _Text(tag=tag, text=content).classes(classes)


def link(content: str, target: str, classes: str = "") -> Any:
    """Add a link to an address of this server."""
    return attributes(text("a", content, classes), href=target)


def download(content: str, target: str, classes: str = "button") -> Any:
    """Add a link that saves a file."""
    return attributes(text("a", content, classes), href=target, download="")


def button(content: str, handler: Callable[..., Any], classes: str = "button") -> Any:
    """Add a button."""
    made = text("button", content, classes)
    attributes(made, type="button")
    return made.on("click", handler, args=[])


def attributes(element: Any, **given: Any) -> Any:
    """Set attributes of an element, such as ``aria_label``; texts need no quoting."""
    for name, value in given.items():
        element.props[name.replace("_", "-")] = value
    return element


def live(element: Any) -> Any:
    """Have a screen reader say what changes in an element."""
    return attributes(element, aria_live="polite")


def enable(element: Any, enabled: bool) -> None:
    """Enable or disable a button."""
    if enabled == ("disabled" not in element.props):
        return
    if enabled:
        del element.props["disabled"]
    else:
        element.props["disabled"] = True
    element.update()


def say(element: Any, content: str) -> None:
    """Change an element's text, if it is another one."""
    if element.text != content:
        element.text = content


def show(element: Any, shown: bool) -> None:
    """Show or hide an element."""
    if element.visible != shown:
        element.visible = shown


def status_text(status: Status) -> str:
    """Name a status behind its sign."""
    return f"{SIGNS[status]} {status_name(status)}"


def choice(label: str, options: dict[str, str], chosen: str, handler: Callable[[str], Any]) -> Any:
    """Add a labelled list to choose from: values with their texts."""
    with attributes(Element("label").classes("field")):
        text("span", label)
        made = Element("select")
        with made:
            for value, shown in options.items():
                entry = text("option", shown)
                entry.props["value"] = value
                if value == chosen:
                    entry.props["selected"] = True
    made.on("change", lambda event: handler(str(event.args)), js_handler=_VALUE)
    return made


def search_field(label: str, handler: Callable[[str], Any]) -> Any:
    """Add a labelled field to type into; the handler gets the text a moment later."""
    with Element("label").classes("field"):
        text("span", label)
        made = Element("input")
        made.props["type"] = "search"
    made.on("input", lambda event: handler(str(event.args)), js_handler=_VALUE, throttle=0.3)
    return made


def tick_box(label: str, handler: Callable[[bool], Any], *, ticked: bool = False) -> Any:
    """Add a labelled box to tick."""
    with Element("label").classes("tick"):
        made = Element("input")
        made.props["type"] = "checkbox"
        if ticked:
            made.props["checked"] = True
        text("span", label)
    checked = "(event) => emit(event.target.checked)"
    made.on("change", lambda event: handler(bool(event.args)), js_handler=checked)
    return made


_VALUE = "(event) => emit(event.target.value)"


class DropZone(Element, component=STATIC / "drop_zone.js"):  # type: ignore[misc,call-arg]
    """A place to drop files and folders on, or to choose them by buttons; it sends them itself."""

    def __init__(
        self,
        label: str,
        *,
        to: str,
        on_done: Callable[[dict[str, Any]], Any],
        on_begin: Callable[[], Any] | None = None,
        multiple: bool = True,
        folders: bool = False,
    ) -> None:
        """Add a place.

        :param to: ``input``, or anything else for the hidden folder.
        :param on_done: gets ``taken`` (key, name, new), ``passed_over`` and ``problems``.
        :param on_begin: called when files are on their way.
        """
        super().__init__()
        texts = {
            "label": label,
            "choose": _("Choose files") if multiple else _("Choose a file"),
            "folder": _("Choose a folder") if folders else "",
            "sending": _("Sending {done} of {total} files…"),
            "stop": _("Cancel"),
            "tooLarge": _("the file is larger than {}"),
            "broken": _(
                "it could not be read or sent. If it is open in Excel, close it there; then drop "
                "it again."
            ),
        }
        limits = {
            "file": DEFAULT_LIMITS.file_bytes,
            "archive": DEFAULT_LIMITS.archive_bytes,
            "fileWords": in_words(DEFAULT_LIMITS.file_bytes),
            "archiveWords": in_words(DEFAULT_LIMITS.archive_bytes),
        }
        self.props["texts"], self.props["to"] = texts, to
        self.props["multiple"], self.props["limits"] = multiple, limits
        self.on("done", lambda event: on_done(event.args))
        if on_begin is not None:
            self.on("begin", on_begin, args=[])


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and how its cells are shown.

    ``kind``: ``opens`` for buttons that open the row, ``status`` for a chip, or a plain text.
    ``classes`` are those of its cells for the style sheet.
    """

    heading: str
    classes: str = ""
    kind: str = ""


class Row(NamedTuple):
    """A row of a table: a key that its event names, the class of its status, a text per cell."""

    key: int
    status: str
    cells: Sequence[str]


class Sheet(Element, component=STATIC / "sheet.js"):  # type: ignore[misc,call-arg]
    """A table of texts as one element."""

    def __init__(
        self,
        columns: Sequence[Column],
        classes: str = "",
        on_open: Callable[[int], Any] | None = None,
    ) -> None:
        """Add a table without rows.

        :param on_open: gets the key that the page names; it may be any.
        """
        super().__init__()
        self.classes(classes)
        self.props["columns"] = [asdict(column) for column in columns]
        self.props["rows"] = []
        if on_open is not None:
            self.on("open", lambda event: on_open(event.args))

    def fill(self, rows: Iterable[Row]) -> None:
        """Show these rows instead of those before."""
        shown = [
            {"key": row.key, "status": row.status, "cells": [visible(cell) for cell in row.cells]}
            for row in rows
        ]
        if shown != self.props["rows"]:
            self.props["rows"] = shown
            self.update()


def sheet(headings: Sequence[str], rows: Sequence[Sequence[str]], classes: str = "") -> Any:
    """Add a table of texts."""
    with scroller(classes) as made:
        table = Sheet([Column(heading) for heading in headings], classes)
        table.fill(Row(number, "", cells) for number, cells in enumerate(rows))
    return made


def scroller(classes: str = "") -> Any:
    """Add a frame that scrolls a wide or long table; the keyboard reaches it."""
    made = Element("div").classes(f"scroll {classes}")
    return attributes(made, tabindex="0", role="group", aria_label=_("Table"))


def head(headings: Sequence[str], numbers: Sequence[int] = ()) -> None:
    """Add the headings of a table that holds more than texts; those of figures stand right."""
    with Element("thead"), Element("tr"):
        for place, heading in enumerate(headings):
            made = text("th", heading, "number" if place in numbers else "")
            attributes(made, scope="col")


def file_texts(taken: dict[str, Any]) -> list[str]:
    """Return the problems of an upload as sentences."""
    return [visible(str(problem)) for problem in taken.get("problems", [])]


def counted(label: str, figure: str, note: str = "", classes: str = "") -> None:
    """Add a tile: a figure with its name above and a note below."""
    with ui.element("div").classes(f"tile {classes}"):
        text("span", label, "tile-label")
        text("span", figure, "tile-figure")
        text("span", note, "tile-note")
