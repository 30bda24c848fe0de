"""How far an audit is from the lines between levels: 距上一级, and what counts as near a line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sample_outcomes import STANDARD, columns_of, outcome

from cts_excel.summary.figures.ranking import nearest_line, rank, to_next_level
from cts_excel.summary.figures.tally import NearLine, tally
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow


def gathered(*percents: str, deductions: int = 0) -> OutcomeColumns:
    return columns_of(
        outcome("甲公司", percent, number=number, deductions=deductions)
        for number, percent in enumerate(percents)
    )


def row(percent: str, deductions: int = 0) -> FileRow:
    return gathered(percent, deductions=deductions).file(0)


@pytest.mark.parametrize(
    ("percent", "points"),
    [
        ("0", "70"), ("0.65", "5"), ("0.699999", "0.0001"),  # not passed: the lowest level is next
        ("0.7", "10"), ("0.79", "1"), ("0.8", "10"), ("0.89", "1"),
        ("0.9", "5"), ("0.94999", "0.001"),
        ("0.95", ""), ("1", ""),  # nothing is higher
    ],
)  # fmt: skip
def test_points_below_the_next_level(percent: str, points: str) -> None:
    assert to_next_level(row(percent), STANDARD) == points


def test_no_points_lift_an_audit_that_fails_by_its_deductions() -> None:
    assert to_next_level(row("1", deductions=5), STANDARD) == ""  # 95: the highest level
    assert to_next_level(row("0.96", deductions=5), STANDARD) == "4"
    assert to_next_level(row("0.96", deductions=6), STANDARD) == ""


@pytest.mark.parametrize(
    ("percent", "distance", "label"),
    [("0.79", "-1", "三星级"), ("0.81", "1", "三星级"), ("0.96", "1", "五星级"),
     ("0.69", "-1", "达标级"), ("0.925", "-2.5", "五星级"), ("0.1", "-60", "达标级")],
)  # fmt: skip
def test_the_nearest_line(percent: str, distance: str, label: str) -> None:
    assert nearest_line(row(percent), STANDARD) == (Decimal(distance), label)


def test_near_is_within_one_point_and_exactly_one_point() -> None:
    kept = gathered("0.7899", "0.79", "0.80", "0.81", "0.8101", "0.85")
    found = tally(kept, rank(kept))
    assert found.near_count == 3
    assert found.near == (
        NearLine(Decimal(0), "三星级", 2),
        NearLine(Decimal(-1), "三星级", 1),
        NearLine(Decimal(1), "三星级", 3),
    )
