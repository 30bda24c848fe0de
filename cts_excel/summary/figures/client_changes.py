"""What became of each client since an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

import numpy as np

from cts_excel.audit.levels import number_shown, rounded_half_up, shown
from cts_excel.audit.outcome import Status
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.figures.ranking import Ranking
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun, client_keys

_T = TypeVar("_T")


class Change(StrEnum):
    """What became of a client, as shown."""

    UP = "升级"
    DOWN = "降级"
    SAME = "级别不变"
    REPAIRED = "补正后已评定"  # the earlier run had only a faulty file of this client
    NEW = "新增"
    UNGRADED = "本次未评定"
    ABSENT = "本次未交回"


@dataclass(frozen=True, slots=True)
class ClientChange:
    """One client in both runs; ``None`` for the run without it.

    ``difference`` is the final score now minus then, in points and of the scores as shown;
    ``None`` if either is missing. ``place`` is that of the audit in the earlier run.
    """

    earlier: PreviousAudit | None
    current: FileRow | None
    change: Change
    difference: Decimal | None = None
    place: int = -1

    @property
    def client(self) -> FileRow | PreviousAudit:
        """The newer of the two, for the client's name and code."""
        newer = self.current or self.earlier
        assert newer is not None  # noqa: S101 - every change has a side
        return newer


@dataclass(frozen=True, slots=True)
class Together:
    """The clients with a graded audit in both runs: their number, mean finals, and who passed.

    Means are rounded as shown, so that their difference is the one that is shown.
    """

    n: int
    mean_then: Decimal
    mean_now: Decimal
    passed_then: int
    passed_now: int


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
    by_key = {
        key: place
        for place in reversed(earlier)
        for key in reversed(previous.audits[place].clients)
    }
    changes: list[ClientChange] = []
    seen: set[int] = set()
    for f in _latest_current(outcomes, ranking):
        keys = client_keys(f.organisation, f.uscc)
        place = next((by_key[key] for key in keys if key in by_key), None)
        if place in seen:
            place = None
        if place is not None:
            seen.add(place)
        elif f.shown_status is not Status.GRADED:
            continue
        faulty = any(key in previous.faulty for key in keys)
        changes.append(_one(previous, place, f, outcomes.standard, faulty=faulty))
    absent = (place for place in earlier if place not in seen)
    changes += [
        ClientChange(previous.audits[place], None, Change.ABSENT, place=place) for place in absent
    ]
    return sorted(changes, key=_order)


def _one(
    previous: PreviousRun, place: int | None, now: FileRow, standard: Standard, *, faulty: bool
) -> ClientChange:
    if place is None:
        return ClientChange(None, now, Change.REPAIRED if faulty else Change.NEW)
    before = previous.audits[place]
    change = _change(before, now, standard)
    if change is Change.UNGRADED:
        return ClientChange(before, now, change, place=place)
    finals = (Decimal(now.final), before.final)
    current, earlier = (Decimal(shown(final, standard)) for final in finals)
    return ClientChange(before, now, change, current - earlier, place)


def together(changes: Iterable[ClientChange]) -> Together | None:
    """Sum up the clients of both runs; ``None`` if there is none."""
    both = [(one.earlier, one.current) for one in changes if one.difference is not None]
    pairs = [(then, now) for then, now in both if then and now]
    if not pairs:
        return None
    n = len(pairs)
    then = sum((earlier.final for earlier, _now in pairs), Decimal(0)) / n
    now = sum((Decimal(current.final) for _then, current in pairs), Decimal(0)) / n
    return Together(
        n, rounded_half_up(then, 2), rounded_half_up(now, 2),
        sum(1 for earlier, _now in pairs if earlier.level != NOT_PASSED),
        sum(1 for _then, current in pairs if current.level_key != NOT_PASSED),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Moved:
    """The mean rate of an indicator over the clients of both runs, whole tenths of a percent."""

    change: Decimal
    clause: str
    then: Decimal
    now: Decimal


def moved_indicators(
    figures: Figures, previous: PreviousRun, changes: Iterable[ClientChange]
) -> list[Moved]:
    """Compare the mean rate of each indicator, of the clients in both runs; the falls first.

    A client counts if the indicator is rated in both. What is shown as equal is left out.
    """
    row_of = {number: row for row, number in enumerate(figures.outcomes.rated_files)}
    pairs = [
        (row_of[one.current.number], one.place)
        for one in changes
        if one.difference is not None and one.current
    ]
    if not pairs:
        return []
    rows, places = (list(side) for side in zip(*pairs, strict=True))
    found = []
    for column, indicator in enumerate(figures.standard.indicators):
        if indicator.clause not in previous.rates:
            continue
        now = figures.percents[figures.codes[rows, column]]
        then = np.asarray(previous.rates[indicator.clause])[places]
        known = ~np.isnan(now) & ~np.isnan(then)
        if known.any():
            before, after = (_tenths(float(side[known].mean())) for side in (then, now))
            if before != after:
                found.append(Moved(after - before, indicator.clause, before, after))
    return sorted(found)


def _tenths(rate: float) -> Decimal:
    """Return a rate as percent with one decimal, as it is shown."""
    return Decimal(number_shown(100 * rate, 1))


def _change(before: PreviousAudit, now: FileRow, standard: Standard) -> Change:
    if now.shown_status is not Status.GRADED:
        return Change.UNGRADED
    old, new = (level_rank(key, standard) for key in (before.level, now.level_key))
    if old == new:
        return Change.SAME
    return Change.UP if new < old else Change.DOWN


def _order(one: ClientChange) -> tuple[bool, Decimal, str, str]:
    difference = one.difference
    return difference is None, difference or Decimal(0), one.change.value, one.client.organisation


def _latest_earlier(previous: PreviousRun) -> list[int]:
    """Return the places of the latest audit of each client."""
    audits = previous.audits
    places = sorted(range(len(audits)), key=lambda n: (audits[n].end_date, audits[n].file))
    return _latest_of_each(places, lambda n: audits[n].clients or (audits[n].file,))


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
