"""A workbook issued under another policy is compared with that one's form, and says so once."""

from __future__ import annotations

import msgspec
import pytest
from altering import (
    answers,
    built_in,
    judged,
    openpyxl_edit,
    panel_cell,
    part,
    put,
    rating_cell,
    sheet_part,
    with_parts,
)
from workbook.alteration_cases import formula

from cts_excel.standard.model import NotApplicable, Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes

POLICIES = [(rule, evidence) for rule in NotApplicable for evidence in (False, True)]


def under(rule: NotApplicable, evidence: bool) -> Standard:
    policy = msgspec.structs.replace(
        built_in().policy, not_applicable=rule, require_evidence=evidence
    )
    return msgspec.structs.replace(built_in(), policy=policy)


STANDARDS = {policy: under(*policy) for policy in POLICIES}
REJECT, PRORATE = (STANDARDS[rule, False] for rule in (NotApplicable.REJECT, NotApplicable.PRORATE))


def issued(standard: Standard) -> bytes:
    return filled_bytes(standard, answers(standard))


def seen(content: bytes, standard: Standard) -> list[tuple[str, str]]:
    return [(f.code, f.cell) for f in judged(content, standard).findings]


@pytest.mark.parametrize("now", POLICIES, ids=str)
@pytest.mark.parametrize("then", POLICIES, ids=str)
def test_one_finding_for_each_other_policy(
    then: tuple[NotApplicable, bool], now: tuple[NotApplicable, bool]
) -> None:
    outcome = judged(issued(STANDARDS[then]), STANDARDS[now])
    assert [f.code for f in outcome.findings] == ([] if then == now else ["W21"])
    assert outcome.score is not None
    assert outcome.score.final == 85
    for one in outcome.findings:
        assert ("不适用" in one.found) == (then[0] != now[0])
        assert ("证据" in one.expected) == (then[1] != now[1])


def test_the_finding_says_both_policies() -> None:
    (one,) = judged(issued(PRORATE), REJECT).findings
    assert (one.found, one.expected) == ("允许“不适用”", "不允许“不适用”")


@pytest.mark.parametrize(("then", "now"), [(PRORATE, REJECT), (REJECT, PRORATE)])
def test_an_alteration_of_what_was_issued_then_is_found(then: Standard, now: Standard) -> None:
    content = put(issued(then), layout.COVER, {panel_cell("final"): 99})
    assert set(seen(content, now)) == {("W21", ""), *seen(content, then)}
    assert ("A02", panel_cell("final")) in seen(content, now)


def test_an_altered_formula_is_no_other_policy() -> None:
    """What the completion alone says is not what the rest of the workbook says."""
    (text,) = [
        cell.partition("<f>")[2].partition("</f>")[0]
        for cell in part(issued(PRORATE), sheet_part(layout.COVER)).split("<c ")
        if cell.startswith(f'r="{panel_cell("completion")}"')
    ]
    cells = {panel_cell("completion"): formula(text, "50/50（100%）", "str")}
    assert seen(put(issued(REJECT), layout.COVER, cells), REJECT) == [
        ("A01", panel_cell("completion"))
    ]


def test_saved_by_another_application() -> None:
    codes = {code for code, _cell in seen(openpyxl_edit(issued(PRORATE), lambda _w: None), REJECT)}
    assert codes == {"W21", "T03"}


def test_shared_formulas() -> None:
    """Excel stores the states of all rows as one formula."""
    letters = rating_cell("state").rstrip("0123456789")
    first, last = layout.RATING_FIRST_ROW + 1, layout.rating_last_row(PRORATE) + 1

    def share(xml: str) -> str:
        rows = xml.split(f'<c r="{letters}')
        out = [rows[0]]
        for row in rows[1:]:
            number = int(row.partition('"')[0])
            head, _, rest = row.partition("<f>")
            text, _, tail = rest.partition("</f>")
            if number == first:
                ref = f"{letters}{first}:{letters}{last}"
                row = f'{head}<f t="shared" ref="{ref}" si="0">{text}</f>{tail}'
            elif first < number <= last:
                row = f'{head}<f t="shared" si="0"/>{tail}'
            out.append(row)
        return f'<c r="{letters}'.join(out)

    content = with_parts(issued(PRORATE), {sheet_part(layout.RATINGS): share})
    assert seen(content, PRORATE) == []
    assert seen(content, REJECT) == [("W21", "")]


def test_an_indicator_left_out_then_is_refused_now_and_nothing_else() -> None:
    clause = built_in().indicators[0].clause
    left_out = {clause: RatingAnswer(layout.NOT_APPLICABLE, None, "不涉及安装")}
    content = filled_bytes(PRORATE, answers(PRORATE, ratings=left_out))
    assert seen(content, PRORATE) == []
    assert {code for code, _cell in seen(content, REJECT)} == {"R16", "W21"}
