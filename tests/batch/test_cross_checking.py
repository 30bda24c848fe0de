"""calamine reads the answers of every .xlsx, too: what it reads otherwise takes the level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from altering import answers, built_in, filled, put, rating_cell, sheet_part, with_parts

from cts_excel.audit.codes import Code
from cts_excel.audit.model import Audit
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines import judge
from cts_excel.batch.engines.cross_check import cross_check
from cts_excel.second_reader import calamine_sheets
from cts_excel.second_reader.cells import UnreadableError
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes

CASES = Path(__file__).parents[1] / "data" / "cases"
CATEGORY = built_in().special.deduction.categories[0]
OTHER_CATEGORY = built_in().special.deduction.categories[1]
BONUS = built_in().special.bonus.categories[0]
Fault = Callable[[Audit], Audit]


@pytest.fixture(scope="module")
def content() -> bytes:
    items = tuple(SpecialAnswer(CATEGORY, "", f"事故 {n}", f"录音 {n} 号") for n in range(2))
    bonus = (SpecialAnswer(BONUS, "", "领先", "公示记录"),)
    return filled_bytes(built_in(), answers(built_in(), deductions=items, bonuses=bonus))


def judged(content: bytes) -> Outcome:
    return judge.grade_one(content, built_in())


def first_rating(**changes: object) -> Fault:
    return lambda audit: replace(
        audit, ratings=(replace(audit.ratings[0], **changes), *audit.ratings[1:])
    )


FAULTS: dict[str, tuple[Fault, str]] = {
    "a percentage": (first_rating(percent=Decimal("0.86")), "评分比例 5.1.1.1 0.86"),
    "a band": (first_rating(band=built_in().bands[0].label), "评分档 5.1.1.1"),
    "evidence lost": (first_rating(evidence=""), "审核证据 5.1.1.1 空白"),
    "another row": (first_rating(row=5, clause="5.1.1.1"), "条款 5.1.1.1"),
    "a deduction lost": (lambda a: replace(a, deductions=a.deductions[:1]), "类别 空白"),
    "the bonus lost": (lambda a: replace(a, bonuses=()), "类别 空白"),
    "a deduction invented": (
        lambda a: replace(a, deductions=(*a.deductions, replace(a.deductions[0], row=9))),
        f"类别 {CATEGORY}",
    ),
    "another category": (
        lambda a: replace(
            a, deductions=(replace(a.deductions[0], category=OTHER_CATEGORY), *a.deductions[1:])
        ),
        f"类别 {OTHER_CATEGORY}",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_first_reader_takes_the_level(
    name: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graded(judged(content))
    fault, shown = FAULTS[name]
    read = judge.read_audit
    monkeypatch.setattr(judge, "read_audit", lambda *a, **k: fault(read(*a, **k)))
    outcome = judged(content)
    assert outcome.status is Status.NEEDS_CORRECTION
    (found,) = (f for f in outcome.findings if f.code is Code.READERS_DIFFER)
    assert found.found.startswith(shown)
    assert found.sheet in (layout.RATINGS, layout.SPECIAL)
    assert found.cell


def graded(outcome: Outcome) -> bool:
    return outcome.status is Status.GRADED


@pytest.mark.parametrize("text", ["８５％", " 85 ", "0.85", "85%", "\u200b85"])
def test_spellings_of_one_percentage_are_no_difference(text: str) -> None:
    assert graded(judged(put(filled(), layout.RATINGS, {rating_cell("percent", 0): text})))


def test_blanks_that_show_nothing_are_no_difference() -> None:
    """A cell of blanks in 特别项 is no entry, and as evidence it is none."""
    changed = put(filled(), layout.RATINGS, {rating_cell("evidence", 0): "\u3000\u200b"})
    assert graded(judged(put(changed, layout.SPECIAL, {"D6": " \u00a0", "F6": "\u200b"})))


def test_what_calamine_cannot_read_is_not_checked(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise UnreadableError("PanicException")

    monkeypatch.setattr(calamine_sheets.AnswerBook, "rows", fail)
    audit = judged(content).audit
    assert audit is not None
    assert cross_check(audit, content) is None
    assert graded(judged(content))


def test_a_sheet_that_reaches_far_is_not_read_whole(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """calamine's tables are dense: a cell in the last row would cost gigabytes."""
    row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    part = sheet_part(layout.RATINGS)
    far = with_parts(content, {part: lambda xml: xml.replace("</sheetData>", row)})
    monkeypatch.setattr(calamine_sheets.AnswerBook, "__init__", None)
    outcome = judged(far)
    assert outcome.audit is not None
    assert outcome.audit.answer_area > 10_000_000
    assert outcome.judgement is not None


@pytest.mark.parametrize("path", sorted(CASES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_no_case_is_taken_for_a_difference(path: Path) -> None:
    codes = [f.code for f in judge.grade_one(path, built_in()).findings]
    assert Code.READERS_DIFFER not in codes


def test_a_long_list_of_relationships_is_not_given_to_calamine(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time grows with the square of their number: minutes for a package of 11 MB."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    more = "".join(f'<Relationship Id="x{n}" Type="{kind}" Target="y"/>' for n in range(2_000))
    end = "</Relationships>"
    long = with_parts(
        content, {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(end, more + end)}
    )
    monkeypatch.setattr(calamine_sheets.AnswerBook, "__init__", None)
    assert graded(judged(long))
