"""Two readings of one workbook side by side: where they part, and at which cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cts_excel.second_reader.model import SecondReading, SpecialRead
from cts_excel.second_reader.scoring import Grade

# A quotient without end is stated to some 60 digits, rounded down; nothing else may differ.
_QUOTIENT_LOSS = Fraction(1, 10**40)


@dataclass(frozen=True, slots=True)
class StatedGrade:
    """What the first reader says: points and percentages as decimal texts.

    ``percents`` gives each clause's fraction of 1 (``""`` for 不适用). The rows are the 1-based
    sheet rows of the entries of 特别项, ``None`` if they are not known.
    """

    base: str
    deductions: str
    bonus: str
    final: str
    level: str
    percents: Mapping[str, str] = field(default_factory=dict)
    deduction_rows: Sequence[int] | None = None
    bonus_rows: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A quantity on which the readers differ: ``base``, ``final``, ``percent 5.1.1.1`` and so on.

    ``second`` is the second reader's value or, for the quantity ``reading``, the problem that
    keeps it from any grade. ``cell`` is where the readers part, ``""`` if it follows from others.
    """

    quantity: str
    first: str
    second: str
    cell: str = ""


def compare(reading: SecondReading, stated: StatedGrade) -> list[Difference]:
    """List every quantity on which a second reading differs from a stated grade.

    Empty means confirmed. Without a second grade every problem is a difference of its own.
    """
    if not reading.understood:
        return [
            Difference("reading", stated.final, f"{p.kind.value} {p.found}".strip(), p.cell)
            for p in reading.problems
        ]
    found = _percents(reading, stated)
    for difference in differing_points(reading, stated):
        cell = ""
        if difference.quantity == "deductions":
            cell = _parting(reading.deduction_entries, stated.deduction_rows)
        elif difference.quantity == "bonus":
            cell = _parting(reading.bonus_entries, stated.bonus_rows)
        found.append(replace(difference, cell=cell))
    return found


def differing_points(second: Grade | SecondReading, stated: StatedGrade) -> list[Difference]:
    """List the points that differ, and the level."""
    found = [
        Difference(name, first, as_text(points))
        for name in ("base", "deductions", "bonus", "final")
        if not _equal(first := getattr(stated, name), points := getattr(second, name))
    ]
    if stated.level != second.level:
        found.append(Difference("level", stated.level, second.level))
    return found


def as_text(number: Fraction) -> str:
    """Write an exact number: in decimals if they end, else as a quotient such as ``250/3``."""
    denominator, twos, fives = number.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator > 1:
        return str(number)
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if number < 0 else text


def _percents(reading: SecondReading, stated: StatedGrade) -> list[Difference]:
    found = []
    read = {rating.clause: rating for rating in reading.ratings}
    for clause in dict.fromkeys((*read, *stated.percents)):
        if clause not in stated.percents:
            continue
        first = stated.percents[clause]
        rating = read.get(clause)
        percentage = rating.percentage if rating else None
        equal = first == "" if percentage is None else _equal(first, percentage)
        if not equal:
            second = "" if percentage is None else as_text(percentage)
            cell = rating.percent_cell if rating else ""
            found.append(Difference(f"percent {clause}", first, second, cell))
    return found


def _equal(first: str, second: Fraction) -> bool:
    try:
        value = Fraction(first)
    except (ValueError, ZeroDivisionError):
        return False
    if "/" in as_text(second):
        return 0 <= second - value < _QUOTIENT_LOSS
    return value == second


def _parting(entries: tuple[SpecialRead, ...], rows: Sequence[int] | None) -> str:
    """Name the entries that only one reader has; all of the second's if the first's are unknown."""
    known = set() if rows is None else set(rows)
    own = {entry.row for entry in entries}
    cells = [entry.cell for entry in entries if entry.row not in known]
    if rows is not None:
        cells += [f"row {row}" for row in rows if row not in own]
    return ", ".join(cells)
