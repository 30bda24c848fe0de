"""What a run in the app is made of: the settings file, and what a person chose on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from app.conftest import ROOT

from cts_excel.api import RunOptions, load_standard
from cts_excel.app.grading_job import GradingJob
from cts_excel.app.settings import FolderSettings
from cts_excel.app.wording import page_repair, told
from cts_excel.app.workplace import Workplace
from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.refusals import _WORDS
from cts_excel.errors import UserError

STANDARD = load_standard()
SETTINGS = FolderSettings(
    "cts-excel.toml",
    ("legacy = true",),
    RunOptions(legacy=True, key_file="a.key", password_file="p.txt", roster="名单.csv", jobs=1),
    headings=(("organisation", ("客户",)),),
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what runs are begun with."""
    found: list[Any] = []

    async def start(_job: GradingJob, options: RunOptions, passwords: tuple[str, ...] = ()) -> None:
        found.append((options, passwords))

    monkeypatch.setattr(GradingJob, "start", start)
    return found


def _place(folder: Path, settings: FolderSettings = SETTINGS) -> Workplace:
    return Workplace(folder, STANDARD, settings=lambda: settings)


def test_a_run_follows_the_settings_file(tmp_path: Path, asked: list[Any]) -> None:
    place = _place(tmp_path)
    asyncio.run(place.grade(None))
    expected = replace(SETTINGS.run, roster=None, decisions=True)
    assert asked == [(expected, ())]
    assert place.rosters() == {"名单.csv": "名单.csv"}
    asyncio.run(place.grade("名单.csv"))
    assert asked[1][0].roster_headings == SETTINGS.headings


def test_what_a_person_chose_goes_before_it(tmp_path: Path, asked: list[Any]) -> None:
    place = _place(tmp_path)
    (tmp_path / "b.key").touch()
    place.choices.legacy, place.choices.key = False, "b.key"
    place.choices.passwords = ("geheim",)
    asyncio.run(place.grade(None))
    ((options, passwords),) = asked
    assert (options.legacy, options.key_file, passwords) == (False, "b.key", ("geheim",))
    place.choices.key = ""
    assert place.means().key_file is None
    assert place.issue_key() is None


@pytest.mark.parametrize("name", ["../c.key", "input/c.key", "c.txt", "/etc/passwd", "gone.key"])
def test_a_page_names_no_key_but_those_of_the_list(tmp_path: Path, name: str) -> None:
    (tmp_path / "work" / "input").mkdir(parents=True)
    for path in ("c.key", "work/input/c.key", "work/c.txt"):
        (tmp_path / path).touch()
    place = _place(tmp_path / "work")
    place.choices.key = name
    assert place.key_files() == []
    assert place.means().key_file is None


def test_passwords_show_in_no_text_of_the_program(tmp_path: Path) -> None:
    place = _place(tmp_path)
    place.choices.passwords = ("geheim",)
    assert "geheim" not in f"{place!r} {place.choices!r} {place.means()!r}"


@pytest.mark.slow
def test_passwords_reach_the_process_that_grades_and_no_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from batch.hostile import encrypted

    from cts_excel.api import Status, run_folders

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "a.xlsx").write_bytes(encrypted("geheim"))
    seen: list[str] = []

    async def run(begin: Callable[[GradingJob], Any]) -> None:
        job = GradingJob(tmp_path)
        await begin(job)
        assert job._process is not None
        arguments = Path(f"/proc/{job._process.pid}/cmdline")
        if arguments.exists():
            seen.append(arguments.read_text())
        assert job._task is not None
        await asyncio.wait_for(job._task, 120)
        assert job.folder, job.problem

    options = RunOptions(("input",), reuse=True)
    asyncio.run(run(lambda job: job.start(options, ("geheim",))))
    (found,) = run_folders(tmp_path / "output")
    assert found.counts[Status.GRADED] == 1
    assert "geheim" not in " ".join(seen)


def test_no_repair_on_a_page_names_an_option_of_the_command_line() -> None:
    repairs = [(e.code, text) for e in CATALOGUE.values() for text in e.repair.values()]
    repairs += [(e.code, text) for e in CATALOGUE.values() for text in e.if_found or ()]
    repairs += [("F08", text) for _zh, better in _WORDS.values() if better for text in better]
    assert any("--" in text for _code, text in repairs)  # there is something to put right
    for code, text in repairs:
        shown = page_repair(code, text)
        assert "--" not in shown
        assert "password file" not in shown


def test_an_error_keeps_its_repair_unless_that_is_an_option() -> None:
    assert told(UserError("a.csv", "wrong", "Mend it.")) == "a.csv: wrong. Mend it."
    assert "--resume" not in told(UserError("a.csv", "wrong", "Go on with --resume."))
