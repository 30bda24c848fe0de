"""Make realistic filled workbooks, some with the mistakes that come back in practice."""

from __future__ import annotations

import random
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from stdnum.cn import uscc

from cts_excel.audit.cover import Cover, cover_field
from cts_excel.audit.model import NOT_STARTED, VERIFIED
from cts_excel.errors import UserError
from cts_excel.messages import _
from cts_excel.standard.model import Band, Indicator, Standard
from cts_excel.workbook.form.answers import (
    Answers,
    RatingAnswer,
    SpecialAnswer,
    Value,
    cover_answers,
)
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.layout import RECTIFICATIONS

_DATA = Path(__file__).with_name("demo_data.toml")
SEED = 27922
_MARK = ".cts-excel-demo"  # in a folder that the demo may replace; hidden, so never graded


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of the demo: its name and content."""

    name: str
    content: bytes


def demo_files(standard: Standard, count: int = 60) -> Iterator[DemoFile]:
    """Yield filled workbooks, the same ones every time.

    About a quarter of them have one mistake each of docs/policy.md: blanks, wrong types, the same
    audit twice, a damaged file. As in practice, file names do not show it.

    :param count: number of files; from 34 on every kind of mistake is among them.
    """
    story = _Story(standard)
    spoilers = _SPOILERS if count >= 2 * len(_SPOILERS) else _SPOILERS[: count // 2]
    extra = sum(1 for spoil in spoilers if spoil in _SECOND_COPIES)
    audits = [story.audit(number) for number in range(1, count - extra + 1)]
    spoiled = dict(zip(_spread(len(audits), len(spoilers)), spoilers, strict=True))
    for index, audit in enumerate(audits):
        spoil = spoiled.get(index)
        if spoil is None:
            yield story.file(index, audit)
        else:
            yield from spoil(story, index, audit)


def write_demo(folder: Path, standard: Standard, count: int = 60) -> list[Path]:
    """Write the demo's workbooks into a folder; create it if necessary.

    :raises OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    paths = []
    for file in demo_files(standard, count):
        path = folder / file.name
        path.write_bytes(file.content)
        paths.append(path)
    return paths


class DemoError(UserError):
    """A folder of the demo holds something else: place, problem, repair."""


def clear_demo(made: Path, graded: Path) -> None:
    """Remove the workbooks and the run of an earlier demo.

    :raises DemoError: if a folder holds files that no demo made; then nothing is removed.
    :raises OSError: if a file cannot be removed, for instance open in Excel on Windows.
    """
    earlier = (made / _MARK).exists()
    for folder in (made, graded):
        if not earlier and folder.is_dir() and any(folder.iterdir()):
            problem = _("holds files that no demo made")
            raise DemoError(str(folder), problem, _("Move them elsewhere, then try again."))
    for folder in (graded, made):
        if folder.is_dir():
            shutil.rmtree(folder)


def _spread(length: int, parts: int) -> list[int]:
    """Return ``parts`` indices spread evenly over ``length``."""
    return [(2 * n + 1) * length // (2 * parts) for n in range(parts)]


class _Story:
    """The invented data: companies, assessors, evidence, all from one seed."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.data: dict[str, Any] = tomllib.loads(_DATA.read_text(encoding="utf-8"))
        self.random = random.Random(SEED)  # noqa: S311 - a demo, no secret
        self._habits = {group.clause: self.random.gauss(0, 0.025) for group in standard.groups}

    def pick(self, key: str) -> Any:
        return self.random.choice(self.data[key])

    def audit(self, number: int) -> Answers:
        assessor, lead = self.pick("assessors"), self.pick("leads")
        start = date(2025, 9, 1) + timedelta(days=self.random.randrange(75))
        trade = self.pick("trades")
        name = self.data["names"][number % len(self.data["names"])]
        quality = min(0.985, max(0.55, self.random.gauss(0.865, 0.075)))
        types, methods = cover_field("audit_type").choices, cover_field("audit_method").choices
        cover = Cover(
            organisation=f"{self.pick('cities')}{name}{trade}{self.pick('forms')}",
            uscc=self.credit_code(number),
            scope=self.pick("scopes").format(trade=trade),
            audit_no=f"ZJ-2025-{number:04d}",
            audit_type=types[self.random.choice((0, 0, 0, 1, 1, 2))],
            audit_method=self.random.choice(methods),
            start_date=start,
            end_date=start + timedelta(days=self.random.randint(1, 3)),
            lead_assessor=lead["name"],
            assessor=assessor["name"],
        )
        return Answers(
            cover=cover_answers(cover),
            ratings={
                indicator.clause: self.rating(indicator, quality, lead, assessor)
                for indicator in self.standard.indicators
            },
            deductions=tuple(
                self.deduction() for _n in range(self.random.choice((0, 0, 0, 0, 0, 1, 1, 2)))
            ),
            bonuses=(self.bonus(),) if quality > 0.9 and self.random.random() < 0.4 else (),
        )

    def rating(
        self, indicator: Indicator, quality: float, lead: Any, assessor: Any
    ) -> RatingAnswer:
        habit = self._habits[self.standard.group_of(indicator.clause).clause]
        drawn = quality + habit + lead["leniency"] + assessor["leniency"]
        share = min(1.0, max(0.05, self.random.gauss(drawn, 0.07)))
        step = int(assessor["step"])
        percent = Decimal(round(share * 100 / step) * step) / 100
        band = next(b for b in reversed(self.standard.bands) if b.holds(percent))
        return RatingAnswer(band.label, percent, self.evidence(indicator, band))

    def evidence(self, indicator: Indicator, band: Band) -> str:
        documents = self.data["documents"]
        group = self.standard.group_of(indicator.clause).clause
        grades = self.data["verdicts"]["texts"]
        grade = (
            self.standard.bands.index(band)
            * (len(grades) - 1)
            // (max(1, len(self.standard.bands) - 1))
        )
        figures = {
            "n": self.random.randint(8, 40),
            "few": self.random.randint(1, 3),
            "months": self.random.randint(6, 36),
        }
        verdict = self.random.choice(grades[grade]).format(**figures)
        frame = self.random.choice(self.data["verdicts"]["frames"])
        text: str = frame.format(
            document=self.random.choice(documents.get(group) or documents[""]),
            year=self.random.choice((2024, 2025)),
            person=self.random.choice(self.data["verdicts"]["people"]),
            code=f"{self.random.choice('ABCFKQS')}{self.random.randint(100, 999)}",
            verdict=verdict,
            **figures,
        )
        return text

    def deduction(self) -> SpecialAnswer:
        special, texts = self.standard.special.deduction, self.data["special"]
        entry = SpecialAnswer(
            category=self.random.choice(special.categories),
            clause=self.random.choice(self.standard.indicators).clause,
            description=self.random.choice(texts["deductions"]),
            evidence=f"现场照片 {self.random.randint(1, 20)} 号",
            rectification=self.random.choice(RECTIFICATIONS),
        )
        if entry.rectification == NOT_STARTED:
            return entry
        entry = replace(
            entry,
            measure=texts["measures"][texts["deductions"].index(entry.description)],
            responsible=texts["responsible"],
            due=date(2025, 12, 15),
        )
        if entry.rectification != VERIFIED:
            return entry
        return replace(entry, verifier=texts["verifier"], verified_on=date(2025, 12, 10))

    def bonus(self) -> SpecialAnswer:
        return SpecialAnswer(
            category=self.standard.special.bonus.categories[0],
            clause=self.standard.indicators[-1].clause,
            description=self.data["special"]["bonus"],
            evidence="公示网页截图与年度报告",
        )

    def credit_code(self, number: int) -> str:
        body = f"91{self.pick('regions')}MA5{number:05d}X"[:17]
        return body + str(uscc.calc_check_digit(body))

    def file(self, index: int, audit: Answers, suffix: str = "", **how: Any) -> DemoFile:
        audit_no = audit.cover[cover_field("audit_no").label] or f"审核{index + 1:03d}"
        return DemoFile(f"{audit_no}{suffix}.xlsx", filled_bytes(self.standard, audit, **how))


_Spoiler = Callable[[_Story, int, Answers], Iterator[DemoFile]]


def _spoil_rating(**changes: Any) -> _Spoiler:
    def spoil(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
        clause = story.random.choice(story.standard.indicators).clause
        rating = replace(audit.ratings[clause], **changes)
        yield story.file(index, replace(audit, ratings={**audit.ratings, clause: rating}))

    return spoil


def _spoil_cover(key: str, value: Value) -> _Spoiler:
    def spoil(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
        yield story.file(
            index, replace(audit, cover={**audit.cover, cover_field(key).label: value})
        )

    return spoil


def _half_filled(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    half = dict(list(audit.ratings.items())[: len(audit.ratings) // 2])
    yield story.file(index, replace(audit, ratings=half))


def _deductions(entries: int) -> _Spoiler:
    def spoil(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
        found = tuple(story.deduction() for _n in range(entries))
        yield story.file(index, replace(audit, deductions=found))

    return spoil


def _second_bonus(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    yield story.file(index, replace(audit, bonuses=(story.bonus(), story.bonus())))


def _no_evidence(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    bare = {clause: replace(r, evidence="") for clause, r in audit.ratings.items()}
    yield story.file(index, replace(audit, ratings=bare))


def _uncalculated(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    yield story.file(index, audit, calculated=False)


def _sent_twice(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    yield story.file(index, audit)
    yield story.file(index, audit, " - 副本")


def _two_versions(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    yield story.file(index, audit)
    top = story.standard.bands[-1]
    better = {
        clause: RatingAnswer(top.label, Decimal("0.95"), rating.evidence)
        for clause, rating in audit.ratings.items()
    }
    yield story.file(index, replace(audit, ratings=better), "（修改版）")


def _cut_off(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    whole = story.file(index, audit)
    yield DemoFile(whole.name, whole.content[: len(whole.content) // 2])


def _copied_evidence(story: _Story, index: int, audit: Answers) -> Iterator[DemoFile]:
    yield story.file(index, audit)
    other = story.audit(900 + index)
    yield story.file(index, replace(other, ratings=audit.ratings))


_SECOND_COPIES: tuple[_Spoiler, ...] = (_sent_twice, _two_versions, _copied_evidence)
_SPOILERS: tuple[_Spoiler, ...] = (
    _spoil_rating(percent=None),
    _spoil_rating(band="", percent=None, evidence=""),
    _sent_twice,
    _spoil_rating(percent="优秀"),
    _spoil_rating(band="0%-20%", percent=Decimal("0.85")),
    _two_versions,
    _deductions(6),
    _spoil_cover("lead_assessor", None),
    _copied_evidence,
    _spoil_rating(band="80%-100%", percent="８５％"),
    _half_filled,
    _deductions(5),
    _cut_off,
    _spoil_cover("uscc", "91440106MA500000X0"),
    _second_bonus,
    _uncalculated,
    _no_evidence,
)
