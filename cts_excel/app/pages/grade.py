"""评定: what came in, the run at work, and the table of what became of each file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from nicegui import ui

from cts_excel.api import Status
from cts_excel.app.grading_job import State
from cts_excel.app.pages.elements import (
    DropZone,
    attributes,
    button,
    choice,
    enable,
    file_texts,
    link,
    live,
    say,
    show,
    status_text,
    text,
)
from cts_excel.app.pages.frame import Page, Screen, trouble
from cts_excel.app.pages.live_table import LiveTable
from cts_excel.app.pages.more_options import MoreOptions
from cts_excel.app.pages.run_table import show_run
from cts_excel.app.workplace import INPUT
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

_NAMED = 200  # arrivals that are named


async def build(screen: Screen) -> None:
    """Build the page."""
    with ui.element("div").classes("columns"):
        with ui.element("section").classes("card"):
            _Arrivals(screen)
        with ui.element("section").classes("card"):
            _Progress(screen)
    at_work = LiveTable(screen)
    screen.every_tick(at_work.look)
    table = _LatestRun(screen, ui.element("section"), at_work)
    screen.every_tick(table.look)


class _Arrivals:
    """What stands in ``input/``: dropped here, or copied there."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._place = screen, screen.desk.place
        self._seen = -1
        self._named: tuple[list[str], int] = ([], 0)
        self._roster = ""
        text("h2", _("Returned workbooks"))
        label = _("Drop workbooks, folders or a zip here. They are kept in the folder {}.")
        DropZone(label.format(INPUT), to="input", folders=True, on_done=screen.handle(self._taken))
        self._problems = ui.element("div")
        with ui.element("div").classes("start"):
            self._line = live(text("p", "", "count"))
            self._rosters()
            self._start = button(_("Grade all"), screen.handle(self._grade), "button main")
        MoreOptions(screen)
        self._list = ui.element("details")
        with self._list:
            text("summary", _("Which ones"))
            self._names = ui.element("ul").classes("names")
        screen.every_tick(self._look)

    def _rosters(self) -> None:
        names = list(self._place.rosters())
        if not names:
            return
        self._roster = names[0]
        options = {name: name for name in names} | {"": _("none")}
        choice(_("Compare with what was issued on"), options, self._roster, self._choose_roster)

    def _choose_roster(self, name: str) -> None:
        self._roster = name

    async def _taken(self, taken: dict[str, Any]) -> None:
        await self._place.look_at_arrivals()
        self._problems.clear()
        with self._problems:
            for problem in file_texts(taken):
                trouble(problem)
        count = int(taken.get("count", 0))
        if count:
            told = ngettext("{} file was taken.", "{} files were taken.", count)
            self._screen.tell(told.format(count), good=True)

    async def _grade(self) -> None:
        await self._place.grade(self._place.rosters().get(self._roster))

    def _look(self) -> None:
        job = self._place.job
        found = self._place.arrivals
        enable(self._start, bool(found.files) and not job.active)
        if self._seen == self._place.arrivals_version:
            return
        self._seen = self._place.arrivals_version
        number, passed = len(found.files), len(found.ignored) + len(found.excluded)
        line = ngettext("{} workbook is here.", "{} workbooks are here.", number).format(number)
        if not number:
            line = self._place.arrivals_problem or _("Nothing has come in yet.")
        if passed:
            more = ngettext(
                "{} other file is passed over.", "{} other files are passed over.", passed
            )
            line += " " + more.format(passed)
        say(self._line, line)
        show(self._list, bool(number))
        names = [visible(one.file.removeprefix(f"{INPUT}/")) for one in found.files[:_NAMED]]
        self._name(names, number - len(names))

    def _name(self, names: list[str], more: int) -> None:
        """Name the first files, if they are other ones than before."""
        if (names, more) == self._named:
            return
        self._named = names, more
        self._names.clear()
        with self._names:
            for name in names:
                text("li", name)
            if more:
                text("li", _("… and {} more").format(more), "more")


class _Progress:
    """The run at work: how far it is, how fast, how many of each status."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._job = screen, screen.desk.place.job
        self._seen = -1
        text("h2", _("Progress of grading"))
        self._line = live(text("p", "", "count"))
        self._bar = ui.element("progress")
        attributes(self._bar, aria_label=_("Progress of grading"), max="1")
        self._speed = text("p", "", "speed")
        self._trouble = attributes(text("p", "", "trouble"), role="alert")
        self._notices = text("p", "", "notice")
        with ui.element("ul").classes("chips"):
            self._chips = {one: text("li", "", f"chip {one.value}") for one in Status}
        with ui.element("p").classes("actions"):
            self._cancel = button(_("Cancel"), screen.handle(self._job.cancel))
            self._resume = button(_("Go on"), screen.handle(self._go_on), "button main")
            self._results = link(_("See the results"), "/results", "button main")
        screen.every_tick(self._look)

    async def _go_on(self) -> None:
        place = self._screen.desk.place
        stopped = [run for run in place.runs() if not run.finished]
        if stopped:
            await place.go_on(stopped[0])

    def _look(self) -> None:
        if self._seen == self._job.version:
            return
        self._seen = self._job.version
        job = self._job
        stopped = not job.active and any(not r.finished for r in self._screen.desk.place.runs())
        say(self._line, _state_line(job, stopped=stopped))
        say(self._speed, _speed_line(job) if job.state is State.RUNNING else "")
        say(self._trouble, visible(job.problem))
        show(self._trouble, bool(job.problem))
        say(self._notices, "  ".join(map(visible, job.notices)))
        show(self._bar, job.active or job.state is State.STOPPED)
        done = job.done / job.total if job.total else 0
        if self._bar.props.get("value") != done:
            attributes(self._bar, value=done).update()
        show(self._cancel, job.state is State.RUNNING)
        show(self._resume, stopped)
        show(self._results, job.state is State.FINISHED)
        self._show_counts()

    def _show_counts(self) -> None:
        files = self._job.files if self._job.state is not State.FINISHED else {}
        counts = Counter(found for found, _level in files.values())
        for status, chip in self._chips.items():
            say(chip, f"{status_text(status)} {counts[status.value]}")
            show(chip, bool(counts[status.value]))


def _state_line(job: Any, *, stopped: bool) -> str:
    match job.state:
        case State.RUNNING if not job.total:
            return _("Looking at the files…")
        case State.RUNNING if job.done >= job.total:
            return _("All {} files are graded; writing the summary…").format(job.total)
        case State.RUNNING:
            return _("{} of {} files are graded.").format(job.done, job.total)
        case State.STOPPING:
            return _("Stopping… what is graded is kept.")
        case State.FINISHED:
            return _("Finished: {} files are graded and written to output/{}.").format(
                job.total, visible(job.folder)
            )
        case State.FAILED:
            return _("The run did not come to an end.")
    if stopped:
        return _("A run was stopped. What was graded is kept: go on, or grade anew.")
    return _("Drop the returned workbooks into the dashed field, then choose “Grade all”.")


def _speed_line(job: Any) -> str:
    if not job.rate or job.done >= job.total:
        return ""
    line = _("{:.0f} files/s").format(job.rate)
    seconds = job.seconds_left
    if seconds is None:
        return str(line)
    left = round(seconds)
    time_left = (
        ngettext("about {} second left", "about {} seconds left", left).format(left)
        if left < 100
        else _("about {} minutes left").format(round(seconds / 60))
    )
    return f"{line} · {time_left}"


class _LatestRun:
    """The table of the latest finished run, drawn anew when another one is finished.

    It gives way to the table of the run at work.
    """

    def __init__(self, screen: Screen, section: Any, at_work: LiveTable) -> None:
        self._screen, self._section, self._at_work = screen, section, at_work
        self._shown: str | None = None

    def look(self) -> None:
        job = self._screen.desk.place.job
        show(self._section, not self._at_work.shown)
        if job.active:
            return
        if self._shown is not None and (
            job.state is not State.FINISHED or job.folder == self._shown
        ):
            return
        finished = [run for run in self._screen.desk.place.runs() if run.finished]
        self._shown = finished[0].folder.name if finished else ""
        self._section.clear()
        if finished:
            with self._section:
                show_run(self._screen, self._shown)


PAGE = Page("/", lambda: _("Grade"), lambda: _("Grade returned workbooks"), build)
