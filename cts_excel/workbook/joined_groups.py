"""Equal answers of several workbooks, grouped: values with their files, special items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date
from decimal import Decimal

from cts_excel.audit.model import Rating
from cts_excel.files.numbers import plain
from cts_excel.standard.folding import folded
from cts_excel.standard.model import NOT_APPLICABLE
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer, Value


@dataclass(slots=True)
class Group:
    """Equal values and the files that give them."""

    value: Value
    shown: str
    files: list[str]


def grouped(stated: Iterable[tuple[str, str, Value]]) -> list[Group]:
    """Group (file, key, value) by key, in order; the value is no text if any is none."""
    groups: dict[str, Group] = {}
    for name, key, value in stated:
        group = groups.setdefault(key, Group(value, shown_value(value), []))
        group.files.append(name)
        if isinstance(group.value, str) and not isinstance(value, str):
            group.value = value
    return list(groups.values())


@dataclass(slots=True)
class StatedItem:
    """One special item, and the entries of files that state it."""

    given: list[tuple[str, SpecialAnswer]] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The files that state it, in order."""
        return [name for name, _answer in self.given]

    def equals(self, answer: SpecialAnswer) -> bool:
        """Return whether an entry says the same in every field."""
        return any(_folded(answer) == _folded(own) for _name, own in self.given)

    def same_fact(self, answer: SpecialAnswer) -> bool:
        """Return whether an entry states the same fact in the same category."""
        own = self.given[0][1]
        fact = folded(answer.description)
        same = fact == folded(own.description) and folded(answer.category) == folded(own.category)
        return bool(fact) and same


def same_items(stated: Iterable[tuple[str, SpecialAnswer]]) -> list[StatedItem]:
    """Group (file, entry): equal ones once, each as often as one file holds it.

    An entry that states the same fact in the same category counts as the same.
    """
    items: list[StatedItem] = []
    for name, answer in stated:
        free = [item for item in items if name not in item.files]
        item = next((one for one in free if one.equals(answer)), None) or next(
            (one for one in free if one.same_fact(answer)), None
        )
        if item is None:
            item = StatedItem()
            items.append(item)
        item.given.append((name, answer))
    return items


def shown_value(value: Value) -> str:
    """Write a value for people: a date in ISO 8601, nothing as an empty text."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _folded(answer: SpecialAnswer) -> tuple[str, ...]:
    return tuple(folded(shown_value(value)) for value in astuple(answer))


def rating_key(rating: Rating, answer: RatingAnswer) -> str:
    """Return band and percentage as one text; an unreadable one counts as it was typed."""
    if rating.not_applicable and not rating.faulty:
        return f"{NOT_APPLICABLE}\t-"
    band, percent = folded(answer.band), ""
    if not rating.faulty:
        band = rating.band or band
        percent = "" if rating.percent is None else plain(rating.percent)
    return f"{band}\t{percent or folded(shown_value(answer.percent))}"


def shown_percent(value: Value) -> str:
    """Write a percentage as people read it: 85% for 0.85."""
    if isinstance(value, Decimal) and 0 <= value <= 1:
        return f"{plain(value * 100)}%"
    return shown_value(value)
