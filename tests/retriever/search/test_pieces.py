"""A sentence is cut into pieces once for all who read it, and its vector is the encoder's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import chinese_text

from embeddings.encoder import load_encoder
from embeddings.static import StaticEncoder
from retriever.search.pieces import Pieces, pieces_of
from retriever.text.folding import simplify


def shipped() -> StaticEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    encoder.encode_passages(["图书馆"] * 4)  # what it gets ready once takes longer than a test may
    return encoder


SHIPPED = shipped()
PIECES = pieces_of(SHIPPED)


def test_all_who_read_with_one_encoder_share_its_pieces() -> None:
    assert pieces_of(SHIPPED) is PIECES is not pieces_of(shipped())
    assert PIECES.of(["图书馆开门。"])[0] is PIECES.of(["图书馆开门。"])[0]


@given(st.lists(chinese_text() | st.sampled_from(["", "……", "\ud800图书馆", "2023年13.5亿元"]), max_size=5))
def test_vectors_are_those_of_the_encoder(texts: list[str]) -> None:
    assert np.allclose(PIECES.vectors(texts), SHIPPED.encode_passages([simplify(text) for text in texts]), atol=1e-6)


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    assert PIECES.of(["圖書館"])[0].tolist() == PIECES.of(["图书馆"])[0].tolist() != []


def test_what_is_forgotten_is_cut_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retriever.search.pieces.REMEMBERED_TEXTS", 2)
    pieces = Pieces(SHIPPED)
    for texts in (["图书馆", "公园"], ["公园", "医院", "学校"], ["图书馆"]):
        assert [cut.tolist() for cut in pieces.of(texts)] == [cut.tolist() for cut in PIECES.of(texts)]
