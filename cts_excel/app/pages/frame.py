"""What all pages share: heading, navigation, language, and how a failure is told."""

from __future__ import annotations

import copy
import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import quote

from nicegui import Client, ui
from starlette.requests import Request

from cts_excel.app.guard import request_language
from cts_excel.app.judging import SingleJudge
from cts_excel.app.pages.elements import attributes, link, text
from cts_excel.app.uploads import Uploads
from cts_excel.app.wording import told
from cts_excel.app.workplace import Workplace
from cts_excel.errors import UserError
from cts_excel.files.visible import visible
from cts_excel.messages import _, os_reason, use_language_here

log = logging.getLogger("cts_excel")
_TICK = 0.4  # seconds between two looks at what has changed
_HEAD = '<link rel="stylesheet" href="/static/style.css"><script src="/static/page.js"></script>'
_CODES = {"zh": "zh-CN", "en": "en-US"}


@dataclass
class Desk:
    """What the pages work with; ``pages`` are those of the navigation, in the order of the work."""

    place: Workplace
    uploads: Uploads
    judge: SingleJudge
    pages: tuple[Page, ...]


@dataclass
class Screen:
    """One open page: its language, its request, and how its handlers are called."""

    desk: Desk
    client: Client
    page: Page
    language: str
    arguments: dict[str, str]
    _watched: list[Callable[[], Any]] = field(default_factory=list)

    def handle(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Return a handler that speaks the page's language and tells a failure in one sentence."""

        @wraps(handler)
        async def handled(*arguments: Any) -> None:
            use_language_here(self.language)
            try:
                found = handler(*arguments)
                if inspect.isawaitable(found):
                    await found
            except UserError as error:
                self.tell(told(error))
            except OSError as error:
                place = f"{error.filename}: " if error.filename else ""
                self.tell(place + os_reason(error))
            except Exception as error:  # whatever it is, a person gets one sentence
                log.exception("a handler of the page failed")
                self.tell(internal_error(error))

        return handled

    def tell(self, sentence: str, *, good: bool = False) -> None:
        """Show a sentence over the page until it is closed; a good one goes by itself."""
        with self.client:  # what the handler belonged to may be gone by now
            ui.notify(
                visible(sentence),
                type="positive" if good else "warning",
                position="top",
                timeout=4000 if good else 0,
                actions=[] if good else [{"label": _("Close"), "color": "white"}],
                multi_line=True,
                progress=False,
            )

    def every_tick(self, look: Callable[[], Any]) -> None:
        """Call a function again and again while the page is open, and once at once."""
        self._watched.append(look)
        look()

    def tick(self) -> None:
        """Look at all that may have changed."""
        for look in self._watched:
            look()


@dataclass(frozen=True)
class Page:
    """A page: its address, its name in the navigation, its heading, and what builds it."""

    path: str
    name: Callable[[], str]
    heading: Callable[[], str]
    build: Callable[[Screen], Any]


def add_page(page: Page, desk: Desk) -> None:
    """Register a page with its address."""

    async def show(request: Request, client: Client) -> None:
        language = request_language(request.scope)
        use_language_here(language)
        client.page = copy.copy(client.page)
        client.page.language = _CODES[language]
        client.title = f"{page.name()} – cts-excel"
        ui.add_head_html(_HEAD)
        screen = Screen(desk, client, page, language, dict(request.query_params))
        await _frame(screen, client)
        ui.timer(_TICK, screen.handle(screen.tick))

    # FastAPI reads the annotations, which are texts here.
    show.__annotations__ = {"request": Request, "client": Client, "return": None}
    ui.page(page.path)(show)


async def _frame(screen: Screen, client: Client) -> None:
    with client.layout:  # above the element that is the page's <main>
        with ui.element("header").classes("top") as top:
            _top(screen)
        top.move(client.layout, target_index=0)
    with attributes(ui.element("div"), id="content", tabindex="-1"):
        text("h1", screen.page.heading())
        await _content(screen)
    _connection_lost()


async def _content(screen: Screen) -> None:
    try:
        built = screen.page.build(screen)
        if inspect.isawaitable(built):
            await built
    except UserError as error:
        trouble(told(error))
    except OSError as error:
        trouble(f"{error.filename or ''} {os_reason(error)}")


def _top(screen: Screen) -> None:
    link(_("Skip to the content"), "#content", "skip")
    with ui.element("div").classes("brand"):
        text("span", "cts-excel", "name")
        folder = visible(str(screen.desk.place.folder))
        text("span", _("Working folder: {}").format(folder), "folder")
    with attributes(ui.element("nav"), aria_label=_("Pages")), ui.element("ul"):
        for page in screen.desk.pages:
            with ui.element("li"):
                entry = link(page.name(), page.path)
                if page is screen.page:
                    attributes(entry, aria_current="page")
    _language_link(screen)


def _language_link(screen: Screen) -> None:
    other, name = ("en", "English") if screen.language == "zh" else ("zh", "中文")
    query = "&".join(f"{key}={quote(value)}" for key, value in screen.arguments.items())
    entry = link(name, f"{screen.page.path}?{query}", "language")
    attributes(entry, lang=other, hreflang=other, data_language=other)


def _connection_lost() -> None:
    """Word what stands on the page when the server does not answer; page.js shows it."""
    sentence = _(
        "cts-excel does not answer. If it was closed or started anew, open it again from the "
        "desktop; nothing that was finished is lost."
    )
    attributes(text("div", sentence, "lost"), id="lost", role="alert", hidden=True)


def internal_error(error: Exception) -> str:
    """Word an error that is ours."""
    line = _("Internal error ({}: {}). Nothing that was finished is lost; please report it.")
    return line.format(type(error).__name__, error)


def trouble(sentence: str) -> Any:
    """Put a sentence that says what is wrong onto the page."""
    return attributes(text("p", visible(sentence), "trouble"), role="alert")
