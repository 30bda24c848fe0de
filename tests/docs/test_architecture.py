"""The page on architecture tells the truth: its pictures, its figures, the paths that it names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (DOCS / "architecture.md", DOCS / "architecture.zh-CN.md")
sys.path.insert(0, str(DOCS))

import make_architecture  # noqa: E402
from make_architecture import floors_of, plan_of, same, without_implied  # noqa: E402


@pytest.fixture(scope="module")
def house() -> make_architecture.House:
    return make_architecture.read_house()


def test_pictures_and_tables_are_current(house: make_architecture.House) -> None:
    assert make_architecture.stale(house) == [], "run make architecture"


def test_no_two_modules_import_each_other_even_through_others(
    house: make_architecture.House,
) -> None:
    assert [sorted(circle) for circle in house.circles] == []


@pytest.mark.parametrize(
    "row",
    [
        "| `a/` | 8 | 1,000 | 7 | 5 | 11 | 0 |",  # modules
        "| `a/` | 7 | 1,200 | 7 | 5 | 11 | 0 |",  # lines, too far off
        "| `a/` | 7 | 1,000 | 7 | 5 | 12 | 0 |",  # arrows
        "| `b/` | 7 | 1,000 | 7 | 5 | 11 | 0 |",
        "",
    ],
)
def test_a_page_that_says_something_else_is_stale(row: str) -> None:
    assert not same(row, "| `a/` | 7 | 1,000 | 7 | 5 | 11 | 0 |")


def test_a_few_lines_more_leave_the_page_current() -> None:
    row = "| `a/` | 7 | {} | 7 | 5 | 11 | 0 |"
    assert same(row.format("1,000"), row.format("1,050"))


def test_a_new_import_changes_the_picture_and_the_figures() -> None:
    modules = ["p.a.x", "p.a.y", "p.b", "p.c"]
    plan = plan_of([("p.a.x", "p.b"), ("p.a.x", "p.a.y")], modules, depth=1)
    more = plan_of([("p.a.x", "p.b"), ("p.a.x", "p.a.y"), ("p.b", "p.c")], modules, depth=1)
    assert plan.boxes == {"a": ("x", "y"), "b": (), "c": ()}
    assert plan.arrows == {("a", "b")}
    assert (plan.floors, more.floors) == ({"a": 2, "b": 1, "c": 1}, {"a": 3, "b": 2, "c": 1})
    assert make_architecture.picture(plan) != make_architecture.picture(more)


def test_a_circle_is_found_and_shares_a_floor() -> None:
    modules = ["p.a", "p.b", "p.c", "p.d"]
    imports = [("p.a", "p.b"), ("p.b", "p.c"), ("p.c", "p.b"), ("p.c", "p.d")]
    plan = plan_of(imports, modules, depth=1)
    assert plan.circles == (frozenset("bc"),)
    assert floors_of(plan.boxes, plan.arrows, plan.circles) == {"a": 3, "b": 2, "c": 2, "d": 1}


def test_only_what_no_longer_way_holds_is_drawn_bold() -> None:
    arrows = frozenset({("a", "b"), ("b", "c"), ("a", "c")})
    assert without_implied(arrows) == {("a", "b"), ("b", "c")}
    circle = frozenset({("a", "b"), ("b", "c"), ("c", "b"), ("a", "c")})
    assert without_implied(circle) >= {("b", "c"), ("c", "b")}


def paths(page: Path) -> list[str]:
    return re.findall(r"`((?:\w+/)+(?:\w+\.py)?|\w+\.py)`", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_path_on_the_page_exists(page: Path) -> None:
    outputs = {"input/", "returned/"}
    folder = ""
    for path in paths(page):
        places = (ROOT / path, ROOT / "cts_excel" / path, ROOT / "cts_excel" / folder / path)
        assert path in outputs or any(place.exists() for place in places), path
        folder = path if path.endswith("/") else folder


def test_both_languages_name_the_same_places() -> None:
    assert paths(PAGES[0]) == paths(PAGES[1])
