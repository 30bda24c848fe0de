"""The folder of a run: founded once, never over an earlier one, taken up after a stop."""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

from cts_excel.batch.errors import EXIT_USAGE, RunError, output_error
from cts_excel.batch.outputs.run_record import NAME as RECORD
from cts_excel.batch.store.journal import NAME as JOURNAL
from cts_excel.batch.store.journal import Journal
from cts_excel.batch.store.plan import Plan, RunOptions, fingerprint, packed_plan, unpacked_plan
from cts_excel.files.atomic import PARTIAL
from cts_excel.messages import _
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.version import __version__


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
        taken = os.path.lexists(folder) and any(not _leftover(p) for p in folder.iterdir())
        problem = _("the folder is not empty")
    except NotADirectoryError:
        taken, problem = True, _("a file has this name")
    except OSError as error:
        raise output_error(str(folder), error) from None
    if taken:
        raise RunError(str(folder), problem, _("Choose a new folder with -o."))
    return folder


def found_run(folder: Path, plan: Plan) -> Journal:
    """Make the folder with the journal of a run that begins: both at once, or neither.

    :raises RunError: where it cannot be written.
    """
    try:
        if folder.exists():
            return Journal.create(folder / JOURNAL, packed_plan(plan))
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = folder.with_name(f".{folder.name}{PARTIAL}")
        staging.mkdir(exist_ok=True)  # from a run that was killed here
        Journal.create(staging / JOURNAL, packed_plan(plan)).close()
        staging.rename(folder)
        return Journal(folder / JOURNAL)
    except OSError as error:
        raise output_error(str(folder), error) from None


def take_up(folder: Path) -> tuple[Plan, Standard, Journal]:
    """Open the journal of a run that was stopped, with its plan and standard.

    :raises RunError: where there is nothing to take up, or the tool or standard has changed.
    """
    journal = _left_behind(folder)
    try:
        plan = _plan(folder, journal)
        if plan.version != __version__:
            problem = _("begun by version {}, this is {}").format(plan.version, __version__)
            raise RunError(str(folder), problem, _("Grade the files anew."))
        standard = load_standard(plan.options.standard_path)
        if fingerprint(standard) != plan.standard:
            problem = _("the standard file has changed since")
            raise RunError(str(folder), problem, _("Restore it, or grade the files anew."))
        for left in folder.rglob(".*.part*"):  # half-written when the run was stopped
            left.unlink()
    except BaseException:
        journal.close()
        raise
    return plan, standard, journal


def _left_behind(folder: Path) -> Journal:
    try:
        return Journal(folder / JOURNAL)
    except FileNotFoundError:
        complete = (folder / RECORD).exists()
        problem = _("the run is complete") if complete else _("no run was begun here")
        repair = _("Nothing is left to resume.") if complete else _("Check the path.")
        raise RunError(str(folder), problem, repair, EXIT_USAGE) from None
    except OSError as error:
        raise output_error(str(folder), error) from None


def _plan(folder: Path, journal: Journal) -> Plan:
    try:
        return unpacked_plan(journal.plan())
    except (msgspec.MsgspecError, ValueError, TypeError):
        problem = _("the journal cannot be read")
        raise RunError(str(folder), problem, _("Grade the files anew.")) from None


def _leftover(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(PARTIAL)
