# ruff: noqa: E501 (texts of the specification are not broken)
"""The built-in specification: complete, verbatim where it is spot-checked, and pinned."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cts_excel.files.numbers import plain
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard, parent

# Changes only with the indicator table itself; issued workbooks carry it.
DIGEST = "60fa7250aa0b7d35af273716d9af4cf83fd237bb236abcee47d8cb365dc3462a"

# Second level: clause, title, weight; as printed, with the check sums of the first level below.
GROUPS = """
5.1.1 组织架构 4, 5.1.2 人员配置 6, 5.1.3 资源配置 6, 5.1.4 规范要求 6, 5.1.5 监督 7,
5.1.6 改进 5, 5.1.7 服务文化 6, 5.2.1 商品信息 6, 5.2.2 技术支持 6, 5.2.3 配送 4,
5.2.4 维修 10, 5.2.5 质量保证 7, 5.2.6 废弃商品回收 2, 5.3.1 顾客关系 15, 5.3.2 投诉处理 10
"""


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard()


def test_check_sums_of_the_three_sections(standard: Standard) -> None:
    table = {
        section.label: (
            sum(1 for i in standard.indicators if standard.section_of(i.clause) is section),
            sum(i.weight for i in standard.indicators if standard.section_of(i.clause) is section),
        )
        for section in standard.sections
    }
    assert table == {
        "5.1 售后服务体系": (18, 40),
        "5.2 商品服务": (24, 35),
        "5.3 顾客服务": (8, 25),
    }
    assert (len(standard.indicators), standard.total) == (50, 100)


def test_check_sums_of_the_second_level(standard: Standard) -> None:
    expected = [tuple(part.split()) for part in GROUPS.replace("\n", " ").split(",")]
    assert [(g.clause, g.title, plain(g.weight)) for g in standard.groups] == expected
    for group in standard.groups:
        below = [i.weight for i in standard.indicators if parent(i.clause) == group.clause]
        assert sum(below) == group.weight


def test_indicators_stand_in_the_order_of_their_numbers(standard: Standard) -> None:
    clauses = [i.clause for i in standard.indicators]
    assert clauses == sorted(clauses, key=lambda c: [int(n) for n in c.split(".")])
    assert [standard.position[c] for c in clauses] == list(range(50))


def test_clauses_printed_above_their_label_belong_to_5_2(standard: Standard) -> None:
    for clause in ("5.2.1.1", "5.2.1.5"):
        assert standard.section_of(clause).title == "商品服务"
        assert standard.group_of(clause).title == "商品信息"


@pytest.mark.parametrize(
    ("clause", "weight", "text"),
    [
        ("5.1.1.1", "1", "设立或指定专门从事售后服务工作的部门, 并有合理的职能划分和岗位设置"),
        ("5.1.5.2", "6", "以监督有效奖惩, 持续修正各项服务目标, 并通过内部和外部的监督评价活动促进服务品质提升"),
        ("5.2.2.4", "1.5", "相关服务活动涉及收费的，应按国家有关规定合理收取，并事先明示"),
        ("5.2.4.2", "1", "按国家法律法规有关要求提供保修和保修服务"),
        ("5.2.6.2", "1", "按国家有关安全和环保的规定，对废弃商品进行回收和处置。"),
        ("5.3.2.2", "7", "及时反馈和处理顾客投诉，有效解决顾客投诉"),
    ],
)  # fmt: skip
def test_texts_are_verbatim(standard: Standard, clause: str, weight: str, text: str) -> None:
    indicator = standard.by_clause[clause]
    assert (plain(indicator.weight), indicator.text) == (weight, text)


def test_bands_with_their_bullets(standard: Standard) -> None:
    shape = [(b.label, b.low, b.high, len(b.bullets)) for b in standard.bands]
    fifths = [Decimal(n) / 5 for n in range(6)]
    assert shape == [
        ("0%-20%", fifths[0], fifths[1], 2),  # its first bullet is printed twice, listed once
        ("20%-40%", fifths[1], fifths[2], 3),
        ("40%-60%", fifths[2], fifths[3], 3),
        ("60%-80%", fifths[3], fifths[4], 3),
        ("80%-100%", fifths[4], fifths[5], 3),
    ]
    bullets = [bullet for band in standard.bands for bullet in band.bullets]
    assert len(set(bullets)) == len(bullets) == 14


def test_errata_name_every_known_fault_of_the_print(standard: Standard) -> None:
    assert [e.place for e in standard.errata] == ["5.2.1.1-5.2.1.5", "5.2.6.2", "5（0%-20%）", "1"]
    assert "守候" in standard.errata[3].printed
    assert all("守候" not in i.text for i in standard.indicators)


def test_special_rules_and_levels(standard: Standard) -> None:
    special = standard.special
    assert special.deduction.rule == "特别扣分项超过5分不通过"
    assert all(c in special.deduction.statement for c in special.deduction.categories)
    assert len(special.deduction.categories) == 4
    assert (special.deduction.points, special.deduction.limit) == (1, 5)
    assert (special.bonus.points, special.bonus.limit) == (1, 1)
    levels = [(level.key, level.label, level.minimum) for level in standard.levels]
    assert levels == [
        ("five_star", "五星级", 95),
        ("four_star", "四星级", 90),
        ("three_star", "三星级", 80),
        ("qualified", "达标级", 70),
    ]
    assert all(plain(level.minimum) in level.statement for level in standard.levels)
    assert (standard.policy.not_applicable, standard.policy.require_evidence) == ("reject", False)


def test_digest_is_pinned_and_follows_the_table(standard: Standard, tmp_path: Path) -> None:
    assert standard.digest == DIGEST
    from cts_excel.standard.loading import BUILT_IN

    text = BUILT_IN.read_text("utf-8")
    same, other = tmp_path / "same.toml", tmp_path / "other.toml"
    same.write_text(text.replace("weight = 1.5", "weight = 1.50"), "utf-8")
    other.write_text(text.replace("服务热线或呼叫中心", "服务热线"), "utf-8")
    assert load_standard(same).digest == DIGEST
    assert load_standard(other).digest != DIGEST


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("100", "100"), ("-0.0", "0"), ("0", "0"), ("1E+2", "100"), ("0.10", "0.1")],
)
def test_plain_numbers(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_a_band_holds_both_of_its_edges() -> None:
    band = load_standard().bands[1]
    hair = Decimal("0.000001")
    held = [band.holds(p) for p in (band.low - hair, band.low, band.high, band.high + hair)]
    assert held == [False, True, True, False]
