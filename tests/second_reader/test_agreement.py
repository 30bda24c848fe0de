"""The second reader against answers, against the product, and on what a person does not see."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cts_excel.api import grade_file
from cts_excel.demo import demo_files
from cts_excel.second_reader.comparing import StatedGrade, compare
from cts_excel.second_reader.confirming import confirm
from cts_excel.second_reader.model import ProblemKind
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.addresses import column_letters

SMALL_FILE = Path(__file__).parents[1] / "data" / "small_standard.toml"
SMALL = load_standard(SMALL_FILE)
STANDARD = load_standard()
FIRST_ROW = layout.RATING_FIRST_ROW + 1
PERCENT = column_letters(layout.RATING_COLUMN["percent"])
BAND = column_letters(layout.RATING_COLUMN["band"])


@st.composite
def any_answers(draw: st.DrawFn) -> Answers:
    ratings = {}
    for indicator in SMALL.indicators:
        band = draw(st.sampled_from(SMALL.bands))
        thousandths = draw(st.integers(int(band.low * 1000), int(band.high * 1000)))
        ratings[indicator.clause] = RatingAnswer(band.label, Decimal(thousandths) / 1000, "查阅")
    lost = draw(st.integers(0, layout.DEDUCTION_ROWS))
    won = draw(st.integers(0, layout.BONUS_ROWS))
    special = SMALL.special
    entry = ("", "事实", "记录")
    return Answers(
        {},
        ratings,
        (SpecialAnswer(special.deduction.categories[0], *entry),) * lost,
        (SpecialAnswer(special.bonus.categories[0], *entry),) * won,
    )


@given(any_answers())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_grade_is_that_of_the_answers(answers: Answers) -> None:
    reading = confirm(filled_bytes(SMALL, answers), SMALL_FILE)
    base = sum(
        Fraction(i.weight) * Fraction(str(answers.ratings[i.clause].percent))
        for i in SMALL.indicators
    )
    special = SMALL.special
    lost = Fraction(special.deduction.points) * len(answers.deductions)
    won = min(Fraction(special.bonus.points) * len(answers.bonuses), Fraction(special.bonus.limit))
    assert reading.problems == ()
    assert (reading.base, reading.deductions, reading.bonus) == (base, lost, won)
    assert reading.final == max(Fraction(0), base - lost + won)


@pytest.mark.slow  # it reads sixty workbooks twice
def test_the_product_and_the_second_reader_agree_on_the_demo() -> None:
    confirmed = 0
    for file in demo_files(STANDARD):
        outcome = grade_file(file.content, STANDARD)
        if outcome.judgement is None or outcome.score is None or outcome.audit is None:
            continue
        score = outcome.score
        stated = StatedGrade(
            *(str(x) for x in (score.base, score.deductions, score.bonus, score.final)),
            outcome.judgement.key,
            {r.clause: str(r.percent) for r in outcome.audit.ratings},
        )
        assert compare(confirm(file.content), stated) == [], file.name
        confirmed += 1
    assert confirmed > 40


@pytest.fixture(scope="module")
def good() -> bytes:
    band = STANDARD.bands[-1].label
    ratings = {i.clause: RatingAnswer(band, 0.85, "查阅记录") for i in STANDARD.indicators}
    return filled_bytes(STANDARD, Answers({}, ratings))


def changed(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def hide_row(book: openpyxl.Workbook) -> None:
    book[layout.RATINGS].row_dimensions[FIRST_ROW].hidden = True


def hide_column(book: openpyxl.Workbook) -> None:
    book[layout.RATINGS].column_dimensions[PERCENT].hidden = True


def hide_sheet(book: openpyxl.Workbook) -> None:
    book[layout.RATINGS].sheet_state = "hidden"


def white_font(book: openpyxl.Workbook) -> None:
    cell = book[layout.RATINGS][f"{PERCENT}{FIRST_ROW}"]
    cell.font = openpyxl.styles.Font(color="FFFFFFFF")
    cell.fill = openpyxl.styles.PatternFill()


def empty_format(book: openpyxl.Workbook) -> None:
    book[layout.RATINGS][f"{PERCENT}{FIRST_ROW}"].number_format = ";;;"


@pytest.mark.parametrize(
    "change",
    [hide_row, hide_column, hide_sheet, white_font, empty_format],
    ids=lambda c: c.__name__,
)
def test_what_a_person_does_not_see_does_not_count(
    good: bytes, change: Callable[[openpyxl.Workbook], None]
) -> None:
    assert confirm(good).final == 85
    reading = confirm(changed(good, change))
    assert {p.kind for p in reading.problems} == {ProblemKind.UNSEEN}
    assert any(p.cell == f"{layout.RATINGS}!{PERCENT}{FIRST_ROW}" for p in reading.problems)


def test_sheets_and_columns_are_found_wherever_they_stand(good: bytes) -> None:
    def move(book: openpyxl.Workbook) -> None:
        sheet = book[layout.RATINGS]
        sheet.title = "打分"
        book.move_sheet(sheet, 2)
        for row in range(FIRST_ROW - 1, FIRST_ROW + len(STANDARD.indicators)):
            one, other = sheet[f"{BAND}{row}"], sheet[f"{PERCENT}{row}"]
            one.value, other.value = other.value, one.value

    reading = confirm(changed(good, move))
    assert (reading.final, reading.level) == (85, "three_star")
    assert reading.ratings[0].percent_cell == f"打分!{BAND}{FIRST_ROW}"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, ProblemKind.LOGICAL),
        ("#DIV/0!", ProblemKind.ERROR_VALUE),
        ("=0.85", ProblemKind.NOT_CALCULATED),
        (None, ProblemKind.PERCENT_MISSING),
        (0.5, ProblemKind.PERCENT_OUTSIDE_BAND),
    ],
)
def test_a_cell_without_a_usable_percentage_is_a_problem(
    good: bytes, value: object, kind: ProblemKind
) -> None:
    def put(book: openpyxl.Workbook) -> None:
        book[layout.RATINGS][f"{PERCENT}{FIRST_ROW}"].value = value

    reading = confirm(changed(good, put))
    assert [(p.cell, p.kind) for p in reading.problems] == [
        (f"{layout.RATINGS}!{PERCENT}{FIRST_ROW}", kind)
    ]
