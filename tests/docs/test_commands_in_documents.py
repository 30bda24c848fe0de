"""Every command of READMEs, walk-through and guides is run, in order, in a scratch folder.

What a person does between two commands (fill in the roster, fill in workbooks, correct one) is done
by the steps below, with small data.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import form_cells
import openpyxl
import pytest
from form_cells import rate

from cts_excel.cli import demo as demo_command
from cts_excel.cli.entry import run
from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard
from cts_excel.version import __version__
from cts_excel.workbook.form.layout import RATINGS

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "data" / "small_standard.toml"
AUDITS = (
    ("ZJ-2025-001", "甲电器服务有限公司"),
    ("ZJ-2025-002", "乙家具售后有限公司"),
    ("ZJ-2025-003", "丙汽车服务有限公司"),
)


def commands(path: Path) -> list[str]:
    """List the commands of the console blocks, without prompts and comments."""
    blocks = re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).splitlines()
    found = [line.partition(" #")[0].strip() for line in lines]
    return [line for line in found if line.startswith("cts-excel ")]


def blocks(path: Path) -> list[tuple[str, list[str]]]:
    """List kind and lines of each block of a document, without indentation, comments and blanks."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", path.read_text("utf-8"), re.DOTALL | re.M)
    return [
        (kind, [line for raw in text.splitlines() if (line := raw.partition(" #")[0].strip())])
        for kind, text in found
    ]


def block(path: Path, kind: str, first: str) -> list[str]:
    """Return the lines of the one block that begins so."""
    (lines,) = [lines for k, lines in blocks(path) if k == kind and lines[0].startswith(first)]
    return lines


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "input").mkdir()
    return tmp_path


def call(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    words = shlex.split(line)
    if words[1] == "grade" and not {"-j", "--jobs"} & set(words):
        words += ["-j", "1"]  # starting worker processes is tested elsewhere
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as stop:
        run()
    return int(stop.value.code or 0)


def fill(path: Path, target: Path, *, leave_out: str = "", number: str = "") -> None:
    """Fill an issued workbook in as an assessor does, cover included."""
    workbook = openpyxl.load_workbook(path)
    cover = workbook["封面"]
    for row in cover.iter_rows(min_row=1, max_row=20):
        for cell, below in pairwise(row):
            value = {
                "审核类型": "初次认证",
                "审核开始日期": "2025-09-28",
                "审核结束日期": "2025-09-30",
                "审核组长": "张三",
            }.get(str(cell.value))
            if value and below.value is None:
                below.value = value
            if number and cell.value == "项目编号":
                below.value = number
    rate(workbook[RATINGS], leave_out=leave_out)
    workbook.save(target)


def fill_roster() -> None:
    form_cells.fill_roster(Path("roster.xlsx"), AUDITS)


def issued(number: int) -> Path:
    return Path("issued") / "{}_{}.xlsx".format(*AUDITS[number])


def collect() -> None:
    """Two of three come back, the second without one percentage."""
    fill(issued(0), Path("input") / issued(0).name)
    fill(issued(1), Path("input") / issued(1).name, leave_out="5.3.2.2")


def correct() -> None:
    """Correct the marked copy and put it beside the faulty workbook."""
    correct_copy(Path("output/first/returned") / issued(1).name)


def correct_copy(marked: Path) -> None:
    workbook = openpyxl.load_workbook(marked)
    rate(workbook[RATINGS])
    Path("input/corrected").mkdir(exist_ok=True)
    workbook.save(Path("input/corrected") / marked.name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["walkthrough.md", "walkthrough.zh-CN.md"])
def test_the_walk_through_works(
    name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    after: dict[str, Callable[[], None]] = {
        "cts-excel roster": fill_roster,
        "cts-excel template": collect,
        "cts-excel check": correct,
    }
    shown: dict[str, str] = {}
    codes = []
    for line in commands(ROOT / "docs" / name):
        codes.append(call(line, monkeypatch))
        shown[line] = capsys.readouterr().out
        step = after.get(" ".join(line.split()[:2]))
        if step:
            step()
    # roster, key, template, grade (one needs correction), check, grade (one was corrected), …
    assert codes == [0, 0, 0, 1, 1, 1, 0, 0], shown
    summary = openpyxl.load_workbook("output/second/summary.xlsx")
    assert {"总览", "对比", "未回收"} <= set(summary.sheetnames)
    not_returned = {r[3].value for r in summary["未回收"].iter_rows() if r[0].value == "未回收"}
    assert not_returned - {None} == {"ZJ-2025-003"}
    assert len(list(Path("reports").glob("*.xlsx"))) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["docs/back-office.md", "docs/back-office.zh-CN.md"])
def test_the_back_office_guide_works(
    name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_demo(Path("input"), load_standard(), count=6)
    names = sorted(path.name for path in Path("input").glob("*.xlsx"))
    for wanted in ("ZJ-2025-0001.xlsx", "ZJ-2025-0003.xlsx"):
        assert wanted in names
    Path("passwords.txt").write_text("secret\n", encoding="utf-8")
    fill(
        Path("input/ZJ-2025-0001.xlsx"),
        Path("input/ZJ-FAULTY.xlsx"),
        leave_out="5.3.2.2",
        number="ZJ-9",
    )
    with zipfile.ZipFile("returned.zip", "w") as archive:
        archive.write("input/ZJ-2025-0001.xlsx", "ZJ-2025-0001.xlsx")
    call_roster_and_issue(monkeypatch)
    share_out()
    for line in commands(ROOT / name):
        code = call(line, monkeypatch)
        words = line.split()
        allowed = {"grade": {0, 1}, "compare": {1}, "migrate": {0, 1}}.get(words[1], {0})
        assert code in allowed, line
        if line.endswith("output/monday"):
            correct_copy(Path("output/monday/returned/ZJ-FAULTY.xlsx"))
    assert statuses("tuesday")["input/ZJ-FAULTY.xlsx"] == "superseded"
    assert list(statuses("mail")) == ["returned.zip/ZJ-2025-0001.xlsx"]
    assert Path("grade.log").read_text(encoding="utf-8").count("\n") >= len(names)
    for folder in ("chase", "all", "encrypted"):
        assert (Path("output") / folder / "summary.xlsx").exists()
    assert Path("moved.xlsx").exists()


def share_out() -> None:
    """Two assessors rate one issued workbook, each a part of it."""
    for part, left_out in (("part-1.xlsx", "5.3.2.2"), ("part-2.xlsx", "5.3.2.1")):
        fill(issued(0), Path(part), leave_out=left_out)


def statuses(run: str) -> dict[str, str]:
    with (Path("output") / run / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["file"]: line["status"] for line in csv.DictReader(file)}


def call_roster_and_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("cts-excel roster -o roster.xlsx", monkeypatch) == 0
    fill_roster()
    assert call("cts-excel template --roster roster.xlsx -o issued", monkeypatch) == 0


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_works(name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_demo(Path("input"), load_standard(), count=4)
    lines = commands(ROOT / name)
    assert [line.split()[1] for line in lines] == ["template", "grade", "check"]
    for line in lines:
        assert call(line, monkeypatch) in ({0} if "template" in line else {0, 1}), line
    assert Path("audit.xlsx").exists()
    assert len(list(Path("output").glob("*/summary.xlsx"))) == 1


@pytest.mark.slow
def test_the_first_command_of_the_readme_works(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``make demo`` and the Windows lines end in this one; a few workbooks are enough here."""
    monkeypatch.setattr("cts_excel.demo.write_demo", few)
    assert call("cts-excel demo", monkeypatch) == 0
    shown = capsys.readouterr().out
    assert "summary.xlsx" in shown
    assert demo_command.INPUT.is_dir()


def few(folder: Path, standard: Any, count: int = 4) -> list[Path]:
    return write_demo(folder, standard, count=count)


WHEEL = f"cts_excel-{__version__}-py3-none-any.whl[app]"  # its name is tested with the packages


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_block_of_the_readme_is_run_by_a_test(name: str) -> None:
    """A block of another kind, or a line of another shape, needs a test of its own."""
    kinds = [(kind, lines[0].partition(" ")[0]) for kind, lines in blocks(ROOT / name)]
    assert kinds == [
        ("console", "make"),
        ("bat", "py"),
        ("console", "pipx"),
        ("bat", "py"),
        ("console", "cts-excel"),
        ("python", "import"),
    ]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for line in block(ROOT / name, "console", "make"):
        assert line.split()[0] == "make"
        assert line.split()[1] in targets
    assert block(ROOT / name, "console", "pipx") == [f'pipx install "{WHEEL}"']
    for line in block(ROOT / name, "console", "cts-excel"):
        assert line.startswith("cts-excel "), line


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_of_the_readme_works(
    name: str, scratch: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_demo(Path("input"), load_standard(), count=4)
    assert call("cts-excel grade -o output/demo", monkeypatch) in {0, 1}
    capsys.readouterr()
    code = "\n".join(block(ROOT / name, "python", "import cts_excel"))
    exec(compile(code, name, "exec"), {})
    shown = capsys.readouterr().out
    assert "graded" in shown
    assert re.search(r"^5\.\d\.\d\.\d +0\.\d", shown, re.MULTILINE), shown


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the lines are put into POSIX here")
def test_the_windows_lines_of_the_readme_work(tmp_path: Path) -> None:
    """Set up in a copy of the checkout, with the dependencies that are here, and run the demo."""
    lines = block(ROOT / "README.md", "bat", "py -3")
    assert lines == block(ROOT / "README.zh-CN.md", "bat", "py -3")
    for name in ("cts_excel", "pyproject.toml", "README.md", "LICENSE", "constraints.txt"):
        part = ROOT / name
        shutil.copytree(part, tmp_path / name) if part.is_dir() else shutil.copy(part, tmp_path)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    for line in lines:
        words = line.replace(".venv\\Scripts\\", ".venv/bin/").split()
        command = [sys.executable, *words[2:]] if words[:2] == ["py", "-3"] else words
        if "install" in command:
            command += ["--no-index", "--no-deps", "--no-build-isolation"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if "venv" in command:  # what pip would fetch
            (there,) = tmp_path.glob(".venv/lib/*/site-packages")
            here = f"import sys; sys.path.insert(0, {sysconfig.get_path('purelib')!r})"
            (there / "here.pth").write_text(here, encoding="utf-8")
    assert (tmp_path / "output" / "demo" / "summary.xlsx").exists()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_way_to_a_double_click_works(
    name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nicegui")
    pipx, install, path, starter = block(ROOT / name, "bat", "py -m pip")
    assert (pipx, path) == ("py -m pip install --user pipx", "py -m pipx ensurepath")
    assert install == f'py -m pipx install "%USERPROFILE%\\Downloads\\{WHEEL}"'
    program = "%USERPROFILE%\\.local\\bin\\cts-excel"
    assert starter.startswith(f'"{program}" ')
    monkeypatch.setenv("HOME", str(scratch))
    line = starter.replace(f'"{program}"', "cts-excel").replace("%USERPROFILE%", str(scratch))
    assert call(line.replace("\\", "/"), monkeypatch) == 0
    (made,) = (scratch / "Desktop").iterdir()
    assert "Documents" in made.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["proof-of-issue.md", "proof-of-issue.zh-CN.md"])
def test_the_page_on_proof_of_issue_works(
    name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = {"cts-excel roster": fill_roster, "cts-excel template": collect}
    codes = []
    for line in commands(ROOT / "docs" / name):
        codes.append(call(line, monkeypatch))
        after.get(" ".join(line.split()[:2]), list)()
    assert codes == [0, 0, 0, 1]  # the last one finds what collect() leaves out


@pytest.mark.parametrize("name", ["install.md", "install.zh-CN.md"])
def test_the_page_on_installing_works(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [call(line, monkeypatch) for line in commands(ROOT / "docs" / name)] == [0]
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize("name", ["another-specification.md", "another-specification.zh-CN.md"])
def test_the_guide_to_another_specification_works(
    name: str, scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(SMALL, "small_standard.toml")
    for line in commands(ROOT / "docs" / name):
        assert call(line, monkeypatch) == 0, line
    assert Path("reading-room.xlsx").exists()


def test_the_error_shown_in_the_guide_is_the_real_one(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "another-specification.md").read_text(encoding="utf-8")
    promised = re.search(r"```text\n(.*?)\n```", text, re.DOTALL)
    assert promised
    toml = SMALL.read_text(encoding="utf-8")
    broken, number = re.subn(r"(\[\[sections\]\][^\[]*?weight = )\d+", r"\g<1>22", toml, count=1)
    assert number == 1
    Path("small_standard.toml").write_text(broken, encoding="utf-8")
    assert call("cts-excel standard --standard small_standard.toml", monkeypatch) == 2
    assert capsys.readouterr().err.strip() == promised[1]
