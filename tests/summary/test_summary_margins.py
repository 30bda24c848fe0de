"""临界分析 and 距上一级: distances to level lines, and the shortest way to the next level.

The expected values are worked out by hand or by trying every choice, without the code under test.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from sample_outcomes import STANDARD, columns_of, outcome
from summary_files import opened, table, write

from cts_excel.audit.outcome import Outcome
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.tally import tally
from cts_excel.summary.outcomes.excerpt import STEPS_SHOWN
from cts_excel.summary.sheets import context
from cts_excel.summary.sheets.margins import TITLE

SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
MANY = f"等 {len(STANDARD.indicators)} 项"


def _rows(path: Path, outcomes: list[Outcome], standard: Standard = STANDARD) -> list[dict]:  # type: ignore[type-arg]
    return table(opened(write(path / "s.xlsx", outcomes, standard))[TITLE], "企业名称")


@pytest.mark.parametrize(
    ("percent", "level", "above_line", "next_level", "to_next"),
    [
        ("0.60", "未达标", None, "达标级", 10),
        ("0.71", "达标级", 1, "三星级", 9),
        ("0.80", "三星级", 0, "四星级", 10),
        ("0.925", "四星级", 2.5, "五星级", 2.5),
        ("0.97", "五星级", 2, "—", None),
    ],
)
def test_distances_to_the_lines(
    tmp_path: Path, percent: str, level: str, above_line: float | None, next_level: str,
    to_next: float | None,
) -> None:  # fmt: skip
    (row,) = _rows(tmp_path, [outcome("甲", percent)])
    found = [row[name] for name in ("建议级别", "高于本级线", "上一级", "距上一级")]
    assert found == [level, above_line, next_level, to_next]


def test_the_nearest_stands_first_and_the_highest_level_last(tmp_path: Path) -> None:
    outcomes = [
        outcome("远", "0.71", number=1),
        outcome("近", "0.79", number=2),
        outcome("顶", "0.97", number=3),
    ]
    rows = _rows(tmp_path, outcomes)
    assert [row["企业名称"] for row in rows] == ["近", "远", "顶"]
    # 0.79 is raised to the low edge 0.80 of the next band: one point in all from every indicator.
    assert rows[0]["最少指标数"] == len(STANDARD.indicators)
    listed = str(rows[0]["升一级的最短途径"])
    assert listed.endswith(MANY)
    assert listed.count("→") == STEPS_SHOWN
    assert (rows[2]["最少指标数"], rows[2]["升一级的最短途径"]) == ("—", None)


def _fewest(percents: list[str], standard: Standard) -> int:
    """Try every choice of indicators, each raised to the low edge of its next band."""
    finals = [i.weight * Decimal(p) for i, p in zip(standard.indicators, percents, strict=True)]
    final = sum(finals)
    line = min((x.minimum for x in standard.levels if x.minimum > final), default=None)
    if line is None:
        return 0
    gains = []
    for indicator, percent in zip(standard.indicators, percents, strict=True):
        above = [band.low for band in standard.bands if band.low > Decimal(percent)]
        if above:
            gains.append(indicator.weight * (min(above) - Decimal(percent)))
    for size in range(1, len(gains) + 1):
        if any(final + sum(choice) >= line for choice in combinations(gains, size)):
            return size
    return 0


WAYS = [
    ["0.59", "0.9", "0.69", "0.29", "1", "0.69", "0.2"],
    ["0.59", "0.69", "0.29", "0.84", "0.9", "0.55", "0.29"],
    ["1", "0.69", "0.84", "0.7", "0.55", "0.84", "0.2"],
    ["0.69", "0.69", "0.7", "0.29", "0.7", "0.84", "1"],
    ["0.55", "0.29", "0.69", "0.59", "0.2", "0.69", "0.69"],
    ["1", "0.59", "0.59", "0.84", "0.69", "0.55", "0.7"],
    ["0.7", "0.69", "0.55", "0.29", "0.55", "0.2", "0.55"],
]


def test_the_way_is_the_shortest_of_all_choices(tmp_path: Path) -> None:
    outcomes = [outcome(f"公司{n}", p, number=n, standard=SMALL) for n, p in enumerate(WAYS)]
    rows = {row["企业名称"]: row for row in _rows(tmp_path, outcomes, SMALL)}
    fewest = [_fewest(percents, SMALL) for percents in WAYS]
    assert fewest == [0, 1, 2, 3, 4, 5, 6]
    for number, expected in enumerate(fewest):
        row = rows[f"公司{number}"]
        assert row["最少指标数"] == (expected or "—")
        assert str(row["升一级的最短途径"] or "").count("→") == expected


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
    margins = {row["企业名称"]: row for row in table(book[TITLE], "企业名称")}
    assert (margins["扣分"]["上一级"], margins["扣分"]["距上一级"]) == ("—", None)


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


def test_nothing_graded_and_too_many_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = opened(write(tmp_path / "e.xlsx", []))[TITLE]
    assert "（无）" in [cell.value for cell in empty["A"]]
    monkeypatch.setattr(context, "MATRIX_LIMIT", 1)
    many = [outcome(number=n) for n in (1, 2)]
    shown = opened(write(tmp_path / "m.xlsx", many))[TITLE]
    assert any("grades.csv" in str(cell.value) for cell in shown["A"])
