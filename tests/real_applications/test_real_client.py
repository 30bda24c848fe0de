"""Workbooks filled in by keyboard in LibreOffice and saved in three formats grade the same."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from real_applications.generated import COVER, entries, on_target, sample
from real_applications.harness import Entry, Job, LibreOffice

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.grading import grade
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.files.numbers import plain
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, SpecialAnswer, Value
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.read_audit import read_audit

DATA = Path(__file__).parents[1] / "data"
SMALL = DATA / "small_standard.toml"
KINDS = ("xlsx", "ods", "xls")
LOCKED = (
    (layout.COVER, "B5"),
    (layout.COVER, "F5"),
    (layout.COVER, "F8"),
    (layout.RATINGS, "C4"),
    (layout.RATINGS, "E4"),
    (layout.RATINGS, "D4"),
    (layout.RATINGS, "I4"),
    (layout.SPECIAL, "G5"),
    (layout.RUBRIC, "A4"),
)


def typed(standard: Standard, answers: Answers) -> tuple[Entry, ...]:
    """Return the key strokes that enter the answers."""
    found = [
        Entry(
            layout.COVER, cell_address(layout.cover_row(field.key), layout.COVER_INPUT_COLUMN), keys
        )
        for field in COVER_FIELDS
        if (keys := _keys(answers.cover.get(field.label)))
    ]
    for clause, answer in answers.ratings.items():
        row = layout.rating_row(standard, clause)
        for name in layout.RATING_INPUTS:
            if key := _keys(getattr(answer, name)):
                cell = cell_address(row, layout.RATING_COLUMN[name])
                found.append(Entry(layout.RATINGS, cell, key))
    found += _special(answers.deductions, layout.DEDUCTION_FIRST_ROW)
    found += _special(answers.bonuses, layout.BONUS_FIRST_ROW)
    return tuple(found)


def _special(items: tuple[SpecialAnswer, ...], first_row: int) -> list[Entry]:
    return [
        Entry(layout.SPECIAL, cell_address(first_row + n, layout.SPECIAL_COLUMN[name]), key)
        for n, item in enumerate(items)
        for name in layout.SPECIAL_INPUTS
        if (key := _keys(getattr(item, name)))
    ]


def _keys(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{plain(value * 100)}%" if isinstance(value, Decimal) else str(value or "")


def judged(content: bytes, standard: Standard, kind: str) -> Outcome:
    audit = read_audit(content, standard, kind=kind)
    return grade(audit, standard, file="a", sha256="")


def _cases() -> list[tuple[Standard, Answers]]:
    built_in, small = load_standard(), load_standard(SMALL)
    rng = random.Random(5)
    three_star = on_target(rng, built_in, Decimal("80"))
    below = on_target(rng, built_in, Decimal("89.9999"))
    gold = on_target(rng, small, Decimal("36"))
    return [
        (built_in, sample(built_in)),
        (built_in, Answers(COVER, three_star)),
        (built_in, Answers(COVER, below, entries(built_in, 1), entries(built_in, 1, bonus=True))),
        (small, Answers(COVER, gold, entries(small, 1))),
    ]


@pytest.mark.real_application
@pytest.mark.slow
def test_filled_by_keyboard_grades_as_written_directly(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    cases = _cases()
    jobs = []
    for number, (standard, answers) in enumerate(cases):
        source = tmp_path / f"{number}-blank.xlsx"
        source.write_bytes(template_bytes(standard))
        targets = tuple(tmp_path / f"{number}.{kind}" for kind in KINDS)
        jobs.append(Job(source, typed(standard, answers), targets))
    libreoffice.fill(jobs)
    for number, (standard, answers) in enumerate(cases):
        direct = judged(filled_bytes(standard, answers), standard, "xlsx")
        assert direct.status is Status.GRADED
        for kind in KINDS:
            _assert_same(
                judged((tmp_path / f"{number}.{kind}").read_bytes(), standard, kind), direct
            )


def _assert_same(found: Outcome, direct: Outcome) -> None:
    assert found.status is direct.status
    assert found.score == direct.score
    assert found.judgement == direct.judgement
    assert found.findings == direct.findings
    assert found.audit is not None
    assert direct.audit is not None
    for part in ("cover", "ratings", "deductions", "bonuses", "stated"):
        assert getattr(found.audit, part) == getattr(direct.audit, part), part


@pytest.mark.real_application
def test_locked_cells_refuse_entries(libreoffice: LibreOffice, tmp_path: Path) -> None:
    source = tmp_path / "blank.xlsx"
    source.write_bytes(template_bytes(load_standard()))
    unlocked = Entry(layout.COVER, "C5", "广州公司")
    attempts = tuple(Entry(sheet, cell, "77") for sheet, cell in LOCKED)
    (shown,) = libreoffice.fill([Job(source, (unlocked, *attempts), ())])
    assert shown[0] == "广州公司"
    assert "77" not in shown[1:]


@pytest.mark.parametrize("kind", KINDS)
def test_kept_workbooks_of_libreoffice_grade_the_same(kind: str) -> None:
    """Three workbooks that LibreOffice saved stand in tests/data, for machines without it."""
    standard = load_standard()
    direct = judged(filled_bytes(standard, sample(standard)), standard, "xlsx")
    kept = (DATA / f"filled_by_libreoffice.{kind}").read_bytes()
    _assert_same(judged(kept, standard, kind), direct)
