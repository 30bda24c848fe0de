"""The bench measures what it says: its workbooks differ, its peer grades them to the same score."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import _growth  # noqa: E402
from benchmarks.made_workbooks import Original, originals, write_workbooks  # noqa: E402
from benchmarks.measuring import ratio  # noqa: E402
from benchmarks.todays_script import grade as todays_grade  # noqa: E402
from cts_excel.audit.outcome import Status  # noqa: E402
from cts_excel.batch.engines.judge import grade_one  # noqa: E402
from cts_excel.standard.loading import load_standard  # noqa: E402


@pytest.fixture(scope="module")
def made() -> list[Original]:
    return originals(load_standard(), 4)


def test_workbooks_are_whole_and_each_an_audit_of_its_own(
    made: list[Original], tmp_path: Path
) -> None:
    write_workbooks(tmp_path / "in", 9, made)
    outcomes = [grade_one(path, load_standard()) for path in sorted(tmp_path.rglob("*.xlsx"))]
    covers = [outcome.audit.cover for outcome in outcomes if outcome.audit]
    assert len(covers) == 9
    assert len({cover.audit_no for cover in covers}) == 9
    assert len({cover.organisation for cover in covers}) == 9
    assert {found.code for o in outcomes for found in o.findings if found.code[0] in "AF"} == set()


def test_the_peer_comes_to_the_same_score(made: list[Original], tmp_path: Path) -> None:
    compared = 0
    for number, original in enumerate(made):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(original.copy(number))
        outcome = grade_one(path, load_standard())
        if outcome.status is Status.GRADED and outcome.score is not None:
            theirs = todays_grade(path)
            assert theirs["最终得分"] == pytest.approx(float(outcome.score.final))
            assert outcome.judgement is not None
            assert theirs["级别"] == outcome.judgement.label
            compared += 1
    assert compared


def test_a_missed_bar_is_called_missed() -> None:
    lines = {
        line.what: line.met
        for line in _growth([(10_000, 10.0, 100), (100_000, 120.0, 139), (1_000_000, 1200.0, 300)])
    }
    assert lines == {
        "growth of time from 10,000 to 100,000": False,
        "growth of the parent's peak memory from 10,000 to 100,000": True,
        "growth of time from 100,000 to 1,000,000": True,
        "growth of the parent's peak memory from 100,000 to 1,000,000": False,
    }


def test_ratios_are_taken_turn_by_turn() -> None:
    assert ratio([2.0, 40.0, 6.0], [1.0, 10.0, 2.0]) == 3.0
