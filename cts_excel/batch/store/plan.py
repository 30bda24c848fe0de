"""What a run sets out to do: its options, and the plan that a resumed run follows."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass

import msgspec

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.file_list import FileList
from cts_excel.batch.inputs.find import Found, Search
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for.

    ``output`` is the run folder, new or empty; without it, ``output_root/<date-time>``. ``jobs`` is
    the number of worker processes, by default one per processor; it changes no result.
    ``standard_path`` is the standard file, ``None`` for the built-in one. ``key_file`` names the
    key of issue, ``roster`` the list (or ``issued.csv``) that the files are held against.
    ``engine`` is ``local`` or ``dask``, the latter with the address of a ``scheduler`` or with a
    cluster of its own; ``parquet`` writes the data as Parquet beside CSV. ``previous`` is an
    earlier run, its folder or ``grades.csv``, that the summary compares with. ``returned`` says
    which workbooks are sent back marked: ``all``, ``faulty`` or ``none``.
    """

    paths: tuple[str, ...] = ("input",)
    output: str | None = None
    output_root: str = "output"
    jobs: int | None = None
    limits: Limits = DEFAULT_LIMITS
    legacy: bool = False
    password_file: str | None = None
    standard_path: str | None = None
    key_file: str | None = None
    roster: str | None = None
    engine: str = "local"
    scheduler: str | None = None
    parquet: bool = False
    previous: str | None = None
    returned: str = "faulty"


class Plan(msgspec.Struct, frozen=True, array_like=True):
    """The first frame of a journal. ``started`` is in seconds since 1970, UTC."""

    version: str
    standard: str
    started: int
    options: RunOptions
    files: FileList
    ignored: tuple[str, ...]


def new_plan(options: RunOptions, standard: Standard, search: Search) -> Plan:
    """Draw up the plan of a run that begins now.

    :raises RunError: where there is nothing to grade.
    """
    if not search.files:
        place = ", ".join(options.paths) or "-"
        problem = _("no workbook found")
        repair = _("Put the returned workbooks there, or name the folder that holds them.")
        raise RunError(place, problem, repair, EXIT_USAGE)
    started = moment()
    files = FileList(search.files)
    return Plan(__version__, fingerprint(standard), started, options, files, search.ignored)


def packed_plan(plan: Plan) -> bytes:
    """Pack a plan; paths may hold bytes that are no text, as file names may."""
    files = [(os.fsencode(found.path), found) for found in plan.files]
    plain = [(path, f.file, f.named, f.trouble) for path, f in files]
    return msgspec.msgpack.encode(
        (plan.version, plan.standard, plan.started, plan.options, plain, plan.ignored)
    )


def unpacked_plan(packed: bytes) -> Plan:
    """Unpack a plan.

    :raises msgspec.DecodeError: for bytes that are no plan.
    """
    version, standard, started, options, plain, ignored = msgspec.msgpack.decode(packed)
    files = FileList(
        Found(os.fsdecode(path), file, bool(named), trouble) for path, file, named, trouble in plain
    )
    return Plan(
        version, standard, started, msgspec.convert(options, RunOptions), files, tuple(ignored)
    )


def fingerprint(standard: Standard) -> str:
    """Return the SHA-256 (hex) of everything in a standard, not of its indicator table alone."""
    return hashlib.sha256(msgspec.msgpack.encode(standard)).hexdigest()


def moment() -> int:
    """Return the time that outputs show: now, or what ``SOURCE_DATE_EPOCH`` fixes."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(fixed) if fixed.isdecimal() else int(time.time())
