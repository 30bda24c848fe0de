"""The tree of a standard shows everything that grading uses."""

from __future__ import annotations

from pathlib import Path

from cts_excel.files.numbers import plain
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.standard.showing import lines, outline

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"


def _shown(standard: Standard) -> str:
    return "\n".join(lines(outline(standard)))


def test_the_tree_holds_every_text_and_number() -> None:
    for standard in (load_standard(), load_standard(SMALL)):
        shown = _shown(standard)
        special = standard.special
        texts = [
            standard.title, standard.edition, standard.id, standard.publisher, standard.basis,
            standard.digest, special.deduction.rule, special.deduction.statement,
            special.bonus.statement, *special.deduction.categories, *special.bonus.categories,
            *(s.label for s in standard.sections), *(g.label for g in standard.groups),
            *(f"{i.clause} · {plain(i.weight)} · {i.text}" for i in standard.indicators),
            *(bullet for band in standard.bands for bullet in band.bullets),
            *(level.statement for level in standard.levels),
            *(e.reading for e in standard.errata),
            f'not_applicable = "{standard.policy.not_applicable}"',
        ]  # fmt: skip
        assert [text for text in texts if text not in shown] == []


def test_depth_of_the_tree_follows_the_three_headings() -> None:
    shown = _shown(load_standard(SMALL)).split("\n")
    assert "    3 场所与馆藏 · 4 indicators, 25 points" in shown
    assert "      3.1 阅览场所 · 12.5" in shown
    assert "        3.1.2 · 5 · 疏散通道畅通，消防器材齐全并在有效期内" in shown
    assert "  Special rules" in shown
    assert "    特别扣分项 · 0.5 points per entry; more than 1.5 in all: 不通过" in shown
    assert "    特别加分项 · 1 points per entry; at most 2 count" in shown
    assert "    银级 (silver): from 30.5 points · 30.5分以上（含30.5分），银级阅览室" in shown
    assert "    差（0%-30%）: from 0% to 30%, both included" in shown


def test_policy_is_worded() -> None:
    assert "require_evidence = false: a rating without evidence is a warning" in _shown(
        load_standard()
    )
    assert "require_evidence = true: a rating without evidence is an error" in _shown(
        load_standard(SMALL)
    )


def test_no_errata_are_shown_as_none(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8").partition("[[errata]]")[0]
    file = tmp_path / "mine.toml"
    file.write_text(text.replace('publisher = "示例评价中心"', 'publisher = ""'), "utf-8")
    shown = _shown(load_standard(file)).split("\n")
    assert shown[-2:] == ["  Errata", "    none"]
    assert "  Publisher: —" in shown


def test_the_whole_tree_of_the_small_standard() -> None:
    assert _shown(load_standard(SMALL)) + "\n" == SMALL.with_name("small_tree.txt").read_text(
        "utf-8"
    )


def test_the_switches_of_the_built_in_standard() -> None:
    shown = _shown(load_standard()).split("\n")
    at = shown.index("  Policy")
    assert shown[at + 1 : at + 3] == [
        '    not_applicable = "reject": 不适用 is refused',
        "    require_evidence = false: a rating without evidence is a warning",
    ]
