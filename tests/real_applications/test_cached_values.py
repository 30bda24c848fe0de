"""The values written as cached results are those that LibreOffice calculates, cell for cell.

Odd answers on purpose: what people paste, leave out or put in the wrong place.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from real_applications.generated import COVER, entries, rated, spelled, stating_little
from real_applications.harness import LibreOffice, planted

from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer, Value
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.layout import NOT_APPLICABLE

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"

# No truth value: in a cell with a number format LibreOffice keeps one as the number 1, Excel not.
PERCENTS: tuple[Value, ...] = (
    None,
    "",
    " ",
    "85%",
    "优秀",
    85,
    -1,
    0,
    float("nan"),
    Decimal("0.85"),
    Decimal("0.123456789"),
    date(2025, 9, 1),
)


def _odd_ratings(standard: Standard) -> list[dict[str, RatingAnswer]]:
    """Pair every odd percentage with every odd band, some with evidence and some without."""
    bands = ["", "乱写", standard.bands[0].label, standard.bands[-1].label, NOT_APPLICABLE, " "]
    pairs = [
        RatingAnswer(band, percent, evidence)
        for evidence in ("有证据", "", "  ")
        for band in bands
        for percent in PERCENTS
    ]
    clauses = [i.clause for i in standard.indicators]
    return [
        dict(zip(clauses, pairs[start:], strict=False))
        for start in range(0, len(pairs), len(clauses))
    ]


def _odd_special(standard: Standard) -> list[Answers]:
    whole = {i.clause: rated(standard, Decimal("0.9")) for i in standard.indicators}
    deduction = standard.special.deduction.categories[0]
    bonus = standard.special.bonus.categories[0]
    odd = (
        SpecialAnswer(deduction, "", "事实", "证据"),
        SpecialAnswer("别的类别", "", "事实", "证据"),
        SpecialAnswer(),
        SpecialAnswer(deduction),
        SpecialAnswer(rectification="已完成"),
        SpecialAnswer(description="   "),
    )
    surplus = (SpecialAnswer(bonus, "", "事实", "证据"),) * 3
    left_out = dict.fromkeys(whole, RatingAnswer(NOT_APPLICABLE, None, "理由"))
    return [
        Answers(COVER, whole, odd, (SpecialAnswer(bonus, "", "事实"), *surplus[:2])),
        Answers(COVER, whole, (), surplus),
        Answers({**COVER, "项目编号": 12, "审核组长": " ", "企业名称": "  甲  乙 "}, whole),
        Answers({**COVER, "审核开始日期": "昨天"}, whole, entries(standard, 12)),
        Answers(COVER, left_out),
        *_placeholders(standard),
    ]


def _placeholders(standard: Standard) -> list[Answers]:
    """Return answers that state nothing in every place and spelling."""
    rng = random.Random(13)
    special = standard.special
    whole = {i.clause: rated(standard, Decimal("0.9")) for i in standard.indicators}
    made = []
    for _n in range(6):
        ratings = {c: replace(r, evidence=spelled(rng, standard)) for c, r in whole.items()}
        lost = tuple(stating_little(rng, standard, special.deduction.categories[0], 10))
        won = tuple(stating_little(rng, standard, special.bonus.categories[0], 3))
        made.append(Answers(COVER, ratings, lost, won))
    return made


def _cases() -> list[tuple[Standard, Answers]]:
    standards = (load_standard(), load_standard(SMALL))
    return [
        (standard, answers)
        for standard in standards
        for answers in (
            *(Answers(COVER, ratings) for ratings in _odd_ratings(standard)),
            *_odd_special(standard),
        )
    ]


@pytest.mark.real_application
@pytest.mark.slow
def test_cached_values_are_what_the_formulas_give(libreoffice: LibreOffice, tmp_path: Path) -> None:
    contents = [filled_bytes(standard, answers) for standard, answers in _cases()]
    sources = []
    for number, content in enumerate(contents):
        path = tmp_path / f"{number:02d}.xlsx"
        path.write_bytes(planted(content))
        sources.append(path)
    (tmp_path / "out").mkdir()
    converted = libreoffice.convert(sources, "xlsx", tmp_path / "out", recalculate=True)
    for number, (source, path) in enumerate(zip(sources, converted, strict=True)):
        written = tmp_path / "written.xlsx"
        written.write_bytes(contents[number])
        expected, found = _results(written, source), _results(path, source)
        differing = {k: (v, found[k]) for k, v in expected.items() if v != found[k]}
        assert not differing, f"case {number}"


def _results(path: Path, formulas: Path) -> dict[str, Any]:
    """Return the value of every formula cell."""
    places, values = openpyxl.load_workbook(formulas), openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": _plain(values[sheet.title][cell.coordinate].value)
        for sheet in places
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and cell.value != "=#NUM!"
    }


def _plain(value: Any) -> Any:
    assert not isinstance(value, datetime)
    return "" if value is None else value
