"""Both readers judge a workbook: two different grades without a blocking finding are a failure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import classes
from altering import answers, openpyxl_edit
from mutations import Parts, unpacked

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.judge import Rules, judge_copy
from cts_excel.batch.inputs.admit import Copy
from cts_excel.second_reader.comparing import StatedGrade, compare
from cts_excel.second_reader.confirming import confirm
from cts_excel.second_reader.model import SecondReading
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes

FILE = Path(__file__).parents[1] / "data" / "small_standard.toml"
STANDARD = load_standard(FILE)


@lru_cache(maxsize=1)
def sources() -> tuple[Parts, ...]:
    """Return the workbooks that are mutated: as we write them, and as openpyxl saves them."""
    special, bands = STANDARD.special, STANDARD.bands
    items = tuple(
        SpecialAnswer(category, "", f"事故 {n}", f"录音 {n} 号")
        for n, category in enumerate(special.deduction.categories[:2])
    )
    ratings = {
        indicator.clause: RatingAnswer(bands[-1 - n % 2].label, 0.86 if n % 2 == 0 else 0.7, "记录")
        for n, indicator in enumerate(STANDARD.indicators)
    }
    bonus = (SpecialAnswer(special.bonus.categories[0], "", "领先", "公示记录"),)
    given = answers(STANDARD, ratings=ratings, deductions=items, bonuses=bonus)
    content = filled_bytes(STANDARD, given)
    return unpacked(content), unpacked(openpyxl_edit(content, lambda _book: None))


def inputs(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield mutated workbooks with the class of their mutation; equal seeds give equal ones."""
    kinds = list(classes.KINDS)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        kind = kinds[number % len(kinds)]
        by_us, by_openpyxl = sources()  # openpyxl writes every text into its cell
        parts = by_us if "string" in kind or chance.random() < 0.7 else by_openpyxl
        yield kind, classes.mutated(parts, kind, chance)


def graded(content: bytes, standard: Standard = STANDARD, *, cross_check: bool = False) -> Outcome:
    """Judge as the first reader alone does, or with what calamine says to it."""
    rules = Rules(standard, cross_check=cross_check)
    return judge_copy(Copy(content, "0" * 64), "-", rules)[0]


def stated(outcome: Outcome) -> StatedGrade | None:
    """Return the first reader's grade, ``None`` if it gives none."""
    if outcome.status is not Status.GRADED or outcome.score is None or outcome.audit is None:
        return None
    score, audit = outcome.score, outcome.audit
    assert outcome.judgement is not None
    return StatedGrade(
        *(str(x) for x in (score.base, score.deductions, score.bonus, score.final)),
        outcome.judgement.key,
        {r.clause: "" if r.percent is None else str(r.percent) for r in audit.ratings},
    )


def verdict(content: bytes) -> tuple[str, str]:
    """Judge with both readers: ``equal``, ``blocked``, ``unconfirmed``, ``different``; and why."""
    outcome = graded(content)
    grade = stated(outcome)
    if grade is None:
        return "blocked", outcome.status.value
    reading: SecondReading = confirm(content, FILE)
    if not reading.understood:
        shown = [f"{p.kind.value} {p.cell} {p.found[:60]}" for p in reading.problems[:2]]
        return "unconfirmed", "; ".join(shown)
    found = compare(reading, grade)
    if found:
        return "different", "; ".join(f"{d.quantity} {d.first} ≠ {d.second}" for d in found[:4])
    return "equal", ""


@dataclass
class Seen:
    """What a run saw: verdicts by class, and the inputs on which the readers part."""

    table: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[tuple[str, bytes]] = field(default_factory=list)
    unconfirmed: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, content: bytes) -> None:
        """Judge one input."""
        name, why = verdict(content)
        self.table.setdefault(kind, Counter())[name] += 1
        if name == "different":
            self.failures.append((f"{kind}: {why}", content))
        elif name == "unconfirmed":
            self.unconfirmed[f"{kind}: {why}"] += 1

    def __str__(self) -> str:
        names = ("equal", "blocked", "unconfirmed", "different")
        lines = [f"{'class':<20}" + "".join(f"{name:>13}" for name in names)]
        for kind, counted in self.table.items():
            lines.append(f"{kind:<20}" + "".join(f"{counted[name]:>13}" for name in names))
        total = sum(self.table.values(), Counter())
        lines.append(f"{'all':<20}" + "".join(f"{total[name]:>13}" for name in names))
        return "\n".join(lines)
