"""How high a wrapped row must be."""

from __future__ import annotations

import pytest

from cts_excel.workbook.form.style import clipped, lines, row_height, units


def test_a_chinese_character_takes_two_units() -> None:
    assert units("5.1 监督") == 8


@pytest.mark.parametrize(("text", "count"), [("", 1), ("中" * 10, 1), ("中" * 11, 2), ("a\nb", 2)])
def test_lines_are_counted_by_width_and_breaks(text: str, count: int) -> None:
    assert lines(text, 22.5) == count


def test_the_highest_cell_decides_within_excels_limit() -> None:
    assert row_height(("中", 20.0), ("中" * 100, 20.0)) > row_height(("中", 20.0))
    assert row_height(("中" * 9999, 10.0)) == 409


def test_clipping_shows_that_something_is_cut() -> None:
    assert clipped("一二三四", 3) == "一二…"
    assert clipped("一二三", 3) == "一二三"
