"""发放: a roster becomes personalised blanks; a fault is shown at its cell before anything is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from nicegui import ui

from cts_excel.api import (
    IssueRecord,
    Roster,
    issue_workbooks,
    load_imprint,
    load_key,
    read_roster,
)
from cts_excel.app.pages.elements import (
    DropZone,
    button,
    choice,
    download,
    enable,
    file_texts,
    live,
    sheet,
    text,
    tick_box,
)
from cts_excel.app.pages.frame import Page, Screen, trouble
from cts_excel.app.uploads import UploadError
from cts_excel.errors import UserError
from cts_excel.files.visible import visible
from cts_excel.messages import _, fault_line, listed, ngettext

_ROWS_SHOWN = 500


def build(screen: Screen) -> None:
    """Build the page."""
    text("p", _("Fill in one row per audit, then drop the list here."), "lead")
    with ui.element("p").classes("actions"):
        download(_("Download the empty roster"), "/download/roster.xlsx")
        download(_("Download a blank audit workbook"), "/download/audit.xlsx")
    preview = _Preview(screen)
    label = _("Drop the roster here (.xlsx, .xls, .ods or .csv)")
    DropZone(label, to="roster", multiple=False, on_done=screen.handle(preview.take))
    preview.place = live(ui.element("section").classes("preview"))
    with ui.element("section"):
        text("h2", _("Issued so far"))
        preview.issued = ui.element("div")
        preview.list_issued()


class _Preview:
    """A roster that was dropped: shown row by row, then issued."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._path: Path | None = None
        self._skip_bad = False
        self._button: Any = None
        self.place: Any = None
        self.issued: Any = None

    async def take(self, taken: dict[str, Any]) -> None:
        """Read the roster and show it."""
        self.place.clear()
        self._skip_bad = False
        uploads = self._screen.desk.uploads
        with self.place:
            for problem in file_texts(taken):
                trouble(problem)
            keys = [str(one.get("key")) for one in taken.get("taken", [])]
            self._path = uploads.path(keys[0]) if keys else None
            if self._path is None:
                return
            place = self._screen.desk.place
            standard = place.standard
            try:
                roster = await asyncio.to_thread(
                    read_roster, self._path, standard, dict(place.settings().headings)
                )
            except UserError as error:  # its place is where the list lies now: no use to anybody
                trouble(fault_line(self._path.name, error.problem, error.repair))
                return
            self._show(roster)

    def _show(self, roster: Roster) -> None:
        wrong = {(one.sheet, one.row) for one in roster.problems}
        name = self._path.name if self._path else ""
        text("h2", name)
        good = ngettext("{} audit can be issued.", "{} audits can be issued.", len(roster.rows))
        text("p", good.format(len(roster.rows)))
        for notice in roster.notices:
            text("p", notice, "notice")
        if roster.ignored:
            text(
                "p",
                _("Columns left aside: {}.").format(listed(map(visible, roster.ignored))),
                "notice",
            )
        if wrong:
            self._show_problems(roster, len(wrong))
        self._show_rows(roster)
        if roster.rows:
            self._key()
            with ui.element("p").classes("actions"):
                if wrong:
                    tick_box(_("Leave out the wrong rows"), self._choose_skipping)
                issue = self._screen.handle(self._issue)
                self._button = button(_("Issue the workbooks"), issue, "button main")
                enable(self._button, not wrong)

    def _show_problems(self, roster: Roster, rows: int) -> None:
        told = ngettext(
            "{} row is wrong. Correct it in the list and drop the list again, or leave it out.",
            "{} rows are wrong. Correct them in the list and drop it again, or leave them out.",
            rows,
        )
        trouble(told.format(rows))
        headings = (_("Place"), _("Problem"), _("Repair"))
        sheet(headings, [(one.place, one.problem, one.repair) for one in roster.problems], "faults")

    def _show_rows(self, roster: Roster) -> None:
        covers = [row.cover for row in roster.rows[:_ROWS_SHOWN]]
        headings = (
            *(_("Organisation"), _("Unified social credit code"), _("Audit number")),
            *(_("Audit type"), _("Lead assessor"), _("Assessor")),
        )
        rows = [
            (c.organisation, c.uscc, c.audit_no, c.audit_type, c.lead_assessor, c.assessor)
            for c in covers
        ]
        sheet(headings, rows)
        if len(roster.rows) > _ROWS_SHOWN:
            text("p", _("The first {} are shown.").format(_ROWS_SHOWN), "notice")

    def _key(self) -> None:
        """Offer the keys to prove with what was issued; say what the settings file adds."""
        place = self._screen.desk.place
        chosen, files = place.issue_key(), place.key_files()
        if chosen and chosen not in files:  # named by the settings file, in another folder
            text("p", _("Issued with the proof of {}.").format(visible(chosen)), "notice")
        elif files:
            keys = {name: visible(name) for name in files} | {"": _("none")}
            with ui.element("div").classes("filters"):
                choice(_("Proof of issue, with the key"), keys, chosen or "", self._choose_key)
        if source := place.settings().source:
            text("p", _("{} of the working folder is taken into account.").format(source), "notice")

    def _choose_key(self, name: str) -> None:
        self._screen.desk.place.choices.key = name

    def _choose_skipping(self, chosen: bool) -> None:
        self._skip_bad = chosen
        enable(self._button, chosen)

    async def _issue(self) -> None:
        """Issue what the list says as it is now, read once more."""
        place = self._screen.desk.place
        if self._path is None or not self._path.is_file():
            problem, repair = _("the list is no longer there"), _("Drop it again.")
            raise UploadError(_("Roster"), problem, repair)
        record = await asyncio.to_thread(self._issued, place.new_issue_folder())
        self.place.clear()
        with self.place:
            number = len(record.issued)
            done = ngettext("{} workbook was issued.", "{} workbooks were issued.", number)
            text("h2", done.format(number))
            text("p", str(record.folder.relative_to(place.folder)), "notice")
            address = f"/download/issued/{record.folder.name}"
            with ui.element("p").classes("actions"):
                download(_("Download all as one zip"), address, "button main")
            sheet((_("File"), _("Organisation"), _("Audit number")), [
                (one.file, one.row.cover.organisation, one.row.cover.audit_no)
                for one in record.issued[:_ROWS_SHOWN]
            ])  # fmt: skip
        self.list_issued()
        self._screen.tell(done.format(number), good=True)

    def _issued(self, folder: Path) -> IssueRecord:
        place = self._screen.desk.place
        settings, standard = place.settings(), place.standard
        assert self._path is not None  # noqa: S101 - asked before
        roster = read_roster(self._path, standard, dict(settings.headings))
        key = place.issue_key()
        return issue_workbooks(
            roster,
            standard,
            folder,
            key=load_key(key) if key else None,
            skip_bad=self._skip_bad,
            imprint=settings.imprint or load_imprint(standard.form),
        )

    def list_issued(self) -> None:
        """List what was issued so far."""
        self.issued.clear()
        with self.issued:
            folders = self._screen.desk.place.issues()
            if not folders:
                text("p", _("Nothing was issued from this folder yet."), "empty")
                return
            with ui.element("ul").classes("files"):
                for folder in folders:
                    with ui.element("li"):
                        number = sum(1 for _path in folder.glob("*.xlsx"))
                        told = ngettext("{}: {} workbook", "{}: {} workbooks", number)
                        text("span", told.format(folder.name, number))
                        download(_("Download as zip"), f"/download/issued/{folder.name}")


PAGE = Page("/issue", lambda: _("Issue"), lambda: _("Issue workbooks from a roster"), build)
