"""The plan of a run, which a resumed run follows."""

from __future__ import annotations

import hashlib
import os
from dataclasses import astuple, dataclass

import msgspec

from cts_excel.batch.errors import EXIT_USAGE, RunError
from cts_excel.batch.inputs.file_list import FileList
from cts_excel.batch.inputs.find import Search
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.options import RunOptions, now
from cts_excel.messages import _
from cts_excel.standard.model import Form, Standard
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
    excluded: tuple[str, ...] = ()


def new_plan(
    options: RunOptions, standard: Standard, search: Search, started: int | None = None
) -> Plan:
    """Draw up the plan of a run that begins now, or began at a moment in seconds since 1970.

    :raises RunError: where there is nothing to grade.
    """
    if not search.files:
        place = ", ".join(options.paths) or "-"
        problem = _("no workbook found")
        repair = _("Put the returned workbooks there, or name the folder that holds them.")
        raise RunError(place, problem, repair, EXIT_USAGE)
    started = now() if started is None else started
    files = FileList(search.files)
    rules = fingerprint(standard)
    return Plan(__version__, rules, started, options, files, search.ignored, search.excluded)


def pack_plan(plan: Plan) -> bytes:
    """Pack a plan; paths may hold bytes that are no text, as file names may."""
    plain = [(os.fsencode(found.path), *astuple(found)[1:]) for found in plan.files]
    head = (plan.version, plan.standard, plan.started, plan.options)
    return msgspec.msgpack.encode((*head, plain, plan.ignored, plan.excluded))


def unpack_plan(packed: bytes) -> Plan:
    """Unpack a plan.

    :raises msgspec.DecodeError: for bytes that are no plan.
    """
    version, standard, started, options, plain, *passed_over = msgspec.msgpack.decode(packed)
    files = FileList(
        Found(os.fsdecode(path), file, named, trouble, reason, expected, tuple(members))
        for path, file, named, trouble, reason, expected, members in plain
    )
    ignored, excluded = map(tuple, passed_over)
    asked = msgspec.convert(options, RunOptions)
    return Plan(version, standard, started, asked, files, ignored, excluded)


def fingerprint(standard: Standard) -> str:
    """Return the SHA-256 (hex) of everything in a standard that is graded by.

    Not of its indicator table alone, and not of what an issuing body prints on its form.
    """
    rules = msgspec.structs.replace(standard, form=Form())
    return hashlib.sha256(msgspec.msgpack.encode(rules)).hexdigest()
