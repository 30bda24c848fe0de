"""临界分析 and 距上一级: audits near a level line on both sides, and what to look at again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sample_outcomes import STANDARD, columns_of, outcome
from summary_files import cell, opened, table, write

from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.tally import tally
from cts_excel.summary.sheets.margins import RECHECK, TITLE

CLAUSES = [i.clause for i in STANDARD.indicators]


def _rows(path: Path, outcomes: list[Outcome], standard: Standard = STANDARD) -> list[dict]:  # type: ignore[type-arg]
    return table(opened(write(path / "s.xlsx", outcomes, standard))[TITLE], "企业名称")


@pytest.mark.parametrize(
    ("percent", "line", "gap"),
    [("0.79", "三星级", -1), ("0.81", "三星级", 1), ("0.80", "三星级", 0), ("0.96", "五星级", 1),
     ("0.6931", "达标级", -0.69)],
)  # fmt: skip
def test_both_sides_of_a_line_are_listed(
    tmp_path: Path, percent: str, line: str, gap: float
) -> None:
    (row,) = _rows(tmp_path, [outcome("甲", percent)])
    assert (row["最近的级别线"], row["距级别线"]) == (line, gap)


def test_what_is_far_from_a_line_is_left_out_and_the_nearest_stands_first(tmp_path: Path) -> None:
    percents = {"远": "0.85", "一": "0.79", "半": "0.805", "零": "0.90", "顶": "0.97"}
    made = [outcome(name, p, number=n) for n, (name, p) in enumerate(percents.items(), start=1)]
    assert [row["企业名称"] for row in _rows(tmp_path, made)] == ["零", "半", "一"]


def test_evidence_to_check_again_can_carry_the_audit_across_the_line(tmp_path: Path) -> None:
    made = outcome("甲", "0.795", evidence="证据" * 9)
    (row,) = _rows(tmp_path, [made])
    listed = str(row[RECHECK]).split("、")
    weights = [STANDARD.by_clause[clause].weight for clause in listed]
    assert all(weight * Decimal("0.2") >= Decimal("0.5") for weight in weights)
    assert weights == sorted(weights, reverse=True)
    assert len(listed) == 6


def test_indicators_without_evidence_come_first(tmp_path: Path) -> None:
    made = outcome("甲", "0.805", evidence="")
    (row,) = _rows(tmp_path, [made])
    assert str(row[RECHECK]).count("（无证据）") == 6


def test_a_distance_adds_up_with_the_score_that_is_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", [outcome("甲", Decimal("0.79996"))])
    sheet = opened(path)[TITLE]
    final, gap = (cell(sheet, "企业名称", 0, name) for name in ("最终得分", "距级别线"))
    assert (final.value, final.number_format) == (79.996, "0.000")
    assert (gap.value, gap.number_format) == (-0.004, "+0.000;-0.000;0.000")


def test_no_points_lift_an_audit_that_fails_by_its_deductions(tmp_path: Path) -> None:
    special = STANDARD.special.deduction
    many = int(special.limit / special.points) + 1
    failed, low = (
        outcome("扣分", "0.85", number=1, deductions=many),
        outcome("低", "0.65", number=2),
    )
    book = opened(write(tmp_path / "s.xlsx", [failed, low]))
    grades = {row["企业名称"]: row for row in table(book["评分汇总"], "排名")}
    assert (grades["扣分"]["是否通过"], grades["低"]["是否通过"]) == ("未通过", "未通过")
    assert (grades["扣分"]["距上一级"], grades["低"]["距上一级"]) == (None, 5)


@pytest.mark.parametrize(
    ("percent", "near"),
    [("0.79", 1), ("0.81", 1), ("0.80", 1), ("0.789", 0), ("0.811", 0), ("0.78999", 0)],
)
def test_an_audit_exactly_one_point_from_a_line_is_near(percent: str, near: int) -> None:
    columns = columns_of([outcome("甲", percent)])
    found = tally(columns, rank(columns))
    assert found.near_count == near
    distances = [one.distance for one in found.near]
    assert distances == [100 * Decimal(percent) - 80] * near


def test_nothing_near_is_said(tmp_path: Path) -> None:
    for name, made in (("e", []), ("f", [outcome("甲", "0.85")])):
        sheet = opened(write(tmp_path / f"{name}.xlsx", made))[TITLE]
        assert "（无）" in [cell.value for cell in sheet["A"]]
