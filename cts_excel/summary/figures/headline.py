"""The headline figures of a run, and the sentences that explain them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cts_excel.audit.levels import number_shown, percent_shown, rounded_half_up, shown
from cts_excel.audit.outcome import Status
from cts_excel.summary.figures.client_changes import Change, ClientChange, together
from cts_excel.summary.figures.losses import losses, short_text
from cts_excel.summary.figures.statistics import Figures, Floats
from cts_excel.summary.figures.tally import Tally
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.previous import PreviousRun

WAITING = (Status.NEEDS_CORRECTION, Status.CONFLICT, Status.REJECTED)  # a person must act


@dataclass(frozen=True, slots=True)
class Headline:
    """Counts and final scores of a run; rates and scores are ``None`` without a graded audit."""

    files: int
    graded: int
    passed: int
    pass_rate: float | None
    mean: float | None
    median: float | None
    mean_note: str
    range_note: str


def headline(figures: Figures, tally: Tally) -> Headline:
    """Return the headline figures."""
    files, n, standard = len(figures.outcomes), tally.n, figures.standard
    if tally.low is None or tally.high is None or tally.median is None:
        return Headline(files, 0, 0, None, None, None, "", "")
    deviation = (
        f"标准差 {number_shown(float(np.std(figures.finals, ddof=1)))}" if n > 1 else "只有 1 份"
    )
    extremes = f"最低 {shown(tally.low, standard)}，最高 {shown(tally.high, standard)}"
    return Headline(
        files, n, tally.passed, tally.passed / n, tally.mean("final"), float(tally.median),
        deviation, extremes,
    )  # fmt: skip


def mean_rates(figures: Figures) -> Floats:
    """Return the mean rate of each second-level indicator; NaN if nobody rated it."""
    found = figures.group_spreads[len(figures.standard.sections) :]
    # Rounded, so that equal rates are equal whatever their weights add up to.
    return np.array([round(rates.mean, 9) if rates else np.nan for _points, rates in found])


def sentences(
    figures: Figures, tally: Tally, head: Headline, previous: PreviousRun | None,
    changes: Sequence[ClientChange] = (),
) -> Iterator[str]:  # fmt: skip
    """Yield the few sentences that sum up a run."""
    if not head.graded:
        yield f"收到 {head.files:,} 个文件，没有可以评定的文件，因此没有得分、级别与统计。"
        yield _waiting(figures.outcomes)
        return
    best = figures.standard.levels[0]
    top = tally.levels.get(best.key, 0)
    mean, median = (
        shown(Decimal(repr(round(value or 0.0, 9))), figures.standard)
        for value in (head.mean, head.median)
    )
    crown = f"，其中{best.label} {top:,} 份" if top else f"，无{best.label}"
    rate = percent_shown(head.pass_rate or 0.0)
    yield (
        f"{head.graded:,} 份已评定，通过率 {rate}（通过 {head.passed:,} 份{crown}）；"
        f"平均最终得分 {mean} 分，中位数 {median} 分。{_reasons(tally)}"
    )
    yield _weakest(figures)
    if previous is not None:
        yield _since(previous, changes)
    near = tally.near_count
    lines = (
        f"{near:,} 份距级别线不超过 1 分，见“临界分析”。"
        if near
        else "没有距级别线 1 分以内的审核。"
    )
    yield lines + _waiting(figures.outcomes)


def _since(previous: PreviousRun, changes: Sequence[ClientChange]) -> str:
    """Compare the clients of both runs; the others are only counted."""
    both = together(changes)
    counts = Counter(one.change for one in changes)
    others = "、".join(
        f"{change.value} {counts[change]:,} 家"
        for change in (Change.NEW, Change.REPAIRED, Change.UNGRADED, Change.ABSENT)
        if counts[change]
    )
    rest = f"；{others}" if others else ""
    if both is None:
        return f"与上次（{previous.name}）相比，没有两次均已评定的企业，无法比较{rest}。"
    mean = both.mean_now - both.mean_then
    rates = [rounded_half_up(Decimal(100 * passed) / both.n, 1)
             for passed in (both.passed_now, both.passed_then)]  # fmt: skip
    rate = signed(rates[0] - rates[1])
    return (
        f"与上次（{previous.name}）两次均已评定的 {both.n:,} 家企业相比：平均最终得分 "
        f"{both.mean_then} → {both.mean_now}（{signed(mean)} 分），通过率 "
        f"{rates[1]}% → {rates[0]}%（{rate} 个百分点）{rest}；逐家见“对比”。"
    )


def signed(number: Decimal) -> str:
    """Write a difference with its sign; nothing has none."""
    return f"{number:+f}" if number else f"{abs(number):f}"


def _reasons(tally: Tally) -> str:
    if not tally.reasons:
        return ""
    counts = "、".join(f"{reason} {n:,} 份" for reason, n in sorted(tally.reasons.items()))
    return f"未通过原因：{counts}。"


def _weakest(figures: Figures) -> str:
    rates = mean_rates(figures)
    known = [n for n in range(len(rates)) if not np.isnan(rates[n])]
    if not known:
        return ""
    low, high = min(known, key=lambda n: rates[n]), max(known, key=lambda n: rates[n])
    groups = figures.standard.groups
    weakest, strongest = percent_shown(rates[low]), percent_shown(rates[high])
    text = (
        f"各二级指标的平均得分率均为 {weakest}。"
        if weakest == strongest
        else (
            f"最弱的二级指标是 {groups[low].label}，平均得分率 {weakest}；"
            f"最强的是 {groups[high].label}，{strongest}。"
        )
    )
    most = losses(figures)
    if not most:
        return f"{text}没有失分。"
    cited = f"{most[0].indicator.clause}“{short_text(most[0].indicator, figures.standard)}”"
    return f"{text}失分最多的单项是 {cited}，平均每份失 {number_shown(most[0].points)} 分。"


def _waiting(outcomes: OutcomeColumns) -> str:
    counts = {s.shown: outcomes.count(s) for s in WAITING if outcomes.count(s)}
    if not counts:
        return "没有需要处理的文件。"
    each = "、".join(f"{status} {n:,} 个" for status, n in counts.items())
    return f"{sum(counts.values()):,} 个文件需要处理：{each}。"
