"""Passwords that stand in no file: they open workbooks, and no run writes them down."""

from __future__ import annotations

from pathlib import Path

import pytest
from altering import built_in
from batch.batches import contents, numbered, put_files, record
from batch.hostile import encrypted

from cts_excel.api import grade_file, verify_run
from cts_excel.audit.outcome import Status
from cts_excel.batch.errors import RunError, RunInterruptedError
from cts_excel.batch.options import RunOptions
from cts_excel.grade_run import grade_run, resume_run

PASSWORD = "geheim-密码"
OPTIONS = RunOptions(("in",), "out", jobs=1)


@pytest.fixture(autouse=True)
def _inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(Path("in"), {"a.xlsx": numbered(1), "b.xlsx": encrypted(PASSWORD)})


def _interrupted() -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(RunInterruptedError):
        grade_run(OPTIONS, built_in(), stop, passwords=(PASSWORD,))


def _nothing_tells_the_password(folder: str) -> None:
    for name, content in contents(Path(folder)).items():
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert PASSWORD.encode(encoding) not in content, name


def test_a_typed_password_opens_a_workbook_and_is_written_nowhere() -> None:
    result = grade_run(OPTIONS, built_in(), passwords=("falsch", PASSWORD))
    assert result.record.counts[Status.GRADED] == 2
    assert record(Path("out"))["options"]["passwords"] is True
    _nothing_tells_the_password("out")
    outcome = grade_file("in/b.xlsx", passwords=(PASSWORD,))
    assert outcome.status is Status.GRADED
    assert grade_file("in/b.xlsx", passwords=("falsch",)).status is Status.REJECTED


def test_a_run_that_was_begun_with_passwords_goes_on_with_them_only() -> None:
    _interrupted()
    _nothing_tells_the_password("out")
    with pytest.raises(RunError, match="kept nowhere"):
        resume_run("out")
    result = resume_run("out", passwords=(PASSWORD,))
    assert result.record.counts[Status.GRADED] == 2
    _nothing_tells_the_password("out")


def test_such_a_run_is_verified_with_its_passwords() -> None:
    grade_run(OPTIONS, built_in(), passwords=(PASSWORD,))
    with pytest.raises(RunError, match="password file"):
        verify_run("out")
    assert verify_run("out", passwords=(PASSWORD,)).differences == ()
    assert len(verify_run("out", passwords=("falsch",)).differences) > 0
