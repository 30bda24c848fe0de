"""Findings with the address of the cell they are about."""

from __future__ import annotations

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.model import Audit, Rating


def cover_finding(
    audit: Audit,
    code: Code,
    field: str,
    *,
    found: str,
    expected: str = "",
    impact: Impact | None = None,
) -> Finding:
    """Make a finding on a cell of 封面; ``field`` is a key of :attr:`Audit.cover_cells`."""
    return finding(
        code,
        sheet=audit.sheets.cover,
        cell=audit.cover_cells.get(field, ""),
        found=found,
        expected=expected,
        impact=impact,
    )


def rating_finding(
    audit: Audit,
    code: Code,
    rating: Rating,
    column: str,
    *,
    found: str = "",
    expected: str = "",
    impact: Impact | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding on a cell of 评分表; ``column`` is a field of :class:`RatingColumns`."""
    return finding(
        code,
        sheet=audit.sheets.ratings,
        cell=audit.rating_cell(rating, column),
        clause=rating.clause,
        found=found,
        expected=expected,
        impact=impact,
        severity=severity,
    )
