"""Find the files of a run: each once, in the order of their full paths, none lost silently."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.remote import is_url, listed, local_path
from cts_excel.files.visible import escape_controls, unescape_controls, visible
from cts_excel.messages import _

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et"})
_LINK_TO_FOLDER = "link to a folder"
RUN_FILES = ("run.json", "grades.csv")  # a folder that holds both is an earlier run's output


@dataclass(frozen=True, slots=True)
class Found:
    """One file to judge.

    ``path`` is absolute and real up to its last part, or a URL; ``file`` is how outputs name it:
    relative to the current folder where it lies below that, else absolute or a URL, with ``/``,
    and unseen characters and backslashes as escapes, so that :func:`found_again` can undo them.
    ``named`` tells that the user gave this very path; ``trouble`` says why a place in a folder
    could not be looked into (``""`` for a file).
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
    """Find workbooks: files as named, folders and what lies below a URL recursively.

    Locks (``~$``, ``.~lock``), hidden files and folders, and folders of earlier runs are passed
    over; a file reached twice is taken once. Links to folders are not followed below a named
    folder, so no loop can arise; they are listed, with the trouble, like a folder that cannot be
    opened.

    :raises RunError: for a path that does not exist, and a URL that cannot be read.
    """
    here = _here()
    files: dict[str, Found] = {}
    ignored: set[str] = set()
    for path in map(_no_file_url, paths):
        if is_url(str(path)):
            _take_store(str(path), files, ignored)
            continue
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
    """Take one file as the user names it, whatever it is, or one URL."""
    path = _no_file_url(path)
    if is_url(str(path)):
        return Found(str(path), escape_controls(str(path)), named=True)
    real = _real(os.path.abspath(path))  # noqa: PTH100 - as in find()
    return Found(real, _shown(real, _here()), named=True)


def found_again(files: Iterable[str], paths: Iterable[str]) -> Iterator[tuple[str, Found | None]]:
    """Find the files of an earlier run by their names in its outputs; ``None``: it is gone.

    No folder is looked through: a folder, or a link to one, that stands in a file's place is found
    as that.

    :param paths: what the user named then, by their names in the record: links are followed there.
    """
    given = {named(unescape_controls(path)).path for path in paths}
    here = _here()
    for file in files:
        real = unescape_controls(file)
        if is_url(real):
            yield file, Found(real, file, named=real in given)
            continue
        path = os.path.join(here, real)  # noqa: PTH118 - an absolute one stays as it is
        by_name = path in given
        trouble = "" if by_name else _trouble(path)
        there = os.path.lexists(path)
        yield file, Found(path, file, by_name, trouble) if there else None


def _trouble(path: str) -> str:
    """Say of a place in a folder what the search through the folder would have said."""
    if not os.path.isdir(path):  # noqa: PTH112 - what a file's name holds may be no valid Path
        return ""
    if os.path.islink(path):  # noqa: PTH114
        return _LINK_TO_FOLDER
    try:
        os.scandir(path).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _take_folder(folder: str, here: str, files: dict[str, Found], ignored: set[str]) -> None:
    for path, trouble in _walk(folder):
        suffix = os.path.splitext(path)[1]  # noqa: PTH122 - a Path a file takes longer than all else
        if trouble or suffix.lower() in WORKBOOKS:
            files.setdefault(path, Found(path, _shown(path, here), trouble=trouble))
        else:
            ignored.add(path)


def _take_store(url: str, files: dict[str, Found], ignored: set[str]) -> None:
    """Take the objects at or below a URL, by the rules for folders."""
    whole, found = listed(url)
    if not found:
        raise _no_such(url)
    names: dict[str, set[str]] = {}
    for object_url in found:
        folder, _slash, name = object_url.rpartition("/")
        names.setdefault(folder, set()).add(name)
    runs = tuple(f"{folder}/" for folder, inside in names.items() if inside.issuperset(RUN_FILES))
    base = len(whole.rstrip("/"))
    for object_url in found:
        parts = object_url[base:].strip("/").split("/")
        if any(map(_passed_over, parts)) or object_url.startswith(runs):
            continue
        suffix = os.path.splitext(object_url)[1].lower()  # noqa: PTH122 - a URL is no path
        if suffix in WORKBOOKS or found == [object_url]:
            files.setdefault(object_url, Found(object_url, escape_controls(object_url)))
        else:
            ignored.add(object_url)


def _no_file_url(path: Path | str) -> Path | str:
    return path if isinstance(path, Path) else local_path(path) or path


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
                yield entry.path, _LINK_TO_FOLDER
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


def _here() -> str:
    """Return the current folder, real, with a separator behind it."""
    return os.path.join(os.path.realpath(Path.cwd()), "")  # noqa: PTH118 - "C:" and "/" have one


def _shown(path: str, here: str) -> str:
    """Name a file: relative to the current folder where it lies below that."""
    if is_url(path):
        return escape_controls(path)
    below = os.path.normcase(path).startswith(os.path.normcase(here))
    return escape_controls((path[len(here) :] if below else path).replace(os.sep, "/"))


def _no_such(path: Path | str) -> RunError:
    return RunError(
        visible(str(path)), _("no such file or folder"), _("Check the path."), EXIT_USAGE
    )
