"""Which cells of a sheet people do not see: merged over, hidden, or written white on white."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cts_excel.workbook.ooxml.addresses import column_letters, column_number
from cts_excel.workbook.ooxml.grids import Unseen
from cts_excel.workbook.ooxml.raw_sheet import STYLE, RawSheet
from cts_excel.workbook.ooxml.sheet_settings import CellRange, SheetSettings
from cts_excel.workbook.ooxml.styles import unseen_styles


class Visibility:
    """What hides cells of one sheet.

    Rows that a filter hides count as seen: the protected form allows filtering, and the filter's
    buttons show that rows are missing.
    """

    def __init__(self, raw: RawSheet, settings: SheetSettings, styles: bytes) -> None:
        self._raw, self._settings = raw, settings
        self._styles = unseen_styles(styles)
        filtered = settings.filter_range
        self._rows = {
            row
            for row in raw.hidden_rows
            if filtered is None or not filtered[1] < row <= filtered[3]
        }

    def unseen(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        """Yield the unseen cells among those of some columns and rows, each once per cause."""
        settings = self._settings
        if settings.merges_unread:
            yield from ((f"{x}{row}", f"> {len(settings.merges)}") for x in letters for row in rows)
        yield from _merged(settings.merges, letters, rows)
        for row in rows:
            if row in self._rows or (settings.rows_hidden and self._has_no_height(row)):
                yield from ((f"{x}{row}", f"{row}:{row}") for x in letters)
        for first, last in settings.hidden_columns:
            for x in letters:
                if first <= column_number(x) <= last:
                    yield from ((f"{x}{row}", f"{x}:{x}") for row in rows)
        if self._styles:
            yield from self._illegible(letters, rows)

    def _has_no_height(self, row: int) -> bool:
        return " ht=" not in self._raw.row_attributes.get(row, "")

    def _illegible(self, letters: tuple[str, ...], rows: tuple[int, ...]) -> Iterator[Unseen]:
        for address in (f"{x}{row}" for x in letters for row in rows):
            cell = self._raw.cells.get(address)
            if cell is not None and (shown := self._styles.get(cell[STYLE] or "0")) is not None:
                yield address, shown


@lru_cache(maxsize=256)
def _merged(
    merges: tuple[CellRange, ...], letters: tuple[str, ...], rows: tuple[int, ...]
) -> tuple[Unseen, ...]:
    """Return the cells that a merged range covers and that are not its first."""
    columns = [(column_number(x), x) for x in letters]
    return tuple(
        (f"{x}{row}", _shown(merge))
        for merge in merges
        if merge[:2] != merge[2:]
        for column, x in columns
        if merge[0] <= column <= merge[2]
        for row in rows
        if merge[1] <= row <= merge[3] and (column, row) != merge[:2]
    )


def _shown(merge: CellRange) -> str:
    first, last = column_letters(merge[0] - 1), column_letters(merge[2] - 1)
    return f"{first}{merge[1]}:{last}{merge[3]}"
