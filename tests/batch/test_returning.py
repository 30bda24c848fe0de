"""Files to send back: which, under which names, and what a lost process costs."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, filled
from batches import contents

from cts_excel.audit.grading import grade, rejected
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs import returned
from cts_excel.batch.outputs.returned import FOLDER, ReturnedFiles
from cts_excel.batch.results import result_of
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.read_audit import read_audit
from cts_excel.workbook.returned import Returned, ReturnTerms, returned_file


@dataclass
class FakeRun:
    """A run as far as the sink sees it: sources by file name."""

    folder: Path
    options: RunOptions
    sources: Mapping[str, bytes]
    standard: Standard = field(default_factory=built_in)

    def source(self, file: str) -> bytes:
        if file not in self.sources:
            raise FileNotFoundError(2, "No such file")
        return self.sources[file]


def outcome_of(content: bytes, file: str = "收回/甲.xlsx") -> Outcome:
    digest = hashlib.sha256(content).hexdigest()
    return grade(read_audit(content, built_in()), built_in(), file=file, sha256=digest)


def half_filled(number: str = "ZJ-2025-0001", organisation: str = "某某公司") -> bytes:
    cover = {"项目编号": number, "企业名称": organisation, "审核组长": None}
    return filled_bytes(built_in(), answers(cover=cover))


def sent_back(
    folder: Path, outcomes: list[Outcome], sources: Mapping[str, bytes], **options: Any
) -> dict[str, bytes]:
    """Return what a run writes to ``returned/`` when no worker has prepared it."""
    chosen = RunOptions(**{"jobs": 1, **options})
    with ReturnedFiles(FakeRun(folder, chosen, sources)) as sink:
        for outcome in outcomes:
            sink.add(result_of(outcome))
    return contents(folder / FOLDER)


def reason_in(content: bytes) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
    return str(sheet["A1"].value)


def number_in(content: bytes) -> str:
    return read_audit(content, built_in()).cover.audit_no


def test_faulty_files_come_back_and_no_others(tmp_path: Path) -> None:
    sources = {"a": half_filled("A-1"), "b": filled(), "c": half_filled("C-1")}
    outcomes = [outcome_of(content, file) for file, content in sources.items()]
    faulty = sent_back(tmp_path / "1", outcomes, sources)
    assert list(faulty) == ["a.xlsx", "c.xlsx"]
    everything = sent_back(tmp_path / "2", outcomes, sources, returned="all")
    assert everything["b.xlsx"] == sources["b"]
    assert {name: everything[name] for name in faulty} == faulty
    assert not ReturnedFiles.wanted(RunOptions(returned="none"))


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["in/甲.xlsx", "in/乙.xlsm", "in/丙"], ["丙.xlsx", "乙.xlsx", "甲.xlsx"]),
        (["in/甲.xlsx.download", "in/乙.xlsx (1)"], ["乙.xlsx", "甲.xlsx"]),
        (["in/a.zip/甲.xlsx", "in/b.zip/x/乙.xlsx"], ["乙.xlsx", "甲.xlsx"]),
        (["in/甲.xlsx", "in/更正/甲.xlsx"], ["更正/甲.xlsx", "甲.xlsx"]),
        (["in/a/甲.xlsx", "in/b/甲.XLSX"], ["a/甲.xlsx", "b/甲.xlsx"]),
        (["in/a.zip/甲.xlsx", "in/b.zip/甲.xlsx"], ["a.zip/甲.xlsx", "b.zip/甲.xlsx"]),
        (["in/甲.xlsx", "in/甲.xlsm"], ["甲 (2).xlsx", "甲.xlsx"]),
        (["a/x.xlsx", "b/x (2).xlsx", "b/x.xlsx"], ["a/x.xlsx", "b/x.xlsx", "x (2).xlsx"]),
        (["/one/x.xlsx", "two/x.xlsx"], ["one/x.xlsx", "two/x.xlsx"]),
        (["in/CON:<ZJ>.xlsx", "in/..xlsx"], ["CON__ZJ_.xlsx", "_.xlsx"]),
    ],
)
def test_copies_keep_the_names_of_their_files_and_folders_where_two_are_equal(
    files: list[str], names: list[str], tmp_path: Path
) -> None:
    sources = {file: half_filled(f"N-{number}") for number, file in enumerate(files)}
    outcomes = [outcome_of(content, file) for file, content in sources.items()]
    made = sent_back(tmp_path, outcomes, sources)
    assert sorted(made) == names
    audits = {str(number_in(content)) for content in made.values()}
    assert audits == {f"N-{number}" for number in range(len(files))}


def test_a_file_that_changed_or_went_away_gets_a_list(tmp_path: Path) -> None:
    outcome = outcome_of(half_filled(), "a")
    (changed,) = sent_back(tmp_path / "1", [outcome], {"a": filled()}).values()
    (lost,) = sent_back(tmp_path / "2", [outcome], {}).values()
    assert "评定后文件已变化，未作标记" in reason_in(changed)
    assert "无法再次读取：No such file" in reason_in(lost)


def test_a_rejected_file_gets_a_list_in_words(tmp_path: Path) -> None:
    outcome = rejected("来件/坏.xlsx", "0" * 64, "F01", found="zip: bad")
    made = sent_back(tmp_path, [outcome], {"来件/坏.xlsx": b"x"}, returned="all")
    assert list(made) == ["坏.xlsx"]
    assert "来件/坏.xlsx" in reason_in(made["坏.xlsx"])


def test_what_a_worker_has_prepared_is_written_as_it_is(tmp_path: Path) -> None:
    outcome = outcome_of(half_filled(), "a")
    result = result_of(outcome)
    result.prepared = {ReturnedFiles.name: (b"prepared", b"")}
    with ReturnedFiles(FakeRun(tmp_path, RunOptions(), {})) as sink:
        sink.add(result)
        assert sink._pool is None  # no process starts for nothing
    assert list(contents(tmp_path / FOLDER).values()) == [b"prepared"]


def test_copies_made_late_and_lists_say_the_same_terms(tmp_path: Path) -> None:
    outcome = outcome_of(half_filled(), "a")
    terms = {"deadline": "10 个工作日", "contact": "张三"}
    made = [
        *sent_back(tmp_path / "1", [outcome], {"a": half_filled()}, **terms).values(),
        *sent_back(tmp_path / "2", [outcome], {"a": filled()}, **terms).values(),
        *sent_back(tmp_path / "3", [outcome], {}, **terms).values(),
    ]
    for content in made:
        sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
        assert sheet["A4"].value == "补正期限：10 个工作日　|　联系人：张三"
    prepared = ReturnedFiles.preparation(RunOptions(**terms))
    assert prepared is not None
    assert prepared(outcome, built_in(), half_filled()) == (made[0], b"")


def misbehaving(outcome: Outcome, content: bytes, terms: ReturnTerms) -> Returned:
    """Make a file, unless its name says that it kills its process, or takes for ever."""
    if outcome.file == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    while outcome.file == "endless":
        pass
    return returned_file(outcome, content, terms)


@pytest.mark.slow  # it waits for a time-out
def test_a_lost_process_costs_one_file_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "returned_file", misbehaving)
    sources = {name: half_filled(name) for name in ("a", "deadly", "b", "endless", "c")}
    outcomes = [outcome_of(content, file) for file, content in sources.items()]
    assert {outcome.status for outcome in outcomes} == {Status.NEEDS_CORRECTION}
    limits = replace(RunOptions().limits, seconds=3.0)
    made = sent_back(tmp_path, outcomes, sources, jobs=2, limits=limits)
    lists = {name.removesuffix(".xlsx"): reason_in(content) for name, content in made.items()}
    assert [name for name, words in lists.items() if "无法标记" in words] == ["deadly", "endless"]
    assert "无法标记：TimeoutError" in lists["endless"]


@pytest.mark.slow
def test_a_pool_that_breaks_costs_one_file_its_marks_and_not_the_run(tmp_path: Path) -> None:
    sources = {name: half_filled(name) for name in ("a", "b", "c")}
    with ReturnedFiles(FakeRun(tmp_path, RunOptions(jobs=1), sources)) as sink:
        for file, content in sources.items():
            sink.add(result_of(outcome_of(content, file)))
            sink._pool.stop()  # as the system ends it: the next file finds no pool
            sink._pool.join()
    assert len(contents(tmp_path / FOLDER)) == 3
