"""Files to send back, made in worker processes."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from typing import Any

import pytest
from altering import built_in, filled

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.engines.judge import grade_one
from cts_excel.batch.outputs.returned import Workers
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS
from cts_excel.workbook.returned.files import Maker, Mode, Returned, Task, returned_files

pytestmark = pytest.mark.slow  # `make unit` leaves it out


def outcome_of(content: bytes) -> Outcome:
    return grade_one(content, built_in())


@dataclass(frozen=True)
class Deadly:
    """Makes files, but for one that kills its process and one that takes for ever."""

    def __call__(self, task: Task) -> Returned:
        if task.name == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        while task.name == "endless":
            pass
        return Returned("", task.name, b"made", "")

    def listed(self, task: Task, reason: str) -> Returned:
        return Returned("", task.name, b"list", reason)


def test_a_process_that_is_lost_costs_one_file_its_marks_and_keeps_the_order() -> None:
    names = ["a", "deadly", "b", "endless", "c"]
    outcome = outcome_of(filled())
    limits = replace(DEFAULT_LIMITS, seconds=3.0)
    made: Any = Workers(2, limits)(Deadly(), (Task(outcome, name, b"") for name in names))  # type: ignore[arg-type]
    found = {one.name: one for one in made}
    assert list(found) == names
    assert [one.content for one in found.values()] == [b"made", b"list", b"made", b"list", b"made"]
    assert found["endless"].reason == "无法标记：TimeoutError"


def test_workers_make_what_one_process_makes() -> None:
    outcomes = [outcome_of(filled())] * 3
    alone = list(returned_files(outcomes, built_in(), lambda _o: filled(), Mode.ALL))
    several = returned_files(
        outcomes, built_in(), lambda _o: filled(), Mode.ALL, Workers(2, DEFAULT_LIMITS)
    )
    assert list(several) == alone
    assert len({one.name for one in alone}) == 3


def test_no_process_starts_for_nothing() -> None:
    assert list(Workers(2, DEFAULT_LIMITS)(Maker(built_in()), [])) == []
