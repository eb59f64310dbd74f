"""What every encoder promises, run over the shipped model and two tiny ones."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.encoder import Encoder, load_encoder

POEM = ["春眠不觉晓", "处处闻啼鸟", "夜来风雨声", "花落知多少"]


def test_vectors_have_length_one(encoder: Encoder) -> None:
    assert np.allclose(np.linalg.norm(encoder.encode_passages(POEM), axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(encoder.encode_question("花落知多少"), axis=1), 1, atol=1e-5)


def test_shapes_are_what_an_index_expects(encoder: Encoder) -> None:
    passages = encoder.encode_passages(POEM)
    assert passages.shape == (4, encoder.dimensions)
    assert passages.dtype == np.float32
    assert encoder.encode_question("几点开门").shape == (1, encoder.dimensions)
    assert encoder.encode_passages([]).shape == (0, encoder.dimensions)


def test_an_empty_text_gives_a_unit_or_zero_row(encoder: Encoder) -> None:
    rows = np.vstack([encoder.encode_passages(["", "春眠不觉晓", "……", " \n"]), encoder.encode_question("")])
    assert np.isfinite(rows).all()
    lengths = np.linalg.norm(rows, axis=1)
    assert all(np.isclose(length, 0) or np.isclose(length, 1, atol=1e-5) for length in lengths)


def test_a_passage_has_the_same_vector_whatever_stands_beside_it(encoder: Encoder) -> None:
    together = encoder.encode_passages([*POEM, "图书馆几点开门" * 30])
    alone = np.vstack([encoder.encode_passages([text]) for text in POEM])
    assert np.allclose(together[:4], alone, atol=1e-5)


def test_a_passage_is_nearest_to_its_own_words(encoder: Encoder) -> None:
    passages = encoder.encode_passages(POEM)
    assert all(int(np.argmax(passages @ encoder.encode_passages([text])[0])) == row for row, text in enumerate(POEM))


def test_the_same_folder_is_recognised_and_another_one_is_not(encoder: Encoder, tiny_static: object) -> None:
    assert load_encoder(encoder.name).fingerprint == encoder.fingerprint
    assert len(bytes.fromhex(encoder.fingerprint)) == 32
    if encoder.name != str(tiny_static):
        assert load_encoder(str(tiny_static)).fingerprint != encoder.fingerprint


def test_lone_surrogates_from_a_strange_request_are_no_obstacle(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode_question("图书馆\ud800几点")).all()
    assert np.isfinite(encoder.encode_passages(["\udfff"])).all()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_at_all_can_be_encoded(encoder: Encoder, text: str) -> None:
    rows = np.vstack([encoder.encode_question(text), encoder.encode_passages([text])])
    assert np.isfinite(rows).all()
    assert (np.linalg.norm(rows, axis=1) < 1 + 1e-5).all()
