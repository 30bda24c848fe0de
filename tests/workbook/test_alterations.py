"""Every alteration of a correct workbook is found, with its code, cell and effect."""

from __future__ import annotations

import pytest
from altering import filled, judged
from workbook.alteration_cases import CASES, Case

from cts_excel.audit.catalogue import effect
from cts_excel.audit.findings import Severity


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


def test_the_suite_is_as_large_as_promised() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_an_untouched_workbook_has_no_finding() -> None:
    assert judged(filled()).findings == ()


def test_an_alteration_is_never_less_than_its_effect() -> None:
    """What may have changed the result is shown as a warning at least, but for what is allowed."""
    for case in CASES:
        for found in judged(case.make(filled())).findings:
            if found.code.startswith("A") and effect(found) is not effect(found).HARMLESS:
                allowed = ("A12", "A28")
                assert found.severity >= Severity.WARNING or found.code in allowed
