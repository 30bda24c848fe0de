"""A starter on the desktop: a double click instead of a terminal."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

from cts_excel.errors import UserError
from cts_excel.files.atomic import replace_file
from cts_excel.messages import _, os_reason

NAME = "cts-excel"


class ShortcutError(UserError):
    """A starter that cannot be written."""

    exit_code = 3


def write_shortcut(folder: Path, platform: str = sys.platform, home: Path | None = None) -> Path:
    """Write a starter for this Python and a working folder; return where it is.

    :raises ShortcutError: if the desktop cannot be written.
    """
    folder = folder.absolute()
    desktop = _desktop(home or Path.home(), platform)
    name, content = _starter(platform, Path(sys.executable), folder)
    path = desktop / name
    try:
        desktop.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
        if platform != "win32":
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
    except OSError as error:
        problem = _("cannot be written: {}").format(os_reason(error))
        raise ShortcutError(str(path), problem, _("Check the desktop folder.")) from None
    return path


def _starter(platform: str, python: Path, folder: Path) -> tuple[str, bytes]:
    """Return the name and the content of the starter of a system."""
    if platform == "win32":
        # UTF-8 in a batch file needs its code page; %% is a percent sign, quotes hold the rest.
        called, place = (str(path).replace("%", "%%") for path in (python, folder))
        batch = (
            "@echo off",
            "chcp 65001 >nul",
            "title cts-excel",
            f'"{called}" -P -m cts_excel app --folder "{place}"',
            "if errorlevel 1 pause",
        )
        return f"{NAME}.cmd", "".join(f"{line}\r\n" for line in batch).encode()
    command = f"{shlex.quote(str(python))} -P -m cts_excel app --folder {shlex.quote(str(folder))}"
    if platform == "darwin":
        return f"{NAME}.command", f"#!/bin/sh\nexec {command}\n".encode()
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        f"Name={NAME}",
        f"Exec=sh -c {_quoted(f'exec {command}')}",
        "Terminal=true",
        "Categories=Office;",
    )
    return f"{NAME}.desktop", "".join(f"{line}\n" for line in lines).encode()


def _quoted(text: str) -> str:
    """Quote an argument of a desktop entry's command."""
    for character in '\\"`$':
        text = text.replace(character, f"\\{character}")
    return '"' + text.replace("%", "%%").replace("\\", "\\\\") + '"'


def _desktop(home: Path, platform: str) -> Path:
    if platform == "win32":
        own = os.environ.get("ONEDRIVE", "")  # Windows minds no case
        moved = Path(own) / "Desktop" if own else home / "Desktop"
        return moved if moved.is_dir() else home / "Desktop"
    if platform == "linux":
        told = home / ".config" / "user-dirs.dirs"
        if told.is_file():
            for line in told.read_text("utf-8").splitlines():
                if line.startswith("XDG_DESKTOP_DIR="):
                    value = line.partition("=")[2].strip().strip('"')
                    return Path(value.replace("$HOME", str(home)))
    return home / "Desktop"
