"""Whatever is done to one locked cell, the recomputed grade stays what it was."""

from __future__ import annotations

from functools import lru_cache

import pytest
from altering import Raw, answers, built_in, error, filled, judged, put
from hypothesis import given, settings
from hypothesis import strategies as st

from cts_excel.audit.catalogue import effect
from cts_excel.audit.findings import Effect, Severity
from cts_excel.workbook.alterations.reference import reference
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes

pytestmark = pytest.mark.slow  # `make unit` leaves it out

VALUES = (
    None,
    0,
    1,
    99.5,
    -3,
    True,
    "",
    "x",
    "100%",
    "五星级",
    error("#REF!"),
    error("#N/A"),
    Raw("", "<f>1+1</f><v>2</v>"),
    Raw("", "<f>RAND()</f><v></v>"),
    Raw(' t="str"', '<f>"a"</f><v>a</v>'),
)


@lru_cache(maxsize=1)
def workbook() -> bytes:
    one = SpecialAnswer("不符合国家法律、法规的要求", "5.1.1.1", "发现的事实", "照片", "未整改")
    standard = built_in()
    categories = standard.special.deduction.categories, standard.special.bonus.categories
    items = [(SpecialAnswer(c[0], one.clause, one.description, one.evidence),) for c in categories]
    return filled_bytes(standard, answers(deductions=items[0], bonuses=items[1]))


@lru_cache(maxsize=1)
def locked() -> list[tuple[str, str]]:
    sheets = reference(built_in()).sheets.values()
    return [
        (sheet.name, address)
        for sheet in sheets
        for address in sorted(sheet.known.difference(sheet.inputs))
    ]


def test_there_are_hundreds_of_locked_cells() -> None:
    assert len(locked()) > 500
    assert {sheet for sheet, _cell in locked()} == set(layout.SHEETS)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_locked_cell_never_moves_the_grade(data: st.DataObject) -> None:
    sheet, cell = data.draw(st.sampled_from(locked()))
    value = data.draw(st.sampled_from(VALUES))
    before, after = judged(workbook()), judged(put(workbook(), sheet, {cell: value}))
    assert after.score == before.score
    if after.judgement != before.judgement:  # withheld, and said why: another specification
        assert sheet == layout.IDENTITY
        assert after.judgement is None
        assert any(f.severity is Severity.ERROR for f in after.findings)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_alteration_of_a_locked_cell_stays_unseen(data: st.DataObject) -> None:
    sheet, cell = data.draw(st.sampled_from(locked()))
    value = data.draw(st.sampled_from(("x", 98765, Raw("", "<f>1+1</f><v>2</v>"))))
    outcome = judged(put(filled(), sheet, {cell: value}))
    told = [f for f in outcome.findings if f.cell in ("", cell)]
    assert told, (sheet, cell, value)
    assert any(effect(f) is not Effect.HARMLESS for f in outcome.findings)
