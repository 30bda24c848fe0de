"""结果: what a run says as a whole, with the figures of the summary workbook, and its files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.api import Status, level_name, reminder_texts, review_texts, today
from cts_excel.app.downloads import RUN_FILES
from cts_excel.app.pages.charts import draw_charts
from cts_excel.app.pages.elements import (
    attributes,
    choice,
    counted,
    download,
    link,
    sheet,
    status_text,
    text,
)
from cts_excel.app.pages.frame import Page, Screen
from cts_excel.app.pages.run_table import RunTable
from cts_excel.messages import _

if TYPE_CHECKING:
    from cts_excel.api import RunView

_ACTION = (Status.CONFLICT, Status.NEEDS_CORRECTION, Status.REJECTED)


async def build(screen: Screen) -> None:
    """Build the page of the run that its address names, else of the latest one."""
    finished = [run.folder.name for run in screen.desk.place.runs() if run.finished]
    if not finished:
        text("p", _("There is no finished run yet. Grade the returned workbooks first."), "empty")
        with ui.element("p").classes("actions"):
            link(_("To grading"), "/", "button main")
        return
    chosen = screen.arguments.get("run", "")
    name = chosen if chosen in finished else finished[0]
    names = {run: run for run in finished}
    with ui.element("div").classes("filters"):
        choice(_("Run"), names, name, lambda run: ui.navigate.to(f"/results?run={run}"))
    section = ui.element("div")
    with section:
        text("p", _("Reading the run…"), "empty")

    async def read() -> None:
        view = await screen.desk.place.view(name)
        await screen.desk.place.work_out(view)
        section.clear()
        with section:
            _show(screen, view)

    ui.timer(0, screen.handle(read), once=True)


def _show(screen: Screen, view: RunView) -> None:
    _tiles(view)
    if screen.language == "zh":  # the summary's own words; tiles and charts say it in English
        with ui.element("section").classes("card"):
            for sentence in view.sentences:
                text("p", sentence, "sentence")
    _downloads(view)
    if view.headline.graded:
        draw_charts(view)
    else:
        text("p", _("No file is graded, so there is no chart."), "empty")
    _reviews(view)
    _near(view)
    _not_back(view)
    text("h2", _("Files of the run {}").format(view.folder.name))
    RunTable(screen, view)


def _tiles(view: RunView) -> None:
    head, counts = view.headline, view.counts
    waiting = sum(counts[status] for status in _ACTION)
    waits = " · ".join(
        f"{status_text(status)} {counts[status]}".replace(" ", "\N{NO-BREAK SPACE}")
        for status in _ACTION
    )

    def points(value: float | None) -> str:
        return "—" if value is None else f"{value:.2f}"

    rate = "—" if head.pass_rate is None else f"{head.pass_rate:.1%}"
    passed = _("{} passed, {} did not").format(head.passed, head.graded - head.passed)
    with ui.element("div").classes("tiles"):
        counted(_("Files received"), str(head.files))
        counted(_("Graded"), str(head.graded), passed)
        counted(_("Pass rate"), rate)
        counted(_("Mean final score"), points(head.mean))
        counted(_("Median"), points(head.median))
        counted(_("Need action"), str(waiting), waits, "alert" if waiting else "")


def _downloads(view: RunView) -> None:
    base = f"/download/run/{view.folder.name}"
    with ui.element("section").classes("card"):
        text("h2", _("Download"))
        with ui.element("p").classes("actions"):
            download(_("Summary workbook"), f"{base}/summary.xlsx", "button main")
            if view.returned:
                download(_("Workbooks to send back (zip)"), f"{base}/returned.zip")
            if view.headline.graded:
                download(_("Reports for the clients (zip)"), f"{base}/reports.zip")
            for file in RUN_FILES:
                if file != "summary.xlsx" and (view.folder / file).is_file():
                    name = _("Form for decisions") if file == "decisions.xlsx" else file
                    download(name, f"{base}/{file}", "button plain")


def _reviews(view: RunView) -> None:
    """List the audits that a person should look at before their level is decided."""
    text("h2", _("To be reviewed ({})").format(len(view.reviewed)))
    if not view.reviewed:
        text("p", _("Nothing calls for a review."), "empty")
        return
    rows = [
        (
            file.organisation or file.file,
            file.final,
            level_name(file.level, view.standard),
            review_texts(reasons),
        )
        for file, reasons in view.reviewed
    ]
    sheet((_("Organisation"), _("Final score"), _("Level"), _("Why")), rows, "near")


def _not_back(view: RunView) -> None:
    """List what is not back, with a text per person to copy."""
    rows = view.not_back(today())
    if rows is None:
        text("h2", _("Not back, or not as issued"))
        told = _(
            "This run was not compared with what was issued. Choose the list beside “Grade all”, "
            "then grade again."
        )
        text("p", told, "empty")
        return
    text("h2", _("Not back, or not as issued ({})").format(len(rows)))
    if not rows:
        text("p", _("Everything that was issued is back."), "empty")
        return
    counts = Counter(row.state for row in rows)
    text("p", " · ".join(f"{state} {number}" for state, number in counts.items()), "count")
    headings = (
        _("State"), _("Organisation"), _("Audit number"), _("Lead assessor"), _("Due"),
        _("Days overdue"), _("Remark"),
    )  # fmt: skip
    shown = [
        (r.state, r.organisation, r.audit_no, r.person, r.due, str(r.overdue or ""), r.remark)
        for r in rows
    ]
    sheet(headings, shown, "back")
    for person, told in reminder_texts(view.folder):
        with ui.element("details").classes("reminder"):
            named = _("Reminder for {}").format(person)
            text("summary", named if person else _("Reminder, without a person named"))
            attributes(text("pre", told), lang="zh-CN")
            copying = text("button", _("Copy the text"), "button")
            attributes(copying, type="button", data_done=_("Copied"))
            copying.on("click", js_handler="(event) => copyText(event.target)")


def _near(view: RunView) -> None:
    """List the audits nearest to a level's line."""
    near = view.tally.near
    if not near:
        return
    text("h2", _("Within one point of a level ({})").format(view.tally.near_count))
    rows: list[Any] = []
    for one in near:
        file = view.outcomes.file(one.number)
        level, gap = level_name(one.level, view.standard), f"{one.distance:+f}"
        rows.append((file.organisation or file.file, file.final, level, gap.replace("-", "−")))
    headings = (_("Organisation"), _("Final score"), _("Level"), _("Distance"))
    sheet(headings, rows, "near")


PAGE = Page("/results", lambda: _("Results"), lambda: _("Results of a run"), build)
