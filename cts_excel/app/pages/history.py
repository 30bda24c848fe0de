"""历史: earlier runs, to open, to verify, to go on with, and to compare."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nicegui import ui

from cts_excel.api import RunFolder, Status, change_name, kind_name, verify_run
from cts_excel.app.pages.elements import (
    button,
    choice,
    head,
    link,
    live,
    scroller,
    sheet,
    status_text,
    text,
)
from cts_excel.app.pages.frame import Page, Screen, trouble
from cts_excel.app.pages.outcome_view import level_labels
from cts_excel.app.workplace import Workplace
from cts_excel.errors import UserError
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext


def build(screen: Screen) -> None:
    """Build the page."""
    runs = screen.desk.place.runs()
    if not runs:
        text("p", _("There is no run in this working folder yet."), "empty")
        return
    answer = live(ui.element("section").classes("answer"))
    with scroller():
        with ui.element("table").classes("sheet"):
            head((_("Run"), _("Files"), _("What became of them"), _("What to do")), (1,))
            with ui.element("tbody"):
                for run in runs:
                    _row(screen, run, answer)
    finished = [run.folder.name for run in runs if run.finished]
    if len(finished) > 1:
        _Comparison(screen, finished)


def _row(screen: Screen, run: RunFolder, answer: Any) -> None:
    name = run.folder.name
    with ui.element("tr"):
        text("td", visible(name), "short")
        text("td", str(run.total) if run.finished else "", "number")
        with ui.element("td"):
            if not run.finished:
                text("span", _("stopped"), "chip stopped")
            for status in Status:
                if run.counts.get(status):
                    told = f"{status_text(status)} {run.counts[status]}"
                    text("span", told, f"chip {status.value}")
        with ui.element("td"), ui.element("div").classes("actions"):
            if run.finished:
                link(_("Open"), f"/results?run={name}", "button")
                button(_("Verify"), screen.handle(lambda: _verify(screen, run, answer)))
            else:
                button(_("Go on"), screen.handle(lambda: _go_on(screen, run)), "button main")


async def _go_on(screen: Screen, run: RunFolder) -> None:
    await screen.desk.place.go_on(run)
    ui.navigate.to("/")


async def _verify(screen: Screen, run: RunFolder, answer: Any) -> None:
    """Replay a run and say what differs."""
    answer.clear()
    with answer:
        text("h2", _("Verifying {}").format(run.folder.name))
        waiting = text("p", _("Every file is graded once more…"), "empty")
    place = screen.desk.place
    try:
        view = await place.view(run.folder.name)
        given = _given_again(place, view.options, run.folder.name)
        found = await asyncio.to_thread(verify_run, run.folder, place.standard, **given)
    finally:
        waiting.delete()
    with answer:
        line = ngettext("{} of {} file confirmed.", "{} of {} files confirmed.", found.inputs)
        text("p", line.format(found.confirmed, found.inputs), "verdict")
        if not found.differences:
            return
        trouble(_("Something is not as it was recorded."))
        rows = [
            (one.file or "run.json", kind_name(one.kind), one.column, one.recorded, one.now)
            for one in found.differences[:500]
        ]
        sheet((_("File"), _("What differs"), _("Column"), _("Recorded"), _("Now")), rows)


def _given_again(place: Workplace, used: Mapping[str, object], name: str) -> dict[str, Any]:
    """Return what a run was given, and its record does not hold.

    :raises UserError: if the run used passwords or a key, and none is known now.
    """
    means, roster = place.means(), used.get("roster")
    given: dict[str, Any] = {
        "roster": str(roster) if roster else None,
        "roster_headings": place.settings().headings if roster else (),
        "standard_path": place.standard_path,
    }
    repair = _("Give it under “More options” on the page “Grade”, then verify again.")
    if used.get("passwords"):
        if not (means.passwords or means.password_file):
            raise UserError(name, _("the run used a password"), repair)
        given |= {"passwords": means.passwords, "password_file": means.password_file}
    if used.get("key"):
        if not means.key_file:
            raise UserError(name, _("the run used a key of issue"), repair)
        given["key_file"] = means.key_file
    return given


class _Comparison:
    """Two runs side by side, client by client."""

    def __init__(self, screen: Screen, names: list[str]) -> None:
        self._screen = screen
        self._now, self._then = names[0], names[1]
        options = {name: name for name in names}
        with ui.element("section").classes("card"):
            text("h2", _("Compare two runs"))
            with ui.element("div").classes("filters"):
                choice(_("Earlier run"), options, self._then, self._choose_then)
                choice(_("Later run"), options, self._now, self._choose_now)
                button(_("Compare"), screen.handle(self._compare))
            self._answer = live(ui.element("div"))

    def _choose_then(self, name: str) -> None:
        self._then = name

    def _choose_now(self, name: str) -> None:
        self._now = name

    async def _compare(self) -> None:
        self._answer.clear()
        place = self._screen.desk.place
        earlier: Path = place.run(self._then).folder
        view = await place.view(self._now)
        changes = await asyncio.to_thread(view.changes_since, earlier)
        labels = level_labels(view.standard)
        rows = []
        for one in changes:
            before, now = one.earlier, one.current
            difference = "" if one.difference is None else f"{one.difference:+f}"
            rows.append((
                change_name(one.change), one.client.organisation,
                f"{before.final:f}" if before else "", now.final if now else "", difference,
                labels.get(before.level, "") if before else "",
                labels.get(now.level_key, "") if now else "",
            ))  # fmt: skip
        headings = (
            _("Change"), _("Organisation"), _("Score then"), _("Score now"), _("Difference"),
            _("Level then"), _("Level now"),
        )  # fmt: skip
        with self._answer:
            if rows:
                sheet(headings, rows, "changes")
            else:
                text("p", _("Neither run has a graded file."), "empty")


PAGE = Page("/history", lambda: _("History"), lambda: _("Earlier runs"), build)
