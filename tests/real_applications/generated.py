"""Audits made up for the oracle: answers, and the same audit as the pure rooms see it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from cts_excel.audit.model import (
    Audit,
    Cover,
    Identity,
    Rating,
    RatingColumns,
    SheetNames,
    SpecialItem,
    Stated,
)
from cts_excel.standard.model import Indicator, Standard
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.layout import NOT_APPLICABLE

COVER = {
    "企业名称": "广州示例售后服务有限公司",
    "统一社会信用代码": "91440101MA59ABCD0X",
    "认证范围": "家用电器的销售和售后服务",
    "项目编号": "ZJ-2025-0001",
    "审核类型": "初次认证",
    "审核方式": "现场",
    "审核开始日期": date(2025, 9, 28),
    "审核结束日期": date(2025, 9, 30),
    "审核组长": "李明",
    "评审员": "王芳",
}
ACTION: dict[str, Any] = {
    "rectification": "已验证",
    "measure": "重新公示收费标准",
    "responsible": "李四",
    "due": date(2025, 10, 31),
    "verifier": "王芳",
    "verified_on": date(2025, 10, 20),
}
_CENT = Decimal("0.01")


def rated(standard: Standard, percent: Decimal, evidence: str = "查阅记录，符合") -> RatingAnswer:
    """Rate with the highest band that holds the percentage."""
    band = next(b for b in reversed(standard.bands) if b.holds(percent))
    return RatingAnswer(band.label, percent, evidence)


def entries(standard: Standard, count: int, *, bonus: bool = False) -> tuple[SpecialAnswer, ...]:
    """Make complete special items."""
    kind = standard.special.bonus if bonus else standard.special.deduction
    clause = standard.indicators[0].clause
    one = SpecialAnswer(kind.categories[0], clause, "现场发现的事实", "照片 3 号")
    return (one if bonus else replace(one, **ACTION),) * count


def on_target(rng: random.Random, standard: Standard, target: Decimal) -> dict[str, RatingAnswer]:
    """Rate every indicator so that the base is exactly ``target``: random, then balanced."""
    share = target / standard.total
    percents = {
        i.clause: min(Decimal(1), max(Decimal(0), _cents(share + _cents_off(rng))))
        for i in standard.indicators
    }
    rest = target - sum(i.weight * percents[i.clause] for i in standard.indicators)
    for indicator in sorted(standard.indicators, key=lambda i: -i.weight):
        rest -= _move(percents, indicator, _cents(rest / indicator.weight))
    exact = (i for i in standard.indicators if _ends(percents[i.clause] + rest / i.weight))
    finest = next(exact)
    rest -= _move(percents, finest, rest / finest.weight)
    assert rest == 0
    return {clause: rated(standard, percent) for clause, percent in percents.items()}


def _cents(number: Decimal) -> Decimal:
    return Decimal(int(number / _CENT)) * _CENT


def _cents_off(rng: random.Random) -> Decimal:
    return Decimal(rng.randint(-12, 12)) * _CENT


def _ends(percent: Decimal) -> bool:
    """Tell whether a percentage is one that a cell can hold exactly."""
    return 0 <= percent <= 1 and percent == round(percent, 12)


def _move(percents: dict[str, Decimal], indicator: Indicator, step: Decimal) -> Decimal:
    """Move a percentage as far as it can go; returns the points gained."""
    before = percents[indicator.clause]
    percents[indicator.clause] = min(Decimal(1), max(Decimal(0), before + step))
    return indicator.weight * (percents[indicator.clause] - before)


def audits(standard: Standard, seed: int, count: int) -> Iterator[Answers]:
    """Yield answers: on each level's line, a hair below it, at random, and incomplete."""
    rng = random.Random(seed)
    special = standard.special
    limit = int(special.deduction.limit / special.deduction.points)
    hairs = (Decimal(0), Decimal("0.0001"), Decimal("0.000001"), Decimal("0.00000001"))
    lines = [(level.minimum, hair) for level in standard.levels for hair in hairs]
    made = 0
    for minimum, hair in lines:
        for less in (0, limit, limit + 1):
            more = (made + less) % 2
            target = minimum - hair + less * special.deduction.points - more * special.bonus.points
            if 0 <= target <= standard.total:
                made += 1
                yield _answers(standard, on_target(rng, standard, target), less, more)
    for number in range(count - made):
        yield _at_random(rng, standard, number)


def _answers(standard: Standard, ratings: dict[str, RatingAnswer], less: int, more: int) -> Answers:
    return Answers(COVER, ratings, entries(standard, less), entries(standard, more, bonus=True))


def _at_random(rng: random.Random, standard: Standard, number: int) -> Answers:
    low = rng.choice((0, 40, 60, 80))
    ratings = {
        i.clause: rated(standard, Decimal(rng.randint(low * 100, 10000) // 100) / 100)
        for i in standard.indicators
    }
    clauses = [i.clause for i in standard.indicators]
    if standard.prorates and number % 2:
        for clause in rng.sample(clauses, rng.randint(1, len(clauses) - 1)):
            ratings[clause] = RatingAnswer(NOT_APPLICABLE, None, "无此项业务")
    if number % 7 == 3:
        ratings[rng.choice(clauses)] = RatingAnswer()
    if number % 7 == 5:
        ratings[rng.choice(clauses)] = RatingAnswer(standard.bands[-1].label)
    return _answers(standard, ratings, rng.choice((0, 0, 1, 5, 6)), rng.choice((0, 1, 2)))


_WIDE = str.maketrans({code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)})
_AROUND = ("", "", " ", "　", "。", "；", "（", "-", "—", "\u00a0", "\u200b", "\n", "/")


def spelled(rng: random.Random, standard: Standard) -> str:
    """Return a placeholder of the standard, or two, in one of the spellings of rule 13."""
    words = rng.choices(standard.policy.placeholders, k=rng.choice((1, 1, 1, 2)))
    text = rng.choice("/、；,\n").join(words)
    text = rng.choice((text, text.upper(), text.lower(), text.translate(_WIDE)))
    text = rng.choice((text, f"{text[:1]} {text[1:]}"))
    return rng.choice(_AROUND) + text + rng.choice(_AROUND)


def stating_little(
    rng: random.Random, standard: Standard, category: str, count: int
) -> Iterator[SpecialAnswer]:
    """Yield special items some of whose cells are blank or placeholders."""
    for _n in range(count):
        fact, proof = (
            rng.choice((text, text, "", spelled(rng, standard)))
            for text in ("现场发现的事实", "照片 3 号")
        )
        yield SpecialAnswer(rng.choice((category, category, "")), "", fact, proof)


def with_placeholders(standard: Standard, seed: int, count: int) -> Iterator[Answers]:
    """Yield whole ratings some of whose evidence states nothing, and special items likewise."""
    rng = random.Random(seed)
    special = standard.special
    for number in range(count):
        ratings = on_target(rng, standard, rng.choice(standard.levels).minimum)
        for clause in rng.sample(sorted(ratings), rng.randint(0, len(ratings))):
            ratings[clause] = replace(ratings[clause], evidence=spelled(rng, standard))
        lost = stating_little(rng, standard, special.deduction.categories[0], rng.randint(0, 8))
        won = stating_little(rng, standard, special.bonus.categories[0], rng.randint(0, 3))
        items = (tuple(lost), tuple(won)) if number % 3 else ((), ())
        yield Answers(COVER, ratings, *items)


def audit_of(standard: Standard, answers: Answers) -> Audit:
    """State the same answers as a typed audit, without any workbook."""
    ratings = tuple(
        _rating(answers.ratings.get(i.clause, RatingAnswer()), i.clause)
        for i in standard.indicators
    )
    return Audit(
        Identity("", "", "", "", "", ""),
        SheetNames("", "", "", ""),
        Cover(),
        {},
        RatingColumns(*[""] * len(RatingColumns._fields)),
        ratings,
        tuple(_item(n, entry) for n, entry in enumerate(answers.deductions, start=1)),
        tuple(_item(n, entry) for n, entry in enumerate(answers.bonuses, start=1)),
        Stated(None, None, None, None, "", calculated=False),
        (),
    )


def _rating(answer: RatingAnswer, clause: str) -> Rating:
    left_out = answer.band == NOT_APPLICABLE
    band = "" if left_out else answer.band
    percent = answer.percent
    assert percent is None or isinstance(percent, Decimal)
    return Rating(clause, band, percent, left_out, answer.evidence, None, faulty=False, row=1)


def _item(number: int, entry: SpecialAnswer) -> SpecialItem:
    return SpecialItem(
        number,
        entry.category,
        entry.clause,
        entry.description,
        entry.evidence,
        entry.rectification,
        complete=True,
        row=1,
    )


def sample(standard: Standard) -> Answers:
    """Return the answers of the workbooks kept in tests/data: all complete, every block used."""
    rng = random.Random(27922)
    ratings = {
        i.clause: rated(standard, Decimal(rng.randint(60, 100)) / 100, f"查阅记录 {n} 份，符合")
        for n, i in enumerate(standard.indicators, start=1)
    }
    return Answers(COVER, ratings, entries(standard, 2), entries(standard, 1, bonus=True))
