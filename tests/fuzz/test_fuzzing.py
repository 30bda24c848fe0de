"""A short run of the fuzzer, and proof that it sees what it looks for."""

from __future__ import annotations

import pytest
from fuzz_workbooks import fuzz

pytestmark = pytest.mark.slow  # `make unit` leaves it out


def test_a_short_run_finds_no_internal_error() -> None:
    report = fuzz(seconds=4, seed=27922)
    assert [why for why, _content in report.failures] == []
    assert report.tried >= 50
    assert {"graded", "needs_correction", "rejected"} <= set(report.statuses)


def test_the_fuzzer_reports_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("cts_excel.batch.engines.judge.read_audit", fail)
    report = fuzz(seconds=0.2, seed=1)
    assert any("planted" in why for why, _content in report.failures)
