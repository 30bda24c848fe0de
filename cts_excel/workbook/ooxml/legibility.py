"""Colours of font and fill, and whether one can be read on the other."""

from __future__ import annotations

from collections.abc import Mapping

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_THEME = {"0": _WHITE, "1": _BLACK}  # the two that every theme has
# The eight basic colours of the old palette stand twice; 64 and 65 are the system's.
_BASIC = (
    *(_BLACK, _WHITE, (255, 0, 0), (0, 255, 0), (0, 0, 255)),
    *((255, 255, 0), (255, 0, 255), (0, 255, 255)),
)
_INDEXED = {str(n + m): colour for n, colour in enumerate(_BASIC) for m in (0, 8)} | {
    "64": _BLACK,
    "65": _WHITE,
}
_LEAST_CONTRAST = 1.2  # WCAG relative contrast; black on white is 21

Rgb = tuple[int, int, int]


def hidden_colour(
    font: Mapping[str, str] | None, kind: str, fill: Mapping[str, str] | None
) -> str | None:
    """Return the colour of a text that its fill hides, ``None`` if it can be read.

    A colour that cannot be told counts as legible, unless font and fill name the same one.

    :param font: the attributes of the font's colour; black without one.
    :param kind: the type of the pattern; none is white paper.
    :param fill: the attributes of the pattern's foreground colour.
    """
    if kind in ("", "none"):
        paper: Rgb | None = _WHITE
    elif kind == "solid" and fill:
        paper = _rgb(fill)
        if font and dict(font) == dict(fill):
            return _shown(paper)
    else:
        return None
    ink = _rgb(font) if font else _BLACK
    if ink is None or paper is None or _contrast(ink, paper) >= _LEAST_CONTRAST:
        return None
    return _shown(ink)


def _rgb(colour: Mapping[str, str]) -> Rgb | None:
    try:
        tint = float(colour.get("tint", "0"))
        if "rgb" in colour:
            digits = colour["rgb"][-6:]
            found: Rgb | None = (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
        elif "theme" in colour:
            found = _THEME.get(colour["theme"])
        else:
            found = _INDEXED.get(colour.get("indexed", ""))
    except ValueError:
        return None
    if found is None or not tint:
        return found
    if found not in (_WHITE, _BLACK):
        return None
    grey = round(255 * (1 + tint)) if found == _WHITE else round(255 * tint)
    return (min(max(grey, 0), 255),) * 3


def _contrast(one: Rgb, other: Rgb) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)


def _shown(colour: Rgb | None) -> str:
    return "#" + "".join(f"{part:02X}" for part in colour) if colour else "#"
