"""整改跟踪, and what of 特别项 counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sample_outcomes import STANDARD, outcome, with_status
from summary_files import opened, table, write

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.figures.rectifying import VERIFIED, State, standing
from cts_excel.summary.outcomes.columns import SpecialRow
from cts_excel.workbook.form.layout import RECTIFICATIONS

ENTRY = SpecialRow(0, True, 1, "", "", "", "", "整改中", "", "", "", "", "", True)


def test_the_last_state_of_the_form_closes_an_action() -> None:
    assert RECTIFICATIONS[-1] == VERIFIED


@pytest.mark.parametrize(
    ("rectification", "due", "state", "days"),
    [
        ("整改中", "2025-11-10", State.OVERDUE, 10),
        ("", "2025-11-10", State.OVERDUE, 10),
        ("整改中", "2025-11-20", State.OPEN, 0),  # due on the day of the run
        ("整改中", "", State.OPEN, 0),
        ("整改中", "下月底", State.OPEN, 0),
        (VERIFIED, "2025-11-10", State.CLOSED, 0),
    ],
)
def test_open_overdue_verified(rectification: str, due: str, state: State, days: int) -> None:
    entry = ENTRY._replace(rectification=rectification, due=due)
    assert standing(entry, date(2025, 11, 20)) == (state, days)


def _verified(made: Outcome) -> Outcome:
    assert made.audit
    done = tuple(replace(entry, rectification=VERIFIED) for entry in made.audit.deductions)
    return replace(made, audit=replace(made.audit, deductions=done))


def test_every_deduction_is_followed_up_but_none_of_a_conflict(tmp_path: Path) -> None:
    made = [
        outcome("甲", number=1, deductions=2),
        _verified(outcome("乙", number=2, deductions=1)),
        with_status(outcome("丙", number=3, deductions=3), Status.CONFLICT, "D02", "x"),
        outcome("丁", number=4, bonuses=1),
    ]
    book = opened(write(tmp_path / "s.xlsx", made))
    rows = table(book["整改跟踪"], "跟踪状态")
    assert [(r["企业名称"], r["跟踪状态"]) for r in rows] == [
        ("甲", "未关闭"), ("甲", "未关闭"), ("乙", "已验证"),
    ]  # fmt: skip
    totals = list(book["整改跟踪"].iter_rows(min_row=3, max_row=4, max_col=3, values_only=True))
    assert dict(zip(*totals, strict=True)) == {"已逾期": 0, "未关闭": 2, "已验证": 1}
    category = STANDARD.special.deduction.categories[0]
    shown = book["特别项"].iter_rows(values_only=True)
    total = next(row for row in shown if row[1:3] == ("扣分", category))  # stands above the list
    assert total[3:5] == (3, 2)  # the conflict's three are listed and not counted
    assert len(table(book["特别项"], "序号")) == 7


def test_without_a_deduction_there_is_nothing_to_follow_up(tmp_path: Path) -> None:
    assert "整改跟踪" not in opened(write(tmp_path / "s.xlsx", [outcome()])).sheetnames
