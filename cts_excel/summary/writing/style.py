"""How the summary looks: one palette that reads in greyscale, one font, named cell formats."""

from __future__ import annotations

from typing import Any

from cts_excel.workbook.form.style import BASE, FONT

__all__ = ["FONT", "STYLES", "properties"]

INK = "#1F2A37"  # text
NAVY = "#1F3A5F"  # headings, main bars: darkest
STEEL = "#5B84B1"  # second series
PALE = "#DCE6F1"  # fills
HAIR = "#BFC8D2"  # lines
MUTED = "#5F6B7A"  # notes
ALERT = "#B4471B"  # what needs action; always with words beside it
WARM = "#E9A36B"  # weak end of the heat-map
WHITE = "#FFFFFF"

_BASE: dict[str, Any] = {**BASE, "font_color": INK, "valign": "vcenter"}
_LINE: dict[str, Any] = {"bottom": 1, "bottom_color": HAIR}
_SIDES = {"left": 1, "left_color": HAIR, "right": 1, "right_color": HAIR}
_TILE: dict[str, Any] = {"font_size": 20, "bold": True, "font_color": NAVY, "align": "center",
                         **_SIDES}  # fmt: skip

STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, "bold": True, "font_color": NAVY},
    "note": {"font_size": 9, "font_color": MUTED, "text_wrap": True, "valign": "top"},
    "note_line": {"font_size": 9, "font_color": MUTED},
    "heading": {"bold": True, "font_color": WHITE, "bg_color": NAVY, "text_wrap": True,
                "align": "center", "border": 1, "border_color": HAIR},
    "subheading": {"bold": True, "font_color": NAVY, "bg_color": PALE, "text_wrap": True,
                   "align": "center", "border": 1, "border_color": HAIR},
    "block": {"bold": True, "font_size": 12, "font_color": NAVY},
    "label": {"bold": True, "font_color": NAVY, **_LINE},
    "text": {**_LINE},
    "wrap": {"text_wrap": True, **_LINE},
    "centre": {"align": "center", **_LINE},
    "bold": {"bold": True, **_LINE},
    "link": {"font_color": "#1B4F9C", "underline": 1, **_LINE},
    "alert": {"bold": True, "font_color": ALERT, **_LINE},
    "diagonal": {"num_format": "0", "align": "center", "bg_color": PALE, **_LINE},
    "weight_centre": {"num_format": "General", "align": "center", **_LINE},
    "percent_centre": {"num_format": "0.0%", "align": "center", **_LINE},
    "signed_percent_centre": {"num_format": "+0.0%;-0.0%;0.0%", "align": "center", **_LINE},
    "rank": {"num_format": "0", "align": "center", **_LINE},
    "bold_centre": {"bold": True, "align": "center", **_LINE},
    "alert_centre": {"bold": True, "align": "center", "font_color": ALERT, **_LINE},
    "points_centre": {"num_format": "0.00", "align": "center", **_LINE},
    "integer": {"num_format": "#,##0", **_LINE},
    "plain": {"num_format": "General", **_LINE},
    "decimal": {"num_format": "0.0", **_LINE},
    "points": {"num_format": "0.00", **_LINE},
    "points_bold": {"num_format": "0.00", "bold": True, **_LINE},
    "signed": {"num_format": "+0.00;-0.00;0.00", **_LINE},
    "signed_exact": {"num_format": "+0.00####;-0.00####;0.00", "align": "center", **_LINE},
    "signed_percent": {"num_format": "+0.0%;-0.0%;0.0%", **_LINE},
    "percent": {"num_format": "0.0%", **_LINE},
    "whole_percent": {"num_format": "0%", "align": "center", "font_size": 9},
    "mean_percent": {"num_format": "0%", "align": "center", "font_size": 9, "bold": True,
                     "left": 1, "left_color": HAIR},
    "ratio": {"num_format": "0.00", "align": "center", **_LINE},
    "total_label": {"bold": True, "bg_color": PALE, "font_color": NAVY},
    "total_text": {"bold": True, "bg_color": PALE, "font_color": NAVY, "align": "center"},
    "total_signed_exact": {"align": "center", "bold": True, "bg_color": PALE,
                           "num_format": "+0.00####;-0.00####;0.00"},
    "total_integer": {"align": "center", "bold": True, "bg_color": PALE, "num_format": "#,##0"},
    "total_points": {"align": "center", "bold": True, "bg_color": PALE, "num_format": "0.00"},
    "total_percent": {"align": "center", "bold": True, "bg_color": PALE, "num_format": "0.0%"},
    "stat_label": {"font_size": 9, "font_color": MUTED, "align": "right"},
    "stat_percent": {"font_size": 9, "num_format": "0%", "align": "center", "bg_color": PALE},
    "stat_percent1": {"font_size": 9, "num_format": "0.0%", "align": "center", "bg_color": PALE},
    "stat_points": {"font_size": 9, "num_format": "0.00", "align": "center", "bg_color": PALE},
    "stat_integer": {"font_size": 9, "num_format": "0", "align": "center", "bg_color": PALE},
    "headline": {"font_size": 20, "bold": True, "font_color": NAVY},
    "lead": {"font_size": 11, "text_wrap": True, "bg_color": "#F4F7FA", "left": 5,
             "left_color": NAVY, "indent": 1},
    "tile_label": {"font_color": MUTED, "align": "center", "top": 2, "top_color": NAVY,
                   "left": 1, "left_color": HAIR, "right": 1, "right_color": HAIR},
    "tile": {"num_format": "#,##0", **_TILE},
    "tile_points": {"num_format": "0.00", **_TILE},
    "tile_percent": {"num_format": "0.0%", **_TILE},
    "tile_alert": {"num_format": "#,##0", **_TILE, "font_color": ALERT},
    "tile_note": {"font_size": 8, "font_color": MUTED, "align": "center", "bottom": 1,
                  "bottom_color": HAIR, "left": 1, "left_color": HAIR, "right": 1,
                  "right_color": HAIR},
    "panel_title": {"font_size": 10.5, "bold": True, "font_color": NAVY, "bottom": 2,
                    "bottom_color": NAVY},
    "panel_heading": {"font_size": 9, "font_color": MUTED, **_LINE},
    "panel": {"font_size": 9, **_LINE},
    "panel_small": {"font_size": 8, **_LINE},
    "nothing": {"font_color": MUTED, "align": "center", "border": 1, "border_color": HAIR},
    "vertical": {"font_size": 9, "rotation": 90, "bold": True, "font_color": NAVY, "bg_color": PALE,
                 "text_wrap": True, "align": "center", "border": 1, "border_color": HAIR},
}  # fmt: skip


def properties(name: str) -> dict[str, Any]:
    """Return the properties of a named format; ``points4`` is ``points`` with 4 decimals."""
    own = name.rstrip("0123456789")
    if own != name and name not in STYLES:
        return {**_BASE, **STYLES[own], "num_format": "0." + "0" * int(name[len(own) :])}
    return {**_BASE, **STYLES[name]}
