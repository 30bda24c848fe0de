"""A text reads as the number it spells would read (rule 6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from altering import answers, put
from people.expecting import case, graded, shown
from people.places import CLAUSES, STANDARD, rating

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes

LOW, MIDDLE, HIGH = (STANDARD.bands[n].label for n in (0, 3, 4))
NUMBER = 7  # the indicator that the text stands at


def outcome(band: str, text: str) -> Outcome:
    rated = {CLAUSES[NUMBER]: RatingAnswer(band, text, "查阅记录")}
    return graded(filled_bytes(STANDARD, answers(ratings=rated)))


# (band, text, fraction): taken with a notice
TAKEN = (
    case(HIGH, "0.85", "0.85", id="fraction"),
    case(HIGH, ".85", "0.85", id="no leading zero"),
    case(HIGH, "1", "1", id="1 is 100%"),
    case(HIGH, "1.0", "1", id="1.0"),
    case(HIGH, "１", "1", id="full-width 1"),
    case(LOW, "0.15", "0.15", id="low fraction"),
    case(LOW, "0", "0", id="zero"),
    case(LOW, "0%", "0", id="zero percent"),
    case(LOW, "0.5%", "0.005", id="half a percent"),
    case(LOW, "1%", "0.01", id="one percent"),
    case(LOW, "1.5", "0.015", id="above 1"),
    case(LOW, "15", "0.15", id="15"),
    case(HIGH, "85", "0.85", id="85"),
    case(HIGH, " 85 ", "0.85", id="blanks"),
    case(HIGH, "85%", "0.85", id="percent sign"),
    case(HIGH, "８５％", "0.85", id="full width"),
    case(HIGH, "85 %", "0.85", id="blank before the sign"),
    case(HIGH, "\ufeff85%", "0.85", id="byte order mark"),
    case(HIGH, "85%\u200b", "0.85", id="zero-width space"),
    case(HIGH, "8\u00ad5%", "0.85", id="soft hyphen"),
    case(HIGH, "\u200e85%\u200f", "0.85", id="direction marks"),
    case(HIGH, "85\u00a0%", "0.85", id="no-break space"),
    case(HIGH, "\u2060０.８５", "0.85", id="word joiner"),
    case(HIGH, "0.97999999999999998", "0.98", id="17 digits"),
    case(HIGH, "0.98000000000000009", "0.98", id="17 digits above"),
    case(HIGH, "97.999999999999998%", "0.98", id="17 digits of a percent"),
    case(HIGH, "0.1e1", "1", id="exponent"),
)


@pytest.mark.parametrize(("band", "text", "fraction"), TAKEN)
def test_taken_with_a_notice(band: str, text: str, fraction: str) -> None:
    found = outcome(band, text)
    assert found.status is Status.GRADED, shown(found.findings)
    assert found.audit is not None
    assert found.audit.ratings[NUMBER].percent == Decimal(fraction)
    cell = rating("percent", NUMBER)
    assert (Code.PERCENT_OTHER_FORM, cell) in {(f.code, f.cell) for f in found.findings}


# (band, text, code): an error, never another grade
REFUSED = (
    case(LOW, "0.85", Code.PERCENT_OUTSIDE_BAND, id="0.85 in the lowest band"),
    case(LOW, "1", Code.PERCENT_OUTSIDE_BAND, id="1 in the lowest band"),
    case(LOW, "1.0", Code.PERCENT_OUTSIDE_BAND, id="1.0 in the lowest band"),
    case(LOW, "0.205", Code.PERCENT_OUTSIDE_BAND, id="0.205"),
    case(LOW, "０.９", Code.PERCENT_OUTSIDE_BAND, id="full-width 0.9"),
    case(MIDDLE, "0.85", Code.PERCENT_OUTSIDE_BAND, id="0.85 in 60%-80%"),
    case(HIGH, "0.7", Code.PERCENT_OUTSIDE_BAND, id="0.7 in 80%-100%"),
    case(HIGH, "1.5", Code.PERCENT_OUTSIDE_BAND, id="1.5 is 1.5%"),
    case(HIGH, "0.9%", Code.PERCENT_OUTSIDE_BAND, id="0.9% in 80%-100%"),
    case(HIGH, "101%", Code.PERCENT_ABOVE_100, id="101%"),
    case(HIGH, "120", Code.PERCENT_ABOVE_100, id="120"),
    case(HIGH, "-5%", Code.PERCENT_NEGATIVE, id="negative"),
    case(HIGH, "八十五", Code.PERCENT_NOT_A_NUMBER, id="Chinese numeral"),
    case(HIGH, "85%%", Code.PERCENT_NOT_A_NUMBER, id="two signs"),
    case(HIGH, "85-90%", Code.PERCENT_NOT_A_NUMBER, id="a range"),
    case(HIGH, "约85%", Code.PERCENT_NOT_A_NUMBER, id="about"),
)


@pytest.mark.parametrize(("band", "text", "code"), REFUSED)
def test_refused(band: str, text: str, code: Code) -> None:
    found = outcome(band, text)
    assert found.status is Status.NEEDS_CORRECTION, shown(found.findings)
    errors = {(f.code, f.cell) for f in found.findings if f.severity.key == "error"}
    assert errors == {(code, rating("percent", NUMBER))}


@pytest.mark.parametrize("number", ["0.85", "0.15", "1", "0.205", "0.7", "0", "0.81", "1.5", "85"])
@pytest.mark.parametrize("band", [LOW, MIDDLE, HIGH])
def test_text_and_number_give_the_same_grade(band: str, number: str) -> None:
    as_text, whole = outcome(band, number), filled_bytes(STANDARD, answers())
    cells = {rating("band", NUMBER): band, rating("percent", NUMBER): Decimal(number)}
    as_number = graded(put(whole, layout.RATINGS, cells))
    assert (as_text.status, as_text.score) == (as_number.status, as_number.score)
