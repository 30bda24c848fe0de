"""What is sent back for one file: a marked copy if possible, else a list; never an exception."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import NamedTuple

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.returned.container import NotMarkableError
from cts_excel.workbook.returned.corrections import list_corrections
from cts_excel.workbook.returned.list_sheet import list_workbook
from cts_excel.workbook.returned.marking import marked_copy
from cts_excel.workbook.returned.terms import NO_TERMS, ReturnTerms

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REASONS = {"xlsm": "含宏，未作标记", "digital signature": "含数字签名，未作标记"}


class Mode(StrEnum):
    """Which files are sent back: every one, those that need correction, or none."""

    ALL = "all"
    FAULTY = "faulty"
    NONE = "none"

    def wants(self, status: Status) -> bool:
        """Return whether a file of a status is sent back."""
        if self is Mode.FAULTY:
            return status is Status.NEEDS_CORRECTION
        return self is Mode.ALL


class Returned(NamedTuple):
    """What is sent back: a marked copy, or a list and the reason why, in Chinese."""

    content: bytes
    reason: str


def returned_file(outcome: Outcome, content: bytes, terms: ReturnTerms = NO_TERMS) -> Returned:
    """Make a marked copy or, if that is impossible, a list in a fresh workbook."""
    reason = _refusal(outcome, content)
    if not reason:
        try:
            return Returned(marked_copy(content, outcome, terms), "")
        except NotMarkableError as error:
            reason = _REASONS.get(error.reason, f"无法标记：{error.reason}")
        except NotReadableError as error:
            reason = f"无法标记：{error}"
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a copy that cannot be made never stops a run
            reason = f"无法标记：{type(error).__name__}: {error}"
    return returned_list(outcome, reason, terms)


def returned_list(outcome: Outcome, reason: str, terms: ReturnTerms = NO_TERMS) -> Returned:
    """Make a list in a fresh workbook for a file that is not marked, with the reason."""
    return Returned(correction_list(outcome, terms, reason=reason), reason)


def correction_list(outcome: Outcome, terms: ReturnTerms = NO_TERMS, *, reason: str = "") -> bytes:
    """Return a fresh workbook (.xlsx) that lists what is to be corrected in a file.

    :param reason: why the file itself was not marked, in Chinese.
    """
    request = "请在原文件中按本清单逐项修改后交回原文件；本清单无需交回。"
    name = f"文件：{outcome.file}" + (f"（{reason}）" if reason else "")
    return list_workbook(list_corrections(outcome, terms, request), name)


def _refusal(outcome: Outcome, content: bytes) -> str:
    if outcome.audit is None:
        return "未能评定，未作标记"
    if outcome.sha256 and hashlib.sha256(content).hexdigest() != outcome.sha256:
        return "评定后文件已变化，未作标记"
    if content.startswith(_OLE):
        return "加密或旧格式文件，未作标记"
    return ""
