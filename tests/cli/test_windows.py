"""What Windows does differently, simulated where another system can play it."""

from __future__ import annotations

import csv
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cts_excel import messages
from cts_excel.demo import write_demo
from cts_excel.files.names import safe_name, unique_names
from cts_excel.standard.loading import load_standard

RunCli = Callable[..., Any]
HERE = Path(__file__).parent
SMALL = HERE.parent / "data" / "small_standard.toml"
PATHS = ("客户 资料", "2025 年度（一）", "📁 回收", "C：盘", "it's & 100%")


def started(*arguments: object, cwd: Path, **environment: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        env=os.environ | environment,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def statuses(run: Path) -> list[tuple[str, str]]:
    with (run / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["file"], row["status"]) for row in csv.DictReader(file)]


@pytest.mark.slow
def test_grading_needs_nothing_that_windows_lacks(tmp_path: Path) -> None:
    write_demo(tmp_path / "input", load_standard(), count=4)
    code, out, err = started(
        HERE / "windows_like.py", "--lang", "en", "grade", "input", "-o", "run", "-j", 2,
        cwd=tmp_path,
    )  # fmt: skip
    assert code in (0, 1), err.decode()
    assert b"Summary: " in out
    assert b"Traceback" not in err
    here, _out, _err = started(
        "-m", "cts_excel", "grade", "input", "-o", "here", "-j", 2, cwd=tmp_path
    )
    assert here == code
    assert statuses(tmp_path / "run") == statuses(tmp_path / "here")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_gbk_console_shows_chinese(tmp_path: Path, language: str) -> None:
    """Code page 936 is what a Chinese Windows console has."""
    files = write_demo(tmp_path, load_standard(), count=3)
    gbk = {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    for arguments in (["standard"], ["check", *files], ["--help"]):
        code, out, err = started(
            *("-m", "cts_excel", "--lang", language, *arguments), cwd=tmp_path, **gbk
        )
        assert code in (0, 1)
        assert err == b""
        shown = out.decode("gbk")
        assert "?" not in shown.replace("？", "")
        if arguments != ["--help"] or language == "zh":
            assert any("\u4e00" <= character <= "\u9fff" for character in shown)


def test_every_text_of_the_terminal_fits_a_gbk_console() -> None:
    from babel.messages.pofile import read_po

    from cts_excel.audit.catalogue import CATALOGUE

    folder = Path(messages.LOCALE_DIR) / messages.CHINESE / "LC_MESSAGES"
    for name in ("cts_excel.po", "click.po"):
        with (folder / name).open("rb") as file:
            for message in read_po(file):
                for text in (message.id, message.string):
                    "".join(text if isinstance(text, tuple) else (text,)).encode("gbk")
    for entry in CATALOGUE.values():
        "".join([*entry.title.values(), *entry.repair.values()]).encode("gbk")


@pytest.mark.parametrize("name", PATHS)
def test_paths_may_hold_anything(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / name
    write_demo(folder / "收回 input", load_standard(), count=1)
    monkeypatch.chdir(folder)
    shown = run_cli("grade", "收回 input", "-o", f"结果 {name}", "-j", 1)
    assert shown.code == 0, shown.err
    assert f"结果 {name}" in shown.out
    assert run_cli("template", "-o", f"{name}.xlsx").code == 0


def test_an_output_open_in_excel_is_one_clear_line_and_nothing_is_lost(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.xlsx"
    path.write_bytes(b"what was there")

    def in_use(source: Path, target: Path | str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(source), 32, str(target))

    monkeypatch.setattr(Path, "replace", in_use)
    shown = run_cli("template", "--force", "-o", path)
    assert shown.code == 3
    assert shown.err == (
        f"Error: {path}: no permission, or open in another program (close it in Excel)\n"
    )
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_a_summary_that_cannot_be_written_keeps_what_was_graded(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("input"), load_standard(), count=1)
    real = Path.replace

    def in_use(source: Path, target: Path | str) -> Path:
        if Path(target).name == "summary.xlsx":
            raise PermissionError(errno.EACCES, "Permission denied", str(source), 32, str(target))
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", in_use)
        shown = run_cli("grade", "-j", 1, "-o", "run")
    assert shown.code == 3
    assert shown.err.splitlines()[-1].startswith("Error: run: cannot be written: ")
    assert "close it in Excel" in shown.err
    assert "Traceback" not in shown.err
    assert run_cli("grade", "--resume", "run", "-j", 1).code == 0
    assert [status for _file, status in statuses(Path("run"))] == ["graded"]


def test_a_path_too_long_is_called_that(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "the name or the path is too long"
    missing = FileNotFoundError(errno.ENOENT, "cannot find the path", "C:\\" + "a" * 300)
    assert messages.os_reason(missing) == "no such file or folder"
    assert messages.os_reason(OSError(errno.ENAMETOOLONG, "File name too long")) == said
    monkeypatch.setattr(messages, "_PATH_LIMIT", 260)
    assert messages.os_reason(missing) == said
    assert messages.os_reason(FileNotFoundError(errno.ENOENT, "", "C:\\a.xlsx")) != said


def test_a_name_too_long_is_one_clear_line(run_cli: RunCli, tmp_path: Path) -> None:
    shown = run_cli("template", "-o", tmp_path / ("很长" * 120 + ".xlsx"))
    assert shown.code in (2, 3)
    assert shown.err.count("\n") == 1
    assert "too long" in shown.err


@pytest.mark.parametrize(
    "stem",
    [
        "CON",
        "nul",
        "COM1",
        "LPT¹",
        "aux.客户",
        "甲公司. ",
        " 乙公司 ",
        "a:b",
        "c\\d",
        'e"f',
        "\u202eg",
        "",
    ],
)
def test_names_made_from_clients_are_names_on_windows(stem: str) -> None:
    name = safe_name(stem)
    bare = name.partition(".")[0].strip().upper()
    assert bare not in {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in "123456789¹²³")}
    assert bare not in {f"LPT{n}" for n in "123456789¹²³"}
    assert not set(name) & set('<>:"/\\|?*')
    assert name == name.strip(" .")
    assert len(set(unique_names([stem, stem.upper(), stem]))) == 3


def test_text_files_with_windows_line_ends_are_read(
    run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    roster = "项目编号,企业名称\r\nZJ-1,甲公司\r\nZJ-2,乙公司\r\n"
    Path("roster.csv").write_bytes(roster.encode("gb18030"))
    standard = SMALL.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    Path("small.toml").write_bytes(b"\xef\xbb\xbf" + standard)
    Path("cts-excel.toml").write_bytes(b'standard = "small.toml"\r\n[grade]\r\njobs = 1\r\n')
    assert run_cli("key", "new", "office.key").code == 0
    key = Path("office.key")
    key.write_bytes(b"\xef\xbb\xbf" + key.read_bytes().replace(b"\n", b"\r\n"))
    shown = run_cli(
        "template", "--roster", "roster.csv", "--key-file", "office.key", "-o", "issued"
    )
    assert shown.code == 0, shown.err
    assert sorted(path.name for path in Path("issued").glob("*.xlsx")) == [
        "ZJ-1_甲公司.xlsx",
        "ZJ-2_乙公司.xlsx",
    ]
    Path("passwords.txt").write_bytes(b"one\r\ntwo\r\n")
    graded = run_cli(
        *("grade", "issued", "--roster", "issued/issued.csv", "--key-file", "office.key"),
        *("--password-file", "passwords.txt", "-o", "run"),
    )
    assert graded.code == 1, graded.err
    assert [status for _file, status in statuses(Path("run"))] == ["needs_correction"] * 2
