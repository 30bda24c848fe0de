"""What became of each client since an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from cts_excel.audit.outcome import Status
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.figures.ranking import Ranking
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun, client_keys

_T = TypeVar("_T")


class Change(StrEnum):
    """What became of a client, as shown."""

    UP = "升级"
    DOWN = "降级"
    SAME = "级别不变"
    NEW = "新增"
    UNGRADED = "本次未评定"
    ABSENT = "本次未交回"


@dataclass(frozen=True, slots=True)
class ClientChange:
    """One client in both runs; ``None`` for the run without it."""

    earlier: PreviousAudit | None
    current: FileRow | None
    change: Change

    @property
    def difference(self) -> Decimal | None:
        """Final score now minus then, points; ``None`` if either is missing."""
        if self.earlier is None or self.current is None or self.change is Change.UNGRADED:
            return None
        return Decimal(self.current.final) - self.earlier.final

    @property
    def client(self) -> FileRow | PreviousAudit:
        """The newer of the two, for the client's name and code."""
        newer = self.current or self.earlier
        assert newer is not None  # noqa: S101 - every change has a side
        return newer


def level_rank(key: str, standard: Standard) -> int:
    """Return 0 for the highest level; not passed comes last."""
    keys = [level.key for level in standard.levels] + [NOT_PASSED]
    return keys.index(key) if key in keys else len(keys) - 1


def client_changes(
    outcomes: OutcomeColumns, ranking: Ranking, previous: PreviousRun
) -> list[ClientChange]:
    """Match clients by credit code, else by name; of several audits the latest end date counts.

    Ordered by difference, the greatest fall first; then those without a difference.
    """
    earlier = _latest_earlier(previous)
    by_key = {key: place for place, one in enumerate(earlier) for key in reversed(one.clients)}
    changes: list[ClientChange] = []
    seen: set[int] = set()
    for f in _latest_current(outcomes, ranking):
        keys = client_keys(f.organisation, f.uscc)
        place = next((by_key[key] for key in keys if key in by_key), None)
        before = None if place is None or place in seen else earlier[place]
        if place is not None:
            seen.add(place)
        if before is None and f.shown_status is not Status.GRADED:
            continue
        changes.append(ClientChange(before, f, _change(before, f, outcomes.standard)))
    absent = (one for place, one in enumerate(earlier) if place not in seen)
    changes += [ClientChange(one, None, Change.ABSENT) for one in absent]
    return sorted(changes, key=_order)


def _change(before: PreviousAudit | None, now: FileRow, standard: Standard) -> Change:
    if before is None:
        return Change.NEW
    if now.shown_status is not Status.GRADED:
        return Change.UNGRADED
    old, new = (level_rank(key, standard) for key in (before.level, now.level_key))
    if old == new:
        return Change.SAME
    return Change.UP if new < old else Change.DOWN


def _order(one: ClientChange) -> tuple[bool, Decimal, str, str]:
    difference = one.difference
    return difference is None, difference or Decimal(0), one.change.value, one.client.organisation


def _latest_earlier(previous: PreviousRun) -> list[PreviousAudit]:
    audits = sorted(previous.audits, key=lambda a: (a.end_date, a.file))
    return _latest_of_each(audits, lambda a: a.clients or (a.file,))


def _latest_current(outcomes: OutcomeColumns, ranking: Ranking) -> list[FileRow]:
    """Return one file per client: a graded one before any other, then the latest."""
    files = [outcomes.file(n) for n in (*ranking.unranked, *ranking.graded)]
    files.sort(key=lambda f: (f.shown_status is Status.GRADED, f.end_date, f.file))
    return _latest_of_each(files, lambda f: client_keys(f.organisation, f.uscc) or (f.file,))


def _latest_of_each(items: Iterable[_T], keys_of: Callable[[_T], tuple[str, ...]]) -> list[_T]:
    """Return the last item of each client; one that shares any key with an earlier is the same."""
    latest: list[_T] = []
    place_of: dict[str, int] = {}
    for item in items:
        keys = keys_of(item)
        place = next((place_of[key] for key in keys if key in place_of), len(latest))
        if place == len(latest):
            latest.append(item)
        latest[place] = item
        for key in keys:
            place_of.setdefault(key, place)
    return latest
