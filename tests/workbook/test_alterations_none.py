"""No false alarm: workbooks that were only filled and saved, by whatever application."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from altering import COVER, built_in, filled, judged, openpyxl_edit, put, rating_cell
from real_applications.generated import entries, on_target, sample
from real_applications.harness import LibreOffice

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.alterations.reference import reference
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes

pytestmark = pytest.mark.slow  # `make unit` leaves it out

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
EACH = 40
# What the answers themselves give rise to: exactly at the limit of deductions, or above it.
FROM_ANSWERS = {"S03", "S04", "S05", "R14"}


def whole(count: int, seed: int = 4) -> list[Answers]:
    """Make complete answers of every kind: any final, with and without special items."""
    rng, standard = random.Random(seed), built_in()
    return [
        Answers(
            COVER,
            on_target(rng, standard, Decimal(rng.randint(30, 99))),
            entries(standard, rng.randint(0, 6)),
            entries(standard, rng.randint(0, 1), bonus=True),
        )
        for _ in range(count)
    ]


def alarms(outcome: Outcome) -> list[tuple[str, str, str, str, str]]:
    return [
        (f.code, f.sheet, f.cell, f.found, f.expected)
        for f in outcome.findings
        if f.code.startswith("A") or (f.severity > Severity.NOTICE and f.code not in FROM_ANSWERS)
    ]


def test_workbooks_saved_by_xlsxwriter() -> None:
    for answers in whole(EACH):
        assert alarms(judged(filled_bytes(built_in(), answers))) == []


def test_workbooks_saved_by_openpyxl() -> None:
    for answers in whole(EACH, seed=5):
        content = openpyxl_edit(filled_bytes(built_in(), answers), lambda _workbook: None)
        assert alarms(judged(content)) == []


@pytest.mark.parametrize("calculated", [True, False])
def test_workbooks_of_another_specification(calculated: bool) -> None:
    standard = load_standard(SMALL)
    content = filled_bytes(standard, sample(standard), calculated=calculated)
    assert [f for f in judged(content, standard).findings if f.code.startswith("A")] == []


def test_issued_workbooks_with_locked_entries() -> None:
    content = template_bytes(
        built_in(), answers=whole(1)[0], issue_id="2026-0001", lock_prefilled=True
    )
    assert alarms(judged(content)) == []


def test_an_incomplete_workbook_is_not_an_altered_one() -> None:
    content = template_bytes(built_in())
    assert [f.code for f in judged(content).findings if f.code.startswith("A")] == []


@pytest.mark.real_application
@pytest.mark.slow
def test_workbooks_saved_by_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    sources = []
    for number, answers in enumerate(whole(EACH, seed=6)):
        source = tmp_path / f"{number}.xlsx"
        source.write_bytes(filled_bytes(built_in(), answers))
        sources.append(source)
    target = tmp_path / "saved"
    target.mkdir()
    for saved in libreoffice.convert(sources, "xlsx", target):
        assert alarms(judged(saved.read_bytes())) == []
        # What LibreOffice saved, openpyxl saves again.
    twice = openpyxl_edit(saved.read_bytes(), lambda _workbook: None)
    assert alarms(judged(twice)) == []


@pytest.mark.parametrize("text", ["{}", " {} ", "{}.0", "{}.00"])
def test_numbers_stored_as_texts_are_the_same_numbers(text: str) -> None:
    """Weights, and the bounds of the bands on the hidden sheet."""
    weight = built_in().indicators[0].weight
    content = put(filled(), layout.RATINGS, {rating_cell("weight"): text.format(weight)})
    assert judged(content).findings == ()
    high = built_in().bands[0].high
    bound = next(
        address
        for address, stored in reference(built_in()).sheets[layout.IDENTITY].numbers.items()
        if Decimal(stored) == high
    )
    assert judged(put(filled(), layout.IDENTITY, {bound: str(high)})).findings == ()
    other = put(filled(), layout.IDENTITY, {bound: "0.3"})
    assert [(f.code, f.cell) for f in judged(other).findings] == [("A05", bound)]
