"""Every alteration of a correct workbook is found, with its code, cell and effect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from altering import filled, judged, put, with_parts
from real_applications.harness import Entry, Job, LibreOffice
from workbook.alteration_cases import CASES, PROTECTION, Case

from cts_excel.audit.catalogue import effect
from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.workbook.form import layout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_alteration_is_found(case: Case) -> None:
    outcome = judged(case.make(filled()))
    told = [f for f in outcome.findings if f.code == case.code and f.sheet == case.sheet]
    told = [f for f in told if case.cell in ("", f.cell)]
    listed = [(f.code, f.sheet, f.cell, f.found, str(f.impact)) for f in outcome.findings]
    assert told, listed
    assert case.effect in {effect(f) for f in told}, listed
    assert any(case.found in f.found for f in told), listed
    assert any(case.impact in str(f.impact or "") for f in told), listed
    assert outcome.score is not None
    assert_never_less_than_its_effect(outcome)


def assert_never_less_than_its_effect(outcome: Outcome) -> None:
    """What may have changed the result is shown as a warning at least, but for what is allowed."""
    for found in outcome.findings:
        if found.code.startswith("A") and effect(found) is not effect(found).HARMLESS:
            assert found.severity >= Severity.WARNING or found.code in ("A12", "A28")


def test_the_suite_is_as_large_as_promised() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_an_untouched_workbook_has_no_finding() -> None:
    assert judged(filled()).findings == ()


@pytest.mark.real_application
@pytest.mark.slow
def test_alterations_made_in_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Protection removed in the file, then typed over in LibreOffice, which saves its own way."""
    bare = with_parts(filled(), {f"xl/worksheets/sheet{n}.xml": unprotected for n in (1, 2, 3, 4)})
    typed = (
        ("封面", "F8", "90.5", "A02"),
        ("封面", "F5", "=SUM($评分表.I4:I53)+1", "A01"),
        ("封面", "B8", "编号", "W19"),
        ("评分表", "I9", "=$F9", "A01"),
        ("评分表", "I10", "2", "A02"),
        ("评分表", "F4", "5", "W11"),
        ("评分表", "E5", "随意", "W12"),
        ("评分表", "C6", "5.9.9", "W20"),
        ("评分表", "A9", "其他", "A05"),
        ("评分表", "P4", "备注", "A25"),
        ("特别项", "F5", "0", "A02"),
        ("评分说明", "B5", "随意", "A05"),
    )
    source, saved = tmp_path / "bare.xlsx", tmp_path / "saved.xlsx"
    source.write_bytes(bare)
    entries = tuple(Entry(sheet, cell, text) for sheet, cell, text, _code in typed)
    libreoffice.fill([Job(source, entries, (saved,))])
    outcome = judged(saved.read_bytes())
    told = {(f.sheet, f.cell, f.code) for f in outcome.findings}
    assert {(sheet, cell, code) for sheet, cell, _text, code in typed} <= told
    assert {sheet for sheet, _cell, code in told if code == "A06"} == set(layout.SHEETS[:4])
    assert outcome.score == judged(filled()).score
    # Nothing but what was typed, what follows from it, and the protection.
    rest = {one for one in told if one[2][0] == "A" and one[2] not in ("A06", "A21")}
    assert rest == {(s, c, code) for s, c, _text, code in typed if code[0] == "A"}


def unprotected(xml: str) -> str:
    return re.sub(PROTECTION, "", xml)


def test_damage_outside_the_values_is_told_and_the_rest_graded() -> None:
    for part in ("xl/worksheets/sheet4.xml", "docProps/custom.xml"):
        outcome = judged(with_parts(filled(), {part: lambda xml: xml.replace(">", "", 1)}))
        assert [f.code for f in outcome.findings] == ["A26"], part
        assert outcome.score == judged(filled()).score


def test_a_workbook_of_another_edition_is_not_compared_cell_by_cell() -> None:
    content = put(filled(), "_cts", {"B4": "2030-01-01"})
    content = put(content, "封面", {"F8": 99})
    assert not [f for f in judged(content).findings if f.code in ("A01", "A02", "A05")]
