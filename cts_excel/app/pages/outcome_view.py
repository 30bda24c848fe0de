"""The judgement of one workbook, as 看一份 and a corrected file show it."""

from __future__ import annotations

from collections.abc import Sequence

from cts_excel.api import (
    Outcome,
    Standard,
    effect_text,
    level_name,
    repair,
    severity_name,
    shown,
    title,
)
from cts_excel.app.pages.elements import sheet, status_text, text
from cts_excel.app.wording import page_repair
from cts_excel.files.visible import visible
from cts_excel.messages import _, language


def show_outcome(outcome: Outcome, standard: Standard) -> None:
    """Show status, score, level and findings."""
    text("h2", visible(outcome.file))
    text("p", status_text(outcome.status), f"chip {outcome.status.value}")
    cover = outcome.audit.cover if outcome.audit else None
    if cover:
        names = (cover.organisation, cover.audit_no, cover.audit_type, cover.assessor)
        text("p", " · ".join(visible(name) for name in names if name), "subject")
    if outcome.score:
        score = outcome.score
        final = shown(score.final, standard)
        line = _("base {} - deductions {} + bonus {} = {}").format(
            shown(score.base, standard), score.deductions, score.bonus, final
        )
        text("p", line, "score")
    if outcome.judgement:
        told = _("recommended level: {}").format(level_name(outcome.judgement.label, standard))
        text("p", told, "verdict")
    elif outcome.bounds:
        low, high = (shown(s, standard) for s in (outcome.bounds.low, outcome.bounds.high))
        text("p", _("Still possible: {} to {}.").format(low, high))
    if not outcome.findings:
        text("p", _("No findings."), "empty")
        return
    spoken = language()
    findings_table([
        (severity_name(f.severity), f.place or "—", title(f, spoken),
         page_repair(f.code, repair(f, spoken)), effect_text(f, standard), str(f.code))
        for f in outcome.findings
    ])  # fmt: skip


def findings_table(rows: Sequence[Sequence[str]]) -> None:
    """Add the table of findings: severity, place, problem, repair, effect, code."""
    headings = (_("Severity"), _("Place"), _("Problem"), _("Repair"), _("Effect"), _("Code"))
    sheet(headings, rows, "findings")


def level_labels(standard: Standard) -> dict[str, str]:
    """Name the levels in the language of the page, by key."""
    labels = {level.key: level_name(level.label, standard) for level in standard.levels}
    return labels | {"not_passed": level_name(standard.not_passed.label, standard)}
