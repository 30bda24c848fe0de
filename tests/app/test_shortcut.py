"""The starter on the desktop, per system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cts_excel.app.shortcut import ShortcutError, write_shortcut

ODD = "工作 100% $HOME `x` 'q'"


@pytest.mark.parametrize(
    ("platform", "name"),
    [("win32", "cts-excel.cmd"), ("darwin", "cts-excel.command"), ("linux", "cts-excel.desktop")],
)
def test_a_starter_names_python_and_the_folder(platform: str, name: str, tmp_path: Path) -> None:
    path = write_shortcut(tmp_path / ODD, platform, tmp_path)
    assert path == tmp_path / "Desktop" / name
    content = path.read_text("utf-8")
    assert "app --folder" in content
    assert Path(sys.executable).name in content
    if platform != "win32":
        assert os.access(path, os.X_OK)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_starter_of_macos_reaches_the_program_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "py thon"
    python.write_text('#!/bin/sh\nfor x in "$@"; do echo "$x"; done\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    path = write_shortcut(tmp_path / ODD, "darwin", tmp_path)
    shown = subprocess.run([path], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == str(tmp_path / ODD)


def test_a_batch_file_keeps_percent_signs_and_says_its_code_page(tmp_path: Path) -> None:
    lines = write_shortcut(tmp_path / ODD, "win32", tmp_path).read_bytes().split(b"\r\n")
    assert b"chcp 65001 >nul" in lines
    (command,) = (line for line in lines if b"--folder" in line)
    assert b"100%%" in command


def test_a_desktop_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "Desktop").write_text("a file")
    with pytest.raises(ShortcutError, match="cannot be written"):
        write_shortcut(tmp_path, "darwin", tmp_path)


def test_a_moved_desktop_is_found(tmp_path: Path) -> None:
    (tmp_path / ".config").mkdir()
    told = 'XDG_DESKTOP_DIR="$HOME/桌面"\n'
    (tmp_path / ".config" / "user-dirs.dirs").write_text(told, "utf-8")
    assert write_shortcut(tmp_path, "linux", tmp_path).parent == tmp_path / "桌面"
