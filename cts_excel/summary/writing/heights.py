"""How high a row must be so that its wrapped texts are shown whole.

No application adjusts the height of a row when it opens a written file. Measured for Microsoft
YaHei in Excel, where Chinese texts are widest beside the columns; other fonts leave more room.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from cts_excel.workbook.form.style import units

HIGHEST = 409.0  # points; Excel's limit
ONE_LINE = 16.5  # points; of a row in a list so long that a page must hold many
BODY = 10.0  # points; the font size of tables
_COLUMN, _BESIDE = 7.0, 5.0  # pixels of a unit of column width, and of a column beside them
_NARROW, _WIDE = 7.4, 13.4  # pixels of a character of 10 points: a digit, a Chinese one
_LINE, _PADDING = 1.45, 5.0  # of the font size; points
_FILTER = 2.6  # units of column width that a filter button covers


def text_lines(text: str, width: float, size: float = BODY) -> int:
    """Count the lines that a text takes when wrapped to a column of ``width`` units.

    :param size: of the font, in points.
    """
    room, scale = _COLUMN * width, size / BODY
    return sum(_lines(part, room, scale) for part in text.split("\n"))


def _lines(part: str, room: float, scale: float) -> int:
    wide = units(part) - len(part)
    pixels = scale * (_NARROW * (len(part) - wide) + _WIDE * wide)
    if pixels <= room:
        return 1
    character = scale * _WIDE
    whole = max(1, floor(room / character)) * character
    # A line ends before its end where the next character, or punctuation, does not fit.
    return ceil(pixels / (whole if room < 5 * character else room - character))


def merged_width(widths: Sequence[float]) -> float:
    """Return the width of merged columns: each has pixels of its own beside its units."""
    return sum(widths) + (len(widths) - 1) * _BESIDE / _COLUMN


def height_of(count: int, size: float = BODY, least: float = 0.0) -> float:
    """Return the height in points of a number of lines."""
    return min(HIGHEST, max(least, _PADDING + _LINE * size * count))


def row_height(*cells: tuple[str, float], least: float = 0.0) -> float:
    """Return the height in points that shows the whole text of every cell of a row.

    :param cells: text and column width of each wrapped cell.
    """
    return height_of(max((text_lines(*cell) for cell in cells), default=1), least=least)


def heading_height(headings: list[tuple[str, float]], least: float = 30.0) -> float:
    """Return the height of a row of headings that a filter button covers at their right."""
    return row_height(*((text, max(3.0, width - _FILTER)) for text, width in headings), least=least)
