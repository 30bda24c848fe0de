"""What a client may be told of the others: means over so many that none can be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from cts_excel.summary.figures.statistics import Floats, column_means

LEAST_OTHERS = 10  # clients behind a mean; of fewer, a client could work out another's answers
# A mean of 100 % or 0 % would tell what every single one was given: it stays short of them.
LOWEST, HIGHEST = 0.05, 0.95


def same_clients(keys: Iterable[Sequence[str]]) -> list[int]:
    """Number the client of each audit; audits that share any key are of one client.

    An audit without a key is a client of its own.
    """
    parents: list[int] = []
    owner: dict[str, int] = {}

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    for place, names in enumerate(keys):
        parents.append(place)
        for name in names:
            first, own = root(owner.setdefault(name, place)), root(place)
            parents[max(first, own)] = min(first, own)
    return [root(place) for place in range(len(parents))]


class Peers:
    """Rates of all audits, so that each client sees the mean of the others and nothing else.

    Every client counts once in a mean, by the mean of its own audits.

    :param clients: the client of each audit, see :func:`same_clients`.
    :param rates: fractions of 1, shape (audits, columns); NaN where nothing was rated.
    """

    def __init__(self, clients: Sequence[int], rates: Floats) -> None:
        self._clients = list(clients)
        found, places = np.unique(self._clients, return_inverse=True)
        self._place_of = {int(client): place for place, client in enumerate(found)}
        known = ~np.isnan(rates)
        sums = np.zeros((len(found), rates.shape[1]))
        counts = np.zeros_like(sums)
        np.add.at(sums, places, np.where(known, rates, 0.0))
        np.add.at(counts, places, known)
        self._means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    @property
    def others(self) -> int:
        """Number of clients beside each one."""
        return len(self._place_of) - 1

    def means(self, audit: int) -> Floats:
        """Return the mean rate of the other clients per column, whole percents.

        NaN where fewer than :data:`LEAST_OTHERS` of them were rated; between :data:`LOWEST` and
        :data:`HIGHEST`.
        """
        own = self._place_of[self._clients[audit]]
        theirs = np.delete(self._means, own, axis=0)
        mean, count = column_means(theirs)
        shown = np.clip(np.round(mean, 2), LOWEST, HIGHEST)
        return np.where(count >= LEAST_OTHERS, shown, np.nan)
