"""Find the files of a run: each once, in the order of their full paths, none lost silently."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.archives import file_state
from cts_excel.batch.inputs.contents import Contents
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.kinds import Claim, claim
from cts_excel.batch.inputs.remote import is_object, is_url, listed, local_path
from cts_excel.files.visible import escape_controls, unescape_controls, visible
from cts_excel.messages import _
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits

_LINK_TO_FOLDER = "link to a folder"
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
        return _at_url(str(path), escape_controls(str(path)), DEFAULT_LIMITS, by_name=True)
    given = os.path.abspath(path)  # noqa: PTH100 - as in find()
    one = _in_archive(given, DEFAULT_LIMITS)
    if one is None:
        real = _real(given)
        return Found(real, _shown(real, _here()), named=True)
    real = _real(one.path)
    return replace(one, path=real, file=_shown(real, _here()) + one.file, named=True)


def found_again(
    files: Iterable[str], paths: Iterable[str], limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, Found | None]]:
    """Find the files of an earlier run by their names in its outputs; ``None``: it is gone.

    No folder is looked through: a folder, or a link to one, that stands in a file's place is found
    as that. A file in an archive is found in it.

    :param paths: what the user named then, by their names in the record: links are followed there.
    """
    real_paths = map(unescape_controls, paths)
    given = {path if is_url(path) else named(path).path for path in real_paths}
    here = _here()
    for file in files:
        real = unescape_controls(file)
        if is_url(real):
            yield file, _at_url(real, file, limits, by_name=real in given)
            continue
        path = os.path.join(here, real)  # noqa: PTH118 - an absolute one stays as it is
        if os.path.lexists(path):
            yield file, _at(path, file, path in given, limits)
            continue
        one = _in_archive(path, limits)
        yield file, one and replace(one, file=file, named=one.path in given)


def _at(path: str, file: str, by_name: bool, limits: Limits) -> Found:
    """Find what stands at a path, as the search would have found it."""
    found = Found(path, file, by_name, "" if by_name else _trouble(path))
    if found.trouble or os.path.isdir(path):  # noqa: PTH112 - no valid Path, perhaps
        return found
    contents = Contents(limits, lambda _file: False)
    contents.add(found)
    return contents.files.get((path,), found)


def _at_url(url: str, file: str, limits: Limits, *, by_name: bool) -> Found:
    """Find what stands at a URL, or in an archive on the way there."""
    itself = Found(url, file, named=by_name)
    if is_object(url):
        return itself
    parts = url.split("/")
    for end in range(len(parts) - 1, 2, -1):  # no shorter than scheme://root
        outer = "/".join(parts[:end])
        if is_object(outer):
            one = _members(outer, file_state(outer), limits).get("/".join(parts[end:]))
            return replace(one, file=file, named=by_name) if one else itself
    return itself


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


def _in_archive(path: str, limits: Limits) -> Found | None:
    """Find a file in an archive, its name shown from there (``/甲.xlsx``); ``None``: no such."""
    if os.path.lexists(path):
        return None
    parts = path.split(os.sep)  # noqa: PTH206 - what a file's name holds may be no valid Path
    for end in range(len(parts) - 1, 0, -1):
        outer = os.sep.join(parts[:end])  # noqa: PTH118
        if os.path.isfile(outer):  # noqa: PTH113
            return _members(outer, file_state(outer), limits).get("/".join(parts[end:]))
    return None


@lru_cache(maxsize=1)  # members of one archive follow each other
def _members(outer: str, _state: tuple[object, ...], limits: Limits) -> dict[str, Found]:
    """Return what is in an archive by its name there."""
    contents = Contents(limits, lambda _file: False)
    contents.add(Found(outer, "", named=True))
    return {"/".join(one.members): one for one in contents.files.values()}


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
        contents.add(Found(object_url, escape_controls(object_url), named=found == [object_url]))


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
