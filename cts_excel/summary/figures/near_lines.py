"""Audits near a level line, on either side, and the indicators whose evidence decides."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.figures.tally import NearLine

MOST_RECHECKED = 6


class Recheck(NamedTuple):
    """An indicator to look at again: its place in the standard, and whether it has evidence."""

    place: int
    evidence: bool


def rechecks(figures: Figures, row: int, near: NearLine) -> list[Recheck]:
    """Return the indicators that alone could carry an audit across its line.

    One band more or less moves an indicator by its weight times the width of the band. Those with
    the least evidence come first, then the heaviest; above the line as below it.

    :param row: of the audit in ``codes``.
    """
    gap = abs(near.distance)
    evidence = [text.strip() for text in figures.outcomes.evidence[row]]
    rated = np.flatnonzero(figures.codes[row] > 0).tolist()
    deciding = [place for place in rated if _one_band(figures, row, place) >= gap]
    deciding.sort(key=lambda place: (len(evidence[place]), -figures.weights[place], place))
    return [Recheck(place, bool(evidence[place])) for place in deciding[:MOST_RECHECKED]]


def _one_band(figures: Figures, row: int, place: int) -> Decimal:
    """Return the points of one band of an indicator."""
    bands = figures.standard.bands
    chosen = int(figures.bands[row, place])
    band = bands[chosen] if chosen < len(bands) else bands[-1]
    return figures.standard.indicators[place].weight * (band.high - band.low)
