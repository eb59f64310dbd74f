from __future__ import annotations

import logging
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.cache import VectorCache, encode_cached, key_of, pack, unpack
from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.errors import CacheUnusable
from embeddings.static import StaticEncoder


class Counting:
    """An encoder that remembers what it was asked to encode."""

    def __init__(self, inner: Encoder) -> None:
        self.inner = inner
        self.name, self.fingerprint, self.dimensions = inner.name, inner.fingerprint, inner.dimensions
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return self.inner.encode_passages(texts)

    def encode_question(self, text: str) -> Vectors:
        return self.inner.encode_question(text)


@pytest.fixture
def counting(tiny_static: Path) -> Counting:
    return Counting(load_encoder(str(tiny_static)))


TEXTS = ["春眠不觉晓", "处处闻啼鸟", "春眠不觉晓", "", "花落知多少"]


def test_a_second_rebuild_encodes_nothing(counting: Counting, tmp_path: Path) -> None:
    with VectorCache(tmp_path / "deep" / "vectors.db") as cache:
        first = encode_cached(counting, cache, TEXTS)
    assert sorted(counting.asked) == sorted(set(TEXTS))
    counting.asked.clear()
    with VectorCache(tmp_path / "deep" / "vectors.db") as cache:
        again = encode_cached(counting, cache, [*TEXTS, "夜来风雨声"])
    assert counting.asked == ["夜来风雨声"]
    assert np.array_equal(first, again[:5])


def test_another_encoder_never_gets_these_vectors(counting: Counting, tmp_path: Path) -> None:
    other = Counting(counting.inner)
    other.fingerprint = "0" * 64
    with VectorCache(tmp_path / "vectors.db") as cache:
        encode_cached(counting, cache, TEXTS)
        encode_cached(other, cache, TEXTS)
    assert sorted(other.asked) == sorted(set(TEXTS))


batches_of_texts = st.lists(st.lists(st.text(st.sampled_from("春眠不觉晓，a1"), max_size=6), max_size=12), max_size=4)


@settings(deadline=None, max_examples=40)
@given(rebuilds=batches_of_texts)
def test_the_cache_never_changes_an_answer(tiny_static: Path, rebuilds: list[list[str]]) -> None:
    encoder = Counting(StaticEncoder.load(tiny_static))
    with tempfile.TemporaryDirectory() as folder, VectorCache(Path(folder) / "vectors.db") as cache:
        for texts in rebuilds:
            expected = encoder.inner.encode_passages(texts)
            assert np.array_equal(encode_cached(encoder, cache, texts), expected)
    assert len(encoder.asked) == len(set(encoder.asked))


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9), st.data())
def test_a_flipped_bit_is_noticed(numbers: list[float], data: st.DataObject) -> None:
    blob = bytearray(pack(np.array(numbers, np.float32)))
    whole = unpack(bytes(blob), len(numbers))
    assert whole is not None
    assert np.array_equal(whole, np.array(numbers, np.float32))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))
    assert unpack(bytes(blob), len(numbers)) is None
    assert unpack(bytes(blob[:-1]), len(numbers)) is None


def test_a_vector_of_the_wrong_length_is_encoded_again(counting: Counting, tmp_path: Path) -> None:
    with VectorCache(tmp_path / "vectors.db") as cache:
        cache.keep({key_of(counting, "花落知多少"): np.ones(3, np.float32)})
        vectors = encode_cached(counting, cache, ["花落知多少"])
    assert np.array_equal(vectors, counting.inner.encode_passages(["花落知多少"]))


@pytest.mark.parametrize("content", [b"this is no database, it is a text file" * 100, b"\x00" * 8192])
def test_a_damaged_file_is_set_aside_and_begun_anew(
    content: bytes, counting: Counting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "vectors.db"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING), VectorCache(path) as cache:
        vectors = encode_cached(counting, cache, TEXTS)
    assert np.array_equal(vectors, counting.inner.encode_passages(TEXTS))
    assert (tmp_path / "vectors.db.damaged-1").read_bytes() == content
    assert "vectors.db" in caplog.text


def test_damage_in_the_middle_of_a_file_never_gives_a_wrong_vector(counting: Counting, tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    texts = [f"春眠{n}不觉晓{n}" for n in range(2000)]
    with VectorCache(path) as cache:
        encode_cached(counting, cache, texts)
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 4096):
        content[at : at + 600] = b"\xa5" * min(600, len(content) - at)
    path.write_bytes(bytes(content))
    with VectorCache(path) as cache:
        assert np.array_equal(encode_cached(counting, cache, texts), counting.inner.encode_passages(texts))
    with VectorCache(path) as cache:
        assert np.array_equal(encode_cached(counting, cache, texts), counting.inner.encode_passages(texts))


def test_a_database_of_something_else_is_set_aside(counting: Counting, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "vectors.db") as other:
        other.execute("CREATE TABLE vectors (name TEXT)")
    other.close()
    with VectorCache(tmp_path / "vectors.db") as cache:
        encode_cached(counting, cache, TEXTS)
    assert (tmp_path / "vectors.db.damaged-1").exists()


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CacheUnusable, match=r"vectors\.db"):
        VectorCache(tmp_path / "file" / "vectors.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(CacheUnusable, match=r"folder\.db"):
        VectorCache(tmp_path / "folder.db")
