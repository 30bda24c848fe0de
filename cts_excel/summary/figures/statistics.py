"""Statistics over the graded audits: exact counts where possible, numpy where it is only shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cts_excel.standard.model import parent
from cts_excel.summary.outcomes.gathered import Gathered

Floats = NDArray[np.float64]
_CHUNK = 4096  # audits at a time, so that memory does not grow with their number


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution: number, mean, sample deviation (n - 1), quartiles (inclusive)."""

    n: int
    mean: float
    deviation: float
    low: float
    q1: float
    median: float
    q3: float
    high: float


def spread(values: Floats) -> Spread | None:
    """Describe values that are not NaN; ``None`` where there are none."""
    values = values[~np.isnan(values)]
    if not values.size:
        return None
    q1, median, q3 = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    deviation = float(np.std(values, ddof=1)) if values.size > 1 else float("nan")
    low, high = float(values.min()), float(values.max())
    return Spread(int(values.size), float(values.mean()), deviation, low, q1, median, q3, high)


class Figures:
    """Arrays over the graded audits of a run; rows in order of arrival.

    Rates are fractions of 1, NaN where an indicator does not apply; points are on the standard's
    scale.
    """

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.standard = gathered.standard
        self.width = len(self.standard.indicators)
        self.percents: Floats = np.array([float(p) for p in gathered.percents])
        kind = np.uint16 if gathered.codes.typecode == "H" else np.uint32
        self.codes: NDArray[Any] = np.frombuffer(gathered.codes, dtype=kind).reshape(-1, self.width)
        self.bands = np.frombuffer(gathered.bands, dtype=np.uint8).reshape(-1, self.width)
        self.weights: Floats = np.array([float(i.weight) for i in self.standard.indicators])

    @property
    def n(self) -> int:
        """Number of graded audits."""
        return len(self.codes)

    def chunks(self) -> Iterator[tuple[slice, Floats]]:
        """Yield slices of rows with their rates, shape (rows, indicators)."""
        for start in range(0, self.n, _CHUNK):
            rows = slice(start, min(start + _CHUNK, self.n))
            yield rows, self.percents[self.codes[rows]]

    @cached_property
    def finals(self) -> Floats:
        """Final scores, points."""
        g = self.gathered
        return np.array([float(g.file(number).final) for number in g.rated_files])

    @cached_property
    def group_columns(self) -> list[list[int]]:
        """Places of the indicators of each first-level, then each second-level indicator."""
        above = [(parent(parent(i.clause)), parent(i.clause)) for i in self.standard.indicators]
        sections = [
            [n for n, a in enumerate(above) if a[0] == s.clause] for s in self.standard.sections
        ]
        groups = [
            [n for n, a in enumerate(above) if a[1] == g.clause] for g in self.standard.groups
        ]
        return sections + groups

    @cached_property
    def headings(self) -> list[str]:
        """Labels of what :attr:`group_columns` holds."""
        return [s.label for s in self.standard.sections] + [g.label for g in self.standard.groups]

    def group_column(self, place: int) -> tuple[Floats, Floats]:
        """Return points and rates of every audit in a first- or second-level indicator.

        A rate is points earned over points applicable; NaN where nothing applies.

        :param place: as in :attr:`headings`.
        """
        columns = self.group_columns[place]
        weights = self.weights[columns]
        points, rates = np.empty(self.n), np.empty(self.n)
        for start in range(0, self.n, _CHUNK):
            rows = slice(start, min(start + _CHUNK, self.n))
            shares = self.percents[self.codes[rows][:, columns]]
            points[rows] = (np.nan_to_num(shares) * weights).sum(axis=1)
            whole = np.where(np.isnan(shares), 0.0, weights).sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                rates[rows] = points[rows] / whole
        return points, rates

    @cached_property
    def group_spreads(self) -> list[tuple[Spread | None, Spread | None]]:
        """Distributions of points and of rates, as :attr:`headings`."""
        columns = (self.group_column(place) for place in range(len(self.headings)))
        return [(spread(points), spread(rates)) for points, rates in columns]

    @cached_property
    def group_points(self) -> tuple[Floats, Floats]:
        """Points and rates of every audit, shape (audits, :attr:`headings`); for small runs."""
        points = np.empty((self.n, len(self.headings)))
        rates = np.empty_like(points)
        for place in range(len(self.headings)):
            points[:, place], rates[:, place] = self.group_column(place)
        return points, rates

    @cached_property
    def audit_rates(self) -> tuple[Floats, Floats, Floats]:
        """Mean and deviation of the rates inside each audit, and the share of its commonest."""
        means, deviations, modes = (np.empty(self.n) for _ in range(3))
        for rows, shares in self.chunks():
            with np.errstate(invalid="ignore"):
                means[rows] = np.nanmean(shares, axis=1)
                deviations[rows] = np.nanstd(shares, axis=1)
            ordered = np.sort(self.codes[rows], axis=1)
            modes[rows] = _longest_run(ordered) / self.width
        return means, deviations, modes

    @cached_property
    def value_counts(self) -> NDArray[np.int64]:
        """How often each percentage was given per indicator, shape (indicators, percentages)."""
        kinds = len(self.percents)
        counts = np.zeros((self.width, kinds), dtype=np.int64)
        for column in range(self.width):
            counts[column] = np.bincount(self.codes[:, column], minlength=kinds)
        return counts

    def indicator(self, column: int) -> Spread | None:
        """Describe the rates of one indicator, from its counts."""
        counts = self.value_counts[column][1:]
        return counted_spread(self.percents[1:], counts)

    def band_counts(self, column: int) -> list[int]:
        """Count the bands chosen for one indicator, in the standard's order."""
        kinds = len(self.standard.bands)
        return [int(n) for n in np.bincount(self.bands[:, column], minlength=256)[:kinds]]

    @cached_property
    def correlations(self) -> Floats:
        """Pearson's correlation of each indicator's rate with the final score; NaN if undefined."""
        finals = self.finals
        result = np.full(self.width, np.nan)
        for column in range(self.width):
            rates = self.percents[self.codes[:, column]]
            known = ~np.isnan(rates)
            if known.sum() < 3:
                continue
            x, y = rates[known] - rates[known].mean(), finals[known] - finals[known].mean()
            size = sqrt(float(x @ x) * float(y @ y))
            if size > 1e-12:
                result[column] = float(x @ y) / size
        return result


def counted_spread(values: Floats, counts: NDArray[np.int64]) -> Spread | None:
    """Describe values that occur ``counts`` times, as :func:`spread` would describe them all."""
    order = np.argsort(values)
    values, counts = values[order], counts[order]
    values, counts = values[counts > 0], counts[counts > 0]
    n = int(counts.sum())
    if not n:
        return None
    mean = float(values @ counts) / n
    squares = float(((values - mean) ** 2) @ counts)
    deviation = sqrt(squares / (n - 1)) if n > 1 else float("nan")
    ends = np.cumsum(counts)

    def quantile(share: float) -> float:
        place = (n - 1) * share
        below, above = int(place), min(int(place) + 1, n - 1)
        low, high = (float(values[np.searchsorted(ends, k, "right")]) for k in (below, above))
        return low + (high - low) * (place - below)

    q1, median, q3 = quantile(0.25), quantile(0.5), quantile(0.75)
    return Spread(n, mean, deviation, float(values[0]), q1, median, q3, float(values[-1]))


def _longest_run(ordered: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Return, per sorted row, how often its commonest value stands there."""
    best = run = np.ones(len(ordered), dtype=np.int64)
    for column in range(1, ordered.shape[1]):
        run = np.where(ordered[:, column] == ordered[:, column - 1], run + 1, 1)
        best = np.maximum(best, run)
    return best


def t_quantile(probability: float, freedom: float) -> float:
    """Return Student's t quantile for ``probability`` in (0.5, 1), by bisection on its CDF.

    The CDF is the regularised incomplete beta function (continued fraction, DLMF 8.17.22);
    right to nine digits for ``freedom`` from 1 to a million.
    """
    low, high = 0.0, 1.0
    while _t_cdf(high, freedom) < probability:
        high *= 2
    for _step in range(200):
        middle = (low + high) / 2
        if _t_cdf(middle, freedom) < probability:
            low = middle
        else:
            high = middle
        if high - low <= 1e-13 * high:
            break
    return (low + high) / 2


def _t_cdf(t: float, freedom: float) -> float:
    return 1 - 0.5 * _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    fraction = d
    for m in range(1, 2000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * fraction
