"""The look of an audit workbook: font, colours, formats, and the height of wrapped rows.

An xlsx cell names exactly one font. "Microsoft YaHei" comes with every Windows since Vista and with
Excel for Mac, under its English name also on non-Chinese systems. If it is absent (Linux, macOS
without Office), the declared character set 134 (GB 2312) makes the application use the system's own
Chinese font: Noto Sans CJK or WenQuanYi, PingFang.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "Microsoft YaHei"
# No font scheme: the theme's font would win over the named one.
BASE = {
    "font_name": FONT,
    "font_size": 10,
    "font_charset": 134,
    "font_family": 2,
    "font_scheme": "none",
}

INK, NAVY, RULE, GREY = "#222222", "#1F3864", "#A6B1C2", "#9AA3AF"
HEAD_FILL, BAND_FILL, INPUT_FILL, SUM_FILL = "#1F3864", "#EAEFF7", "#FFFBE6", "#DDE5F2"
# Colours of marked copies: what the back office found.
WARN_FILL, BAD_FILL = "#FFE699", "#F8CBAD"
WARN_INK, BAD_INK = "#7F6000", "#9C0006"
# Live hints of the form have colours of their own, so that neither is taken for the other.
GOOD_FILL, LACKING_FILL, WRONG_FILL = "#E2F0D9", "#D6E6F5", "#E6DAF0"
GOOD_INK, LACKING_INK, WRONG_INK = "#375623", "#1F4E79", "#6A1B7A"
# Fill and ink for each first-level heading, in turn.
SECTION_COLOURS = (
    ("#1F3864", "#3F5A8C"),
    ("#2E8B8B", "#4FA9A9"),
    ("#B7791F", "#D49A44"),
    ("#6B5B95", "#8A7BB0"),
)

SCORE_FORMAT = "0.00########"  # 69.996 never shows as 70.00
PERCENT_FORMAT, FINE_PERCENT_FORMAT = 9, "0.00######%"  # 9: the built-in 0%
DATE_FORMAT = "yyyy-mm-dd"
# 49 is the built-in @: input stays text, so that 1-2 is no date and 0123 keeps its zero.
TEXT_FORMAT = 49

_LINE, _PADDING = 15.5, 6.0  # points per text line at 10 pt, and above and below
_MOST = 409.0  # the highest row that Excel allows

_SUM = {"bold": True, "bg_color": SUM_FILL, "valign": "vcenter"}
_LEVEL_RULES = {"top": 1, "bottom": 1, "top_color": RULE, "bottom_color": RULE}
_PANEL = {"bold": True, "font_size": 12, "valign": "vcenter", "align": "center"}
_LARGE = {"font_size": 15, "font_color": NAVY}
_HEAD = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": HEAD_FILL,
    "border": 1,
    "border_color": NAVY,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
_INPUT_TEXT = {"num_format": TEXT_FORMAT, "text_wrap": True, "align": "left", "indent": 1}
_INPUT_DATE = {"num_format": DATE_FORMAT, "align": "left", "indent": 1}

STYLES: dict[str, dict[str, Any]] = {
    "sheet_title": {"bold": True, "font_size": 14, "font_color": NAVY, "valign": "vcenter"},
    "headline": {
        "valign": "vcenter",
        "align": "right",
        "indent": 1,
        "shrink": True,
        "font_color": "#3A4350",
    },
    "legend": {"valign": "vcenter", "text_wrap": True, "font_size": 8, "font_color": "#3A4350"},
    "legend_band": {"bold": True, "font_size": 8, "font_color": NAVY},
    "hint": {"valign": "vcenter", "text_wrap": True, "font_size": 8, "font_color": "#5B6675"},
    # 一级指标 shows as a colour; its text is there for filters, sums and readers.
    "head_colour": {"bg_color": HEAD_FILL, "font_color": "#3F5A8C", "font_size": 1},
    **{
        f"section_{number}": {"bg_color": fill, "font_color": ink, "font_size": 1}
        for number, (fill, ink) in enumerate(SECTION_COLOURS)
    },
    "title": {"bold": True, "font_size": 18, "font_color": NAVY, "valign": "vcenter"},
    "section": {
        "bold": True,
        "font_size": 11,
        "font_color": NAVY,
        "bottom": 2,
        "bottom_color": NAVY,
        "valign": "vcenter",
    },
    "head": _HEAD,
    "head_filter": {**_HEAD, "valign": "top"},  # the filter's button stands below the text
    "label": {"bold": True, "bg_color": BAND_FILL, "valign": "vcenter", "indent": 1},
    "text": {"valign": "vcenter", "text_wrap": True, "align": "left", "indent": 1},
    "centre": {"valign": "vcenter", "align": "center", "text_wrap": True},
    "number": {"valign": "vcenter", "align": "center"},
    "score": {
        "valign": "vcenter",
        "align": "center",
        "shrink": True,  # a score with many decimals still shows
        "num_format": SCORE_FORMAT,
    },
    "sum_blank": {**_SUM, **_LEVEL_RULES},
    "part_blank": {**_LEVEL_RULES},
    "sum_label": {**_SUM, "indent": 1},
    "sum_centre": {**_SUM, "align": "center"},
    "sum_score": {**_SUM, "align": "center", "num_format": SCORE_FORMAT},
    "sum_rate": {**_SUM, "align": "center", "num_format": "0.0%"},
    "part_label": {"valign": "vcenter", "indent": 1},
    "part_centre": {"valign": "vcenter", "align": "center"},
    "part_score": {"valign": "vcenter", "align": "center", "num_format": SCORE_FORMAT},
    "part_rate": {"valign": "vcenter", "align": "center", "num_format": "0.0%"},
    "strong": {"bold": True, "font_size": 11, "font_color": NAVY},
    "panel": {**_PANEL, "num_format": SCORE_FORMAT},
    "panel_text": _PANEL,
    "verdict": {**_PANEL, **_LARGE, "num_format": SCORE_FORMAT},
    "verdict_text": {**_PANEL, **_LARGE},
    "missing": {
        "valign": "vcenter",
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        "font_color": "#5B6675",
    },
    "required": {"font_size": 8, "font_color": BAD_INK, "valign": "vcenter", "align": "center"},
    "aside": {"font_size": 8, "font_color": GREY, "valign": "vcenter", "align": "center"},
    "note": {"valign": "vcenter", "text_wrap": True, "font_color": "#3A4350"},
    "note_block": {"valign": "top", "text_wrap": True, "font_color": "#3A4350"},
    "issuer": {
        "font_size": 9,
        "valign": "vcenter",
        "text_wrap": True,
        "align": "right",
        "font_color": "#5B6675",
    },
    "source": {"font_size": 9, "valign": "vcenter", "text_wrap": True},
    "cover_title": {
        "bold": True,
        "font_size": 18,
        "font_color": NAVY,
        "valign": "vcenter",
        "text_wrap": True,
    },
    "cover_headline": {"valign": "vcenter", "shrink": True, "font_color": "#5B6675"},
    "strut": {"font_size": 13, "valign": "vcenter"},
    "strut_lines": {"valign": "vcenter", "text_wrap": True},
    "line": {"bottom": 1, "bottom_color": INK},
    "plain": {"valign": "vcenter"},
    "input_text": _INPUT_TEXT,
    "input_choice": {"num_format": TEXT_FORMAT, "align": "center", "text_wrap": True},
    "input_percent": {"num_format": PERCENT_FORMAT, "align": "center"},
    "input_date": _INPUT_DATE,
    "input_day": {"num_format": DATE_FORMAT, "align": "center"},
    # cover fields that were filled in and locked when the workbook was issued
    "locked_text": {**_INPUT_TEXT, "valign": "vcenter", "bg_color": SUM_FILL},
    "locked_date": {**_INPUT_DATE, "valign": "vcenter", "bg_color": SUM_FILL},
    # conditional formats: colour and weight together, never colour alone
    "good": {"bg_color": GOOD_FILL, "font_color": GOOD_INK},
    "warn": {"bg_color": LACKING_FILL, "font_color": LACKING_INK, "bold": True},
    "bad": {"bg_color": WRONG_FILL, "font_color": WRONG_INK, "bold": True, "italic": True},
    "lacking_hint": {"font_color": LACKING_INK, "bold": True},
    "repeat": {"font_color": GREY},
    "fine_percent": {"num_format": FINE_PERCENT_FORMAT},
}
_FRAMED = (
    *("label", "text", "centre", "number", "score", "panel", "missing", "hint", "legend"),
    *("panel_text", "verdict", "verdict_text"),
    *("sum_label", "sum_centre", "sum_score", "sum_rate"),
    *("part_label", "part_centre", "part_score", "part_rate"),
    *("locked_text", "locked_date"),
)
_CONDITIONAL = ("good", "warn", "bad", "lacking_hint", "repeat", "fine_percent")


class Formats:
    """The formats of one workbook by the names of :data:`STYLES`, created at first use."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._formats:
            self._formats[name] = self._workbook.add_format(_properties(name))
        return self._formats[name]


def _properties(name: str) -> dict[str, Any]:
    style = STYLES[name]
    if name in _CONDITIONAL:
        return style
    properties = {**BASE, "font_color": INK, **style}
    if name.startswith("input_"):
        properties |= {"locked": False, "bg_color": INPUT_FILL, "valign": "vcenter"}
    if name.startswith("input_") or name in _FRAMED:
        properties |= {"border": 1, "border_color": RULE}
    return properties


class _Units(dict[str, int]):
    """The units of each character met so far: a text is measured by looking them up."""

    def __missing__(self, character: str) -> int:
        found = self[character] = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        return found


_UNITS = _Units()


def units(text: str) -> int:
    """Measure a text in column-width units: a wide (Chinese) character takes two."""
    return len(text) if text.isascii() else sum(map(_UNITS.__getitem__, text))


def small_units(widths: Iterable[float]) -> float:
    """Return how many half characters of 8 pt merged columns of these widths hold.

    In Excel a unit of width is 7 pixels, and each column has 5 more.
    """
    return sum(7 * width + 5 for width in widths) / (8 * 4 / 3 / 2)


def lines(text: str, width: float) -> int:
    """Count the lines that a text takes when wrapped to a column of ``width`` units."""
    usable = max(2.0, width - 2.5)  # margin, indent, and a character that does not fit
    return sum(max(1, ceil(units(part) / usable)) for part in text.split("\n"))


def row_height(*cells: tuple[str, float], least: float = 24.0) -> float:
    """Return the height in points that shows the whole text of every cell of a row.

    Neither Excel nor LibreOffice fits row heights when it opens a file from xlsxwriter.

    :param cells: text and column width of each wrapped cell.
    :param least: height in points of a row with little text.
    """
    most = max((lines(text, width) for text, width in cells), default=1)
    return min(_MOST, max(least, most * _LINE + _PADDING))


def clipped(text: str, most: int) -> str:
    """Shorten a text to ``most`` characters; an ellipsis shows the cut."""
    return text if len(text) <= most else text[: max(0, most - 1)] + "…"
