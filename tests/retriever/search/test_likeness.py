from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import chinese_text

from embeddings.encoder import load_encoder
from retriever.search.coverage import Term
from retriever.search.holding import held_by, shares
from retriever.search.likeness import Likeness, likest


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(load_encoder())


def term(word: str, weight: float = 1.0) -> Term:
    return Term(word, word, weight, (), ())


def test_everyday_words_are_like_what_papers_print(likeness: Likeness) -> None:
    like, unlike = likeness.of(["娃娃"], ["儿童在树下乘凉", "合同已经签订"])[0]
    assert like > 0.5 > unlike + 0.2


def test_a_word_is_wholly_like_itself(likeness: Likeness) -> None:
    assert likeness.of(["儿童"], ["儿童"])[0, 0] > 0.99


@given(st.lists(chinese_text(), max_size=5))
@settings(max_examples=25, deadline=None)
def test_texts_together_are_likened_as_each_alone(texts: list[str]) -> None:
    likeness = Likeness(load_encoder())
    together = likeness.of(["图书馆", "开门"], texts)
    assert together.shape == (2, len(texts))
    assert np.all((together >= 0) & (together <= 1))
    for n, text in enumerate(texts):
        assert np.allclose(together[:, n], likeness.of(["图书馆", "开门"], [text])[:, 0], atol=1e-5)


def test_with_an_encoder_of_whole_texts_only_what_matches_is_held(tiny_bert: Path) -> None:
    other = Likeness(load_encoder(str(tiny_bert)))
    held = held_by([term("儿童"), term("娃娃")], frozenset({"娃娃"}), ["儿童乘凉"], ["儿童"], other.of)
    assert held.alike.tolist() == held.printed.tolist() == [[1.0], [0.0]]
    assert held.of_fact.tolist() == [0.0, 1.0]


def test_what_is_alike_counts_beside_what_is_printed(likeness: Likeness) -> None:
    held = held_by([term("娃娃", 3.0), term("乘凉")], frozenset(), ["儿童乘凉"], [], likeness.of)
    assert shares(held.weights, held.printed)[0] == 0.25
    assert 0.6 < shares(held.weights, held.alike)[0] < 1


@given(st.data(), st.sampled_from([1, 7, 16, 40, 512]))
@settings(max_examples=40, deadline=None)
def test_kernel_and_numpy_liken_to_the_last_bit(data: st.DataObject, dimensions: int) -> None:
    kernel = pytest.importorskip("retriever.search._likeness", reason="kernels are not built here: no C compiler")
    random = np.random.default_rng(data.draw(st.integers(0, 1 << 20)))
    weights = random.standard_normal((50, dimensions)).astype(np.float32)
    lengths = np.linalg.norm(weights, axis=1) + np.float32(1e-6)
    words = random.standard_normal((data.draw(st.integers(0, 9)), dimensions)).astype(np.float32)
    sizes = data.draw(st.lists(st.integers(0, 12), max_size=6))
    bounds = np.cumsum([0, *sizes])
    pieces = random.integers(0, 50, bounds[-1]).astype(np.int32)
    given = weights, lengths, words, pieces, bounds
    assert np.array_equal(kernel.likest(*given), likest(*given))
