"""Whatever people spell: a placeholder never bears points, a percentage is the number's or none."""

from __future__ import annotations

from decimal import Decimal

from altering import answers
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people.expecting import graded
from people.places import CLAUSES, STANDARD

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.reading.percents import read_percent

SLOW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
WIDE = str.maketrans({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
CATEGORY = STANDARD.special.deduction.categories[0]
BONUS = STANDARD.special.bonus.categories[0]


@st.composite
def placeholders(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(STANDARD.policy.placeholders))
    word = draw(st.sampled_from([word, word.upper(), word.lower(), word.translate(WIDE)]))
    around = st.text(st.sampled_from(" 。（）().-—\u200b\u3000"), max_size=2)
    return draw(around) + word + draw(around)


@st.composite
def with_placeholders(draw: st.DrawFn) -> Answers:
    """Draw whole answers in which any text field may hold a placeholder in place of a text."""
    text = placeholders()
    cover = draw(
        st.dictionaries(
            st.sampled_from(["企业名称", "认证范围", "评审员", "统一社会信用代码"]), text
        )
    )
    chosen = draw(st.lists(st.sampled_from(CLAUSES), max_size=4, unique=True))
    ratings = {clause: RatingAnswer("80%-100%", 0.85, draw(text)) for clause in chosen}

    def none(category: str) -> SpecialAnswer:
        return SpecialAnswer(
            draw(st.sampled_from(["", category])), draw(st.just("") | text), draw(text),
            draw(st.just("") | text), draw(st.just("") | text),
        )  # fmt: skip

    lost = tuple(none(CATEGORY) for _n in range(draw(st.integers(0, 6))))
    won = tuple(none(BONUS) for _n in range(draw(st.integers(0, 2))))
    return answers(cover=cover, ratings=ratings, deductions=lost, bonuses=won)


@given(with_placeholders())
@SLOW
def test_a_placeholder_in_any_text_field_changes_no_points(given_answers: Answers) -> None:
    outcome = graded(filled_bytes(STANDARD, given_answers))
    assert outcome.score is not None
    assert outcome.bounds is not None
    plain = (Decimal(85), Decimal(0), Decimal(0), Decimal(85))
    score = outcome.score
    assert (score.base, score.deductions, score.bonus, score.final) == plain
    assert (outcome.bounds.low, outcome.bounds.high) == (85, 85)
    entries = (*given_answers.deductions, *given_answers.bonuses)
    cleared = [f for f in outcome.findings if f.code == Code.SPECIAL_STATES_NOTHING]
    assert len(cleared) == len(entries)
    assert not {f.code for f in outcome.findings} & {"T01", "T02", "T05", "A21"}
    if entries:
        assert outcome.status is Status.NEEDS_CORRECTION


@st.composite
def spelled_percentages(draw: st.DrawFn) -> tuple[str, Decimal]:
    """Draw a text and the number that a cell would hold for it."""
    digits = draw(st.decimals(0, 120, places=draw(st.integers(0, 16)), allow_nan=False))
    written = f"{digits:f}" + draw(st.sampled_from(["", "0" if digits % 1 else ".0"]))
    sign = draw(st.sampled_from(["", "%", " %", "％"]))
    number = Decimal(f"{float(digits):.15g}") / (100 if sign else 1)
    text = draw(st.sampled_from([str, lambda t: t.translate(WIDE)]))(written) + sign
    place = draw(st.integers(0, len(text)))
    odd = draw(st.text(st.sampled_from("\u200b\u00ad\u200e\ufeff"), max_size=2))
    return text[:place] + odd + text[place:], number


@given(spelled_percentages(), st.sampled_from(STANDARD.bands))
@example(("0.85", Decimal("0.85")), STANDARD.bands[0])
@example(("1", Decimal(1)), STANDARD.bands[0])
@example(("0.97999999999999998", Decimal("0.98")), STANDARD.bands[-1])
@settings(max_examples=400, deadline=None)
def test_a_spelled_percentage_is_the_numbers_or_an_error(
    spelled: tuple[str, Decimal], band: object
) -> None:
    text, number = spelled
    percent, code = read_percent(text, band)  # type: ignore[arg-type]
    as_number, number_code = read_percent(number, band)  # type: ignore[arg-type]
    if percent is not None:
        assert percent == as_number
        assert code == Code.PERCENT_OTHER_FORM
    assert (number_code == Code.PERCENT_OUTSIDE_BAND) <= (percent is None)
