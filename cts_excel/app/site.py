"""All addresses of the app in one application: pages, uploads, downloads."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from nicegui import app as pages_app
from nicegui import ui
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from cts_excel.app.downloads import Downloads
from cts_excel.app.judging import SingleJudge
from cts_excel.app.pages import check, grade, history, issue, results
from cts_excel.app.pages.elements import STATIC
from cts_excel.app.pages.frame import Desk, add_page, internal_error
from cts_excel.app.refusal import refusal_page
from cts_excel.app.upload_route import upload_route
from cts_excel.app.uploads import Uploads
from cts_excel.app.watching import watch_input
from cts_excel.app.workplace import Workplace
from cts_excel.messages import _

log = logging.getLogger("cts_excel")
_RECONNECT_SECONDS = 30.0  # a page that sleeps so long is built anew


class Site:
    """The application behind the guard."""

    def __init__(self, place: Workplace) -> None:
        pages = tuple(module.PAGE for module in (issue, grade, results, history, check))
        self.desk = Desk(place, Uploads(place), SingleJudge(place.standard_path), pages)
        self.application: Any = FastAPI(
            openapi_url=None, docs_url=None, redoc_url=None, lifespan=self._lifespan
        )
        self.application.mount("/static", StaticFiles(directory=STATIC))
        self.application.add_route("/upload", upload_route(self.desk.uploads), methods=["PUT"])
        for address, handler in Downloads(place).routes().items():
            self.application.add_route(address, handler, methods=["GET"])
        for page in pages:
            add_page(page, self.desk)
        ui.run_with(
            self.application,
            title="cts-excel",
            favicon=STATIC / "icon.svg",
            tailwind=False,
            reconnect_timeout=_RECONNECT_SECONDS,
            binding_refresh_interval=None,
            show_welcome_message=False,
        )
        # NiceGUI's own pages of errors and its log lines speak to developers.
        pages_app.add_exception_handler(404, _no_such_page)
        pages_app.add_exception_handler(Exception, _failed_page)
        logging.getLogger("nicegui").setLevel(logging.CRITICAL)

    @asynccontextmanager
    async def _lifespan(self, _application: Any) -> AsyncIterator[None]:
        """Watch ``input/`` while the server runs; stop the run and the judge when it ends."""
        place = self.desk.place
        await place.look_at_arrivals()
        self.desk.judge.warm()
        async with watch_input(place):
            yield
        await place.job.close()
        self.desk.judge.close()


async def _no_such_page(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(refusal_page(_("There is no such page."), _("To the first page")), 404)


async def _failed_page(_request: Request, error: Exception) -> Response:
    log.error("a page could not be built", exc_info=error)
    return HTMLResponse(refusal_page(internal_error(error), _("To the first page")), 500)
