"""The distribution of final scores in bins that a person can read off an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

import numpy as np

from cts_excel.summary.figures.statistics import Floats

_BIN_WIDTHS = (0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """``counts`` of bins of ``width`` points from ``start`` on; ``step`` fits the axis's labels."""

    start: float
    width: float
    step: float
    counts: tuple[int, ...]

    @property
    def end(self) -> float:
        """The upper end of the last bin."""
        return self.start + len(self.counts) * self.width

    @property
    def centres(self) -> list[float]:
        """The middle of each bin."""
        return [self.start + (n + 0.5) * self.width for n in range(len(self.counts))]


def histogram(finals: Floats, minima: Sequence[Decimal]) -> Histogram:
    """Count final scores in bins that begin and end at round numbers.

    :param finals: at least one score, points.
    :param minima: of the levels, the highest first; all lie within the axis.
    """
    low = min(float(finals.min()), float(minima[-1]))
    high = max(float(finals.max()), float(minima[0]) + 1)
    width, step = _bin_width(high - low, minima), _axis_step(high - low)
    # Room for the label of the lowest line, and an axis whose figures are whole.
    start = max(0.0, floor((low - width / 2) / step) * step)
    bins = ceil(ceil((high - start) / step) * step / width)
    places = np.minimum(np.floor((finals - start) / width + 1e-9).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    return Histogram(start, width, step, tuple(int(count) for count in counts))


def _bin_width(span: float, minima: Sequence[Decimal]) -> float:
    """Return the smallest width of at most 32 bins, if possible one that every level line fits."""
    wide_enough = [w for w in _BIN_WIDTHS if span / w <= 32] or [_BIN_WIDTHS[-1]]
    fitting = (w for w in wide_enough if all(m % Decimal(str(w)) == 0 for m in minima))
    return next(fitting, wide_enough[0])


def _axis_step(span: float) -> float:
    return next((s for s in (1.0, 2.0, 5.0, 10.0, 20.0) if span / s <= 8), 50.0)
