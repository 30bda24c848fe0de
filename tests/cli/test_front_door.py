"""The front door: help, exit codes, one clear line for every failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
from altering import filled
from PIL import Image

from cts_excel.cli import entry
from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.layout import UNCOMPARED

RunCli = Callable[..., Any]
SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"


def test_help_names_every_command(run_cli: RunCli) -> None:
    shown = run_cli("--help")
    assert shown.code == 0
    for name, line in entry._commands().items():
        assert f"  {name} " in shown.out
        assert line.split()[0] in shown.out


@pytest.mark.parametrize("name", list(entry._commands()))
def test_every_command_has_help_and_takes_a_standard_where_it_reads_one(
    run_cli: RunCli, name: str
) -> None:
    shown = run_cli(name, "--help")
    assert shown.code == 0
    assert "--help" in shown.out
    if name in {"demo", "template", "grade", "check", "standard"}:
        assert "--standard FILE" in shown.out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['cts-excel', '--help']\n"
        "from cts_excel.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'xlsxwriter', 'openpyxl', 'lxml', 'msgspec', 'rich', 'numpy'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["grad"], 2, "Did you mean 'grade'?"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["grade", "--quite"], 2, "--quiet"),
        (["grade", "--jobs", "0"], 2, "--jobs"),
        (["grade", "no/such/place"], 2, "no/such/place"),
        (["check"], 2, "FILE"),
        (["check", "no-such.xlsx"], 2, "no-such.xlsx"),
        (["standard", "--standard", "no-such.toml"], 2, "no-such.toml"),
        (["template", "-o", "no/such/folder/a.xlsx"], 3, "no/such/folder"),
    ],
)
def test_a_failure_is_one_clear_line(
    run_cli: RunCli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run_cli(*arguments)
    assert shown.code == code
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("Error: ")
    assert words in shown.err
    assert "Traceback" not in shown.err


def test_debug_shows_the_traceback(run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("cts_excel.standard.loading.load_standard", broken)
    shown = run_cli("standard")
    assert (shown.code, "planted" in shown.err) == (3, True)
    assert "--debug" in shown.err
    shown = run_cli("--debug", "standard")
    assert shown.code == 3
    assert "Traceback" in shown.err
    assert "RuntimeError: planted" in shown.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["grade", "no/such/place"], 2), (["grad"], 2), (["template", "-o", "no/such/a.xlsx"], 3)],
)
def test_debug_keeps_the_exit_code(
    run_cli: RunCli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run_cli("--debug", *arguments)
    assert (shown.code, shown.out) == (code, "")
    assert "Traceback" in shown.err
    assert shown.err.splitlines()[-1].startswith("Error: ")


def test_a_template_is_never_written_over_a_file(run_cli: RunCli, tmp_path: Path) -> None:
    path = tmp_path / "audit.xlsx"
    assert run_cli("template", "-o", path).code == 0
    before = path.read_bytes()
    refused = run_cli("template", "-o", path, "--standard", SMALL)
    assert (refused.code, path.read_bytes() == before) == (2, True)
    assert run_cli("template", "-o", path, "--standard", SMALL, "--force").code == 0
    assert path.read_bytes() != before


def test_a_small_folder_is_graded_and_reported(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("input"), load_standard(), count=6)
    log = tmp_path / "log.txt"
    shown = run_cli("grade", "-j", 1, "-o", "run", "--log-file", log)
    record = json.loads(Path("run/run.json").read_text(encoding="utf-8"))
    assert shown.code == (0 if record["counts"]["graded"] == 6 else 1)
    assert "summary.xlsx" in shown.out
    assert "6 files" in shown.out
    assert len(log.read_text(encoding="utf-8").splitlines()) == 6
    again = run_cli("grade", "-j", 1, "-o", "run")
    assert (again.code, again.out) == (3, "")
    quiet = run_cli("grade", "-q", "-j", 1, "-o", "quiet")
    assert (quiet.out, quiet.err) == ("", "")
    machine = json.loads(run_cli("grade", "--json", "-j", 1, "-o", "machine").out)
    assert machine["counts"] == {k: v for k, v in record["counts"].items() if k != "files"}
    assert machine["files"] == 6


def test_check_says_the_same_as_grade(run_cli: RunCli, tmp_path: Path) -> None:
    paths = write_demo(tmp_path / "in", load_standard(), count=4)
    shown = run_cli("check", "--json", *paths)
    judged = json.loads(shown.out)
    assert [one["status"] for one in judged].count("graded") + shown.code >= len(paths) - 1
    for one in judged:
        text = run_cli("check", one["file"]).out
        assert one["status"].replace("_", " ") in text
        for found in one["findings"]:
            assert found["code"] in text


def test_the_standard_is_printed_as_a_tree(run_cli: RunCli) -> None:
    shown = run_cli("standard", "--standard", SMALL)
    small = load_standard(SMALL)
    assert shown.code == 0
    for indicator in small.indicators:
        assert indicator.text in shown.out
    assert small.digest in shown.out


def test_a_copy_of_the_standard_file_can_be_changed_and_used(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run_cli("standard", "--write", "own.toml")
    assert (shown.code, "cts-excel standard --standard own.toml" in shown.out) == (0, True)
    built_in, own = load_standard(), Path("own.toml")
    assert load_standard(own) == built_in
    text = own.read_text(encoding="utf-8")
    assert "# Switches and numbers that the specification leaves open" in text
    changed = text.replace('not_applicable = "reject"', 'not_applicable = "prorate"')
    changed = changed.replace("require_evidence = false", "require_evidence = true")
    own.write_text(changed, encoding="utf-8")
    mine = load_standard(own)
    assert (mine.prorates, mine.policy.require_evidence) == (True, True)
    assert mine.digest == built_in.digest
    refused = run_cli("standard", "--write", "own.toml")
    assert (refused.code, "exists" in refused.err) == (2, True)
    assert own.read_text(encoding="utf-8") == changed
    assert run_cli("standard", "--write", "second.toml", "--standard", "own.toml").code == 0
    assert load_standard("second.toml") == mine
    assert run_cli("standard", "--write", "own.toml", "--force").code == 0
    assert load_standard(own) == built_in
    assert run_cli("standard", "--force").code == 2


def test_settings_serve_as_defaults(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "No settings" in run_cli("config").out
    Path("cts-excel.toml").write_text(f"standard = {json.dumps(str(SMALL))}\n", encoding="utf-8")
    assert load_standard(SMALL).digest in run_cli("standard").out
    assert "standard = " in run_cli("config").out
    Path("cts-excel.toml").write_text("[grade]\njbos = 1\n", encoding="utf-8")
    for command in ("grade", "config"):
        refused = run_cli(command)
        assert (refused.code, "jbos" in refused.err) == (2, True)
    Path("cts-excel.toml").write_text("[grad]\njobs = 1\n", encoding="utf-8")
    assert "'grad'" in run_cli("config").err
    Path("cts-excel.toml").write_text("standard = \n", encoding="utf-8")
    assert "cts-excel.toml: not valid TOML" in run_cli("standard").err


def test_own_headings_of_a_roster_come_from_the_settings(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text("甲方,流水号\n甲,A1\n", encoding="utf-8")
    refused = run_cli("template", "--roster", "list.csv")
    assert refused.code == 2
    assert "list.csv: 甲方, 流水号" in refused.err
    assert "[roster] organisation" in refused.err
    settings = '[roster]\noutput = "mine.xlsx"\norganisation = ["甲方"]\n"项目编号" = "流水号"\n'
    Path("cts-excel.toml").write_text(settings, encoding="utf-8")
    assert run_cli("template", "--roster", "list.csv").code == 0
    assert Path("issued/A1_甲.xlsx").exists()
    graded = run_cli("grade", "issued", "--roster", "list.csv", "-o", "run", "--json")
    assert json.loads(graded.out)["roster"]["not_returned"] == 0
    assert run_cli("verify", "run", "--roster", "list.csv").code == 0
    shown = run_cli("config").out
    assert 'output = "mine.xlsx"' in shown
    assert '"项目编号" = "流水号"' in shown
    assert run_cli("roster").code == 0
    assert Path("mine.xlsx").exists()
    for wrong, said in (("organisation = 3", "organisation = 3"), ("organisaton = 'x'", "uscc")):
        Path("cts-excel.toml").write_text(f"[roster]\n{wrong}\n", encoding="utf-8")
        command = ("roster",) if said == "uscc" else ("template", "--roster", "list.csv")
        refused = run_cli(*command)
        assert (refused.code, said in refused.err) == (2, True)


def test_settings_of_a_project_serve_too(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"[tool.cts-excel.standard]\nstandard = {json.dumps(str(SMALL))}\n"
    Path("pyproject.toml").write_text(text, encoding="utf-8")
    assert load_standard(SMALL).digest in run_cli("standard").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(run_cli: RunCli, shell: str) -> None:
    shown = run_cli("completion", shell)
    assert shown.code == 0
    assert "_CTS_EXCEL_COMPLETE" in shown.out


def test_completion_completes_commands() -> None:
    environment = os.environ | {
        "_CTS_EXCEL_COMPLETE": "bash_complete",
        "COMP_WORDS": "cts-excel gra",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cts_excel"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.stdout.split() == ["plain,grade"]


def test_output_survives_a_console_without_chinese(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "cts_excel", "standard"],
        capture_output=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_unknown_failures_are_worded(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(entry, "_say", said.append)
    assert entry._explain(OSError(28, "No space left on device", "a.xlsx")) == 3
    assert entry._explain(BrokenPipeError()) == 3
    assert entry._explain(click.Abort()) == 3
    assert said == ["Error: a.xlsx: no space left on the disk", "Stopped."]


def test_grade_reuses_unchanged_results_unless_it_is_told_not_to(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTS_EXCEL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.xlsx").write_bytes(filled())
    found = []
    for number, more in enumerate(((), (), ("--fresh",))):
        run = tmp_path / str(number)
        assert run_cli("grade", tmp_path / "in", "-o", run, "-q", *more).code == 0
        found.append(json.loads((run / "run.json").read_text("utf-8"))["reused"])
    assert found == [0, 1, 0]


def test_issued_workbooks_print_what_the_settings_say(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (30, 10)).save("logo.png")
    form = '[form]\ndocument_no = "QR-1"\nrevision = "A"\nbody = "甲机构"\nlogo = "logo.png"\n'
    Path("cts-excel.toml").write_text(form, encoding="utf-8")
    Path("list.csv").write_text("企业名称,项目编号\n甲,A1\n", encoding="utf-8")
    assert form in run_cli("config").out
    assert run_cli("template", "-o", "blank.xlsx").code == 0
    assert run_cli("template", "--roster", "list.csv").code == 0
    assert run_cli("migrate", "blank.xlsx", "-o", "new.xlsx").code in (0, 1)
    for name in ("blank.xlsx", "issued/A1_甲.xlsx", "new.xlsx"):
        cover = openpyxl.load_workbook(name)["封面"]
        assert cover[UNCOMPARED[0][1]].value == "甲机构　文件编号：QR-1　版次：A"
    Path("cts-excel.toml").unlink()
    # Graded elsewhere, without the settings: not one finding more.
    plain = run_cli("template", "-o", "plain.xlsx")
    assert plain.code == 0
    graded = [
        [
            (f["code"], f["cell"])
            for f in json.loads(run_cli("check", name, "--json").out)[0]["findings"]
        ]
        for name in ("blank.xlsx", "plain.xlsx")
    ]
    assert graded[0] == graded[1]


@pytest.mark.parametrize(
    ("form", "place", "problem"),
    [
        ('logo = "none.png"', "none.png", "the logo cannot be read"),
        ('logo = "list.csv"', "list.csv", "not a PNG or JPEG picture"),
        ('logos = "a.png"', "cts-excel.toml [form] logos", "Did you mean 'logo'?"),
        ("revision = 2", "cts-excel.toml [form] revision", "this must be text in quotes"),
        (f'body = "{"甲" * 61}"', "cts-excel.toml [form] body", "at most 60 fit"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_anything_is_written(
    run_cli: RunCli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    place: str,
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cts-excel.toml").write_text(f"[form]\n{form}\n", encoding="utf-8")
    Path("list.csv").write_text("企业名称,项目编号\n甲,A1\n", encoding="utf-8")
    for command in (("template",), ("template", "--roster", "list.csv"), ("config",)):
        refused = run_cli(*command)
        assert (refused.code, place in refused.err, problem in refused.err) == (2, True, True)
    assert sorted(path.name for path in Path().iterdir()) == ["cts-excel.toml", "list.csv"]
    # Grading does not ask for the form.
    assert run_cli("standard").code == 0
