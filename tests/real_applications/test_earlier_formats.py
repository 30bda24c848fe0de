"""Workbooks of format 1, filled today and saved by three programs: graded without noise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from altering import built_in, judged, openpyxl_edit, put
from real_applications.generated import entries, on_target
from real_applications.harness import LibreOffice

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.released import blank_bytes

pytestmark = [pytest.mark.real_application, pytest.mark.slow]

# Where format 1 has its inputs, for ever.
COVER = {
    "C5": "广州示例售后服务有限公司",
    "C6": "91310000775785552L",
    "C7": "家用电器的销售和售后服务",
    "C9": "初次认证",
    "C10": "现场",
    "C11": 45928,
    "C12": 45930,
    "C13": "李明",
    "C14": "王芳",
}
FIRST_DEDUCTION, FIRST_BONUS = 5, 21
EACH = 40


def filled(number: int) -> tuple[bytes, Decimal]:
    """Return a workbook of format 1 with answers of its own, and its final score."""
    rng, standard = random.Random(number), built_in()
    base = Decimal(rng.randrange(6000, 9700)) / 100
    deductions, bonuses = rng.randint(0, 5), rng.randint(0, 1)
    content = blank_bytes("1", standard)
    assert content is not None
    content = put(content, "封面", {**COVER, "C8": f"ZJ-2025-{number:04d}"})
    cells: dict[str, object] = {}
    ratings = on_target(rng, standard, base)
    for row, indicator in enumerate(standard.indicators, start=4):
        rating: RatingAnswer = ratings[indicator.clause]
        answer = (
            rating.band,
            rating.percent,
            f"查阅《记录 {row}》，抽 {number + 1} 份；\n符合 <要求> & 完整",
        )
        cells |= zip((f"F{row}", f"G{row}", f"I{row}"), answer, strict=True)
    content = put(content, "评分表", cells)
    cells = {}
    for first, items in (
        (FIRST_DEDUCTION, entries(standard, deductions)),
        (FIRST_BONUS, entries(standard, bonuses, bonus=True)),
    ):
        for row, item in enumerate(items, start=first):
            texts = (item.category, item.clause, item.description, item.evidence, "整改中")
            cells |= zip((f"{letter}{row}" for letter in "BCDEF"), texts, strict=True)
    return put(content, "特别项", cells) if cells else content, base - deductions + bonuses


def assert_no_noise(outcome: Outcome, final: Decimal, codes: Sequence[str]) -> None:
    told = [f.code for f in outcome.findings if f.code not in ("R14", "S03")]
    assert told == list(codes), outcome.findings
    assert outcome.status is Status.GRADED
    assert outcome.score is not None
    assert outcome.score.final == final


def test_filled_into_the_blank_and_saved_by_openpyxl() -> None:
    for number in range(EACH):
        content, final = filled(number)
        assert_no_noise(judged(content), final, ["T03"])  # the results are the blank's
        assert_no_noise(judged(openpyxl_edit(content, lambda _w: None)), final, ["T03"])


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_calculated_and_saved_by_libreoffice(
    libreoffice: LibreOffice, tmp_path: Path, kind: str
) -> None:
    """Its live results are compared with the recomputed ones."""
    finals, sources = [], []
    for number in range(EACH):
        content, final = filled(number)
        finals.append(final)
        sources.append(tmp_path / f"{number:03d}.xlsx")
        sources[-1].write_bytes(content)
    target = tmp_path / kind
    saved = libreoffice.convert(sources, kind, target, recalculate=True)
    for path, final in zip(saved, finals, strict=True):
        assert_no_noise(judged(path.read_bytes(), kind=kind), final, [])
