"""A sentence that was looked at before is not encoded again, and its vector is the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Vectors, load_encoder
from retriever.search.sentence_vectors import SentenceVectors

SHIPPED = load_encoder()
SHIPPED.encode_passages(["图书馆"] * 4)  # what it gets ready once takes longer than a test may


class Counting:
    """The shipped encoder, and how often each text was given to it."""

    name, fingerprint, dimensions, costly = "counting", "0", SHIPPED.dimensions, False

    def __init__(self) -> None:
        self.given: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        return SHIPPED.encode_passages(texts)

    def encode_question(self, text: str) -> Vectors:
        return SHIPPED.encode_question(text)


def test_a_sentence_is_encoded_once_while_it_is_remembered() -> None:
    counting = Counting()
    vectors = SentenceVectors(counting, remembered=2)
    vectors.of(["图书馆开门。", "图书馆开门。"])
    vectors.of(["图书馆开门。", "公园关门。"])
    assert counting.given == ["图书馆开门。", "公园关门。"]
    vectors.of(["医院搬家。"])  # the one asked for longest ago is forgotten
    vectors.of(["图书馆开门。"])
    assert counting.given == ["图书馆开门。", "公园关门。", "医院搬家。", "图书馆开门。"]


@given(st.lists(st.lists(st.sampled_from(["圖書館開門。", "公园关门。", "医院搬家。", ""]), max_size=5), max_size=5))
def test_vectors_are_those_of_the_encoder_in_the_order_asked(lots: list[list[str]]) -> None:
    vectors = SentenceVectors(SHIPPED, remembered=2)
    for lot in lots:
        simplified = [text.replace("圖書館開門", "图书馆开门") for text in lot]
        assert np.allclose(vectors.of(lot), SHIPPED.encode_passages(simplified), atol=1e-6)
