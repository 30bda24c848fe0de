"""看一份: one workbook, dropped, and its judgement at once; nothing of it is kept."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from cts_excel.app.pages.elements import DropZone, file_texts, live, text
from cts_excel.app.pages.frame import Page, Screen, trouble
from cts_excel.app.pages.more_options import MoreOptions, way_to_options
from cts_excel.app.pages.outcome_view import show_outcome
from cts_excel.messages import _


def build(screen: Screen) -> None:
    """Build the page."""
    text("p", _("Drop one workbook: its judgement is shown here. Nothing is kept."), "lead")
    desk = screen.desk

    async def taken(event: dict[str, Any]) -> None:
        answer.clear()
        with answer:
            for problem in file_texts(event):
                trouble(problem)
            for one in event.get("taken", []):
                key = str(one["key"])
                path = desk.uploads.path(key)
                if path is None:
                    continue
                try:
                    outcome = await desk.judge.judge(path, path.name, desk.place.means())
                finally:
                    desk.uploads.forget(key)
                show_outcome(outcome, desk.place.standard)
                for finding in outcome.findings:
                    way_to_options(finding.code, here=True)

    def begun() -> None:
        answer.clear()
        with answer:
            text("p", _("Looking at the file…"), "empty")

    label = _("Drop one workbook here")
    DropZone(
        label,
        to="check",
        multiple=False,
        on_done=screen.handle(taken),
        on_begin=screen.handle(begun),
    )
    MoreOptions(screen)
    answer = live(ui.element("section").classes("card answer"))
    with answer:
        text("p", _("No workbook was dropped yet."), "empty")


PAGE = Page("/check", lambda: _("Check one"), lambda: _("Check one workbook"), build)
