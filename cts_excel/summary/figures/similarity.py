"""Pairs of audits of different clients whose evidence or ratings are too similar for chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.outcomes.columns import NOT_RATED, OutcomeColumns
from cts_excel.summary.outcomes.previous import client_keys

MOST_AUDITS = 20_000  # of more, no pairs are searched for
MOST_PAIRS = 200  # returned
SIMILAR = 90.0  # rapidfuzz ratio (0-100) from which two texts are similar
LEAST_TEXT = 10  # characters; shorter evidence proves nothing
LEAST_CLAUSES = 5
_SHINGLE, _SAMPLE = 8, 32  # characters per shingle; one shingle of 32 is kept
_CHUNK = 64  # audits at a time, so that the arrays stay small
# A fifth of the texts is reported; if they were edited, one character in twenty, about half of
# their shingles are left: a tenth of all, and half of that by the chance of the sample. At least
# four, or chance would make candidates.
_LEAST_SHARED, _LEAST_SHARE = 4, 0.05
_COMMON = (3, 30)  # least and most audits that may share a text; more make it boilerplate
_MOST_CANDIDATES = 1_000_000
_SAME_SCORES = 0.9
_DEVIATIONS = 4.0

_U = NDArray[np.uint64]
_MULTIPLIER, _MIX = np.uint64(0x100000001B3), np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two similar audits; ``a`` and ``b`` are their rows in ``codes``.

    Of ``compared`` clauses with evidence on both sides, ``texts`` are similar. Of ``rated``
    indicators, ``same`` are rated equally; chance would make ``expected`` equal.
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


def find_similar_pairs(figures: Figures) -> list[SimilarPair]:
    """Return at most :data:`MOST_PAIRS` pairs of different clients, the most similar first."""
    if not 2 <= figures.n <= MOST_AUDITS:
        return []
    outcomes = figures.outcomes

    @cache
    def client(row: int) -> frozenset[str]:
        f = outcomes.rated_file(row)
        return frozenset(client_keys(f.organisation, f.uscc))

    chance, deviation = _chance(figures)
    candidates = {*_text_candidates(outcomes), *_rating_candidates(figures)}
    measured = [
        _measure(figures, (a, b), chance, deviation)
        for a, b in sorted(candidates)
        if not client(a) & client(b)
    ]
    found = [pair for pair in measured if pair.by_text or pair.by_score]
    found.sort(key=lambda p: (-(p.by_text + p.by_score), -p.texts, -p.same, p.a, p.b))
    return found[:MOST_PAIRS]


def _measure(
    figures: Figures, pair: tuple[int, int], chance: float, deviation: float
) -> SimilarPair:
    from rapidfuzz import fuzz  # loaded only if there is a pair to compare

    a, b = pair
    left, right = figures.outcomes.evidence[a], figures.outcomes.evidence[b]
    texts = compared = 0
    best, clause, shared = 0.0, "", ""
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        one, other = one.strip(), other.strip()
        if min(len(one), len(other)) < LEAST_TEXT:
            continue
        compared += 1
        ratio = fuzz.ratio(one, other, score_cutoff=SIMILAR)
        texts += ratio >= SIMILAR
        if ratio * len(one) > best:
            best, clause, shared = ratio * len(one), figures.standard.indicators[place].clause, one
    x, y = figures.codes[a], figures.codes[b]
    rated = int(((x != NOT_RATED) & (y != NOT_RATED)).sum())
    same = int(((x == y) & (x != NOT_RATED)).sum())
    by_text = texts >= max(min(LEAST_CLAUSES, figures.width), 0.2 * compared)
    by_score = same >= _SAME_SCORES * rated and same - chance >= _DEVIATIONS * deviation > 0
    return SimilarPair(
        a, b, texts, compared, clause, shared, same, rated, chance, by_text, by_score
    )


def _chance(figures: Figures) -> tuple[float, float]:
    """Return how many ratings two audits share by chance, and the standard deviation of that."""
    counts = figures.value_counts[:, 1:].astype(float)
    whole = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    equal = ((counts / whole) ** 2).sum(axis=1)
    return float(equal.sum()), float(np.sqrt((equal * (1 - equal)).sum()))


def _rating_candidates(figures: Figures) -> Iterator[tuple[int, int]]:
    """Yield pairs with one block of indicators rated equally.

    Two audits with nine tenths of equal ratings have such a block.
    """
    blocks = max(1, min(6, figures.width // 4))
    for columns in np.array_split(np.arange(figures.width), blocks):
        part = np.ascontiguousarray(figures.codes[:, columns])
        varied = part.min(axis=1) != part.max(
            axis=1
        )  # equal ratings throughout are a habit, not a copy
        rows = np.flatnonzero(varied)
        if rows.size < 2:
            continue
        keys = part[rows].view(np.dtype((np.void, part.dtype.itemsize * part.shape[1]))).ravel()
        _values, inverse = np.unique(keys, return_inverse=True)
        yield from _pairs_of(inverse.astype(np.uint64), rows.astype(np.int64), _COMMON[1])


def _text_candidates(outcomes: OutcomeColumns) -> Iterator[tuple[int, int]]:
    """Yield pairs that share a good part of their rarer shingles (sampled 8-character runs)."""
    audits = len(outcomes.evidence)
    parts = [
        _shingles(start, [outcomes.evidence[n] for n in range(start, min(start + _CHUNK, audits))])
        for start in range(0, audits, _CHUNK)
    ]
    keys = np.concatenate([keys for keys, _owners in parts])
    owners = np.concatenate([owners for _keys, owners in parts])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    _starts, lengths = _runs(keys)
    rare = np.repeat(lengths <= _common(audits), lengths)
    rarer = np.bincount(owners[rare], minlength=audits)
    pairs = _pairs_of(keys, owners, _common(audits))
    codes = np.fromiter((a * audits + b for a, b in pairs), dtype=np.int64)
    found, shared = np.unique(codes, return_counts=True)
    a, b = found // audits, found % audits
    least = np.minimum(rarer[a], rarer[b])
    good = (shared >= _LEAST_SHARED) & (shared >= _LEAST_SHARE * least)
    best = np.argsort(-shared[good], kind="stable")[: 5 * MOST_PAIRS]
    yield from zip(a[good][best].tolist(), b[good][best].tolist(), strict=True)


def _runs(keys: _U) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and length of each run of equal sorted keys."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if keys.size else np.empty(0, int)
    return starts, np.diff(np.r_[starts, keys.size])


def _common(audits: int) -> int:
    least, most = _COMMON
    return max(least, min(most, audits // 4))


def _pairs_of(keys: _U, owners: NDArray[np.int64], common: int) -> Iterator[tuple[int, int]]:
    """Yield (smaller, larger) owners of equal keys; groups above ``common`` are left out."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    starts, lengths = _runs(keys)
    left = _MOST_CANDIDATES
    for place in np.flatnonzero((lengths >= 2) & (lengths <= common)):
        group = owners[starts[place] : starts[place] + lengths[place]].tolist()
        left -= len(group) * (len(group) - 1) // 2
        if left < 0:
            return
        yield from combinations(group, 2)


def _shingles(first: int, evidence: Sequence[Sequence[str]]) -> tuple[_U, NDArray[np.int64]]:
    """Return a sample of the hashes of all 8-character runs of the evidence, without spaces.

    :param first: the row of the first audit. The second array holds the row of each hash.
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
