"""From when on two audits are similar: the limits, met and just missed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from math import sqrt

import numpy as np
import pytest
from sample_outcomes import STANDARD, columns_of, outcome

from cts_excel.audit.outcome import Outcome
from cts_excel.summary.figures import similarity
from cts_excel.summary.figures.similarity import SimilarPair, find_similar_pairs
from cts_excel.summary.figures.statistics import Figures

WIDTH = len(STANDARD.indicators)
AUDITS = 16


def _text(audit: int, place: int, length: int = 60) -> str:
    """Return a text that shares nothing with any other."""
    letters = random.Random(1000 * audit + place)
    return "".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(length))


def _field(seed: int = 1) -> list[Outcome]:
    """Return audits of different clients with evidence and ratings of their own."""
    chance = random.Random(seed)
    made = []
    for audit in range(AUDITS):
        percents = [Decimal(chance.randint(60, 99)) / 100 for _ in range(WIDTH)]
        one = outcome(f"公司{audit}", percents, number=audit)
        made.append(_written(one, [_text(audit, place) for place in range(WIDTH)]))
    return made


def _written(one: Outcome, texts: list[str]) -> Outcome:
    assert one.audit
    pairs = zip(one.audit.ratings, texts, strict=True)
    ratings = tuple(replace(rating, evidence=text) for rating, text in pairs)
    return replace(one, audit=replace(one.audit, ratings=ratings))


def _rated(one: Outcome, other: Outcome, places: range) -> Outcome:
    """Return one audit with the ratings of another in some places."""
    assert one.audit
    assert other.audit
    ratings = list(one.audit.ratings)
    for place in places:
        source = other.audit.ratings[place]
        ratings[place] = replace(ratings[place], percent=source.percent, band=source.band)
    return replace(one, audit=replace(one.audit, ratings=tuple(ratings)))


def _texts(one: Outcome) -> list[str]:
    assert one.audit
    return [rating.evidence for rating in one.audit.ratings]


def _pairs(made: list[Outcome]) -> list[SimilarPair]:
    return find_similar_pairs(Figures(columns_of(made)))


@pytest.mark.parametrize(("copied", "found"), [(9, False), (10, True)])
def test_a_fifth_of_the_texts(copied: int, found: bool) -> None:
    made = _field()
    long = [_text(99, place, 200) for place in range(10)]
    made[2] = _written(made[2], long + _texts(made[2])[10:])
    made[5] = _written(made[5], long[:copied] + _texts(made[5])[copied:])
    pairs = _pairs(made)
    assert bool(pairs) is found
    for pair in pairs:
        assert (pair.a, pair.b, pair.texts, pair.compared) == (2, 5, copied, WIDTH)
        assert (pair.by_text, pair.by_score) == (True, False)


@pytest.mark.parametrize("copied", [11, 13, 15])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_edited_texts_of_a_fifth_to_a_third_of_the_clauses(copied: int, seed: int) -> None:
    made = _field(seed)
    edited = [
        "".join("改" if at % 20 == 9 else letter for at, letter in enumerate(text))
        for text in _texts(made[2])[:copied]
    ]
    made[5] = _written(made[5], edited + _texts(made[5])[copied:])
    (pair,) = _pairs(made)
    assert (pair.a, pair.b, pair.texts) == (2, 5, copied)


@pytest.mark.parametrize(("copied", "found"), [(4, False), (5, True)])
def test_at_least_five_texts(copied: int, found: bool) -> None:
    """Of 12 texts a fifth would be 3, but 5 are needed."""
    made = [_written(one, _texts(one)[:12] + [""] * (WIDTH - 12)) for one in _field()]
    own = _texts(made[5])
    made[5] = _written(made[5], _texts(made[2])[:copied] + own[copied:])
    pairs = _pairs(made)
    assert [(p.texts, p.compared) for p in pairs] == [(copied, 12)] * found


def test_texts_of_less_than_ten_characters_prove_nothing() -> None:
    made = _field()
    texts = _texts(made[2])
    texts[0], texts[1], texts[2] = "  九个字的证据文本呀 ", " 十个字的证据文本呀呀 ", ""
    made[2] = _written(made[2], texts)
    made[5] = _written(made[5], texts)
    (pair,) = _pairs(made)
    assert (pair.texts, pair.compared) == (WIDTH - 2, WIDTH - 2)


def test_the_longest_shared_text_is_shown_as_the_first_has_it() -> None:
    made = _field()
    texts = _texts(made[2])
    texts[7] = _text(99, 7, 90)
    changed = [text[:-1] + "改" for text in texts]
    made[2], made[5] = _written(made[2], [f" {t} " for t in texts]), _written(made[5], changed)
    (pair,) = _pairs(made)
    assert pair.clause == STANDARD.indicators[7].clause
    assert pair.shared == texts[7]
    assert (pair.texts, pair.compared) == (WIDTH, WIDTH)


@pytest.mark.parametrize(("differing", "texts"), [(6, 20), (7, 0)])
def test_nine_tenths_of_the_characters_make_a_similar_text(differing: int, texts: int) -> None:
    """20 texts of 60 characters, some of which differ; 20 texts are shared otherwise."""
    made = _field()
    own = _texts(made[5])
    near = [t[: 60 - differing] + "改" * differing for t in _texts(made[2])[:20]]
    same = _texts(made[2])[20:40]
    made[5] = _written(made[5], near + same + own[40:])
    (pair,) = _pairs(made)
    assert pair.texts == 20 + texts


@pytest.mark.parametrize(("same", "found"), [(44, False), (45, True)])
def test_nine_tenths_of_the_ratings(same: int, found: bool) -> None:
    made = _field()
    made[5] = _rated(made[5], made[2], range(same))
    assert made[5].audit
    ratings = list(made[5].audit.ratings)
    low = STANDARD.bands[0]
    for place in range(same, WIDTH):  # a rating that nobody else has
        ratings[place] = replace(ratings[place], percent=Decimal("0.01"), band=low.label)
    made[5] = replace(made[5], audit=replace(made[5].audit, ratings=tuple(ratings)))
    pairs = _pairs(made)
    assert [(p.a, p.b, p.same, p.rated) for p in pairs] == [(2, 5, same, WIDTH)] * found
    assert [(p.by_text, p.by_score) for p in pairs] == [(False, True)] * found


def test_what_chance_would_make_equal() -> None:
    made = _field()
    made[5] = _rated(made[5], made[2], range(WIDTH))
    (pair,) = _pairs(made)
    expected = variance = 0.0
    for place in range(WIDTH):
        counts = Counter(one.audit.ratings[place].percent for one in made if one.audit)
        equal = sum((n / AUDITS) ** 2 for n in counts.values())
        expected += equal
        variance += equal * (1 - equal)
    assert pair.expected == pytest.approx(expected)
    assert similarity._chance(Figures(columns_of(made))) == pytest.approx(
        (expected, sqrt(variance))
    )


def test_ratings_that_everybody_gives_are_no_lead() -> None:
    """Equal ratings count only if they are four deviations above chance."""
    common = [Decimal(60 + place % 30) / 100 for place in range(WIDTH)]
    made = [
        _written(outcome(f"公司{n}", common, number=n), [_text(n, p) for p in range(WIDTH)])
        for n in range(AUDITS)
    ]
    assert _pairs(made) == []


def test_indicators_that_do_not_apply_are_not_equal_ratings() -> None:
    made = _field()
    made[5] = _rated(made[5], made[2], range(WIDTH))
    for audit in (2, 5):
        one = made[audit].audit
        assert one
        ratings = tuple(
            replace(r, percent=None, band="", not_applicable=True) if n < 3 else r
            for n, r in enumerate(one.ratings)
        )
        made[audit] = replace(made[audit], audit=replace(one, ratings=ratings))
    (pair,) = _pairs(made)
    assert (pair.same, pair.rated) == (WIDTH - 3, WIDTH - 3)


def test_the_most_similar_pair_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _field()
    made[3] = _written(made[3], _texts(made[0])[:30] + _texts(made[3])[30:])
    made[4] = _written(made[4], _texts(made[1])[:40] + _texts(made[4])[40:])
    made[6] = _written(
        _rated(made[6], made[5], range(WIDTH)), _texts(made[5])[:20] + _texts(made[6])[20:]
    )
    made[8] = _rated(made[8], made[7], range(47))
    made[10] = _rated(made[10], made[9], range(WIDTH))
    order = [(p.a, p.b) for p in _pairs(made)]
    assert order == [(5, 6), (1, 4), (0, 3), (9, 10), (7, 8)]
    monkeypatch.setattr(similarity, "MOST_PAIRS", 3)
    assert [(p.a, p.b) for p in _pairs(made)] == order[:3]


def test_of_two_audits_to_the_most() -> None:
    made = _field()
    made[1] = replace(made[0], audit=made[0].audit and replace(
        made[0].audit, cover=replace(made[0].audit.cover, organisation="公司1")))  # fmt: skip
    assert len(_pairs(made)) == 1
    assert len(_pairs(made[:2])) == 1  # by its texts: two audits show nothing about chance
    assert _pairs(made[:1]) == []


def test_above_the_most_audits_nothing_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _field()
    made[5] = _written(made[5], _texts(made[2]))
    monkeypatch.setattr(similarity, "MOST_AUDITS", AUDITS)
    assert len(_pairs(made)) == 1
    monkeypatch.setattr(similarity, "MOST_AUDITS", AUDITS - 1)
    assert _pairs(made) == []


def test_a_text_of_many_audits_is_boilerplate() -> None:
    """A quarter of the audits, at least 3 and at most 30, may share a text."""
    assert [similarity._common(n) for n in (2, 12, 15, 16, 20, 119, 120, 124, 5000)] == [
        3, 3, 3, 4, 5, 29, 30, 30, 30,
    ]  # fmt: skip


def test_runs_of_equal_keys() -> None:
    starts, lengths = similarity._runs(np.array([3, 3, 5, 7, 7, 7], np.uint64))
    assert (starts.tolist(), lengths.tolist()) == ([0, 2, 3], [2, 1, 3])
    starts, lengths = similarity._runs(np.array([], np.uint64))
    assert (starts.tolist(), lengths.tolist()) == ([], [])


def test_pairs_of_owners_with_an_equal_key() -> None:
    keys = np.array([9, 4, 9, 1, 4, 9, 2, 2, 2, 2], np.uint64)
    owners = np.array([5, 3, 1, 0, 8, 2, 6, 7, 8, 9])
    found = set(similarity._pairs_of(keys, owners, 3))
    assert found == {(3, 8), (1, 2), (1, 5), (2, 5)}  # the four owners of 2 are too many
    assert len(set(similarity._pairs_of(keys, owners, 4))) == len(found) + 6


def test_the_search_ends_at_the_most_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.array([1, 1, 1, 2, 2, 3, 3], np.uint64)
    owners = np.array([1, 2, 3, 4, 5, 6, 7])
    monkeypatch.setattr(similarity, "_MOST_CANDIDATES", 4)
    assert list(similarity._pairs_of(keys, owners, 5)) == [(1, 2), (1, 3), (2, 3), (4, 5)]
    monkeypatch.setattr(similarity, "_MOST_CANDIDATES", 3)
    assert list(similarity._pairs_of(keys, owners, 5)) == [(1, 2), (1, 3), (2, 3)]


def test_shingles_are_the_runs_of_eight_characters_of_each_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similarity, "_SAMPLE", 1)  # keep all
    evidence = [
        ["一二三四五 六七八\n", "九十"],
        ["短"],
        ["二三四五六七八九", "一二三四五六七八"],
        [],
    ]
    joined = ["".join("".join(texts).split()) for texts in evidence]
    runs = [{text[n : n + 8] for n in range(len(text) - 7)} for text in joined]
    hashes, owners = similarity._shingles(10, evidence)
    found = [set(hashes[owners == 10 + n].tolist()) for n in range(4)]
    assert [len(one) for one in found] == [len(one) for one in runs]
    assert len(hashes) == sum(map(len, runs))  # none twice
    assert len(found[0] & found[2]) == len(runs[0] & runs[2]) == 2
    assert len(set().union(*found)) == len(set().union(*runs))
    nothing, nobody = similarity._shingles(0, [["七个字的证据啊"], []])
    assert (nothing.size, nobody.size) == (0, 0)


def test_one_shingle_of_32_is_kept() -> None:
    text = _text(1, 1, 32_000)
    hashes, _owners = similarity._shingles(0, [[text]])
    assert 800 < hashes.size < 1200


def test_candidates_by_text_are_found_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _field()
    for copy, source in ((5, 2), (11, 8)):
        made[copy] = _written(made[copy], _texts(made[source])[:30] + _texts(made[copy])[30:])
    columns = columns_of(made)
    whole = set(similarity._text_candidates(columns))
    assert whole == {(2, 5), (8, 11)}
    monkeypatch.setattr(similarity, "_CHUNK", 3)
    assert set(similarity._text_candidates(columns)) == whole


def test_of_many_candidates_those_that_share_most_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _field()
    for first, copied in zip(range(0, 12, 2), (25, 50, 40, 50, 45, 45), strict=True):
        own = _texts(made[first + 1])
        made[first + 1] = _written(made[first + 1], _texts(made[first])[:copied] + own[copied:])
    columns = columns_of(made)
    assert set(similarity._text_candidates(columns)) == {(n, n + 1) for n in range(0, 12, 2)}
    monkeypatch.setattr(similarity, "MOST_PAIRS", 1)  # five candidates are looked at for each
    assert set(similarity._text_candidates(columns)) == {(n, n + 1) for n in range(2, 12, 2)}


def test_two_audits_are_enough_for_a_candidate() -> None:
    one, other = _field()[:2]
    pair = [one, _rated(other, one, range(WIDTH))]
    assert set(similarity._rating_candidates(Figures(columns_of(pair)))) == {(0, 1)}


def test_candidates_by_rating_share_a_block() -> None:
    """Six blocks of indicators: a pair that agrees in one of them is looked at."""
    made = _field()
    made[5] = _rated(made[5], made[2], range(9))
    made[7] = _rated(made[7], made[4], range(WIDTH - 8, WIDTH))
    found = set(similarity._rating_candidates(Figures(columns_of(made))))
    assert found == {(2, 5), (4, 7)}
    flat = [outcome(f"公司{n}", "0.85", number=n) for n in range(5)]
    assert set(similarity._rating_candidates(Figures(columns_of([*flat, *made[:4]])))) == set()
