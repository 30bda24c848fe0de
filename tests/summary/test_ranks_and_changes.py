"""The order of all audits, and what became of each client since an earlier run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sample_outcomes import STANDARD, columns_of, outcome, with_status

from cts_excel.audit.codes import Code
from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.client_changes import (
    Change,
    ClientChange,
    client_changes,
    level_rank,
)
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun

CODE = "91350100M000100Y43"
BLANK = (STANDARD.indicators[0].clause,)


def _ended(made: Outcome, day: int) -> Outcome:
    assert made.audit
    cover = replace(made.audit.cover, end_date=date(2025, 9, day))
    return replace(made, audit=replace(made.audit, cover=cover))


def test_equal_finals_share_a_rank_and_stand_by_name() -> None:
    made = [
        outcome("丙", "0.80", number=1),
        outcome("乙", "0.90", number=2),
        outcome("甲", "0.90", number=3),
        outcome("丁", "0.70", number=4),
        outcome("己", "0.85", number=5, blanks=BLANK),
        with_status(outcome("戊", "0.99", number=6), Status.CONFLICT, Code("D02"), "x"),
        rejected("input/坏.xlsx", "0" * 64, Code("F01"), found="x"),
        outcome("庚", "0.80", number=7),
    ]
    columns = columns_of(made)
    ranking = rank(columns)
    shown = [(one.rank, one.file.organisation) for one in ranking.ranked_files(columns, range(7))]
    by_name = sorted(("甲", "乙")), sorted(("丙", "庚"))
    assert shown == [
        *(("1", name) for name in by_name[0]), *(("3", name) for name in by_name[1]),
        ("5", "丁"), ("", "己"), ("", "戊"),
    ]  # fmt: skip
    assert len(ranking) == 7
    assert [columns.file(n).organisation for n in ranking.files] == [name for _rank, name in shown]
    rows = [columns.rated_file(row).organisation for row in ranking.rows]
    assert rows == [name for rank_, name in shown if rank_]


def test_one_company_stands_by_audit_number_then_file() -> None:
    first, second, third = (outcome("甲", "0.80", number=n) for n in (2, 1, 2))
    columns = columns_of(
        [replace(first, file="b"), replace(second, file="z"), replace(third, file="a")]
    )
    ranking = rank(columns)
    assert [columns.file(n).file for n in ranking.graded] == ["z", "a", "b"]
    assert list(ranking.ranks) == [1, 1, 1]


def _then(
    name: str, final: str, level: str = "three_star", *, uscc: str = "", end: str = "2024-01-01",
    file: str = "",
) -> PreviousAudit:  # fmt: skip
    return PreviousAudit(file or f"{name}.xlsx", name, uscc, "", end, Decimal(final), level)


def _changes(now: list[Outcome], *then: PreviousAudit) -> list[ClientChange]:
    columns = columns_of(now)
    return client_changes(columns, rank(columns), PreviousRun("上期", then, {}))


def _shown(now: list[Outcome], *then: PreviousAudit) -> list[tuple[str, str, str]]:
    return [
        (
            one.client.organisation,
            one.change.value,
            str(one.difference and one.difference.normalize()),
        )
        for one in _changes(now, *then)
    ]


def test_levels_have_an_order() -> None:
    keys = [level.key for level in STANDARD.levels]
    assert [level_rank(key, STANDARD) for key in (*keys, NOT_PASSED)] == list(range(len(keys) + 1))
    assert level_rank("of another standard", STANDARD) == len(keys)


@pytest.mark.parametrize(
    ("percent", "then", "change"),
    [
        ("0.96", ("85", "three_star"), "升级"),
        ("0.60", ("85", "three_star"), "降级"),
        ("0.85", ("82", "three_star"), "级别不变"),
        ("0.85", ("60", NOT_PASSED), "升级"),
    ],
)
def test_a_level_rises_falls_or_stays(percent: str, then: tuple[str, str], change: str) -> None:
    ((_name, found, difference),) = _shown([outcome("甲", percent)], _then("甲", *then))
    assert found == change
    assert Decimal(difference) == 100 * Decimal(percent) - Decimal(then[0])


def test_the_code_decides_and_the_name_comes_second() -> None:
    now = [outcome("新名", "0.85", number=1, uscc=CODE), outcome("甲", "0.85", number=2)]
    assert _shown(now, _then("旧名", "80", uscc=CODE), _then("甲", "90")) == [
        ("甲", "级别不变", "-5"), ("新名", "级别不变", "5"),
    ]  # fmt: skip


def test_the_greatest_fall_stands_first_and_those_without_a_difference_last() -> None:
    now = [
        outcome("升", "0.90", number=1),
        outcome("降", "0.82", number=2),
        outcome("新", "0.82", number=3),
        outcome("缺", "0.82", number=4, blanks=BLANK),
        outcome("新缺", "0.82", number=5, blanks=BLANK),
    ]
    then = [_then("升", "88"), _then("降", "89"), _then("缺", "80"), _then("走", "80")]
    assert _shown(now, *then) == [
        ("降", "级别不变", "-7"),
        ("升", "升级", "2"),
        *sorted(
            [("新", "新增", "None"), ("缺", "本次未评定", "None"), ("走", "本次未交回", "None")],
            key=lambda one: (one[1], one[0]),
        ),
    ]


def test_of_several_audits_the_latest_counts() -> None:
    now = [
        _ended(outcome("甲", "0.85", number=1, file="b"), 9),
        _ended(outcome("甲", "0.90", number=2, file="c"), 3),
        _ended(outcome("甲", "0.80", number=3, file="a"), 9),
        _ended(outcome("甲", "0.99", number=4, file="d", blanks=BLANK), 28),
    ]
    then = [
        _then("甲", "70", end="2024-05-01", file="2"),
        _then("甲", "75", end="2024-05-01", file="1"),
        _then("甲", "60", end="2023-05-01", file="3"),
    ]
    ((name, _change, difference),) = _shown(now, *then)
    assert (name, difference) == ("甲", "15")  # 85 of file b, the later of two names; 70 of file 2


def test_two_clients_now_for_one_then() -> None:
    """A code and a name can lead to the same earlier audit: it counts once."""
    now = [outcome("乙", "0.85", number=1, uscc=CODE), outcome("甲", "0.85", number=2)]
    found = _changes(now, _then("甲", "80", uscc=CODE))
    assert sorted(one.change for one in found) == sorted([Change.SAME, Change.NEW])
    assert [one.earlier is None for one in found].count(True) == 1


def test_clients_without_any_name_are_kept_apart_by_file() -> None:
    now = [outcome("", "0.85", number=1, file="x"), outcome("", "0.85", number=2, file="y")]
    found = _changes(now, _then("", "80", file="1"), _then("", "80", file="2"))
    assert [one.change for one in found].count(Change.NEW) == 2
    assert [one.change for one in found].count(Change.ABSENT) == 2
