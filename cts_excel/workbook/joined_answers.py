"""The answers of several workbooks joined: equal ones once, contradictory ones left blank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS, CoverField
from cts_excel.audit.findings import Finding
from cts_excel.audit.identity import folded_entry
from cts_excel.audit.model import Audit
from cts_excel.standard.folding import folded
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer, Value
from cts_excel.workbook.joined_groups import (
    Group,
    StatedItem,
    grouped,
    rating_key,
    same_items,
    shown_percent,
    shown_value,
)
from cts_excel.workbook.ooxml.addresses import cell_address

_RATING, _EVIDENCE = "评分档与评分比例", layout.RATING_HEADING["evidence"]
_BETWEEN_NAMES = re.compile("[、,，;；]")
_FIELDS = tuple(one.name for one in fields(SpecialAnswer))
_HEADING = dict(layout.SPECIAL_COLUMNS)


@dataclass(frozen=True, slots=True)
class Part:
    """One workbook: its name, its answers as typed, and as a run would read them."""

    name: str
    answers: Answers
    audit: Audit


@dataclass(frozen=True, slots=True)
class TakenAnswer:
    """An answer of the joined workbook and the files that give it."""

    sheet: str
    clause: str
    label: str
    value: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that files give differently: each value with its files.

    ``cell`` is the address in the joined workbook, which is blank.
    """

    sheet: str
    cell: str
    clause: str
    label: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(slots=True)
class Joined:
    """Everything joined; ``unanswered_cells`` are (clause, cell) that nobody rated."""

    answers: Answers = field(default_factory=Answers)
    issue_id: str = ""
    taken: tuple[TakenAnswer, ...] = ()
    open: tuple[Contradiction, ...] = ()
    unanswered_cells: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, Finding], ...] = ()
    ratings: str = layout.RATINGS

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The clauses that nobody rated."""
        return tuple(clause for clause, _cell in self.unanswered_cells)


def join(parts: Sequence[Part], standard: Standard) -> Joined:
    """Join the answers of workbooks of one audit."""
    joiner = _Joiner(parts, standard)
    answers = Answers(
        cover=joiner.cover(),
        ratings=joiner.ratings(),
        deductions=joiner.special("deductions", standard.special.deduction.title),
        bonuses=joiner.special("bonuses", standard.special.bonus.title),
    )
    return Joined(
        answers,
        joiner.issue_id(),
        tuple(joiner.taken),
        tuple(joiner.open),
        tuple(joiner.unanswered),
        tuple(joiner.findings),
    )


class _Joiner:
    """One joining under way."""

    def __init__(self, parts: Sequence[Part], standard: Standard) -> None:
        self.parts, self.standard = parts, standard
        self.taken: list[TakenAnswer] = []
        self.open: list[Contradiction] = []
        self.unanswered: list[tuple[str, str]] = []
        self.findings: list[tuple[str, Finding]] = []

    def cover(self) -> dict[str, Value]:
        """Join the covers; the names of different assessors stand side by side."""
        joined: dict[str, Value] = {}
        for entry in COVER_FIELDS:
            groups = self._stating(grouped(self._stated(entry)))
            if entry.key == "assessor" and len(groups) > 1:
                names = _names(group.shown for group in groups)
                files = [name for group in groups for name in group.files]
                groups = [Group(names, names, files)]
            cell = cell_address(layout.cover_row(entry.key), layout.COVER_INPUT_COLUMN)
            joined[entry.label] = self._value(groups, layout.COVER, cell, "", entry.label)
        return joined

    def _stated(self, entry: CoverField) -> Iterable[tuple[str, str, Value]]:
        """Yield (file, key, value): a text and a date that mean the same have the same key."""
        for part in self.parts:
            value = part.answers.cover.get(entry.label)
            if not _blank(value):
                yield (
                    part.name,
                    folded_entry(entry.key, part.audit.cover.text(entry.key) or shown_value(value)),
                    value,
                )

    def ratings(self) -> dict[str, RatingAnswer]:
        """Join the ratings clause by clause: band and percentage are one answer."""
        joined = {}
        for number, indicator in enumerate(self.standard.indicators):
            clause, row = indicator.clause, layout.RATING_FIRST_ROW + number
            rated = self._rated(clause, number)
            band_cell = cell_address(row, layout.RATING_COLUMN["band"])
            if not rated:
                self.unanswered.append((clause, band_cell))
            chosen = self._choose(rated, layout.RATINGS, band_cell, clause, _RATING)
            noted = grouped(
                (part.name, folded(answer.evidence), answer.evidence)
                for part, answer in self._answers(clause)
                if answer.evidence
            )
            cell = cell_address(row, layout.RATING_COLUMN["evidence"])
            evidence = self._choose(self._stating(noted), layout.RATINGS, cell, clause, _EVIDENCE)
            band, percent = self._typed(clause, chosen)
            joined[clause] = RatingAnswer(band, percent, evidence.shown if evidence else "")
        return joined

    def _answers(self, clause: str) -> Iterable[tuple[Part, RatingAnswer]]:
        for part in self.parts:
            answer = part.answers.ratings.get(clause)
            if answer is not None:
                yield part, answer

    def _rated(self, clause: str, number: int) -> list[Group]:
        """Group the ratings of a clause; a band alone agrees with a whole rating of that band."""
        stated = []
        for part, answer in self._answers(clause):
            if answer.band or not _blank(answer.percent):
                key = rating_key(part.audit.ratings[number], answer)
                stated.append(
                    (part.name, key, f"{answer.band} {shown_percent(answer.percent)}".strip())
                )
        groups = grouped(stated)
        keys = list(dict.fromkeys(key for _name, key, _value in stated))
        by_key = dict(zip(keys, groups, strict=True))
        for key, group in list(by_key.items()):
            band, _tab, percent = key.partition("\t")
            whole = [k for k in by_key if k != key and k.partition("\t")[0] == band]
            if not percent and len(whole) == 1:
                by_key[whole[0]].files += group.files
                del by_key[key]
        return list(by_key.values())

    def _typed(self, clause: str, chosen: Group | None) -> tuple[str, Value]:
        """Return band and percentage as typed in one of a group's files: a number before a text."""
        if chosen is None:
            return "", None
        own = [answer for part, answer in self._answers(clause) if part.name in chosen.files]
        whole = [answer for answer in own if not _blank(answer.percent)] or own
        best = min(whole, key=lambda answer: isinstance(answer.percent, str))
        return best.band, best.percent

    def special(self, block: str, title: str) -> tuple[SpecialAnswer, ...]:
        """Join the entries of one block: equal ones once, each as often as one file holds it."""
        items = same_items(
            (part.name, answer) for part in self.parts for answer in getattr(part.answers, block)
        )
        rows = layout.DEDUCTION_ROWS if block == "deductions" else layout.BONUS_ROWS
        first = layout.DEDUCTION_FIRST_ROW if block == "deductions" else layout.BONUS_FIRST_ROW
        for item in items[rows:]:
            text = _shown(item.given[0][1])
            self.findings.append((item.files[0], _lost(f"{title}：{text}")))
        self._same_fact_twice(items[:rows], first, title)
        return tuple(
            self._item(item, first + number, f"{title} {number + 1}")
            for number, item in enumerate(items[:rows])
        )

    def _item(self, item: StatedItem, row: int, label: str) -> SpecialAnswer:
        """Join the fields of one entry; a contradictory one is blank."""
        values: dict[str, Any] = {}
        for name in _FIELDS:
            stated = (
                (file, folded(shown_value(value)), value)
                for file, answer in item.given
                if (value := getattr(answer, name))
            )
            groups = grouped(stated)
            if len(groups) > 1:
                cell = cell_address(row, layout.SPECIAL_COLUMN[name])
                self._leave_open(groups, layout.SPECIAL, cell, "", f"{label} {_HEADING[name]}")
            if len(groups) == 1:
                values[name] = groups[0].value
        joined = SpecialAnswer(**values)
        self.taken.append(TakenAnswer(layout.SPECIAL, "", label, _shown(joined), tuple(item.files)))
        return joined

    def _same_fact_twice(self, items: Sequence[StatedItem], first: int, title: str) -> None:
        """List entries of different files that state one fact in different categories."""
        by_fact: dict[str, list[int]] = {}
        for number, item in enumerate(items):
            fact = folded(item.given[0][1].description)
            if fact:
                by_fact.setdefault(fact, []).append(number)
        for numbers in by_fact.values():
            found = [items[number] for number in numbers]
            if len({name for item in found for name in item.files}) < 2 or len(found) < 2:
                continue
            cell = cell_address(first + numbers[1], layout.SPECIAL_COLUMN["category"])
            values = tuple((item.given[0][1].category or "—", tuple(item.files)) for item in found)
            label = f"{title} {'、'.join(str(n + 1) for n in numbers)} 事实相同"
            self.open.append(Contradiction(layout.SPECIAL, cell, "", label, values))

    def issue_id(self) -> str:
        """Return the issue id that all workbooks carry; different ones are left open."""
        stated = (
            (p.name, p.audit.identity.issue_id, p.audit.identity.issue_id) for p in self.parts
        )
        groups = grouped(one for one in stated if one[1])
        if len(groups) > 1:
            self._leave_open(groups, layout.IDENTITY, "", "", "发放编号")
        return groups[0].shown if len(groups) == 1 else ""

    def _stating(self, groups: list[Group]) -> list[Group]:
        """Leave placeholders out (rule 13) if another file states something."""
        stating = [one for one in groups if not self.standard.states_nothing(one.shown)]
        return stating or groups[:1]

    def _value(
        self, groups: Sequence[Group], sheet: str, cell: str, clause: str, label: str
    ) -> Value:
        chosen = self._choose(groups, sheet, cell, clause, label)
        return chosen.value if chosen else None

    def _choose(
        self, groups: Sequence[Group], sheet: str, cell: str, clause: str, label: str
    ) -> Group | None:
        """Return the one group, and record its sources; several are left open."""
        if len(groups) > 1:
            self._leave_open(groups, sheet, cell, clause, label)
        if len(groups) != 1:
            return None
        files = tuple(dict.fromkeys(groups[0].files))
        self.taken.append(TakenAnswer(sheet, clause, label, groups[0].shown, files))
        return groups[0]

    def _leave_open(
        self, groups: Sequence[Group], sheet: str, cell: str, clause: str, label: str
    ) -> None:
        values = tuple((group.shown, tuple(group.files)) for group in groups)
        self.open.append(Contradiction(sheet, cell, clause, label, values))


def _names(texts: Iterable[str]) -> str:
    """Return the names of several assessors, each once, in order."""
    names = [name.strip() for text in texts for name in _BETWEEN_NAMES.split(text)]
    once: dict[str, str] = {}
    for name in filter(None, names):
        once.setdefault(folded(name), name)
    return "、".join(once.values())


def _shown(item: SpecialAnswer) -> str:
    return "；".join(filter(None, map(shown_value, astuple(item))))


def _blank(value: Value) -> bool:
    return value is None or value == ""


def _lost(text: str) -> Finding:
    return finding(Code.NOT_CARRIED_OVER, sheet=layout.SPECIAL, found=text)
