"""Find the files of a run: each once, in the order of their full paths, none lost silently."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.texts import visible
from cts_excel.messages import _

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et"})
RUN_FILES = ("run.json", "grades.csv")  # a folder that holds both is an earlier run's output


@dataclass(frozen=True, slots=True)
class Found:
    """One file to judge.

    ``path`` is absolute and real up to its last part; ``file`` is how outputs name it: relative to
    the current folder where it lies below that, else absolute, with ``/`` and no unprintable
    character. ``named`` tells that the user gave this very path; ``trouble`` says why a place in
    a folder could not be looked into (``""`` for a file).
    """

    path: str
    file: str
    named: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, sorted by full path, and the files in folders that are no workbooks."""

    files: tuple[Found, ...]
    ignored: tuple[str, ...]


def find(paths: Iterable[Path | str]) -> Search:
    """Find workbooks: files as named, folders recursively.

    Locks (``~$``, ``.~lock``), hidden files and folders, and folders of earlier runs are passed
    over; a file reached twice is taken once. Links to folders are not followed below a named
    folder, so no loop can arise; they are listed, with the trouble, like a folder that cannot be
    opened.

    :raises RunError: for a path that does not exist.
    """
    here = Path.cwd()
    files: dict[str, Found] = {}
    ignored: set[str] = set()
    for path in paths:
        given = os.path.abspath(path)  # noqa: PTH100 - Path.absolute() keeps "..", resolve() follows
        if not os.path.lexists(given):
            raise _no_such(path)
        if Path(given).is_dir():
            _take_folder(os.path.realpath(given), here, files, ignored)
        else:
            one = named(given)
            files[one.path] = one
    ordered = tuple(files[path] for path in sorted(files))
    return Search(ordered, tuple(sorted(_shown(path, here) for path in ignored)))


def named(path: Path | str) -> Found:
    """Take one file as the user names it, whatever it is."""
    real = _real(os.path.abspath(path))  # noqa: PTH100 - as in find()
    return Found(real, _shown(real, Path.cwd()), named=True)


def _take_folder(folder: str, here: Path, files: dict[str, Found], ignored: set[str]) -> None:
    for path, trouble in _walk(folder):
        if trouble or Path(path).suffix.lower() in WORKBOOKS:
            files.setdefault(path, Found(path, _shown(path, here), trouble=trouble))
        else:
            ignored.add(path)


def _walk(folder: str) -> Iterator[tuple[str, str]]:
    """Yield every path below a folder with the trouble it made, files first."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as scan:
                entries = [e for e in scan if not _passed_over(e.name)]
        except OSError as error:
            yield current, error.strerror or str(error)
            continue
        if set(RUN_FILES) <= {entry.name for entry in entries}:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.is_symlink() and _leads_to_folder(entry):
                yield entry.path, "link to a folder"
            else:
                yield entry.path, ""


def _passed_over(name: str) -> bool:
    return name.startswith((".", "~$"))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return True


def _real(path: str) -> str:
    """Resolve the folder of a path, not its last part: that one is opened as it is."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118


def _shown(path: str, here: Path) -> str:
    try:
        inside = Path(path).relative_to(os.path.realpath(here))
    except ValueError:
        inside = Path(path)
    return visible(inside.as_posix())


def _no_such(path: Path | str) -> RunError:
    return RunError(
        visible(str(path)), _("no such file or folder"), _("Check the path."), EXIT_USAGE
    )
