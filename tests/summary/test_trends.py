"""趋势与分布: counts and rates per period, kind and person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sample_outcomes import columns_of, outcome
from summary_files import opened, parts, write

from cts_excel.audit.outcome import Outcome
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.trends import MOST_GROUPS, OTHERS, SMALL, UNKNOWN, Slice, slices
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun


def _on(made: Outcome, day: date, **cover: str) -> Outcome:
    assert made.audit
    changed = replace(made.audit.cover, end_date=day, **cover)  # type: ignore[arg-type]
    return replace(made, audit=replace(made.audit, cover=changed))


def _slices(*made: Outcome) -> dict[str, dict[str, Slice]]:
    columns = columns_of(made)
    found = slices(columns, rank(columns))
    return {title: {one.label: one for one in groups} for title, groups in found.items()}


MADE = [
    _on(outcome("甲", "0.96", number=1), date(2025, 3, 31)),
    _on(outcome("乙", "0.60", number=2), date(2025, 3, 1)),
    _on(outcome("丙", "0.85", number=3, lead="何勇"), date(2025, 4, 1), audit_type="监督审核"),
    _on(outcome("丁", "0.85", number=4, blanks=("5.1.1.1",)), date(2025, 4, 2)),
]


def test_counts_rates_and_means_per_period_and_kind() -> None:
    found = _slices(*MADE)
    months = found["月份"]
    assert list(months) == ["2025-03", "2025-04"]
    march = months["2025-03"]
    assert (march.n, march.passed, march.mean) == (2, 1, 78)
    assert dict(march.levels) == {"five_star": 1, "not_passed": 1}
    assert list(found["季度"]) == ["2025 年第 1 季度", "2025 年第 2 季度"]
    assert {label: one.n for label, one in found["审核类型"].items()} == {
        "初次认证": 2, "监督审核": 1,
    }  # fmt: skip
    assert found["审核组长"]["何勇"].mean == 85
    for groups in found.values():
        assert sum(one.n for one in groups.values()) == 3
        assert all(sum(one.levels.values()) == one.n for one in groups.values())


def test_a_kind_that_nobody_filled_in_is_left_out() -> None:
    found = _slices(_on(MADE[0], date(2025, 3, 1), audit_method=""))
    assert "审核方式" not in found
    mixed = _slices(MADE[0], _on(MADE[1], date(2025, 3, 1), audit_method=" "))
    assert set(mixed["审核方式"]) == {"现场", UNKNOWN}


def test_many_groups_end_in_the_rest() -> None:
    made = [
        _on(outcome(f"企业{n}", number=n, lead=f"组长{n}"), date(2025, 3, 1))
        for n in range(MOST_GROUPS + 3)
    ]
    leads = _slices(*made)["审核组长"]
    assert len(leads) == MOST_GROUPS + 1
    assert leads[OTHERS].n == 3


def test_small_groups_are_marked_and_not_charted(tmp_path: Path) -> None:
    def year(month: int, count: int) -> list[Outcome]:
        return [
            _on(outcome(f"企业{month}-{n}", number=100 * month + n), date(2025, month, 5))
            for n in range(count)
        ]

    few = [*year(3, SMALL - 1), *year(4, SMALL)]
    path = write(tmp_path / "s.xlsx", few)
    rows = {
        str(row[0]): row for row in opened(path)["趋势与分布"].iter_rows(values_only=True) if row[0]
    }
    assert rows["2025-03"][1:4] == (SMALL - 1, SMALL - 1, 1)
    assert (rows["2025-03"][-1], rows["2025-04"][-1]) == ("样本少", None)
    before = len([n for n in parts(path) if n.startswith("xl/charts/chart")])
    more = write(tmp_path / "m.xlsx", [*few, *year(5, SMALL)])
    assert len([n for n in parts(more) if n.startswith("xl/charts/chart")]) == before + 1


def test_earlier_runs_are_a_line_each(tmp_path: Path) -> None:
    def run(name: str, year: int, final: int) -> PreviousRun:
        audit = PreviousAudit("a", "甲", "", "", f"{year}-01-01", Decimal(final), "qualified")
        return PreviousRun(name, (audit,), {})

    path = write(tmp_path / "s.xlsx", MADE, previous=[run("二", 2024, 75), run("一", 2023, 72)])
    rows = list(opened(path)["趋势与分布"].iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == "历次评定" and row[1] == "份数")
    shown = [(row[0], row[1], round(float(row[4]), 9)) for row in rows[at + 1 : at + 4]]  # type: ignore[arg-type]
    assert shown == [("一", 1, 72), ("二", 1, 75), ("本次", 3, round((96 + 60 + 85) / 3, 9))]


def test_nothing_graded_is_said(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "s.xlsx", []))["趋势与分布"]
    assert any("没有已评定的文件" in str(cell.value) for cell in sheet["A"])
