"""Two readers that share no code judge mutated workbooks; each finds a fault of the other."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import classes
import pytest
from mutations import packed
from two_readers import STANDARD, Seen, inputs, sources, verdict

from cts_excel.second_reader import (
    confirming,
    openpyxl_sheets,
    rating_table,
    scoring,
    special_table,
)
from cts_excel.workbook.ooxml import cells, xlsx
from cts_excel.workbook.reading import ratings, special

pytestmark = pytest.mark.slow  # `make unit` leaves it out
COUNT = 1_050


def test_no_two_grades_of_one_workbook() -> None:
    seen = Seen()
    for kind, content in inputs(27922, COUNT):
        seen.add(kind, content)
    assert [why for why, _content in seen.failures] == [], str(seen)
    assert set(seen.table) == set(classes.KINDS)
    for kind, counted in seen.table.items():
        # Neither reader may win by refusing everything.
        assert counted["equal"] or kind in ("parts and ids", "alternatives"), str(seen)
        assert counted.total() >= COUNT // len(classes.KINDS)


def test_equal_seeds_give_equal_inputs() -> None:
    assert list(inputs(1, 40)) == list(inputs(1, 40))
    assert list(inputs(1, 5)) != list(inputs(2, 5))


# ----- faults planted in one reader, caught by the other ----------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]


def _wrap(owner: Any, name: str, change: Callable[[Any], Any]) -> Plant:
    """Plant a fault: what a function returns is changed."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        true = getattr(owner, name)
        patch.setattr(owner, name, lambda *a, **k: change(true(*a, **k)))

    return plant


def _last_string_is_blank(table: dict[str, str | None]) -> dict[str, str | None]:
    lost = ("事故 1", "录音 1 号", STANDARD.special.deduction.categories[1])
    return {index: None if text in lost else text for index, text in table.items()}


FIRST: dict[str, Plant] = {
    "a percentage is rounded": _wrap(
        ratings, "read_percent", lambda r: (None if r[0] is None else round(r[0], 1), r[1])
    ),
    "strings are lost": _wrap(xlsx, "shared_strings", _last_string_is_blank),
    "two digits of a number": _wrap(
        xlsx, "parse_number", lambda n: cells.number_from_float(float(f"{float(n):.1g}"))
    ),
    "the last deduction is dropped": _wrap(
        special._Reader, "entries", lambda found: found[: max(1, len(found) - 1)]
    ),
    "the first rating counts for all": _wrap(
        ratings._Reader, "rows", lambda rows: dict.fromkeys(rows, next(iter(rows.values())))
    ),
}
SECOND: dict[str, Plant] = {
    "a percentage is rounded": _wrap(
        rating_table, "number_as_percentage", lambda n: Fraction(round(n * 10), 10)
    ),
    "a deduction is dropped": _wrap(special_table, "_entries", lambda found: found[:1]),
    "an indicator is dropped": _wrap(confirming, "join", lambda found: found[:-1]),
    "bonus without a limit": _wrap(scoring, "_points", lambda points: points * 3),
    "fifteen digits become one": _wrap(
        openpyxl_sheets, "fifteen_digits", lambda n: n and Fraction(f"{float(n):.1g}")
    ),
}


@pytest.fixture(scope="module", autouse=True)
def the_sources_agree() -> None:
    assert [verdict(packed(parts))[0] for parts in sources()] == ["equal", "equal"]


@pytest.mark.parametrize("fault", FIRST)
def test_the_second_reader_finds_a_fault_of_the_first(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    FIRST[fault](monkeypatch)
    assert verdict(packed(sources()[0]))[0] == "different"


@pytest.mark.parametrize("fault", SECOND)
def test_the_first_reader_finds_a_fault_of_the_second(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    SECOND[fault](monkeypatch)
    assert verdict(packed(sources()[0]))[0] == "different"
