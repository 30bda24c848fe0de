"""Names of statuses, severities, levels and effects in the language of the terminal or the page."""

from __future__ import annotations

from cts_excel.audit.catalogue import effect
from cts_excel.audit.chasing import NOT_AS_ISSUED, NOT_ISSUED, NOT_RETURNED
from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.levels import FailReason, reason_text
from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.messages import _, language
from cts_excel.standard.model import Standard


def status_name(status: Status) -> str:
    """Name a status."""
    if language() == "zh":
        return status.shown
    return status.value.replace("_", " ")


def chase_state_name(state: str) -> str:
    """Name what a roster says of a workbook, one of the states of :mod:`~cts_excel.audit.chasing`.

    Another text stays as it is.
    """
    if language() == "zh":
        return state
    names = {
        NOT_RETURNED: _("not back"),
        NOT_ISSUED: _("never issued"),
        NOT_AS_ISSUED: _("not as issued"),
    }
    return names.get(state, state)


def severity_name(severity: Severity) -> str:
    """Name a severity."""
    return severity.shown if language() == "zh" else severity.key


def level_name(label: str, standard: Standard | None) -> str:
    """Name a level: by its label in Chinese, else by its key."""
    if language() == "zh" or standard is None:
        return label
    if label == standard.special.deduction.exceeded:
        return _("failed by deductions")
    if label == standard.not_passed.label:
        return _("not passed")
    level = standard.level_by_label.get(label)
    return level.key.replace("_", " ") if level else label


def impact_text(impact: Impact | None, standard: Standard | None) -> str:
    """Say how many points a finding moved, and from which level to which."""
    if impact is None:
        return ""
    points = "" if impact.points is None else f"{impact.points:+f}"
    levels = [level_name(label, standard) for label in (impact.level_from, impact.level_to)]
    moved = "→".join(levels) if impact.level_text else ""
    return ("，" if language() == "zh" else ", ").join(part for part in (points, moved) if part)


def effect_text(found: Finding, standard: Standard | None) -> str:
    """Say what a finding did to the result, or what its kind can do."""
    kind = effect(found)
    shown_kind = kind.shown if language() == "zh" else kind.value
    return impact_text(found.impact, standard) or shown_kind


def reason_name(reason: FailReason, standard: Standard) -> str:
    """Word a fail reason."""
    if language() == "zh":
        return reason_text(reason, standard)
    if reason is FailReason.DEDUCTION_LIMIT:
        return _("deductions over the limit")
    return _("below {} points").format(plain(standard.lowest_level.minimum))
