"""The graded workbooks of the matrix: every level, special items, line breaks, unusual texts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from real_applications.generated import COVER, entries, on_target

from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer

# (name, base, deductions, bonuses): every level, both fail reasons, exactly on and off a line.
_TABLE = (
    ("five stars, every entry", "99.5", 0, 0),
    ("exactly five stars by the bonus", "94", 0, 1),
    ("a hair below five stars", "94.9999", 0, 0),
    ("exactly four stars after a deduction", "91", 1, 0),
    ("four stars", "93.25", 2, 1),
    ("exactly three stars", "80", 0, 0),
    ("three stars after five deductions", "88.5", 5, 0),
    ("qualified", "74.6", 1, 0),
    ("below every level", "61.2", 0, 0),
    ("failed by six deductions", "96", 6, 1),
)
# Within what each format holds: SheetJS cuts texts of an .xls at 255 characters.
UNUSUAL = (
    "第一行\n第二行\n\n第四行",
    "  前后有空格  ",
    "=SUM(A1:A3) 是文本",
    "+86 020-1234",
    "-3 项",
    "@甲方",
    "'引号开头",
    "<b>A&B</b> \"引\" 'x' ]]>",
    "😀𠮷野家 é ﬁ",
    "0012",
    "1/2",
    "2025-09-30",
    "85%",
    "TRUE",
    "#N/A 是文本",
    "制表\t符",
    "很长" * 120,
)


def workbooks(standard: Standard) -> Mapping[str, Answers]:
    """Return the answers of the matrix by name; every one is graded."""
    rng = random.Random(13)
    made = {
        name: Answers(
            COVER,
            on_target(rng, standard, Decimal(base)),
            entries(standard, deductions),
            entries(standard, bonuses, bonus=True),
        )
        for name, base, deductions, bonuses in _TABLE
    }
    made["unusual texts"] = _unusual(standard, made["four stars"])
    made["zero and hundred percent"] = _extremes(standard)
    return made


def _unusual(standard: Standard, answers: Answers) -> Answers:
    ratings = dict(answers.ratings)
    for clause, text in zip(list(ratings)[: len(UNUSUAL)], UNUSUAL, strict=True):
        ratings[clause] = replace(ratings[clause], evidence=text)
    kind = standard.special.deduction
    odd = SpecialAnswer(
        kind.categories[-1],
        standard.indicators[-1].clause,
        "客户称“不予受理”\n共 2 次",
        "录音 <3>&4",
        "已验证",
    )
    cover = {
        **COVER,
        "企业名称": "𠮷田（广州）\u00a0电器·有限公司",
        "评审员": "阿依古丽·买买提、O'Brien",
    }
    return replace(answers, ratings=ratings, deductions=(odd, odd), cover=cover)


def _extremes(standard: Standard) -> Answers:
    low, high = standard.bands[0], standard.bands[-1]
    ratings = {
        indicator.clause: RatingAnswer(high.label, Decimal(1), "查阅\n记录")
        for indicator in standard.indicators
    }
    ratings[standard.indicators[0].clause] = RatingAnswer(low.label, Decimal(0), "全无记录")
    ratings[standard.indicators[1].clause] = RatingAnswer(high.label, Decimal("0.8555"), "抽样")
    return Answers(COVER, ratings)
