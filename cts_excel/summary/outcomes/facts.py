"""Facts about a run that the caller gives to the summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The facts of one run, as 运行记录 and the page footers print them.

    ``started`` fixes every date in the workbook, and the run folder's name is left out, so that
    equal runs give equal bytes.
    ``link_prefix`` leads from the summary's folder to the folder that the outcomes' relative
    ``file`` paths start from, with ``/`` (``../../``); ``None`` writes no links to files.
    ``ignored`` are the files that are no workbooks, ``excluded`` those that a person left out.
    """

    tool_version: str
    started: datetime
    inputs: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    link_prefix: str | None = None
    ignored: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotReturned:
    """One workbook of a roster, for the sheet 未回收.

    ``state`` is shown as it is: 未回收, 名单外交回 or 与发放不一致; ``remark`` explains it.
    ``due`` is a date in ISO 8601, ``overdue`` counts the days since; 0 for none.
    """

    state: str
    organisation: str
    uscc: str
    audit_no: str
    audit_type: str
    lead_assessor: str
    assessor: str
    file: str = ""
    remark: str = ""
    due: str = ""
    overdue: int = 0
    contact: str = ""
