"""临界分析: distances and the shortest way to the next level, as audit/margins says."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_outcomes import STANDARD, outcome
from opened import opened, table, write

from cts_excel.audit.margins import margins
from cts_excel.standard.loading import load_standard
from cts_excel.summary import builder
from cts_excel.summary.outcomes.excerpt import way_text
from cts_excel.summary.sheets.near import NAME

SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
PERCENTS = ("0.2", "0.5", "0.7", "0.85", "1")


def test_the_nearest_stands_first_with_its_shortest_way(tmp_path: Path) -> None:
    made = [
        outcome("远", "0.71", number=1),
        outcome("近", "0.79", number=2),
        outcome("顶", "0.97", number=3),
    ]
    rows = table(opened(write(tmp_path / "s.xlsx", made))[NAME], "企业名称")
    assert [row["企业名称"] for row in rows] == ["近", "远", "顶"]
    for row, one in zip(rows, (made[1], made[0], made[2]), strict=True):
        found = margins(one, STANDARD)
        assert found is not None
        assert row["上一级"] == (found.next_level.label if found.next_level else "—")
        assert row["距上一级"] == (None if found.to_next is None else float(found.to_next))
        assert row["高于本级线"] == (None if found.above_line is None else float(found.above_line))
        assert (row["升一级的最短途径"] or "") == way_text(found.steps)
    assert rows[0]["最少指标数"] == len(STANDARD.indicators)
    assert str(rows[0]["升一级的最短途径"]).endswith(f"等 {len(STANDARD.indicators)} 项")
    assert rows[2]["最少指标数"] == "—"


def test_another_standard_has_its_own_bands_and_levels(tmp_path: Path) -> None:
    made = [outcome(f"公司{n}", p, number=n, standard=SMALL) for n, p in enumerate(PERCENTS)]
    sheet = opened(write(tmp_path / "s.xlsx", made, SMALL))[NAME]
    rows = {row["企业名称"]: row for row in table(sheet, "企业名称")}
    assert len(rows) == len(PERCENTS)
    ways = 0
    for one in made:
        found = margins(one, SMALL)
        assert found is not None
        assert one.audit is not None
        row = rows[one.audit.cover.organisation]
        assert row["上一级"] == (found.next_level.label if found.next_level else "—")
        assert (row["升一级的最短途径"] or "") == way_text(found.steps)
        ways += bool(found.steps)
    assert ways


def test_nothing_graded_and_too_many_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = opened(write(tmp_path / "e.xlsx", []))[NAME]
    assert "（无）" in [cell.value for cell in empty["A"]]
    monkeypatch.setattr(builder, "MATRIX_LIMIT", 1)
    monkeypatch.setattr("cts_excel.summary.sheets.run.MATRIX_LIMIT", 1)
    many = [outcome(number=n) for n in (1, 2)]
    shown = opened(write(tmp_path / "m.xlsx", many))[NAME]
    assert any("grades.csv" in str(cell.value) for cell in shown["A"])
