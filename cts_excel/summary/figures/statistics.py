"""Statistics over the graded audits, as numpy arrays of floats; they are shown, never judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, lgamma, log, log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cts_excel.standard.model import parent
from cts_excel.summary.outcomes.columns import OutcomeColumns

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
    """Describe the values that are not NaN; ``None`` if there are none."""
    values = values[~np.isnan(values)]
    if not values.size:
        return None
    q1, median, q3 = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    deviation = float(np.std(values, ddof=1)) if values.size > 1 else float("nan")
    low, high = float(values.min()), float(values.max())
    return Spread(int(values.size), float(values.mean()), deviation, low, q1, median, q3, high)


def earned(shares: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the points that each audit earned, and its rates: points over points applicable.

    :param shares: fractions of 1, shape (audits, indicators); NaN where one does not apply. The
        rate is NaN if nothing applies.
    """
    points = (np.nan_to_num(shares) * weights).sum(axis=1)
    whole = np.where(np.isnan(shares), 0.0, weights).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return points, points / whole


def column_means(rates: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the mean of each column, and how many are behind it; NaN counts for nothing."""
    known = ~np.isnan(rates)
    count = known.sum(axis=0)
    means = np.where(known, rates, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count > 0, means, np.nan), count


class Figures:
    """Arrays over the graded audits of a run; rows in order of arrival.

    Rates are fractions of 1, NaN if an indicator does not apply. Points are on the standard's
    scale.
    """

    def __init__(self, outcomes: OutcomeColumns) -> None:
        self.outcomes = outcomes
        self.standard = outcomes.standard
        self.width = len(self.standard.indicators)
        self.percents: Floats = np.array([float(p) for p in outcomes.percents])
        kind = np.uint16 if outcomes.codes.typecode == "H" else np.uint32
        self.codes: NDArray[Any] = np.frombuffer(outcomes.codes, dtype=kind).reshape(-1, self.width)
        self.bands = np.frombuffer(outcomes.bands, dtype=np.uint8).reshape(-1, self.width)
        self.weights: Floats = np.array([float(i.weight) for i in self.standard.indicators])

    @property
    def n(self) -> int:
        """Number of graded audits."""
        return len(self.codes)

    def chunks(self, columns: Sequence[int] | None = None) -> Iterator[tuple[slice, Floats]]:
        """Yield slices of rows with their rates, shape (rows, indicators).

        :param columns: places of the wanted indicators; all by default.
        """
        for start in range(0, self.n, _CHUNK):
            rows = slice(start, min(start + _CHUNK, self.n))
            codes = self.codes[rows]
            yield rows, self.percents[codes if columns is None else codes[:, columns]]

    @cached_property
    def finals(self) -> Floats:
        """Final scores, points."""
        return np.array([float(self.outcomes.rated_file(row).final) for row in range(self.n)])

    @cached_property
    def group_columns(self) -> list[list[int]]:
        """Places of the indicators of each first-level, then each second-level indicator."""
        clauses = [i.clause for i in self.standard.indicators]
        groups = [
            [n for n, clause in enumerate(clauses) if parent(clause) == group.clause]
            for group in self.standard.groups
        ]
        sections = [
            [n for n, clause in enumerate(clauses) if parent(parent(clause)) == section.clause]
            for section in self.standard.sections
        ]
        return sections + groups

    @cached_property
    def headings(self) -> list[str]:
        """Labels of the first-level, then the second-level indicators."""
        return [s.label for s in self.standard.sections] + [g.label for g in self.standard.groups]

    def group_column(self, place: int) -> tuple[Floats, Floats]:
        """Return points and rates of every audit in a first- or second-level indicator.

        A rate is points earned over points applicable; NaN if nothing applies.

        :param place: as in :attr:`headings`.
        """
        columns = self.group_columns[place]
        weights = self.weights[columns]
        points, rates = np.empty(self.n), np.empty(self.n)
        for rows, shares in self.chunks(columns):
            points[rows], rates[rows] = earned(shares, weights)
        return points, rates

    @cached_property
    def group_spreads(self) -> list[tuple[Spread | None, Spread | None]]:
        """Distributions of points and of rates, in the order of :attr:`headings`."""
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
        """Per audit: mean and deviation of its rates, and the share of its commonest rate."""
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
        """How often each percentage occurs per indicator, shape (indicators, percentages)."""
        kinds = len(self.percents)
        counts = np.zeros((self.width, kinds), dtype=np.int64)
        for column in range(self.width):
            counts[column] = np.bincount(self.codes[:, column], minlength=kinds)
        return counts

    def indicator(self, column: int) -> Spread | None:
        """Describe the rates of one indicator; ``None`` if nobody rated it."""
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
    """Describe values that occur ``counts`` times; equal to :func:`spread` of all of them."""
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
    """Return how often the commonest value of each sorted row occurs."""
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
