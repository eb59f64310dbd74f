from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.index import best, maxscore, posting_lists, terms
from retriever.index.best import Part, best_rows
from retriever.index.codes import MOST
from retriever.index.lexical import K1, B, LexicalIndex
from retriever.index.postings import LexicalWriter, run_of

words = st.text(alphabet="甲乙丙丁ab1", min_size=1, max_size=3)
passages = st.lists(st.lists(words, max_size=12), max_size=8)


def built(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "words"
    writer = LexicalWriter(folder)
    writer.add(run_of(rows))
    writer.finish()
    return LexicalIndex(folder)


def bm25(rows: list[list[str]], weights: dict[str, float]) -> list[float]:
    """The formula as Robertson and Zaragoza print it (2009, section 3), over plain lists; beyond MOST no count counts."""
    mean = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        counts, total = Counter(row), 0.0
        for term, weight in weights.items():
            holding = sum(term in other for other in rows)
            idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
            length = 1 - B + B * len(row) / max(mean, 1)
            count = min(counts[term], MOST)
            total += weight * idf * count * (K1 + 1) / (count + K1 * length)
        scores.append(total)
    return scores


@settings(max_examples=60, deadline=None)
@given(rows=passages, weights=st.dictionaries(words, st.floats(0.1, 2), max_size=6))
def test_scores_are_bm25_with_a_weight_for_each_term(tmp_path_factory, rows, weights):
    index = built(tmp_path_factory, rows)
    expected = bm25(rows, weights) if rows else []
    assert np.allclose(index.scores(weights, np.arange(len(rows))), expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(rows=passages, term=words)
def test_a_term_knows_the_passages_that_hold_it(tmp_path_factory, rows, term):
    index = built(tmp_path_factory, rows)
    holding = [number for number, row in enumerate(rows) if term in row]
    assert index.rows_of(term).tolist() == holding and index.frequency(term) == len(holding)


many = st.lists(st.lists(words, min_size=1, max_size=4), min_size=20, max_size=60)
weighted = st.dictionaries(words, st.sampled_from([0.15, 0.5, 1.0]), max_size=8)


@pytest.mark.parametrize("way", [maxscore.best, maxscore.fast_best], ids=["numpy", "as built"])
@settings(max_examples=100, deadline=None)
@given(rows=many, more=many, asked=weighted, pairs=weighted, k=st.integers(1, 12), data=st.data())
def test_the_best_rows_are_found_without_looking_at_all(tmp_path_factory, way, rows, more, asked, pairs, k, data):
    other = (more * 3)[: len(rows)]
    parts = [Part(built(tmp_path_factory, rows), asked), Part(built(tmp_path_factory, other), pairs, 0.7)]
    every = np.arange(len(rows))
    allowed = data.draw(st.none() | st.sets(st.sampled_from(every.tolist())).map(sorted).map(np.array))
    among = every if allowed is None else allowed.astype(np.int64)
    # Each of the indexes is asked for every row, which are added up as they are where nothing is left out.
    each = [part.lexical.parts(part.weights, among)[0] * np.float32(part.share) for part in parts]
    scores = np.concatenate(each).sum(axis=0, dtype=np.float64).astype(np.float32)
    order = [place for place in np.lexsort((among, -scores)) if scores[place] > 0][:k]
    with pytest.MonkeyPatch.context() as patch:  # small numbers, so that a few rows are many
        patch.setattr(best, "fast_best", way)
        patch.setattr(maxscore, "FIRST_POSTINGS", data.draw(st.integers(1, 40)))
        patch.setattr(maxscore, "NEXT_POSTINGS", data.draw(st.integers(1, 40)))
        patch.setattr(maxscore, "WORTH_READING", data.draw(st.sampled_from([0, 8])))
        patch.setattr(maxscore, "LOOKED_UP", data.draw(st.integers(1, 4)))
        found, found_scores = best_rows(parts, k, None if allowed is None else among)
    assert np.allclose(found_scores, scores[order], rtol=1e-5)
    assert found.tolist() == among[order].tolist() or len(set(np.round(scores, 4))) < len(scores)


@pytest.mark.parametrize("seed", range(4))
def test_kernel_and_numpy_agree_to_the_last_bit_on_many_rows(tmp_path_factory, monkeypatch, seed):
    chance = random.Random(seed)
    every_term = [f"词{number}" for number in range(40)]
    likelihoods = [chance.choice([0.0003, 0.003, 0.03, 0.3]) for _ in every_term]
    held = [[t for t, p in zip(every_term, likelihoods, strict=True) if chance.random() < p] for _ in range(40_000)]
    rows = [words * chance.choice([1, 1, 1, 3, 9]) for words in held]
    words, others = built(tmp_path_factory, rows), built(tmp_path_factory, rows[::-1])
    every = np.arange(len(rows))
    for number in range(12):
        asked = {term: chance.choice([0.3, 1.0]) for term in chance.sample(every_term, chance.randint(1, 40))}
        parts = [Part(words, asked), Part(others, dict.fromkeys(chance.sample(every_term, 9), 1.0), 0.7)]
        k = chance.choice([1, 15, 40])
        allowed = [None, every[::2], every[chance.randrange(40_000) :], np.sort(chance.sample(range(40_000), 200))]
        among = allowed[number % 4]
        told = []
        for way in (maxscore.best, maxscore.fast_best):
            monkeypatch.setattr(best, "fast_best", way)
            found, scores = best_rows(parts, k, among)
            told.append((found.tolist(), scores.tolist()))
        assert told[0] == told[1] and len(told[0][0])
        numbers = np.array(sorted(chance.sample(range(40_000), 300)))
        lists = [words._postings.listed(term) for term in [*every_term, "无"]]
        args = (words.scored_by.codes, words.scored_by.skips, *np.array([each[:2] for each in lists]).T.copy(), numbers)
        assert np.array_equal(posting_lists.counts(*args), posting_lists.fast_counts(*args))
        with monkeypatch.context() as patch:
            patch.setattr(terms, "fast_listed", terms.listed)
            assert lists == [words._postings.terms.listed(term) for term in [*every_term, "无"]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sets(st.sampled_from("甲乙丙")), min_size=150, max_size=400), st.data())
def test_what_some_rows_hold_is_read_from_parts_of_long_lists(tmp_path_factory, rows, data):
    index = built(tmp_path_factory, [sorted(row) for row in rows])
    wanted = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    held = index.parts({"甲": 1.0, "丁": 1.0, "丙": 1.0}, np.array(wanted, np.int64))[1]
    assert held.tolist() == [[term in rows[row] for row in wanted] for term in "甲丁丙"]
    assert index.rows_of("甲", "乙").tolist() == [row for row, terms in enumerate(rows) if {"甲", "乙"} <= terms]


@pytest.mark.parametrize(
    "ways", [(terms.not_below, terms.listed), (terms.fast_not_below, terms.fast_listed)], ids=["numpy", "as built"]
)
@settings(max_examples=60, deadline=None)
@given(st.sets(st.text(alphabet="甲乙丙a𠀀é", min_size=1, max_size=3), max_size=200), words)
def test_terms_are_found_by_their_beginnings(tmp_path_factory, ways, held, asked):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terms, "fast_not_below", ways[0])
        patch.setattr(terms, "fast_listed", ways[1])
        index = built(tmp_path_factory, [[term] for term in sorted(held)] * 2)
        for term in [*held, asked, asked + "甲"]:
            rows = [row for row, other in enumerate(sorted(held) * 2) if term == other]
            assert index.frequency(term) == len(rows) and index.rows_of(term).tolist() == rows
            assert index.has_beginning(term) == any(other.startswith(term) for other in held)
        short = {term for term in held if len(term) < 3}
        index = built(tmp_path_factory, [[term] for term in short])
        for character in "甲乙丙a𠀀é丁":
            assert index.followers(character) == {term[1] for term in short if len(term) == 2 and term[0] == character}
            assert index.preceders(character) == {term[0] for term in short if len(term) == 2 and term[1] == character}


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path_factory):
    index = built(tmp_path_factory, [["图书馆", "开门"], ["图书馆"], ["图书馆"]])
    assert index.rarity("开门") > index.rarity("图书馆") > 0
    assert index.rarity("从未见过") >= index.rarity("开门")
