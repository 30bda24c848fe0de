"""When and where: pass rate, mean final and levels per period, kind, trade, region and person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.ranking import Ranking
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import PreviousRun

SMALL = 5  # fewer audits say little about their group
MOST_GROUPS = 40  # of one kind; the smallest of more are taken together
UNKNOWN, OTHERS, NOW = "（未填写）", "（其余）", "本次"


@dataclass(slots=True)
class Slice:
    """The graded audits of one group: number, sum of finals in points, number per level's key."""

    label: str
    n: int = 0
    total: Decimal = Decimal(0)
    levels: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, final: Decimal, level: str) -> None:
        """Count an audit."""
        self.n += 1
        self.total += final
        self.levels[level] += 1

    @property
    def passed(self) -> int:
        """Number of audits with a level."""
        return self.n - self.levels.get(NOT_PASSED, 0)

    @property
    def mean(self) -> float:
        """Mean final score, points."""
        return float(self.total / self.n)

    @property
    def small(self) -> bool:
        """Whether the group is too small for its rate to say much."""
        return self.n < SMALL


def _quarter(day: str) -> str:
    return f"{day[:4]} 年第 {(int(day[5:7]) + 2) // 3} 季度"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to group audits; ``timed`` groups stand in order of time, others by size."""

    title: str
    label: Callable[[FileRow], str]
    timed: bool = False


DIMENSIONS = (
    Dimension("月份", lambda f: f.end_date[:7], timed=True),
    Dimension("季度", lambda f: _quarter(f.end_date) if f.end_date else "", timed=True),
    Dimension("审核类型", lambda f: f.audit_type),
    Dimension("审核方式", lambda f: f.audit_method),
    Dimension("行业", lambda f: f.industry),
    Dimension("省份", lambda f: f.province),
    Dimension("审核组长", lambda f: f.lead_assessor),
)


def slices(outcomes: OutcomeColumns, ranking: Ranking) -> Mapping[str, Sequence[Slice]]:
    """Group the graded audits by each dimension; one that nobody filled in is left out."""
    found: dict[str, dict[str, Slice]] = {one.title: {} for one in DIMENSIONS}
    for number in ranking.graded:
        f = outcomes.file(number)
        final = Decimal(f.final)
        for one in DIMENSIONS:
            label = " ".join(one.label(f).split()) or UNKNOWN
            groups = found[one.title]
            groups.setdefault(label, Slice(label)).add(final, f.level_key)
    return {
        one.title: _ordered(found[one.title].values(), timed=one.timed)
        for one in DIMENSIONS
        if set(found[one.title]) - {UNKNOWN}
    }


def _ordered(groups: Iterable[Slice], *, timed: bool) -> list[Slice]:
    by_size = sorted(groups, key=lambda one: (-one.n, one.label))
    kept, rest = by_size[:MOST_GROUPS], by_size[MOST_GROUPS:]
    if timed:
        kept.sort(key=lambda one: (one.label == UNKNOWN, one.label))
    if rest:
        others = Slice(OTHERS)
        for one in rest:
            others.n += one.n
            others.total += one.total
            for level, count in one.levels.items():
                others.levels[level] += count
        kept.append(others)
    return kept


def cycles(
    outcomes: OutcomeColumns, ranking: Ranking, earlier: Iterable[PreviousRun]
) -> list[Slice]:
    """Return one group per earlier run that graded anything, in order of time, then this run."""
    found = []
    for run in earlier:
        one = Slice(run.name)
        for audit in run.audits:
            one.add(audit.final, audit.level)
        found.append(one)
    now = Slice(NOW)
    for number in ranking.graded:
        f = outcomes.file(number)
        now.add(Decimal(f.final), f.level_key)
    return [one for one in (*found, now) if one.n]
