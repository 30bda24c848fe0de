"""Exact numbers as text."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=4096)  # weights, percentages and scores recur; equal numbers are written alike
def plain(number: Decimal) -> str:
    """Write a number exactly, without exponent or trailing zeros: ``1.50`` gives ``1.5``."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
