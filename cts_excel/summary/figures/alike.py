"""Finds audits of different clients whose evidence or scores are more alike than chance allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.gathered import NOT_RATED, Gathered
from cts_excel.summary.outcomes.previous import client_keys

LIMIT = 20_000  # audits; beyond it pairs are not looked for
SHOWN = 200  # pairs at most
ALIKE = 90.0  # rapidfuzz ratio (0-100) from which two texts count as alike
LEAST_TEXT = 10  # characters; shorter evidence says nothing
LEAST_CLAUSES = 5
_SHINGLE, _SAMPLE = 8, 32  # characters per shingle; one shingle in so many is kept
_CHUNK = 64  # audits at a time, so that the arrays stay small
_LEAST_SHARED, _LEAST_SHARE = 4, 0.3
_COMMON = (3, 30)  # what more than a quarter of the audits share is boilerplate; within these
_MOST_PAIRS = 1_000_000
_SAME_SCORES = 0.9
_DEVIATIONS = 4.0

_U = NDArray[np.uint64]
_MULTIPLIER, _MIX = np.uint64(0x100000001B3), np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class Alike:
    """A pair of audits worth a look; ``a`` and ``b`` are rated rows.

    ``texts`` of ``compared`` clauses with evidence on both sides are alike; ``same`` ratings of
    ``rated`` are equal, ``expected`` would be by chance.
    """

    a: int
    b: int
    texts: int
    compared: int
    clause: str
    shared: str
    same: int
    rated: int
    expected: float
    by_text: bool
    by_score: bool


def find_alike(figures: Figures) -> list[Alike]:
    """Return pairs of different clients, the most alike first; at most :data:`SHOWN`."""
    g = figures.gathered
    if not 2 <= figures.n <= LIMIT:
        return []
    by_text = set(_text_candidates(g))
    by_score = set(_score_candidates(figures))
    chance, deviation = _chance(figures)
    clients = _Clients(g)
    found = []
    for pair in sorted(by_text | by_score):
        if clients.same(*pair):
            continue
        made = _judge(figures, pair, chance, deviation)
        if made.by_text or made.by_score:
            found.append(made)
    found.sort(key=lambda p: (-(p.by_text + p.by_score), -p.texts, -p.same, p.a, p.b))
    return found[:SHOWN]


class _Clients:
    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._keys: dict[int, set[str]] = {}

    def same(self, a: int, b: int) -> bool:
        return bool(self._of(a) & self._of(b))

    def _of(self, row: int) -> set[str]:
        if row not in self._keys:
            f = rated_file(self._gathered, row)
            self._keys[row] = set(client_keys(f.organisation, f.uscc))
        return self._keys[row]


def rated_file(gathered: Gathered, row: int) -> FileRow:
    """Return the file of a rated row."""
    return gathered.file(gathered.rated_files[row])


def _judge(figures: Figures, pair: tuple[int, int], chance: float, deviation: float) -> Alike:
    from rapidfuzz import fuzz  # only where there is a pair to look at

    a, b = pair
    left, right = figures.gathered.evidence[a], figures.gathered.evidence[b]
    texts = compared = 0
    best, clause, shared = 0.0, "", ""
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        one, other = one.strip(), other.strip()
        if min(len(one), len(other)) < LEAST_TEXT:
            continue
        compared += 1
        ratio = fuzz.ratio(one, other, score_cutoff=ALIKE)
        texts += ratio >= ALIKE
        if ratio * len(one) > best:
            best, clause, shared = ratio * len(one), figures.standard.indicators[place].clause, one
    x, y = figures.codes[a], figures.codes[b]
    rated = int(((x != NOT_RATED) & (y != NOT_RATED)).sum())
    same = int(((x == y) & (x != NOT_RATED)).sum())
    by_text = texts >= max(min(LEAST_CLAUSES, figures.width), 0.2 * compared)
    by_score = same >= _SAME_SCORES * rated and same - chance >= _DEVIATIONS * deviation > 0
    return Alike(a, b, texts, compared, clause, shared, same, rated, chance, by_text, by_score)


def _chance(figures: Figures) -> tuple[float, float]:
    """Return how many ratings two audits share by chance, and the standard deviation of that."""
    counts = figures.value_counts[:, 1:].astype(float)
    whole = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    equal = ((counts / whole) ** 2).sum(axis=1)
    return float(equal.sum()), float(np.sqrt((equal * (1 - equal)).sum()))


def _score_candidates(figures: Figures) -> Iterator[tuple[int, int]]:
    """Yield pairs with one block of indicators rated equally: nine tenths alike implies one."""
    blocks = max(1, min(6, figures.width // 4))
    for columns in np.array_split(np.arange(figures.width), blocks):
        part = np.ascontiguousarray(figures.codes[:, columns])
        varied = part.min(axis=1) != part.max(axis=1)  # flat ratings are the assessor's, not copies
        rows = np.flatnonzero(varied)
        if rows.size < 2:
            continue
        keys = part[rows].view(np.dtype((np.void, part.dtype.itemsize * part.shape[1]))).ravel()
        _values, inverse = np.unique(keys, return_inverse=True)
        yield from _pairs_of(inverse.astype(np.uint64), rows.astype(np.int64), _COMMON[1])


def _text_candidates(gathered: Gathered) -> Iterator[tuple[int, int]]:
    """Yield pairs that share a good part of their rarer shingles (sampled 8-character runs)."""
    audits = len(gathered.evidence)
    parts = [
        _shingles(start, [gathered.evidence[n] for n in range(start, min(start + _CHUNK, audits))])
        for start in range(0, audits, _CHUNK)
    ]
    keys = np.concatenate([keys for keys, _owners in parts])
    owners = np.concatenate([owners for _keys, owners in parts])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if keys.size else np.empty(0, int)
    lengths = np.diff(np.r_[starts, keys.size])
    rare = np.repeat(lengths <= _common(audits), lengths)
    rarer = np.bincount(owners[rare], minlength=audits)
    pairs = _pairs_of(keys, owners, _common(audits))
    codes = np.fromiter((a * audits + b for a, b in pairs), dtype=np.int64)
    found, shared = np.unique(codes, return_counts=True)
    a, b = found // audits, found % audits
    least = np.minimum(rarer[a], rarer[b])
    good = (shared >= _LEAST_SHARED) & (shared >= _LEAST_SHARE * least)
    best = np.argsort(-shared[good], kind="stable")[: 5 * SHOWN]
    yield from zip(a[good][best].tolist(), b[good][best].tolist(), strict=True)


def _common(audits: int) -> int:
    least, most = _COMMON
    return max(least, min(most, audits // 4))


def _pairs_of(keys: _U, owners: NDArray[np.int64], common: int) -> Iterator[tuple[int, int]]:
    """Yield (smaller, larger) owners of equal keys; larger groups are passed over."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if keys.size else np.empty(0, int)
    lengths = np.diff(np.r_[starts, keys.size])
    left = _MOST_PAIRS
    for place in np.flatnonzero((lengths >= 2) & (lengths <= common)):
        group = owners[starts[place] : starts[place] + lengths[place]].tolist()
        left -= len(group) * (len(group) - 1) // 2
        if left < 0:
            return
        yield from combinations(group, 2)


def _shingles(first: int, evidence: Sequence[Sequence[str]]) -> tuple[_U, NDArray[np.int64]]:
    """Return a sample of the hashes of all 8-character runs of the evidence, without spaces.

    :param first: the row of the first audit; the second array tells whose each hash is.
    """
    joined = ["".join("".join(texts).split()) for texts in evidence]
    raw = np.frombuffer("".join(joined).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owners = np.repeat(np.arange(first, first + len(joined)), [len(text) for text in joined])
    size = max(0, raw.size - _SHINGLE + 1)
    letters = raw.astype(np.uint64)
    hashes = np.zeros(size, np.uint64)
    for offset in range(_SHINGLE if size else 0):
        hashes = hashes * _MULTIPLIER + letters[offset : offset + size]
    hashes = (hashes ^ (hashes >> np.uint64(33))) * _MIX
    sampled = (hashes >> np.uint64(40)) % np.uint64(_SAMPLE) == 0
    sampled &= owners[:size] == owners[owners.size - size :]  # no run from one audit into the next
    hashes, owners = hashes[sampled], owners[:size][sampled]
    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(hashes.size, dtype=bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return hashes[fresh], owners[fresh]
