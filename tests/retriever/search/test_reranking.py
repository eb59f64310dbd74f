from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.rebuild import rebuild
from retriever.search import Searcher
from retriever.search.reranking import FEATURES, Candidates, Reranker, features, runs_on, shipped_reranker


def candidates(n: int, seed: int = 0) -> Candidates:
    chance = np.random.default_rng(seed)
    some = lambda: chance.random(n).astype(np.float32)  # noqa: E731
    held = lambda: chance.random((3, n)) < 0.5  # noqa: E731
    three = np.ones(3, np.float32)
    return Candidates(
        rows=np.arange(n), words=some(), synonyms=some(), pairs=some(), cosines=some(), most_words=5.0, most_pairs=5.0,
        word_weights=three, has_word=held(), is_exact=np.array([True, False, False]), in_headline=held(),
        pair_weights=three, has_pair=held(), goes_on=np.array([False, True, True]),
        articles=np.arange(n) // 2, starts=np.zeros(n, np.int64), lengths=np.full(n, 200),
    )  # fmt: skip


@given(st.integers(1, 30), st.integers(0, 99))
def test_features_are_finite_and_small_whatever_was_found(n, seed):
    found = features(candidates(n, seed))
    assert found.shape == (n, len(FEATURES))
    assert np.isfinite(found).all() and np.abs(found).max() <= 3


def test_nothing_found_by_words_leaves_the_order_to_the_vectors():
    nothing = np.zeros(5, np.float32)
    found = dataclasses.replace(candidates(5), words=nothing, synonyms=nothing, pairs=nothing)
    assert np.isfinite(shipped_reranker().log_odds(found)).all()


@given(st.integers(1, 30), st.integers(0, 99))
def test_log_odds_are_the_features_times_their_weights(n, seed):
    found, reranker = candidates(n, seed), shipped_reranker()
    assert np.allclose(reranker.log_odds(found), features(found) @ reranker.weights, atol=1e-4)


def test_weights_of_other_features_are_refused():
    with pytest.raises(KeyError):
        Reranker.of({"words": 1.0})


def test_a_phrase_goes_on_where_pairs_share_a_character():
    assert runs_on(["实验", "验室", "桥梁"]).tolist() == [False, True, False]


@given(st.integers(1, 12), st.integers(1, 20), st.integers(0, 99))
def test_the_longest_phrase_is_the_longest_run_of_pairs_that_are_held(n, pairs, seed):
    chance = np.random.default_rng(seed)
    held, goes_on = chance.random((pairs, n)) < 0.6, chance.random(pairs) < 0.7
    found = dataclasses.replace(candidates(n), has_pair=held, goes_on=goes_on, pair_weights=np.ones(pairs, np.float32))
    longest = np.zeros(n)
    for column in range(n):
        run = 0
        for pair in range(pairs):
            run = (run + 1 if goes_on[pair] else 1) if held[pair, column] else 0
            longest[column] = max(longest[column], run)
    assert np.allclose(features(found)[:, FEATURES.index("phrase")], np.minimum(longest / 10, 1))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reranking")
    texts = [
        "市图书馆周末开放到晚上九点，读者可凭身份证入馆。",
        "体育馆周末开放到晚上八点。",
        "图书馆新购图书三万册，投入经费二百万元。",
    ]
    lines = [json.dumps({"id": str(at), "text": text}, ensure_ascii=False) for at, text in enumerate(texts)]
    (folder / "articles.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rebuild([folder / "articles.jsonl"], folder / "index")
    searcher = Searcher.open(folder / "index")
    yield searcher
    searcher.close()


def test_scores_fall_from_the_first_hit_on_and_stay_above_nothing(searcher):
    scores = [hit.score for hit in searcher.search("图书馆周末开放到几点").hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1 and scores[-1] > 0


def test_the_passage_that_prints_the_question_s_words_comes_first(searcher):
    assert searcher.search("图书馆周末开放到几点").hits[0].article.id == "0"
