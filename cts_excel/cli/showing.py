"""Show outcomes in a terminal: tables and short lines, with rich."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import next_level, shown, shown_beside
from cts_excel.audit.naming import (
    effect_text,
    impact_text,
    level_name,
    reason_name,
    severity_name,
    status_name,
)
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.scoring import Score
from cts_excel.files.numbers import plain
from cts_excel.files.visible import visible
from cts_excel.messages import _, language, listed
from cts_excel.standard.model import Standard

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "dim"}


def console(*, stderr: bool = False) -> Console:
    """Return a console that does not wrap lines when piped, so that grep works."""
    made = Console(highlight=False, soft_wrap=False, stderr=stderr)
    if not made.is_terminal:
        made = Console(highlight=False, soft_wrap=True, width=200, stderr=stderr)
    return made


def visible_text(text: str, style: str = "") -> Text:
    """Return a text for the terminal: what a workbook holds can neither steer nor disguise it."""
    return Text(visible(text), style=style)


def show_outcome(outcome: Outcome, standard: Standard, out: Console) -> None:
    """Print the result of one file: status, scores, level, findings with their repairs."""
    out.print(Text.assemble((visible(outcome.file), "bold"), f"  {status_name(outcome.status)}"))
    for line in _result_lines(outcome, standard):
        out.print(visible_text(f"  {line}"))
    if outcome.findings:
        out.print(findings_table(outcome.findings, standard))
    else:
        out.print(visible_text("  " + _("No findings."), style="green"))


def _result_lines(outcome: Outcome, standard: Standard) -> list[str]:
    if outcome.audit is None or outcome.score is None:
        return []
    cover, score = outcome.audit.cover, outcome.score
    lines = [" · ".join(x for x in (cover.organisation, cover.audit_no, cover.audit_type) if x)]
    parts = _("base {} - deductions {} + bonus {} = {}").format(
        shown_beside(score.base, score.final, standard),
        plain(score.deductions),
        plain(score.bonus),
        shown(score.final, standard),
    )
    if outcome.judgement is not None:
        label = level_name(outcome.judgement.label, standard)
        verdict = _("recommended level: {}").format(label)
        reasons = listed(reason_name(r, standard) for r in outcome.judgement.fail_reasons)
        if reasons:
            verdict = _("{} ({})").format(verdict, reasons)
        lines.append(f"{parts}   {verdict}")
        lines += _distance_lines(score, standard)
    else:
        lines.append(f"{parts}   " + _("no level yet"))
        if outcome.bounds is not None:
            low, high = outcome.bounds.low, outcome.bounds.high
            bounds = (outcome.bounds.low_judgement, outcome.bounds.high_judgement)
            levels = [level_name(judgement.label, standard) for judgement in bounds]
            lines.append(
                _("still possible: {} ({}) to {} ({})").format(
                    shown(low, standard), levels[0], shown(high, standard), levels[1]
                )
            )
    return [line for line in lines if line]


def _distance_lines(score: Score, standard: Standard) -> list[str]:
    """Say how far the next level is."""
    above = next_level(score.final, score.deductions, standard)
    if above is None:
        return []
    level, missing = above
    return [_("{} points below {}").format(plain(missing), level_name(level.label, standard))]


def findings_table(findings: Sequence[Finding], standard: Standard | None = None) -> Table:
    """Lay findings out: code, severity, place, what is wrong with its repair, effect."""
    table = Table(box=SIMPLE_HEAD, pad_edge=True, show_edge=False)
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Severity"), no_wrap=True)
    table.add_column(_("Place"), overflow="fold")
    table.add_column(_("Problem and repair"), overflow="fold", ratio=1)
    table.add_column(_("Effect"), overflow="fold")
    spoken = language()
    stop = "。" if spoken == "zh" else ". "
    for found in findings:
        table.add_row(
            found.code,
            visible_text(severity_name(found.severity), style=_STYLE[found.severity]),
            visible_text(found.place or "—"),
            visible_text(f"{title(found, spoken)}{stop}{repair(found, spoken)}"),
            visible_text(effect_text(found, standard)),
        )
    return table


def counts_table(counts: Mapping[str, int], heading: str, total: str = "") -> Table:
    """Lay out counts under one heading; ``total`` is the last line."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, show_footer=bool(total))
    table.add_column(heading, footer=visible_text(total))
    table.add_column(_("Files"), justify="right")
    for name, number in counts.items():
        table.add_row(visible_text(name), str(number))
    return table


def worst_table(worst: Sequence[tuple[str, Finding]], standard: Standard) -> Table:
    """Lay out the findings that weigh most, one per file."""
    table = Table(box=SIMPLE_HEAD, show_edge=False)
    table.add_column(_("Worst findings"), overflow="fold")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Place"), overflow="fold")
    table.add_column(_("Problem"), overflow="fold")
    table.add_column(_("Effect"), overflow="fold")
    for file, found in worst:
        table.add_row(
            visible_text(file),
            visible_text(found.code, style=_STYLE[found.severity]),
            visible_text(found.place or "—"),
            visible_text(title(found, language())),
            visible_text(impact_text(found.impact, standard)),
        )
    return table
