"""Matches this run's clients with an earlier run's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cts_excel.audit.outcome import Status
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun, client_keys
from cts_excel.summary.sheets.run import Run


class Change(StrEnum):
    """What became of a client, as shown."""

    UP = "升级"
    DOWN = "降级"
    SAME = "级别不变"
    NEW = "新增"
    UNGRADED = "本次未评定"
    ABSENT = "本次未交回"


@dataclass(frozen=True, slots=True)
class Pair:
    """One client in both runs; the side where it is missing is ``None``."""

    then: PreviousAudit | None
    now: FileRow | None
    change: Change

    @property
    def difference(self) -> Decimal | None:
        """The final of this run minus the earlier one, points; ``None`` where either is missing."""
        if self.then is None or self.now is None or self.change is Change.UNGRADED:
            return None
        return Decimal(self.now.final) - self.then.final


def level_rank(key: str, standard: Standard) -> int:
    """Return 0 for the highest level; not passed comes last."""
    keys = [level.key for level in standard.levels] + [NOT_PASSED]
    return keys.index(key) if key in keys else len(keys) - 1


def pairs(run: Run, previous: PreviousRun) -> list[Pair]:
    """Match clients by credit code, else by name; of several audits the latest end date counts.

    Ordered by difference, the greatest fall first; then those without one.
    """
    then = _latest_then(previous)
    by_key = {key: place for place, audit in enumerate(then) for key in reversed(audit.clients)}
    made: list[Pair] = []
    seen: set[int] = set()
    for f in _latest_now(run):
        keys = client_keys(f.organisation, f.uscc)
        place = next((by_key[key] for key in keys if key in by_key), None)
        earlier = None if place is None or place in seen else then[place]
        if place is not None:
            seen.add(place)
        if earlier is None and f.shown_status is not Status.GRADED:
            continue
        made.append(Pair(earlier, f, _change(earlier, f, run.standard)))
    made += [Pair(a, None, Change.ABSENT) for n, a in enumerate(then) if n not in seen]
    return sorted(made, key=_order)


def _change(then: PreviousAudit | None, now: FileRow, standard: Standard) -> Change:
    if then is None:
        return Change.NEW
    if now.shown_status is not Status.GRADED:
        return Change.UNGRADED
    before, after = (level_rank(key, standard) for key in (then.level, now.level_key))
    if before == after:
        return Change.SAME
    return Change.UP if after < before else Change.DOWN


def _order(pair: Pair) -> tuple[bool, Decimal, str, str]:
    difference = pair.difference
    name = pair.now.organisation if pair.now else pair.then.organisation if pair.then else ""
    return (difference is None, difference or Decimal(0), pair.change.value, name)


def _latest_then(previous: PreviousRun) -> list[PreviousAudit]:
    latest: dict[str, PreviousAudit] = {}
    for audit in sorted(previous.audits, key=lambda a: (a.end_date, a.file)):
        latest[(audit.clients or (audit.file,))[0]] = audit
    return list(latest.values())


def _latest_now(run: Run) -> list[FileRow]:
    """Return one file per client: a graded one before any other, then the latest."""
    latest: dict[str, FileRow] = {}
    files = [run.gathered.file(n) for n in (*run.ranking.unranked, *run.ranking.graded)]
    files.sort(key=lambda f: (f.shown_status is Status.GRADED, f.end_date, f.file))
    for f in files:
        latest[(client_keys(f.organisation, f.uscc) or (f.file,))[0]] = f
    return list(latest.values())
