"""Results of earlier runs: the outputs are those of a fresh run, and nothing but a hit is taken."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from altering import answers, built_in, filled, put, rating_cell

from cts_excel.batch.options import RunOptions, day_of
from cts_excel.batch.store import reuse
from cts_excel.batch.store.result_cache import FILE, CacheError, ResultCache
from cts_excel.grade_run import GradingResult, grade_run
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS

FILES = 6


@pytest.fixture(autouse=True)
def _fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with six workbooks in ``in``: five to grade, one to send back."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(FILES - 1):
        cover = {"企业名称": f"南京某某电器有限公司{number}", "项目编号": f"ZJ-{number}"}
        content = filled_bytes(built_in(), answers(cover=cover))
        (tmp_path / "in" / f"{number}.xlsx").write_bytes(content)
    faulty = put(filled(), "评分表", {rating_cell("percent"): 7})
    (tmp_path / "in" / f"{FILES}.xlsx").write_bytes(faulty)
    return tmp_path


def graded(
    folder: Path, output: str, standard: Standard | None = None, **options: Any
) -> GradingResult:
    given = {"reuse": True, "cache": str(folder / "cache"), "jobs": 1, **options}
    run = RunOptions(("in",), str(folder / output), **given)
    return grade_run(run, standard or built_in())


def reused(folder: Path, output: str) -> int:
    return int(json.loads((folder / output / "run.json").read_text("utf-8"))["reused"])


def outputs(folder: Path, output: str) -> dict[str, bytes]:
    """Return every output but run.json, by name."""
    root = folder / output
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_a_second_run_reuses_every_result_and_writes_the_same(folder: Path) -> None:
    graded(folder, "first")
    graded(folder, "second")
    graded(folder, "fresh", reuse=False)
    assert [reused(folder, name) for name in ("first", "second", "fresh")] == [0, FILES, 0]
    assert outputs(folder, "first") == outputs(folder, "second") == outputs(folder, "fresh")
    assert "returned/6.xlsx" in outputs(folder, "second")


def test_duplicates_are_found_among_reused_and_new_files(folder: Path) -> None:
    graded(folder, "first")
    shutil.copy(folder / "in" / "0.xlsx", folder / "in" / "9.xlsx")
    graded(folder, "second")
    graded(folder, "fresh", reuse=False)
    assert reused(folder, "second") == FILES
    assert b"duplicate" in outputs(folder, "second")["grades.csv"]
    assert outputs(folder, "second") == outputs(folder, "fresh")


def test_a_file_with_other_bytes_is_graded_anew(folder: Path) -> None:
    graded(folder, "first")
    (folder / "in" / "0.xlsx").write_bytes(put(filled(), "评分表", {rating_cell("percent"): 7}))
    graded(folder, "second")
    graded(folder, "fresh", reuse=False)
    assert reused(folder, "second") == FILES - 1
    assert outputs(folder, "second") == outputs(folder, "fresh")


@pytest.mark.parametrize(
    "changed",
    [
        {"legacy": True},
        {"limits": replace(DEFAULT_LIMITS, file_bytes=DEFAULT_LIMITS.file_bytes - 1)},
        {"returned": "all"},
        {"deadline": "10 天"},
        {"contact": "张三"},
        {"independent": True},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_rule_misses(folder: Path, changed: dict[str, Any]) -> None:
    graded(folder, "first")
    graded(folder, "second", **changed)
    assert reused(folder, "second") == 0


def test_another_standard_language_or_code_misses(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded(folder, "first")
    graded(folder, "standard", msgspec.structs.replace(built_in(), edition="2099-01-01"))
    monkeypatch.setattr(reuse, "language", lambda: "xx")
    graded(folder, "language")
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(reuse, "_code", lambda: "another")
    graded(folder, "code")
    assert [reused(folder, name) for name in ("standard", "language", "code")] == [0, 0, 0]


def test_the_key_and_the_passwords_are_part_of_the_rules() -> None:
    digests = {
        reuse.rules_digest(RunOptions(), "standard", secrets, ())
        for secrets in ([], [b"password"], [b"key", b"password"])
    }
    assert len(digests) == 3


def test_nothing_is_kept_of_a_run_with_passwords(folder: Path) -> None:
    (folder / "passwords.txt").write_text("secret", "utf-8")
    for name in ("first", "second"):
        graded(folder, name, password_file=str(folder / "passwords.txt"))
    assert reused(folder, "second") == 0
    assert not (folder / "cache").exists()


def test_an_audit_that_ends_after_the_run_is_judged_again_each_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = day_of(1790000000) + timedelta(days=3)
    cover = {"项目编号": "ZJ-F", "审核开始日期": end, "审核结束日期": end}
    shutil.rmtree(folder / "in")
    (folder / "in").mkdir()
    (folder / "in" / "0.xlsx").write_bytes(filled_bytes(built_in(), answers(cover=cover)))
    graded(folder, "before")
    later = 1790000000 + 5 * 86_400
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(later))
    graded(folder, "after")
    graded(folder, "again")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    graded(folder, "earlier")
    found = [reused(folder, name) for name in ("before", "after", "again", "earlier")]
    assert found == [0, 0, 1, 0]
    assert outputs(folder, "earlier") == outputs(folder, "before")


def test_a_changed_row_is_graded_anew(folder: Path) -> None:
    graded(folder, "first")
    with sqlite3.connect(folder / "cache" / FILE) as database:
        database.execute("UPDATE results SET body = replace(body, '五星级', '四星级')")
        database.execute("UPDATE results SET status = 'graded' WHERE file LIKE '%6.xlsx'")
        changed = database.execute("SELECT changes()").fetchone()[0]
    assert changed
    graded(folder, "second")
    assert reused(folder, "second") < FILES
    assert outputs(folder, "first") == outputs(folder, "second")


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\x00" + b"\xff" * 4096, b""])
def test_a_damaged_cache_costs_one_notice(folder: Path, damage: bytes) -> None:
    graded(folder, "first")
    for path in (folder / "cache").iterdir():
        path.unlink()
    (folder / "cache" / FILE).write_bytes(damage)
    (folder / "cache" / FILE).chmod(0o600)
    result = graded(folder, "second")
    assert len(result.notices) == (1 if damage else 0)
    assert outputs(folder, "first") == outputs(folder, "second")
    graded(folder, "third")
    graded(folder, "fourth")
    assert reused(folder, "fourth") == FILES  # a new cache was begun


def test_a_cache_of_another_version_is_replaced(folder: Path) -> None:
    graded(folder, "first")
    with sqlite3.connect(folder / "cache" / FILE) as database:
        database.execute("PRAGMA user_version = 99")
    assert "of another version" in graded(folder, "second").notices[0]
    graded(folder, "third")
    graded(folder, "fourth")
    assert reused(folder, "fourth") == FILES


def test_a_full_disk_costs_one_notice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise CacheError("database or disk is full")

    monkeypatch.setattr(ResultCache, "add", full)
    result = graded(folder, "first")
    assert len(result.notices) == 1
    assert result.record.total == FILES


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX")
def test_a_cache_that_others_may_write_is_not_used(folder: Path) -> None:
    graded(folder, "first")
    assert (folder / "cache").stat().st_mode & 0o777 == 0o700
    assert (folder / "cache" / FILE).stat().st_mode & 0o777 == 0o600
    (folder / "cache" / FILE).chmod(0o666)
    result = graded(folder, "second")
    assert "open to other users" in result.notices[0]
    assert reused(folder, "second") == 0


def test_the_oldest_results_go_first(folder: Path) -> None:
    graded(folder, "first")
    with sqlite3.connect(folder / "cache" / FILE) as database:
        database.execute("UPDATE results SET used = 1 WHERE file = 'in/2.xlsx'")
        ((size,),) = database.execute("SELECT sum(length(body)) FROM results")
    ResultCache(folder / "cache", b"rules", most_bytes=size * 2).close()
    with sqlite3.connect(folder / "cache" / FILE) as database:
        left = {file for (file,) in database.execute("SELECT file FROM results")}
    assert "in/2.xlsx" not in left or len(left) == FILES
    ResultCache(folder / "cache", b"rules", most_bytes=size // 2).close()
    with sqlite3.connect(folder / "cache" / FILE) as database:
        left = {file for (file,) in database.execute("SELECT file FROM results")}
    assert "in/2.xlsx" not in left
    assert len(left) < FILES


def _grade_many(folder: str, output: str) -> None:
    os.chdir(folder)
    graded(Path(folder), output)


def test_two_runs_share_a_cache(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_grade_many, args=(str(folder), name)) for name in ("a", "b")]
    for run in runs:
        run.start()
    for run in runs:
        run.join(120)
    assert [run.exitcode for run in runs] == [0, 0]
    assert outputs(folder, "a") == outputs(folder, "b")
    graded(folder, "c")
    assert reused(folder, "c") == FILES
    assert outputs(folder, "c") == outputs(folder, "a")


def test_a_process_killed_while_it_writes_leaves_a_cache_that_works(folder: Path) -> None:
    graded(folder, "first")
    pid = os.fork() if hasattr(os, "fork") else -1
    if pid == 0:
        cache = ResultCache(folder / "cache", b"rules")
        cache._database.execute("BEGIN IMMEDIATE")
        cache._database.execute("DELETE FROM results")
        os._exit(9)
    if pid > 0:
        os.waitpid(pid, 0)
    graded(folder, "second")
    assert reused(folder, "second") == FILES
