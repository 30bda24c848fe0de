"""Where a printed page of text blocks ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.summary.writing.flow import LEAST_LAST, page_breaks

ROOM = 700.0
ROWS = st.lists(st.tuples(st.floats(15, 409), st.booleans()), max_size=60)


@given(ROWS)
def test_no_page_holds_more_than_its_room(rows: list[tuple[float, bool]]) -> None:
    starts = [0, *page_breaks(rows, ROOM), len(rows)]
    assert starts == sorted(set(starts)) or not rows
    for first, last in pairwise(starts):
        assert sum(height for height, _keep in rows[first:last]) <= ROOM + 1e-6


def test_a_heading_stays_with_what_follows() -> None:
    rows = [(100.0, False)] * 6 + [(50.0, True), (100.0, False), (100.0, False)]
    assert page_breaks(rows, ROOM) == [6]


@pytest.mark.parametrize("count", range(8, 40))
def test_the_last_page_is_no_orphan(count: int) -> None:
    rows = [(100.0, False)] * count
    last = count - page_breaks(rows, ROOM)[-1]
    assert last * 100 >= LEAST_LAST


def test_a_block_higher_than_a_page_is_divided() -> None:
    rows = [(300.0, True)] * 5 + [(300.0, False)]
    breaks = page_breaks(rows, ROOM)
    assert breaks == [2, 4]
