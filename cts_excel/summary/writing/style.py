"""Palette and named cell formats of the summary; readable in greyscale.

Font and base properties are those of the audit workbook.
"""

from __future__ import annotations

from typing import Any

from cts_excel.workbook.form.style import BASE, FONT, INPUT_FILL

__all__ = ["FONT", "properties"]

INK = "#1F2A37"  # text
NAVY = "#1F3A5F"  # headings, main bars: darkest
STEEL = "#5B84B1"  # second series
PALE = "#DCE6F1"  # fills
HAIR = "#BFC8D2"  # lines
MUTED = "#5F6B7A"  # notes
ALERT = "#B4471B"  # a person must act; always with words beside it
WARM = "#E9A36B"  # weak end of the heat-map
WHITE = "#FFFFFF"

_BASE: dict[str, Any] = {**BASE, "font_color": INK, "valign": "vcenter"}
_LINE: dict[str, Any] = {"bottom": 1, "bottom_color": HAIR}
_SIDES = {"left": 1, "left_color": HAIR, "right": 1, "right_color": HAIR}
_BOX = {"text_wrap": True, "align": "center", "border": 1, "border_color": HAIR}
_CENTRE = {"align": "center", **_LINE}
_BOLD = {"bold": True, "font_color": NAVY}
_PALE_BOX = {**_BOLD, "bg_color": PALE, **_BOX}
_SMALL = {"font_size": 9}
_QUIET = {"font_size": 9, "font_color": MUTED}
_INPUT = {"bg_color": INPUT_FILL, "border": 1, "border_color": HAIR}
_STATISTIC = {"font_size": 9, "align": "center", "bg_color": PALE}
_TOTAL = {"align": "center", "bold": True, "bg_color": PALE}
_TILE = {"font_size": 20, **_BOLD, "align": "center", **_SIDES}
_POINTS, _COUNT, _PERCENT, _WHOLE_PERCENT = "0.00", "#,##0", "0.0%", "0%"
_SIGNED_EXACT = "+0.00####;-0.00####;0.00"

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, **_BOLD},
    "note": {**_QUIET, "text_wrap": True, "valign": "top"},
    "note_line": _QUIET,
    "plain_text": {},
    "heading": {"bold": True, "font_color": WHITE, "bg_color": NAVY, **_BOX},
    "subheading": _PALE_BOX,
    "vertical": {**_SMALL, "rotation": 90, **_PALE_BOX},
    "block": {"font_size": 12, **_BOLD},
    # cells of tables
    "label": {**_BOLD, **_LINE},
    "label_wrap": {**_BOLD, "text_wrap": True, **_LINE},
    "text": _LINE,
    "shrunk": {"shrink": True, **_LINE},
    "wrap": {"text_wrap": True, **_LINE},
    "centre": _CENTRE,
    "centre_wrap": {"text_wrap": True, **_CENTRE},
    "bold_centre": {"bold": True, **_CENTRE},
    "small_wrap": {**_SMALL, "text_wrap": True, **_LINE},
    "small_alert": {**_SMALL, "font_color": ALERT, "text_wrap": True, **_LINE},
    # cells that a person fills in
    "input_wrap": {"text_wrap": True, **_INPUT},
    "input_centre": {"align": "center", **_INPUT},
    "input_date": {"num_format": "yyyy-mm-dd", "align": "center", **_INPUT},
    "link": {"font_color": "#1B4F9C", "underline": 1, **_LINE},
    "alert": {"bold": True, "font_color": ALERT, **_LINE},
    "alert_wrap": {"font_color": ALERT, "text_wrap": True, **_LINE},
    "alert_centre": {"bold": True, "font_color": ALERT, **_CENTRE},
    "diagonal": {"num_format": "0", "bg_color": PALE, **_CENTRE},
    "rank": {"num_format": "0", **_CENTRE},
    "integer": {"num_format": _COUNT, **_LINE},
    "integer_centre": {"num_format": _COUNT, **_CENTRE},
    "plain": {"num_format": "General", **_LINE},
    "decimal": {"num_format": "0.0", **_LINE},
    "decimal_centre": {"num_format": "0.0", **_CENTRE},
    "points": {"num_format": _POINTS, **_LINE},
    "percent": {"num_format": _PERCENT, **_LINE},
    "signed": {"num_format": "+0.00;-0.00;0.00", **_LINE},
    "ratio": {"num_format": _POINTS, **_CENTRE},
    "weight_centre": {"num_format": "General", **_CENTRE},
    "points_centre": {"num_format": _POINTS, **_CENTRE},
    "percent_centre": {"num_format": _PERCENT, **_CENTRE},
    "signed_centre": {"num_format": "+0.00;-0.00;0.00", **_CENTRE},
    "signed_exact": {"num_format": _SIGNED_EXACT, **_CENTRE},
    # heat-maps and the statistics above them
    "whole_percent": {"num_format": _WHOLE_PERCENT, "align": "center", **_SMALL},
    "mean_percent": {"num_format": _WHOLE_PERCENT, "align": "center", "bold": True, **_SMALL,
                     "left": 1, "left_color": HAIR},
    "stat_label": {**_QUIET, "align": "right"},
    "stat_percent": {"num_format": _WHOLE_PERCENT, **_STATISTIC},
    "stat_percent1": {"num_format": _PERCENT, **_STATISTIC},
    "stat_points": {"num_format": _POINTS, **_STATISTIC},
    # totals above or below tables
    "total_label": {**_BOLD, "bg_color": PALE},
    "total_text": {**_TOTAL, "font_color": NAVY},
    "total_integer": {**_TOTAL, "num_format": _COUNT},
    "total_points": {**_TOTAL, "num_format": _POINTS},
    "total_percent": {**_TOTAL, "num_format": _PERCENT},
    "total_signed_exact": {**_TOTAL, "num_format": _SIGNED_EXACT},
    # the dashboard
    "headline": {"font_size": 20, **_BOLD},
    "lead": {"font_size": 11, "text_wrap": True, "bg_color": "#F4F7FA", "left": 5,
             "left_color": NAVY, "indent": 1},
    "tile_label": {"font_color": MUTED, "align": "center", "top": 2, "top_color": NAVY, **_SIDES},
    "tile": {**_TILE, "num_format": _COUNT},
    "tile_points": {**_TILE, "num_format": _POINTS},
    "tile_percent": {**_TILE, "num_format": _PERCENT},
    "tile_alert": {**_TILE, "num_format": _COUNT, "font_color": ALERT},
    "tile_note": {"font_size": 8, "font_color": MUTED, "align": "center", **_LINE, **_SIDES},
    "panel_title": {"font_size": 10.5, **_BOLD, "bottom": 2, "bottom_color": NAVY},
    "panel_heading": {**_QUIET, **_LINE},
    "panel": {**_SMALL, **_LINE},
    "panel_small": {"font_size": 8, **_LINE},
    # the client report: texts that wrap, and lines to sign on
    "report_title": {"font_size": 18, **_BOLD, "align": "center"},
    "report_label": {**_BOLD, "text_wrap": True, "bg_color": PALE, **_LINE},
    "report_text": {"text_wrap": True, "align": "left", **_LINE},
    "report_percent": {"num_format": _WHOLE_PERCENT, **_CENTRE},
    "subheading_left": {**_BOLD, "bg_color": PALE, "text_wrap": True, **_LINE},
    "signed_decimal": {"num_format": "+0.0;-0.0;0.0", **_CENTRE},
    "sign_label": {**_BOLD, "valign": "bottom"},
    "sign_line": {"valign": "bottom", "align": "right", "bottom": 1, "bottom_color": INK},
    "nothing": {"font_color": MUTED, "align": "center", "border": 1, "border_color": HAIR},
}  # fmt: skip


def properties(name: str) -> dict[str, Any]:
    """Return the properties of a named format; ``points4`` is ``points`` with 4 decimals."""
    own = name.rstrip("0123456789")
    if own != name and name not in _STYLES:
        digits = "0." + "0" * int(name[len(own) :])
        if own.startswith("signed"):
            digits = f"+{digits};-{digits};{digits}"
        return {**_BASE, **_STYLES[own], "num_format": digits}
    return {**_BASE, **_STYLES[name]}


def wraps(name: str) -> bool:
    """Return whether a named format wraps its text, so that rows must grow with it."""
    return bool(properties(name).get("text_wrap"))


def font_size(name: str) -> float:
    """Return the font size of a named format, in points."""
    return float(properties(name)["font_size"])
