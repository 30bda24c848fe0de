"""Many cells in short: runs in a column as ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cts_excel.audit.differences import clipped
from cts_excel.audit.ranges import cell_runs, span
from cts_excel.workbook.ooxml.addresses import column_letters


def shown_cells(addresses: Iterable[str]) -> str:
    """Write addresses in short, for display: ``F4:F53、I7``."""
    return clipped("、".join(cell_ranges(addresses)))


def cell_ranges(addresses: Iterable[str]) -> list[str]:
    """Return addresses in short: ``F4:F53`` and ``I7``."""
    return [span(first, last) for first, last in cell_runs(addresses)]


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of numbers."""
    for _key, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _place, number in run]
        yield members[0], members[-1]


def cell_at(column: int, row: int) -> str:
    """Return an address by 1-based column and row."""
    return f"{column_letters(column - 1)}{row}"
