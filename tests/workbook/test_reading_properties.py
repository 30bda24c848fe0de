"""What holds for any answers: nothing is lost or changed between filling and reading."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from altering import COVER, built_in, found, judged, openpyxl_edit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.outcome import Status
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer, cover_answers
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.cells import trimmed
from cts_excel.workbook.read_audit import read_audit

pytestmark = pytest.mark.slow  # `make unit` leaves it out

SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def _stating(text: str) -> str:
    """Return a text that states something, or none: placeholders are blank (rule 13)."""
    return "" if built_in().states_nothing(text) or SMALL.states_nothing(text) else text


texts = (
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
        ),
        max_size=40,
    )
    .map(lambda text: trimmed(text) or "")
    .map(_stating)
)


several_lines = (
    st.lists(texts.filter(lambda text: len(text.splitlines()) < 2), max_size=4)
    .map(lambda lines: "\n".join(line.rstrip() for line in lines))
    .map(lambda text: trimmed(text) or "")
    .map(_stating)
)


@st.composite
def rating_answers(draw: st.DrawFn, standard: Standard) -> RatingAnswer:
    band = draw(st.sampled_from(standard.bands))
    low, high = (int(x * 1000) for x in (band.low, band.high))
    percent = Decimal(draw(st.integers(low, high))) / 1000
    return RatingAnswer(band.label, percent, draw(texts))


@st.composite
def special_answers(draw: st.DrawFn, standard: Standard, kind: str) -> SpecialAnswer:
    categories = getattr(standard.special, kind).categories
    required = texts.filter(bool)
    return SpecialAnswer(
        draw(st.sampled_from(categories)),
        draw(st.sampled_from(["", *standard.by_clause])),
        draw(required),
        draw(required),
        draw(st.sampled_from(["", *layout.RECTIFICATIONS][: None if kind == "deduction" else 1])),
    )


@st.composite
def any_answers(draw: st.DrawFn, standard: Standard) -> Answers:
    days = st.dates(date(2000, 1, 2), date(2099, 12, 31))
    cover = {**COVER, "审核开始日期": draw(days), "审核结束日期": date(2099, 12, 31)}
    cover["企业名称"] = draw(texts.filter(bool))
    for field in COVER_FIELDS:
        if field.lines > 1:
            cover[field.label] = draw(several_lines)
        elif field.choices and not field.required:
            cover[field.label] = draw(st.sampled_from(("", *field.choices)))
        elif not field.is_date and field.label not in cover:
            cover[field.label] = draw(texts)
    deduction, bonus = (special_answers(standard, k) for k in ("deduction", "bonus"))
    return Answers(
        cover,
        {i.clause: draw(rating_answers(standard)) for i in standard.indicators},
        tuple(draw(st.lists(deduction, max_size=layout.DEDUCTION_ROWS))),
        tuple(draw(st.lists(bonus, max_size=layout.BONUS_ROWS))),
    )


def as_answers(content: bytes, standard: Standard) -> Answers:
    """Read a workbook back into what was entered."""
    audit = read_audit(content, standard)
    cover = cover_answers(audit.cover)
    specials = (
        tuple(
            SpecialAnswer(e.category, e.clause, e.description, e.evidence, e.rectification)
            for e in entries
        )
        for entries in (audit.deductions, audit.bonuses)
    )
    ratings = {r.clause: RatingAnswer(r.band, r.percent, r.evidence) for r in audit.ratings}
    return Answers(cover, ratings, *specials)


@FEW
@given(any_answers(built_in()))
def test_what_was_filled_in_is_read(answers: Answers) -> None:
    content = filled_bytes(built_in(), answers)
    assert as_answers(content, built_in()) == answers
    outcome = judged(content)
    assert outcome.status is Status.GRADED
    assert not {code for code, _cell in found(outcome)} - {"R14", "R15", "S03", "S04", "S05", "S11"}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "_x0041_", "_x000D_", "a\nb\tc", "<&>\"'x", "+1", "@x", "85%", "0.5", "𠮷", "#REF!"],
)
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    clause = built_in().indicators[0].clause
    rating = RatingAnswer("80%-100%", Decimal("0.9"), text)
    answers = Answers({**COVER, "认证范围": text}, {clause: rating})
    content = filled_bytes(built_in(), answers)
    assert as_answers(content, built_in()).ratings[clause] == rating
    assert as_answers(content, built_in()).cover["认证范围"] == text


@FEW
@given(any_answers(SMALL))
def test_what_was_filled_in_is_read_for_another_specification(answers: Answers) -> None:
    assert as_answers(filled_bytes(SMALL, answers), SMALL) == answers


@FEW
@given(any_answers(built_in()))
def test_another_library_reads_and_writes_the_same(answers: Answers) -> None:
    content = filled_bytes(built_in(), answers)
    saved = openpyxl_edit(content, lambda _workbook: None)
    assert as_answers(saved, built_in()) == answers


@FEW
@given(any_answers(built_in()), st.data())
def test_raising_a_percentage_never_lowers_a_score(answers: Answers, data: st.DataObject) -> None:
    clause = data.draw(st.sampled_from(sorted(answers.ratings)))
    old = answers.ratings[clause]
    assert isinstance(old.percent, Decimal)
    higher = data.draw(st.integers(int(old.percent * 1000), 1000)) / Decimal(1000)
    band = next(b for b in reversed(built_in().bands) if b.holds(higher))
    ratings = {**answers.ratings, clause: RatingAnswer(band.label, higher, old.evidence)}
    raised = Answers(answers.cover, ratings, answers.deductions, answers.bonuses)
    before, after = (judged(filled_bytes(built_in(), a)).score for a in (answers, raised))
    assert before is not None
    assert after is not None
    assert after.final >= before.final


@FEW
@given(any_answers(built_in()), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_changes_the_result(answers: Answers, random: object) -> None:
    content = filled_bytes(built_in(), answers)

    def shuffle(workbook: object) -> None:
        sheet = workbook["评分表"]  # type: ignore[index]
        rows = [[c.value for c in row] for row in sheet["C4:I53"]]
        random.shuffle(rows)  # type: ignore[attr-defined]
        for row, values in zip(sheet["C4:I53"], rows, strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = value

    assert judged(openpyxl_edit(content, shuffle)).score == judged(content).score
