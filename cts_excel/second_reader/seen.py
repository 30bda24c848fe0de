"""Whether a cell's style lets a person see its value: no white on white, no empty format."""

from __future__ import annotations

from typing import Any

from openpyxl.styles.colors import COLOR_INDEX

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_THEME = {0: _WHITE, 1: _BLACK}  # the two that every theme has
_UNSET = "00000000"  # what openpyxl gives for a fill without a colour
_LEAST_CONTRAST = 1.2  # WCAG relative contrast; black on white is 21

Rgb = tuple[int, int, int]


def is_legible(cell: Any) -> bool:
    """Tell whether the number format shows anything and the font differs from the fill.

    A colour that cannot be told, such as a tinted theme colour, counts as legible; so does a style
    that the workbook does not have.
    """
    try:
        number_format, font, fill = cell.number_format, cell.font.color, cell.fill
    except IndexError:
        return True
    shown_by_format = set(number_format or "General") - set('; "')
    if not shown_by_format:
        return False
    ink = _BLACK if font is None else _rgb(font)
    paper: Rgb | None = _WHITE
    if getattr(fill, "fill_type", None) == "solid":
        paper = None if fill.fgColor.rgb == _UNSET else _rgb(fill.fgColor)
    elif getattr(fill, "fill_type", None) is not None:
        paper = None
    return ink is None or paper is None or _contrast(ink, paper) >= _LEAST_CONTRAST


def _rgb(color: Any) -> Rgb | None:
    if color.tint:
        return None
    if color.type == "theme":
        return _THEME.get(color.theme)
    if color.type == "indexed":
        if color.indexed >= len(COLOR_INDEX):
            return None  # the system's own colours
        digits = COLOR_INDEX[color.indexed]
    else:
        digits = color.rgb
    if not isinstance(digits, str) or len(digits) != 8:
        return None
    try:
        return (int(digits[2:4], 16), int(digits[4:6], 16), int(digits[6:8], 16))
    except ValueError:
        return None


def _contrast(one: Rgb, other: Rgb) -> float:
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(color: Rgb) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
