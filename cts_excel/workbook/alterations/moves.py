"""Where the rows and columns of an issued sheet stand in a returned one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cts_excel.workbook.ooxml.addresses import column_letters, column_number, split_address
from cts_excel.workbook.ooxml.formula_text import Ref, Token
from cts_excel.workbook.ooxml.xlsx import XlsxGrid


@dataclass(frozen=True, slots=True)
class Moves:
    """Issued row -> returned row, and the same for columns; 1-based. Deleted ones are absent."""

    rows: dict[int, int]
    columns: dict[int, int]

    @property
    def any(self) -> bool:
        """Whether anything moved or is gone."""
        pairs = (*self.rows.items(), *self.columns.items())
        return any(issued != returned for issued, returned in pairs) or self.gone

    @property
    def gone(self) -> bool:
        """Whether a row or a column is gone."""
        return any(len(axis) < max(axis, default=0) for axis in (self.rows, self.columns))

    def address(self, address: str) -> str:
        """Return where an issued cell is now, ``""`` if its row or column is gone."""
        column, row = split_address(address)
        now = self.columns.get(column, 0), self.rows.get(row, 0)
        return f"{column_letters(now[0] - 1)}{now[1]}" if all(now) else ""


def find_moves(issued: XlsxGrid, returned: XlsxGrid) -> Moves:
    """Find what moved: a text that occurs once in both sheets shows where its row is now."""
    ours, theirs = _issued_once(issued), _once(returned)
    rows: defaultdict[int, Counter[int]] = defaultdict(Counter)
    columns: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for text, (column, row) in ours.items():
        if text in theirs:
            columns[column][theirs[text][0]] += 1
            rows[row][theirs[text][1]] += 1
    last_row, last_column = issued.raw.bounds
    return Moves(_filled(rows, last_row), _filled(columns, last_column))


@lru_cache(maxsize=32)  # the issued sheets are those of every workbook
def _issued_once(grid: XlsxGrid) -> dict[str, tuple[int, int]]:
    return _once(grid)


def _once(grid: XlsxGrid) -> dict[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    twice: set[str] = set()
    for letters, row, text in grid.texts():
        if text in places:
            twice.add(text)
        places[text] = (column_number(letters), row)
    return {text: place for text, place in places.items() if text not in twice}


def _filled(votes: dict[int, Counter[int]], last: int) -> dict[int, int]:
    """Follow the most votes; a number without votes follows its predecessor, if that is free."""
    sure = {number: counted.most_common(1)[0][0] for number, counted in votes.items()}
    taken = set(sure.values())
    found: dict[int, int] = {}
    offset = 0
    for number in range(1, last + 1):
        if number in sure:
            found[number] = sure[number]
            offset = sure[number] - number
        elif number + offset not in taken:
            found[number] = number + offset
    return found


class Follower:
    """Compares an issued formula with a returned one, rows and columns moved as they were."""

    def __init__(self, by_sheet: dict[str, Moves], renamed: dict[str, str]) -> None:
        """Take the moves of each issued sheet, and issued names by returned ones."""
        self._by_sheet, self._renamed = by_sheet, renamed

    def same(self, sheet: str, issued: tuple[Token, ...], returned: tuple[Token, ...]) -> bool:
        """Return whether the returned formula computes the same from the same cells."""
        if len(issued) != len(returned):
            return False
        position = 0
        while position < len(issued):
            a, b = issued[position], returned[position]
            if isinstance(a, str) or isinstance(b, str):
                if a != b:
                    return False
                position += 1
                continue
            pair = issued[position + 1 : position + 3]
            wide = len(pair) == 2 and pair[0] == ":" and isinstance(pair[1], Ref)
            if wide and returned[position + 1] != ":":
                return False
            c, d = (issued[position + 2], returned[position + 2]) if wide else (a, b)
            if (
                isinstance(c, str)
                or isinstance(d, str)
                or not self._same_range(sheet, (a, c), (b, d))
            ):
                return False
            position += 1 + 2 * wide
        return True

    def _same_range(self, sheet: str, issued: tuple[Ref, Ref], returned: tuple[Ref, Ref]) -> bool:
        for a, b in zip(issued, returned, strict=True):
            if self._renamed.get(b.sheet, b.sheet) not in (a.sheet, a.sheet or sheet):
                return False
            if (a.row_fixed, a.column_fixed) != (b.row_fixed, b.column_fixed):
                return False
        moved = self._by_sheet.get(issued[0].sheet or sheet)
        if moved is None:
            return issued == returned
        rows = _covers(moved.rows, [r.row for r in issued], [r.row for r in returned])
        columns = [r.column for r in issued], [r.column for r in returned]
        return rows and _covers(moved.columns, *columns)


def _covers(moved: dict[int, int], issued: Iterable[int], returned: Iterable[int]) -> bool:
    """Return whether a returned span has the issued cells, and no other cell of the form."""
    (first, last), (low, high) = sorted(issued), sorted(returned)
    if not moved or last > max(moved):
        return (first, last) == (low, high)
    inside = {moved[n] for n in range(first, last + 1) if n in moved}
    outside = set(moved.values()) - inside
    if not inside:
        return False
    return all(low <= n <= high for n in inside) and not any(low <= n <= high for n in outside)
