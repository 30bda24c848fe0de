"""The plan of a run, which a resumed run follows."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

import msgspec

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.file_list import FileList
from cts_excel.batch.inputs.find import Found, Search
from cts_excel.batch.options import RunOptions, now
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.version import __version__


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run sets out to do. ``started`` is in seconds since 1970, UTC."""

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
    started = now()
    files = FileList(search.files)
    return Plan(__version__, fingerprint(standard), started, options, files, search.ignored)


def pack_plan(plan: Plan) -> bytes:
    """Pack a plan; paths may hold bytes that are no text, as file names may."""
    files = [(os.fsencode(found.path), found) for found in plan.files]
    plain = [(path, f.file, f.named, f.trouble) for path, f in files]
    return msgspec.msgpack.encode(
        (plan.version, plan.standard, plan.started, plan.options, plain, plan.ignored)
    )


def unpack_plan(packed: bytes) -> Plan:
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
