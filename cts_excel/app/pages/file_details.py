"""One file of a run, opened: result, findings with their repairs, stated against recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nicegui import ui

from cts_excel.api import Status, shown
from cts_excel.app.pages.elements import (
    DropZone,
    attributes,
    button,
    download,
    file_texts,
    live,
    sheet,
    status_text,
    text,
)
from cts_excel.app.pages.more_options import way_to_options
from cts_excel.app.pages.outcome_view import findings_table, level_labels, show_outcome
from cts_excel.app.wording import page_repair
from cts_excel.files.visible import visible
from cts_excel.messages import _, ngettext

if TYPE_CHECKING:
    from cts_excel.api import RunView
    from cts_excel.app.pages.frame import Screen


def open_details(screen: Screen, view: RunView, number: int) -> None:
    """Open the details of a file over the page; Escape closes them."""
    row = view.grades[number]
    with attributes(ui.dialog(), aria_labelledby="details-title") as dialog:
        with ui.element("div").classes("details"):
            with ui.element("div").classes("details-head"):
                attributes(text("h2", visible(row["file"])), id="details-title")
                button(_("Close"), dialog.close)
            status = Status(row["status"])
            text("p", status_text(status), f"chip {status.value}")
            _result(row, view)
            _findings(view.worded(row["file"]))
            _differences(view, row["file"])
            if status is not Status.GRADED:
                _correction(screen, view, number)
    dialog.on("hide", dialog.delete, args=[])
    dialog.open()


def _result(row: Any, view: RunView) -> None:
    names = (row["organisation"], row["audit_no"], row["audit_type"], row["assessor"])
    text("p", " · ".join(visible(name) for name in names if name), "subject")
    if not row["final_score"]:
        return
    labels = level_labels(view.standard)
    rows = [
        (_("Base score"), "", row["base_score"]),
        (_("Deductions"), "", row["deductions"]),
        (_("Bonus"), "", row["bonus"]),
        (_("Final score"), row["stated_final"], row["final_score"]),
        (_("Level"), labels.get(row["stated_level"], ""), labels.get(row["level"], "—")),
    ]
    sheet(("", _("Stated"), _("Recomputed")), rows, "result")
    if row["score_low"]:
        low, high = (shown(Decimal(row[c]), view.standard) for c in ("score_low", "score_high"))
        text("p", _("Still possible: {} to {}.").format(low, high))


def _findings(findings: Sequence[Any]) -> None:
    if not findings:
        text("p", _("No findings."), "empty")
        return
    number = len(findings)
    text("h3", ngettext("{} finding", "{} findings", number).format(number))
    findings_table([
        (f.severity, f.place or "—", f.problem, page_repair(f.code, f.repair), f.effect, f.code)
        for f in findings
    ])  # fmt: skip
    for finding in findings:
        way_to_options(finding.code, here=False)


def _differences(view: RunView, file: str) -> None:
    found = view.differences.get(file, ())
    if not found:
        return
    text("h3", _("Scores that the workbook states otherwise"))
    headings = (_("Clause"), _("Indicator"), _("Stated"), _("Recomputed"))
    sheet(headings, [(d.clause, d.text, d.stated, d.recomputed) for d in found])


def _correction(screen: Screen, view: RunView, number: int) -> None:
    """Offer the marked copy, and a place for the corrected file."""
    row = view.grades[number]
    if row["file"] in view.returned:
        with ui.element("p").classes("actions"):
            address = f"/download/run/{view.folder.name}/returned/{number}"
            download(_("Download the marked copy to send back"), address, "button main")
    text("h3", _("Corrected file"))
    answer = live(ui.element("div"))

    async def taken(event: dict[str, Any]) -> None:
        answer.clear()
        with answer:
            for problem in file_texts(event):
                text("p", problem, "trouble")
            for one in event.get("taken", []):
                path = screen.desk.uploads.path(str(one["key"]))
                if path is not None:
                    place = screen.desk.place
                    outcome = await screen.desk.judge.judge(path, path.name, place.means())
                    show_outcome(outcome, place.standard)
                    text("p", _("The file is kept. Grade all again to count it."), "notice")
                    again = screen.handle(lambda: _grade_again(screen, view))
                    button(_("Grade all again"), again, "button main")
        await screen.desk.place.look_at_arrivals()

    label = _("Drop the corrected file here. It replaces this one in the next run.")
    DropZone(label, to="input", multiple=False, on_done=screen.handle(taken))


async def _grade_again(screen: Screen, view: RunView) -> None:
    """Grade as the run that is shown was: against the same record of what was issued."""
    place = screen.desk.place
    roster = next((r for r in place.rosters().values() if r == view.options.get("roster")), None)
    await place.grade(roster)
    ui.navigate.to("/")
