"""What the app takes from ``cts-excel.toml``: what the commands would do in the same folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_excel.api import RunOptions, load_standard
from cts_excel.cli.folder_settings import folder_settings, folder_standard
from cts_excel.cli.settings import SettingsError
from cts_excel.errors import UserError

STANDARD = load_standard()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _write(text: str) -> None:
    Path("cts-excel.toml").write_text(text, "utf-8")


def test_without_a_file_a_run_is_as_it_always_is() -> None:
    found = folder_settings(STANDARD)
    assert (found.source, found.told, found.issue_key) == ("", (), None)
    assert found.run == RunOptions(reuse=True)
    assert folder_standard() is None


def test_the_options_of_grade_are_those_of_a_run_in_the_app() -> None:
    Path("名单.csv").write_text("x")
    Path("my.toml").write_text("x")
    _write(
        'legacy = true\nstandard = "my.toml"\njobs = 3\n[grade]\nroster = "名单.csv"\n'
        'exclude = ["*old*", "旧*"]\nlimit = "seconds=60"\nfresh = true\nreturn = "all"\n'
        'output = "there"\nquiet = true\nlog-file = "x.log"\n[template]\nkey-file = "a.key"\n'
        '[roster]\n"企业名称" = "客户"\n[form]\nbody = "某认证"\n[return]\ndeadline = 10\n'
    )
    found = folder_settings(STANDARD)
    run = found.run
    assert run.legacy
    assert (run.roster, run.jobs, run.exclude) == ("名单.csv", 3, ("*old*", "旧*"))
    assert (run.limits.seconds, run.reuse, run.returned) == (60, False, "all")
    assert run.deadline == "收到后 10 天内"
    assert run.output is None  # the app has its own folders
    assert not Path("x.log").exists()
    assert folder_standard() == "my.toml"
    assert found.headings == (("organisation", ("客户",)),)
    assert run.roster_headings == found.headings
    assert found.imprint is not None
    assert found.imprint.body == "某认证"
    assert found.issue_key == "a.key"
    assert found.source == "cts-excel.toml"
    told = "\n".join(found.told)
    for option in ("legacy = true", 'roster = "名单.csv"', '[template] key-file = "a.key"',
                   '[form] body = "某认证"', "[return] deadline = 10"):  # fmt: skip
        assert option in told
    assert "output" not in told  # what is not taken is not told either


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("legacy = ", "cts-excel.toml"),
        ("[grade]\nlegacie = true", "legacie"),
        ('[grade]\njobs = "many"', "many"),
        ('[grade]\nroster = "gone.csv"', "gone.csv"),
        ('[grade]\nlimit = "second=1"', "second=1"),
        ("[return]\ndeadline = -1", "deadline"),
        ('[roster]\n"企业名称" = 1', "企业名称"),
        ('[form]\nlogo = "gone.png"', "gone.png"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_that_names_it(text: str, named: str) -> None:
    _write(text)
    with pytest.raises(UserError) as caught:
        folder_settings(STANDARD)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_standard_is_told_with_its_file() -> None:
    _write('[grade]\nstandard = "gone.toml"')
    with pytest.raises(SettingsError, match=r"gone\.toml"):
        folder_standard()
