"""What a run sends back: one file per outcome that asks for it, never an exception."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import tee
from typing import NamedTuple

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.files.names import unique_names
from cts_excel.standard.model import Standard
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.returned.correction_list import correction_list
from cts_excel.workbook.returned.errors import NotMarkableError
from cts_excel.workbook.returned.marking import marked_copy

_SHORT = 8  # digits of a file's SHA-256 in the name of its copy
_NAME_LIMIT = 60
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REASONS = {"xlsm": "含宏，未作标记", "digital signature": "含数字签名，未作标记"}


class Mode(StrEnum):
    """Which files are sent back: every one, those that need correction, or none."""

    ALL = "all"
    FAULTY = "faulty"
    NONE = "none"

    def wants(self, status: Status) -> bool:
        """Tell whether a file of a status is sent back."""
        if self is Mode.FAULTY:
            return status is Status.NEEDS_CORRECTION
        return self is Mode.ALL


class Made(NamedTuple):
    """What is sent back for a file: a marked copy, or a list and the reason why, in Chinese."""

    content: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A file to send back; ``reason`` says why it is a list instead of a marked copy."""

    file: str
    name: str
    content: bytes
    reason: str

    @property
    def marked(self) -> bool:
        """Whether it is the person's own workbook."""
        return not self.reason


def returned_files(
    outcomes: Iterable[Outcome],
    standard: Standard,
    read_source: Callable[[Outcome], bytes],
    mode: Mode = Mode.FAULTY,
    mapped: Mapper = map,
    made: Callable[[Outcome], Made | None] = lambda _outcome: None,
) -> Iterator[Returned]:
    """Yield what is sent back, in the outcomes' order; names are unique whatever their case.

    What cannot be marked is a list in a fresh workbook; nothing that a file holds stops this.

    :param read_source: returns a file's bytes as they were graded; its ``OSError`` makes a list.
    :param mapped: does the work, as ``map`` does; in worker processes, for one.
    :param made: tells what is made already; that file is not read again.
    """
    wanted, named = tee(outcome for outcome in outcomes if mode.wants(outcome.status))
    tasks = (
        _task(outcome, name, read_source, made(outcome))
        for outcome, name in zip(wanted, unique_names(map(stem, named)), strict=True)
    )
    yield from mapped(Maker(standard), tasks)


@dataclass(frozen=True, slots=True)
class Task:
    """One file to make: its outcome and name, the bytes as graded or why there are none.

    ``made`` is what is made already.
    """

    outcome: Outcome
    name: str
    content: bytes
    reason: str = ""
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes files to send back, by one standard; can be sent to another process."""

    standard: Standard

    def __call__(self, task: Task) -> Returned:
        """Make one file."""
        if task.reason:
            return self.listed(task, task.reason)
        made = task.made or returned_file(task.outcome, self.standard, task.content)
        return Returned(task.outcome.file, task.name, *made)

    def listed(self, task: Task, reason: str) -> Returned:
        """Make the list in a fresh workbook for a file that is not marked, with the reason."""
        made = correction_list(task.outcome, self.standard, reason=reason)
        return Returned(task.outcome.file, task.name, made, reason)


Mapper = Callable[[Maker, Iterable[Task]], Iterable[Returned]]


def _task(
    outcome: Outcome, name: str, read_source: Callable[[Outcome], bytes], made: Made | None
) -> Task:
    if made is not None:
        return Task(outcome, name, b"", made=made)
    try:
        return Task(outcome, name, read_source(outcome))
    except OSError as error:
        return Task(outcome, name, b"", f"无法再次读取：{error.strerror or error}")


def returned_file(outcome: Outcome, standard: Standard, content: bytes) -> Made:
    """Make a marked copy, or where that cannot be a list in a fresh workbook."""
    reason = _refusal(outcome, content)
    if not reason:
        try:
            return Made(marked_copy(content, outcome, standard), "")
        except NotMarkableError as error:
            reason = _REASONS.get(error.reason, f"无法标记：{error.reason}")
        except NotReadableError as error:
            reason = f"无法标记：{error}"
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a copy that cannot be made never stops a run
            reason = f"无法标记：{type(error).__name__}: {error}"
    return Made(correction_list(outcome, standard, reason=reason), reason)


def stem(outcome: Outcome) -> str:
    """Name a file by what identifies it: audit number and the start of its SHA-256."""
    number = outcome.audit.cover.audit_no if outcome.audit is not None else ""
    digest = outcome.sha256 or hashlib.sha256(outcome.file.encode("utf-8", "replace")).hexdigest()
    return f"{number[:_NAME_LIMIT].strip() or '无编号'}_{digest[:_SHORT]}"


def _refusal(outcome: Outcome, content: bytes) -> str:
    if outcome.audit is None:
        return "未能评定，未作标记"
    if outcome.sha256 and hashlib.sha256(content).hexdigest() != outcome.sha256:
        return "评定后文件已变化，未作标记"
    if content.startswith(_OLE):
        return "加密或旧格式文件，未作标记"
    return ""
