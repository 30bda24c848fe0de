"""Rating habits per assessor and per lead, and who rates more leniently than chance allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cts_excel.summary.figures.statistics import Figures, Floats, Spread, spread, t_quantile

LEAST_AUDITS = 5  # fewer say nothing about a person
LEAST_DIFFERENCE = 0.02  # two percentage points: less does not matter in practice
NOBODY = "（未填写）"


@dataclass(frozen=True, slots=True)
class Habits:
    """One person's ratings over the graded audits.

    ``difference`` is the mean over their audits of (rate given - mean rate that others gave on the
    same indicators), as a fraction; ``low`` and ``high`` are its 95 % interval (Welch, audits as
    units), ``None`` if either side has fewer than two audits. ``verdict`` is ``"lenient"``,
    ``"strict"`` or ``""``. ``flat`` is the mean standard deviation inside an audit, ``mode`` the
    mean share of an audit's commonest percentage, ``round_share`` the share of multiples of 10 %.
    """

    name: str
    audits: int
    finals: Spread
    rate: float
    bands: tuple[float, ...]
    round_share: float
    flat: float
    mode: float
    evidence_length: float
    evidence_blank: float
    difference: float | None
    low: float | None
    high: float | None
    verdict: str


def habits(figures: Figures, people: NDArray[np.uint32]) -> list[Habits]:
    """Describe everyone in ``people``, those with most audits first.

    :param people: one number per graded audit, the place of a name in ``outcomes.people``.
    """
    names = list(figures.outcomes.people)
    found = sorted(set(people.tolist()))
    listed = people.tolist()
    compared = sum(1 for p in found if listed.count(p) >= LEAST_AUDITS)
    everyone = [_habits(figures, people == p, names[p] or NOBODY, compared) for p in found]
    return sorted(everyone, key=lambda h: (-h.audits, h.name))


def _habits(figures: Figures, own: NDArray[np.bool_], name: str, compared: int) -> Habits:
    rows = np.flatnonzero(own)
    codes = figures.codes[rows]
    rated = codes > 0
    n_rated = max(1, int(rated.sum()))
    chosen = figures.bands[rows]
    bands = [np.count_nonzero(chosen == place) for place in range(len(figures.standard.bands))]
    tens = np.isclose(figures.percents * 10 % 1, 0) | np.isclose(figures.percents * 10 % 1, 1)
    means, deviations, modes = figures.audit_rates
    lengths = np.frombuffer(figures.outcomes.evidence_length, dtype=np.uint32)[rows]
    blanks = np.frombuffer(figures.outcomes.evidence_blank, dtype=np.uint16)[rows]
    cells = len(rows) * figures.width
    finals = spread(figures.finals[rows])
    assert finals is not None  # noqa: S101 - everyone listed has an audit
    difference, low, high, verdict = _leniency(figures, own, compared)
    if name == NOBODY:
        verdict = ""
    return Habits(
        name, len(rows), finals, float(np.nanmean(means[rows])),
        tuple(n / n_rated for n in bands), float((tens[codes] & rated).sum()) / n_rated,
        float(np.nanmean(deviations[rows])), float(modes[rows].mean()),
        float(lengths.sum()) / max(1, cells - int(blanks.sum())), float(blanks.sum()) / cells,
        difference, low, high, verdict,
    )  # fmt: skip


def _leniency(
    figures: Figures, own: NDArray[np.bool_], compared: int
) -> tuple[float | None, float | None, float | None, str]:
    """Return difference, 95 % interval and verdict.

    The audit is the unit, because its ratings share one client and are not independent. A verdict
    needs enough audits on both sides, a difference of practical size, and an interval without 0
    even when it is widened for the number of people compared (Bonferroni).
    """
    mine, theirs = _deviations(figures, own)
    if mine.size == 0 or theirs.size == 0:
        return None, None, None, ""
    difference = float(mine.mean() - theirs.mean())
    if mine.size < 2 or theirs.size < 2:
        return difference, None, None, ""
    a, b = float(mine.var(ddof=1)) / mine.size, float(theirs.var(ddof=1)) / theirs.size
    error = sqrt(a + b)
    if error < 1e-12:
        return difference, difference, difference, ""
    freedom = (a + b) ** 2 / (a * a / (mine.size - 1) + b * b / (theirs.size - 1))
    half = t_quantile(0.975, freedom) * error
    wide = t_quantile(1 - 0.025 / max(1, compared), freedom) * error
    enough = min(mine.size, theirs.size) >= LEAST_AUDITS
    clear = abs(difference) > wide and abs(difference) >= LEAST_DIFFERENCE
    verdict = ("lenient" if difference > 0 else "strict") if enough and clear else ""
    return difference, difference - half, difference + half, verdict


def _deviations(figures: Figures, own: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the mean deviation from the others' rates: of each own and of each other audit."""
    mean = _means_of(figures, ~own)
    deviation = np.empty(figures.n)
    for rows, shares in figures.chunks():
        apart = shares - mean
        known = ~np.isnan(apart)
        count = known.sum(axis=1)
        total = np.where(known, apart, 0.0).sum(axis=1)
        deviation[rows] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    usable = ~np.isnan(deviation)
    return deviation[own & usable], deviation[~own & usable]


def _means_of(figures: Figures, chosen: NDArray[np.bool_]) -> Floats:
    """Return the mean rate per indicator over some audits; NaN if nobody rated it."""
    total, count = np.zeros(figures.width), np.zeros(figures.width)
    for rows, shares in figures.chunks():
        part = shares[chosen[rows]]
        known = ~np.isnan(part)
        total += np.where(known, part, 0.0).sum(axis=0)
        count += known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
