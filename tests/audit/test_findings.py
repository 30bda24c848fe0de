"""A finding says where it stands and what it does to the grade (rule 9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from made_audits import BUILT_IN, audit, rating

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Impact, Severity

D = Decimal


def test_severities_are_ordered_and_named() -> None:
    assert sorted(Severity, reverse=True) == [Severity.ERROR, Severity.WARNING, Severity.NOTICE]
    assert [s.key for s in Severity] == ["notice", "warning", "error"]
    assert [s.shown for s in Severity] == ["提示", "警告", "错误"]


@pytest.mark.parametrize(
    ("impact", "text", "level"),
    [
        (Impact(D("1.50"), "三星级", "四星级"), "+1.50，三星级→四星级", "三星级→四星级"),
        (Impact(D("-0.4"), "五星级", "五星级"), "-0.4", ""),
        (Impact(None, "四星级", "未达标"), "四星级→未达标", "四星级→未达标"),
        (Impact(None, "", ""), "", ""),
        (Impact(D("1E-7"), "", ""), "+0.0000001", ""),
    ],
)
def test_rule_09_impact_is_points_and_level(impact: Impact, text: str, level: str) -> None:
    assert str(impact) == text
    assert impact.level_text == level


@pytest.mark.parametrize(
    ("sheet", "cell", "clause", "place"),
    [
        ("评分表", "F17", "5.1.2.2", "评分表!F17 (5.1.2.2)"),
        ("评分表", "F17", "", "评分表!F17"),
        ("封面", "", "", "封面"),
        ("", "", "5.1.2.2", "(5.1.2.2)"),
        ("", "", "", ""),
    ],
)
def test_place_is_sheet_cell_and_clause(sheet: str, cell: str, clause: str, place: str) -> None:
    found = Finding(
        Code.PERCENT_OUTSIDE_BAND, Severity.ERROR, sheet=sheet, cell=cell, clause=clause
    )
    assert found.place == place


def test_a_rating_knows_its_cells() -> None:
    stated = rating(BUILT_IN, "5.1.1.2", "0.5")
    whole = audit(BUILT_IN, "0.5")
    assert whole.rating_cell(stated, "percent") == "G5"
    assert whole.rating_cell(replace(stated, row=0), "percent") == ""
    without = replace(whole, columns=whole.columns._replace(percent=""))
    assert without.rating_cell(stated, "percent") == ""
