"""Where points are lost: each indicator's mean loss, the greatest first."""

from __future__ import annotations

import re
from typing import NamedTuple

from cts_excel.standard.model import Indicator, Standard
from cts_excel.summary.figures.statistics import Figures

_STOP = re.compile("[,，;；。:：(（]")
_LONGEST = 20  # characters of a short text


class Loss(NamedTuple):
    """The points that an indicator costs an audit on average, and the share up to and with it.

    ``share`` is the fraction of all points lost; ``cumulative`` adds those before it.
    """

    indicator: Indicator
    points: float
    share: float
    cumulative: float


def losses(figures: Figures) -> list[Loss]:
    """Rank the indicators by weight × (1 − mean rate); none if nothing is lost."""
    lost = [
        (float(indicator.weight) * (1 - found.mean), place)
        for place, indicator in enumerate(figures.standard.indicators)
        if (found := figures.indicator(place))
    ]
    whole = sum(points for points, _place in lost)
    ranked, before = [], 0.0
    for points, place in sorted(lost, key=lambda one: (-one[0], one[1])):
        if points > 1e-9:
            before += points / whole
            indicator = figures.standard.indicators[place]
            ranked.append(Loss(indicator, points, points / whole, before))
    return ranked


def short_text(indicator: Indicator, standard: Standard, longest: int = _LONGEST) -> str:
    """Return the first part of an indicator's text, whole; a long one's second-level title."""
    first = _STOP.split(indicator.text, maxsplit=1)[0].strip()
    return first if len(first) <= longest else standard.group_of(indicator.clause).title
