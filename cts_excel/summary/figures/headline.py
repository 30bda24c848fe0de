"""The headline figures of a run and the sentences that say what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cts_excel.audit.levels import shown
from cts_excel.audit.outcome import Status
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.statistics import Floats
from cts_excel.summary.sheets.run import Run


@dataclass(frozen=True, slots=True)
class Headline:
    """Counts and finals of a run; what needs a graded audit is ``None`` where there is none."""

    files: int
    graded: int
    passed: int
    pass_rate: float | None
    mean: float | None
    median: float | None
    mean_note: str
    range_note: str


def headline(run: Run) -> Headline:
    """Measure a run."""
    t = run.tally
    if t.low is None or t.high is None or t.median is None:
        return Headline(len(run.gathered.statuses), 0, 0, None, None, None, "", "")
    n = t.n
    deviation = f"标准差 {np.std(run.figures.finals, ddof=1):.2f}" if n > 1 else "只有 1 份"
    extremes = f"最低 {shown(t.low, run.standard)}，最高 {shown(t.high, run.standard)}"
    return Headline(
        len(run.gathered.statuses), n, t.passed, t.passed / n, t.mean("final"), float(t.median),
        deviation, extremes,
    )  # fmt: skip


def mean_rates(run: Run) -> Floats:
    """Return the mean rate of each second-level indicator; NaN where none was rated."""
    found = run.figures.group_spreads[len(run.standard.sections) :]
    return np.array([rates.mean if rates else np.nan for _points, rates in found])


def sentences(run: Run, head: Headline) -> Iterator[str]:
    """Say in a few sentences what the figures show."""
    if not head.graded:
        yield f"收到 {head.files} 个文件，没有可以评定的文件，因此没有得分、级别与统计。"
        yield _waiting(run)
        return
    best = run.standard.levels[0]
    top = run.tally.levels.get(best.key, 0)
    crown = f"，其中{best.label} {top} 份" if top else f"，无{best.label}"
    yield (
        f"{head.graded} 份已评定，通过率 {head.pass_rate:.1%}（通过 {head.passed} 份{crown}）；"
        f"平均最终得分 {head.mean:.2f} 分，中位数 {head.median:.2f} 分。{_reasons(run)}"
    )
    yield _weakest(run)
    if run.previous is not None:
        yield _since(run, head)
    near = run.tally.near_count
    lines = (
        f"{near} 份距级别线不超过 1 分，建议优先复核。" if near else "没有距级别线 1 分以内的企业。"
    )
    yield lines + _waiting(run)


def _since(run: Run, head: Headline) -> str:
    previous = run.previous
    if previous is None or not previous.audits or head.mean is None or head.pass_rate is None:
        return "上次运行没有已评定的文件，无可比较。"
    n = len(previous.audits)
    mean = head.mean - float(sum((a.final for a in previous.audits), Decimal(0)) / n)
    passed = head.pass_rate - sum(1 for a in previous.audits if a.level != NOT_PASSED) / n
    return (
        f"与上次（{previous.name}，{n} 份）相比：平均最终得分 {mean:+.2f} 分，"
        f"通过率 {passed * 100:+.1f} 个百分点；逐家见「对比」。"
    )


def _reasons(run: Run) -> str:
    counts = run.tally.reasons
    if not counts:
        return ""
    return "未通过原因：" + "、".join(f"{r} {n} 份" for r, n in sorted(counts.items())) + "。"


def _weakest(run: Run) -> str:
    rates = mean_rates(run)
    known = [n for n in range(len(rates)) if not np.isnan(rates[n])]
    if not known:
        return ""
    low, high = min(known, key=lambda n: rates[n]), max(known, key=lambda n: rates[n])
    groups = run.standard.groups
    lost = [
        (float(i.weight) * (1 - found.mean), i.clause)
        for place, i in enumerate(run.standard.indicators)
        if (found := run.figures.indicator(place))
    ]
    most, clause = max(lost)
    return (
        f"最弱的二级指标是 {groups[low].label}，平均得分率 {rates[low]:.1%}；"
        f"最强的是 {groups[high].label}，{rates[high]:.1%}。失分最多的单项是 {clause}，"
        f"平均每份失 {most:.2f} 分。"
    )


def _waiting(run: Run) -> str:
    counts = [
        (status.shown, run.gathered.count(status))
        for status in (Status.NEEDS_CORRECTION, Status.CONFLICT, Status.REJECTED)
    ]
    total = sum(n for _s, n in counts)
    if not total:
        return "没有需要处理的文件。"
    return f"{total} 个文件需要处理：" + "、".join(f"{s} {n} 个" for s, n in counts if n) + "。"
