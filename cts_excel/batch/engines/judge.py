"""Judge one file: admit it, read it, grade it; whatever happens, an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cts_excel.audit.codes import Code
from cts_excel.audit.grading import grade, rejected
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.proof import Key
from cts_excel.batch.engines.confirmation import SecondReader, withheld
from cts_excel.batch.engines.cross_check import cross_check, is_modest
from cts_excel.batch.inputs.admit import Copy, open_content, take_copy
from cts_excel.batch.inputs.find import named
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.options import today
from cts_excel.batch.results import Confirmation, Prepare, Verdict
from cts_excel.standard.model import Standard
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits
from cts_excel.workbook.read_audit import read_audit

_LONGEST = 200  # characters of a foreign error message that are shown


@dataclass(frozen=True, slots=True)
class Rules:
    """What every file of a run is judged by.

    ``preparations`` are what a worker makes of each outcome for the sinks, by the sink's name.
    ``today`` is the day of the run: an audit that ends later is reported.
    ``cross_check`` has calamine read the answers of every .xlsx, too. ``second_reader`` confirms
    grades, if that was asked for.
    """

    standard: Standard
    limits: Limits = DEFAULT_LIMITS
    legacy: bool = False
    passwords: tuple[str, ...] = ()
    key: Key | None = None
    preparations: Mapping[str, Prepare] = field(default_factory=dict)
    today: date = field(default_factory=today)
    cross_check: bool = True
    second_reader: SecondReader | None = None


def judge(found: Found, rules: Rules) -> Outcome:
    """Judge a file that was found.

    :raises MemoryError: so that the caller can try again with more room.
    """
    return judge_with_content(found, rules).outcome


class Judged(NamedTuple):
    """An outcome, the file's bytes (none if it could not be read), and a second reading."""

    outcome: Outcome
    content: bytes = b""
    confirmation: Confirmation | None = None


def judge_with_content(found: Found, rules: Rules) -> Judged:
    """Judge a file that was found.

    :raises MemoryError: see :func:`judge`.
    """
    try:
        copy = take_copy(found, rules.limits)
    except NotReadableError as error:
        code = Code(error.reason)
        return Judged(rejected(found.file, "", code, found=error.found, expected=error.expected))
    outcome, confirmation = judge_copy(copy, found.file, rules)
    return Judged(outcome, copy.content, confirmation)


def judge_copy(copy: Copy, file: str, rules: Rules) -> tuple[Outcome, Confirmation | None]:
    """Judge the private copy of a file.

    :raises MemoryError: see :func:`judge`.
    """
    try:
        content, kind, parts = open_content(
            copy, rules.limits, legacy=rules.legacy, passwords=rules.passwords
        )
        audit = read_audit(content, rules.standard, kind=kind, parts=parts)
        outcome = grade(
            audit,
            rules.standard,
            file=file,
            sha256=copy.sha256,
            key=rules.key,
            today=rules.today,
        )
        return _confirmed(outcome, content, kind, rules, modest=is_modest(parts))
    except NotReadableError as error:
        code = Code(error.reason)
        why = rejected(file, copy.sha256, code, found=error.found, expected=error.expected)
        return why, None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - also the readers' panics, which are no Exception
        code = (
            Code.FILE_UNREADABLE
            if type(error).__name__ == "PanicException"
            else Code.INTERNAL_ERROR
        )
        text = f"{type(error).__name__}: {error}"[:_LONGEST]
        return rejected(file, copy.sha256, code, found=text), None


def _confirmed(
    outcome: Outcome, content: bytes, kind: str, rules: Rules, *, modest: bool
) -> tuple[Outcome, Confirmation | None]:
    """Have other readers look at a graded file; a difference takes its level.

    calamine reads the answers of every .xlsx; the second reader confirms the files it chooses.

    :param modest: whether calamine, which keeps no limits, may open the package.
    """
    if outcome.judgement is None or outcome.audit is None:
        return outcome, None
    partings = None
    if rules.cross_check and modest and kind == "xlsx":
        partings = cross_check(outcome.audit, content)
    second = rules.second_reader
    confirmation = None
    if second is not None and second.chooses(outcome, rules.standard):
        confirmation = (
            Confirmation(Verdict.DIFFERENT, (), partings)
            if partings
            else second.confirm(outcome, content, kind, cells_agree=partings is not None)
        )
    found = partings or (confirmation.partings if confirmation else ())
    return withheld(outcome, found, rules.standard), confirmation


def grade_one(
    source: Path | str | bytes,
    standard: Standard,
    *,
    limits: Limits | None = None,
    legacy: bool = False,
    passwords: tuple[str, ...] = (),
    key: Key | None = None,
) -> Outcome:
    """Judge one file, or the bytes of one, in this process.

    Every limit holds but memory and time, which only a worker process can be held to: for files
    from strangers use a run. Nothing but Ctrl-C gets out: what cannot be judged is ``rejected``.

    :param source: path, or the content itself (then named ``-``).
    """
    rules = Rules(standard, limits or DEFAULT_LIMITS, legacy, passwords, key)
    if not isinstance(source, bytes):
        return grade_found(named(source), rules)
    try:
        return _judge_bytes(source, rules)
    except MemoryError:
        return rejected("-", "", Code.WORKER_DIED, found="out of memory")


def grade_found(found: Found, rules: Rules) -> Outcome:
    """Judge a file that was found, in this process; see :func:`grade_one`."""
    try:
        return judge(found, rules)
    except MemoryError:
        return rejected(found.file, "", Code.WORKER_DIED, found="out of memory")


def _judge_bytes(content: bytes, rules: Rules) -> Outcome:
    import hashlib

    sha256 = hashlib.sha256(content).hexdigest()
    if len(content) > rules.limits.file_bytes:
        found, expected = f"{len(content)} bytes", f"{rules.limits.file_bytes} bytes"
        return rejected("-", sha256, Code.OVER_A_LIMIT, found=found, expected=expected)
    return judge_copy(Copy(content, sha256), "-", rules)[0]
