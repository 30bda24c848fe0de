"""The folder of a run: created once, never over an earlier one, opened again after a stop."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import msgspec

from cts_excel.batch.errors import EXIT_USAGE, RunError, output_error
from cts_excel.batch.options import RunOptions
from cts_excel.batch.store.plan import Plan, fingerprint, pack_plan, unpack_plan
from cts_excel.batch.store.result_store import NAME as STORE
from cts_excel.batch.store.result_store import ResultStore
from cts_excel.files.atomic import PARTIAL, is_partial
from cts_excel.files.databases import database_files
from cts_excel.messages import _
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.version import __version__

RECORD = "run.json"  # written last: a folder without it is unfinished
_STORE_FILES = frozenset(path.name for path in database_files(Path(STORE)))
_STAGING = re.compile(rf"\..+\.([0-9]+){re.escape(PARTIAL)}")  # with the number of its process


def new_folder(options: RunOptions) -> Path:
    """Choose the run folder; nothing is made yet.

    :raises RunError: where the folder that was asked for holds something.
    """
    if options.output is None:
        stamp = time.strftime("%Y-%m-%d_%H-%M-%S")
        root = Path(options.output_root)
        names = (root / (f"{stamp}-{n}" if n > 1 else stamp) for n in range(1, 1_000))
        return next(folder for folder in names if not os.path.lexists(folder))
    folder = Path(options.output)
    try:
        taken = os.path.lexists(folder) and any(not is_partial(p.name) for p in folder.iterdir())
        problem = _("the folder is not empty")
    except NotADirectoryError:
        taken, problem = True, _("a file has this name")
    except OSError as error:
        raise output_error(str(folder), error) from None
    if taken:
        raise _taken(folder, problem)
    return folder


def create_run_folder(folder: Path, plan: Plan) -> ResultStore:
    """Create the folder with the store of a new run: both, or neither.

    :raises RunError: if it cannot be written, or another run has taken it meanwhile.
    """
    try:
        if not folder.exists():
            return _create_whole(folder, plan)
        try:
            return ResultStore.create(folder / STORE, pack_plan(plan))
        except FileExistsError:
            raise _taken(folder, _("another run has taken the folder")) from None
    except OSError as error:
        raise output_error(str(folder), error) from None


def _create_whole(folder: Path, plan: Plan) -> ResultStore:
    """Let the folder appear together with its store; a run killed before leaves a hidden folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.with_name(f".{folder.name}.{os.getpid()}{PARTIAL}")
    _remove_staging(folder)
    staging.mkdir(exist_ok=True)
    (staging / STORE).unlink(missing_ok=True)
    ResultStore.create(staging / STORE, pack_plan(plan)).close()
    staging.rename(folder)
    return ResultStore(folder / STORE)


def _remove_partial(folder: Path) -> None:
    """Remove what was half-written when a run was stopped, in its folder and beside it."""
    for path in folder.rglob(f".*{PARTIAL}"):
        if path.is_dir() and not path.is_symlink():
            continue
        path.unlink(missing_ok=True)
    _remove_staging(folder)


def _remove_staging(folder: Path) -> None:
    """Remove what runs left beside this folder that were killed before their own appeared."""
    for path in folder.absolute().parent.iterdir():
        match = _STAGING.fullmatch(path.name)
        if match is None or not path.is_dir() or path.is_symlink() or _is_running(int(match[1])):
            continue
        names = {entry.name for entry in path.iterdir()}
        if names <= _STORE_FILES:  # nothing but the beginning of a run
            for name in names:
                (path / name).unlink(missing_ok=True)
            path.rmdir()


def _is_running(process: int) -> bool:
    """Tell whether a process other than this one has this number."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":  # a signal would end it there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def open_for_resume(folder: Path) -> tuple[Plan, Standard, ResultStore]:
    """Open the store of a run that was stopped, with its plan and standard.

    :raises RunError: if there is nothing to resume, or the tool or standard has changed.
    """
    store = _store_of(folder)
    try:
        plan = _plan(folder, store)
        if plan.version != __version__:
            problem = _("begun by version {}, this is {}").format(plan.version, __version__)
            raise RunError(str(folder), problem, _("Grade the files anew."))
        standard = load_standard(plan.options.standard_path)
        if fingerprint(standard) != plan.standard:
            problem = _("the standard file has changed since")
            raise RunError(str(folder), problem, _("Restore it, or grade the files anew."))
        _remove_partial(folder)
    except BaseException:
        store.close()
        raise
    return plan, standard, store


def _store_of(folder: Path) -> ResultStore:
    try:
        return ResultStore(folder / STORE)
    except FileNotFoundError:
        complete = (folder / RECORD).exists()
        problem = _("the run is complete") if complete else _("no run was begun here")
        repair = _("Nothing is left to resume.") if complete else _("Check the path.")
        raise RunError(str(folder), problem, repair, EXIT_USAGE) from None
    except OSError as error:
        raise output_error(str(folder), error) from None


def _plan(folder: Path, store: ResultStore) -> Plan:
    try:
        return unpack_plan(store.plan())
    except (msgspec.MsgspecError, ValueError, TypeError):
        problem = _("the plan of the run cannot be read")
        raise RunError(str(folder), problem, _("Grade the files anew.")) from None


def _taken(folder: Path, problem: str) -> RunError:
    return RunError(str(folder), problem, _("Choose a new folder with -o."))
