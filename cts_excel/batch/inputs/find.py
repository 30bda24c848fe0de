"""Find the files of a run: each once, in the order of their full paths, none lost silently."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.contents import Contents
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.kinds import Claim, claim
from cts_excel.batch.inputs.remote import is_url, listed, local_path
from cts_excel.files.visible import visible
from cts_excel.messages import _
from cts_excel.workbook.ooxml.errors import Reason
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits

_NOT_ACCEPTED = Reason.TYPE_NOT_ACCEPTED.value
RUN_FILES = ("run.json", "grades.csv")  # a folder that holds both is an earlier run's output


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, sorted by full path; other files in folders; what the user left out."""

    files: tuple[Found, ...]
    ignored: tuple[str, ...]
    excluded: tuple[str, ...] = ()


def find(
    paths: Iterable[Path | str], limits: Limits = DEFAULT_LIMITS, exclude: Iterable[str] = ()
) -> Search:
    """Find workbooks: files as named, folders, archives, e-mails and what lies below a URL.

    Locks (``~$``, ``.~lock``), hidden files and folders, and folders of earlier runs are passed
    over; a file reached twice is taken once. Links to folders are not followed below a named
    folder, so no loop can arise; they are listed, with the trouble, like a folder that cannot be
    opened.

    :param limits: bound archives and what is read of them.
    :param exclude: patterns of names, as outputs show them, that are left out: ``*旧*``.
    :raises RunError: for a path that does not exist, and a URL that cannot be read.
    """
    here = _here()
    contents = Contents(limits, _excluding(tuple(exclude)))
    for path in map(_no_file_url, paths):
        if is_url(str(path)):
            _take_store(str(path), contents)
            continue
        given = os.path.abspath(path)  # noqa: PTH100 - Path.absolute() keeps "..", resolve() follows
        if Path(given).is_dir():
            _take_folder(os.path.realpath(given), here, contents)
            continue
        one = named(given)
        if one.members:
            contents.judge(one)
        elif os.path.lexists(given):
            contents.add(one)
        else:
            raise _no_such(path)
    ordered = tuple(contents.files[key] for key in sorted(contents.files))
    return Search(ordered, tuple(sorted(contents.ignored)), tuple(sorted(contents.excluded)))


def _excluding(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return what tells whether a shown name, or its last part, fits a pattern."""
    if not patterns:
        return lambda _file: False

    def is_excluded(file: str) -> bool:
        names = (file, file.rpartition("/")[2])
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

    return is_excluded


def named(path: Path | str) -> Found:
    """Take one file as the user names it, whatever it is, one in an archive, or one URL."""
    path = _no_file_url(path)
    if is_url(str(path)):
        return Found(str(path), visible(str(path)), named=True)
    outer, inner = split_members(os.path.abspath(path))  # noqa: PTH100 - as in find()
    real = _real(outer)
    shown = "/".join((_shown(real, _here()), *map(visible, inner)))
    return Found(real, shown, named=True, members=inner)


def split_members(path: str) -> tuple[str, tuple[str, ...]]:
    """Split the name of a file in an archive, as outputs show it, from the archive's path.

    A path that exists, or that leads into no archive, is returned whole.
    """
    if os.path.lexists(path):
        return path, ()
    parts = path.split(os.sep)  # noqa: PTH206 - what a file's name holds may be no valid Path
    for end in range(len(parts) - 1, 0, -1):
        outer = os.sep.join(parts[:end])  # noqa: PTH118
        if os.path.isfile(outer):  # noqa: PTH113
            status = os.stat(outer)  # noqa: PTH116
            state = (status.st_ino, status.st_size, status.st_mtime_ns)
            members = _members(outer, state).get("/".join(("", *parts[end:])), ())
            return (outer, members) if members else (path, ())
    return path, ()


@lru_cache(maxsize=1)  # members of one archive follow each other
def _members(outer: str, _state: tuple[int, ...]) -> dict[str, tuple[str, ...]]:
    """Return the members of an archive by their shown names."""
    contents = Contents(DEFAULT_LIMITS, lambda _file: False)
    contents.add(Found(outer, "", named=True))
    return {found.file: found.members for found in contents.files.values()}


def _take_folder(folder: str, here: str, contents: Contents) -> None:
    for path, trouble in _walk(folder):
        found = Found(path, _shown(path, here), trouble=trouble)
        name = os.path.basename(path)  # noqa: PTH119 - a Path a file takes longer than all else
        if trouble:
            contents.judge(found)
        elif not _passed_over(name):
            contents.add(found)
        elif claim(name) is not Claim.OTHER:
            contents.pass_over(found)


def _take_store(url: str, contents: Contents) -> None:
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
        one = Found(object_url, visible(object_url))
        promise = claim(parts[-1] or object_url)
        if promise is Claim.ARCHIVE:
            contents.judge(replace(one, trouble="archive behind a URL", reason=_NOT_ACCEPTED))
        elif promise is Claim.WORKBOOK or found == [object_url]:
            contents.judge(one)
        else:
            contents.pass_over(one)


def _no_file_url(path: Path | str) -> Path | str:
    return path if isinstance(path, Path) else local_path(path) or path


def _walk(folder: str) -> Iterator[tuple[str, str]]:
    """Yield every path below a folder with the trouble it made, files first."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as scan:
                entries = list(scan)
        except OSError as error:
            yield current, error.strerror or str(error)
            continue
        if set(RUN_FILES) <= {entry.name for entry in entries}:
            continue
        for entry in entries:
            hidden = _passed_over(entry.name)
            if entry.is_dir(follow_symlinks=False):
                if not hidden:
                    pending.append(entry.path)
            elif entry.is_symlink() and _leads_to_folder(entry):
                if not hidden:
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


def _here() -> str:
    """Return the current folder, real, with a separator behind it."""
    return os.path.join(os.path.realpath(Path.cwd()), "")  # noqa: PTH118 - "C:" and "/" have one


def _shown(path: str, here: str) -> str:
    """Name a file: relative to the current folder where it lies below that."""
    if is_url(path):
        return visible(path)
    below = os.path.normcase(path).startswith(os.path.normcase(here))
    return visible((path[len(here) :] if below else path).replace(os.sep, "/"))


def _no_such(path: Path | str) -> RunError:
    return RunError(
        visible(str(path)), _("no such file or folder"), _("Check the path."), EXIT_USAGE
    )
