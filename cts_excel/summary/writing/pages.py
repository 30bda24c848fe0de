"""Long lists on several sheets: Excel has a limit of rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from cts_excel.summary.writing.sheet import LAST_ROW


def pages(total: int, first_row: int) -> Iterator[tuple[int, range]]:
    """Divide rows among sheets: yield page number and places; one page without rows."""
    room = LAST_ROW - first_row - 1
    for page, start in enumerate(range(0, max(total, 1), room), start=1):
        yield page, range(start, min(start + room, total))


def page_name(name: str, page: int) -> str:
    """Return the name of a page's sheet: ``核查问题``, ``核查问题 (2)``."""
    return name if page == 1 else f"{name} ({page})"


class CellLinks:
    """Locations of the files' first rows in a list, for links from other sheets.

    :param first_row: of the list's headings.
    :param files: number of the file of each row.
    :param count: number of all files; each takes 8 bytes.
    """

    def __init__(self, name: str, first_row: int, files: Iterable[int], count: int) -> None:
        self._name, self._first_row = name, first_row
        self._places = array("q", bytes(8 * count))  # place in the list + 1; 0 if not listed
        for place, number in enumerate(files, start=1):
            self._places[number] = self._places[number] or place

    def location(self, number: int) -> str:
        """Return a link's location, ``'核查问题 (2)'!A17``; ``""`` for a file not listed."""
        if not self._places[number]:
            return ""
        page, row = divmod(self._places[number] - 1, LAST_ROW - self._first_row - 1)
        return f"'{page_name(self._name, page + 1)}'!A{self._first_row + row + 2}"
