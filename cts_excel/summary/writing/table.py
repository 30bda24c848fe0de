"""The columns of a table: heading, width, format, value and link of each in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from cts_excel.summary.writing.sheet import Link

Row = TypeVar("Row")


class Kind(IntEnum):
    """What the cells of a column hold."""

    TEXT = 0
    NUMBER = 1
    SCORE = 2  # a number with the decimals that it needs (rule 1)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column of a table.

    ``width`` is in characters; ``style`` is a named format. ``value`` returns a row's text or
    decimal number, ``""`` for a blank cell. ``other`` is a second format with its condition.
    ``like`` returns the score whose decimals a score cell takes; its own by default. ``missing``
    is the text of a number cell without a number.
    """

    heading: str
    width: float
    kind: Kind
    style: str
    value: Callable[[Row], str]
    other: tuple[str, Callable[[Row], bool]] | None = None
    link: Callable[[Row], Link] | None = None
    like: Callable[[Row], str] | None = None
    missing: str = ""


def text(
    heading: str, width: float, value: Callable[[Row], str], style: str = "text", *,
    other: tuple[str, Callable[[Row], bool]] | None = None,
    link: Callable[[Row], Link] | None = None,
) -> Column[Row]:  # fmt: skip
    """Return a column of texts; rows grow with texts of the format ``wrap``."""
    return Column(heading, width, Kind.TEXT, style, value, other, link)


def number(
    heading: str, width: float, value: Callable[[Row], str], style: str, *, missing: str = ""
) -> Column[Row]:
    """Return a column of numbers, given as decimal texts."""
    return Column(heading, width, Kind.NUMBER, style, value, missing=missing)


def score(
    heading: str, width: float, value: Callable[[Row], str], style: str = "points_centre", *,
    like: Callable[[Row], str] | None = None,
) -> Column[Row]:  # fmt: skip
    """Return a column of scores: shown with the decimals that each needs (rule 1)."""
    return Column(heading, width, Kind.SCORE, style, value, like=like)


def place_of(columns: list[Column[Row]], heading: str) -> int:
    """Return the place of a column."""
    return next(n for n, column in enumerate(columns) if column.heading == heading)
