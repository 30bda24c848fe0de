"""docs/policy.md names every switch and number of the standard file, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from cts_excel.files.numbers import plain
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Bonus, Deduction, Policy

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH = (DOCS / "policy.md").read_text("utf-8")
CHINESE = (DOCS / "policy.zh-CN.md").read_text("utf-8")
STANDARD = load_standard()


def _row(field: str) -> str:
    rows = [line for line in ENGLISH.split("\n") if line.startswith(f"| `{field}`")]
    assert len(rows) == 1, f"{field} has {len(rows)} rows in the table of fields"
    return rows[0].split("|")[2]


@pytest.mark.parametrize("name", [f.name for f in msgspec.structs.fields(Policy)])
def test_every_policy_switch_is_documented_with_its_value(name: str) -> None:
    value = getattr(STANDARD.policy, name)
    assert f"`{msgspec.json.encode(value).decode()}`" in _row(f"policy.{name}")
    assert f"`policy.{name}`" in CHINESE


def test_every_choice_of_a_switch_is_explained() -> None:
    for choice in ("reject", "prorate"):
        assert f'`"{choice}"`' in ENGLISH
        assert f'`"{choice}"`' in CHINESE


@pytest.mark.parametrize(("name", "kind"), [("deduction", Deduction), ("bonus", Bonus)])
def test_every_special_number_is_documented_with_its_value(
    name: str, kind: type[Deduction | Bonus]
) -> None:
    numbers = [f.name for f in msgspec.structs.fields(kind) if f.name in ("points", "limit")]
    assert len(numbers) == 2
    special = getattr(STANDARD.special, name)
    for key in numbers:
        assert _row(f"special.{name}.{key}").strip() == plain(getattr(special, key))
        assert f"`special.{name}.{key}`" in CHINESE


def test_levels_and_words_are_those_of_the_standard() -> None:
    minima = ", ".join(plain(level.minimum) for level in STANDARD.levels)
    assert _row("levels.minimum").strip() == minima
    assert _row("not_passed.label").strip() == STANDARD.not_passed.label
    assert _row("special.deduction.exceeded").strip() == STANDARD.special.deduction.exceeded
    assert _row("total").strip() == plain(STANDARD.total)
    for level in STANDARD.levels:
        assert f"from {plain(level.minimum)} {level.label}" in ENGLISH
        assert f"{plain(level.minimum)} 分以上{level.label}" in CHINESE


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_every_rule_has_its_line(text: str) -> None:
    numbers = {int(n) for n in re.findall(r"(?m)^\| (\d+) ", text)}
    assert numbers == set(range(1, 16))


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_codes_and_links_exist(text: str) -> None:
    from cts_excel.audit.catalogue import CATALOGUE

    codes = re.findall(r"[（(]([A-Z]\d\d)[)）]", text)
    assert {"S03", "S05", "R13", "R14"} <= set(codes) <= set(CATALOGUE)
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCS / link).exists(), link
