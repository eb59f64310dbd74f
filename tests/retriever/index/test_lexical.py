from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.index.lexical import K1, B, LexicalBuilder, LexicalIndex

words = st.text(alphabet="甲乙丙丁ab1", min_size=1, max_size=3)
passages = st.lists(st.lists(words, max_size=12), max_size=8)


def built(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "words"
    builder = LexicalBuilder()
    for row in rows:
        builder.add(row)
    builder.write(folder)
    return LexicalIndex(folder)


def bm25(rows: list[list[str]], weights: dict[str, float]) -> list[float]:
    """The formula as Robertson and Zaragoza print it (2009, section 3), over plain lists."""
    mean = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        counts, total = Counter(row), 0.0
        for term, weight in weights.items():
            holding = sum(term in other for other in rows)
            idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
            length = 1 - B + B * len(row) / max(mean, 1)
            total += weight * idf * counts[term] * (K1 + 1) / (counts[term] + K1 * length)
        scores.append(total)
    return scores


@settings(max_examples=60, deadline=None)
@given(rows=passages, weights=st.dictionaries(words, st.floats(0.1, 2), max_size=6))
def test_scores_are_bm25_with_a_weight_for_each_term(tmp_path_factory, rows, weights):
    index = built(tmp_path_factory, rows)
    expected = bm25(rows, weights) if rows else []
    assert np.allclose(index.scores(weights), expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(rows=passages, term=words)
def test_a_term_knows_the_passages_that_hold_it(tmp_path_factory, rows, term):
    index = built(tmp_path_factory, rows)
    holding = [number for number, row in enumerate(rows) if term in row]
    assert index.rows_of(term).tolist() == holding and index.frequency(term) == len(holding)


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path_factory):
    index = built(tmp_path_factory, [["图书馆", "开门"], ["图书馆"], ["图书馆"]])
    assert index.rarity("开门") > index.rarity("图书馆") > 0
    assert index.rarity("从未见过") >= index.rarity("开门")
