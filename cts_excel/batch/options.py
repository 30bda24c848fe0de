"""What a user asks of a run: the one home of its options."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any

from cts_excel.files.visible import escape_controls, visible
from cts_excel.workbook.ooxml.limits import DEFAULT_LIMITS, Limits

_RECORD = "record"  # metadata key: how run.json writes an option that can change a result


def _recorded(name: str, written: Callable[[Any], Any]) -> dict[str, Any]:
    return {_RECORD: (name, written)}


def _was_given(value: Any) -> bool:
    return value is not None


def _shown_paths(paths: tuple[str, ...]) -> list[str]:
    return [escape_controls(path.replace(os.sep, "/")) for path in paths]


def _shown_path(path: str | None) -> str | None:
    return visible(path) if path else None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for.

    ``paths`` are files, folders and URLs. ``output`` is the run folder, new or empty; without it,
    ``output_root/<date-time>``. ``jobs`` is the number of worker processes, by default one per
    processor; it changes no result. ``limits`` bound what one file may cost. ``legacy`` also takes
    .xls, .xlsb and .ods. ``password_file`` holds passwords to try; ``passwords_typed`` says that
    others were given beside the options, which are written down and so never hold one.
    ``standard_path`` is the standard file, ``None`` for the built-in one. ``key_file`` names the
    key of issue, ``roster`` the list (or ``issued.csv``) that the files are compared with,
    ``roster_headings`` the user's own headings for it by key of a cover field. ``engine`` is
    ``local`` or ``dask``, the latter with the address of a ``scheduler`` or with a cluster of its
    own. ``parquet`` writes the data as Parquet beside CSV. ``previous`` are earlier runs, their
    folders or ``grades.csv``, that the summary compares with. ``decisions`` writes the committee's
    form as a workbook of its own. ``returned`` says which workbooks are sent back marked: ``all``,
    ``faulty`` or ``none``; ``deadline`` and ``contact`` are words for their lists, by when the
    corrected workbook is due and whom to ask. ``exclude`` are patterns of names that a person
    leaves out. ``independent`` has a second reader confirm audits within a point of a level's
    minimum, and a random sample of the rest. ``reuse`` takes the results of files that have not
    changed since an earlier run from the user's cache, or from the folder ``cache``; no output but
    ``run.json`` shows it.
    """

    paths: tuple[str, ...] = field(default=("input",), metadata=_recorded("paths", _shown_paths))
    output: str | None = None
    output_root: str = "output"
    jobs: int | None = None
    limits: Limits = field(default=DEFAULT_LIMITS, metadata=_recorded("limits", asdict))
    legacy: bool = field(default=False, metadata=_recorded("legacy", bool))
    password_file: str | None = field(default=None, metadata=_recorded("passwords", _was_given))
    passwords_typed: bool = False
    standard_path: str | None = None
    key_file: str | None = field(default=None, metadata=_recorded("key", _was_given))
    roster: str | None = field(default=None, metadata=_recorded("roster", _shown_path))
    roster_headings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    engine: str = "local"
    scheduler: str | None = None
    parquet: bool = False
    previous: tuple[str, ...] = ()
    decisions: bool = False
    returned: str = "faulty"
    deadline: str = ""
    contact: str = ""
    exclude: tuple[str, ...] = field(default=(), metadata=_recorded("exclude", list))
    independent: bool = field(default=False, metadata=_recorded("independent", bool))
    reuse: bool = False
    cache: str | None = None

    @property
    def workers(self) -> int:
        """The number of worker processes on this machine."""
        return self.jobs or _processors()

    def recorded(self) -> dict[str, Any]:
        """Return what ``run.json`` keeps: the options that can change a result."""
        marked = [(f, f.metadata[_RECORD]) for f in fields(self) if _RECORD in f.metadata]
        told = {name: written(getattr(self, f.name)) for f, (name, written) in marked}
        return told | ({"passwords": True} if self.passwords_typed else {})


def now() -> int:
    """Return the time that outputs show, in seconds since 1970: ``SOURCE_DATE_EPOCH`` fixes it."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(fixed) if fixed.isdecimal() else int(time.time())


def today() -> date:
    """Return today's day, see :func:`day_of`."""
    return day_of(now())


def day_of(moment: float) -> date:
    """Return the local day of a moment in seconds since 1970; with ``SOURCE_DATE_EPOCH`` UTC's."""
    zone = UTC if os.environ.get("SOURCE_DATE_EPOCH", "").isdecimal() else None
    return datetime.fromtimestamp(moment, zone).date()


def _processors() -> int:
    """Count the processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
