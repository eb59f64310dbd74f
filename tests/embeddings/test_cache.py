from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import embeddings
from embeddings.cache import VectorCache, encode_cached, key_of, pack, unpack
from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.errors import CacheUnusable
from embeddings.static import StaticEncoder
from retriever.domain import Filters
from retriever.index.snapshot import encoded_text, open_snapshot
from retriever.passages import split
from retriever.rebuild import rebuild
from retriever.text.folding import simplify

ROOT = Path(embeddings.__path__[0]).parent


class Counting:
    """An encoder that remembers what it was asked to encode."""

    def __init__(self, inner: Encoder) -> None:
        self.inner = inner
        self.name, self.fingerprint, self.dimensions = inner.name, inner.fingerprint, inner.dimensions
        self.costly = inner.costly
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


def test_what_was_encoded_before_a_kill_is_whole_and_kept(tiny_bert: Path, tmp_path: Path) -> None:
    """A real process, killed while it writes; what it had kept is right, and nothing stands in the way of going on."""
    path = tmp_path / "vectors.db"
    code = (
        "import sys; from pathlib import Path\n"
        "from embeddings.cache import VectorCache, encode_cached\n"
        "from embeddings.encoder import load_encoder\n"
        "encoder = load_encoder(sys.argv[1])\n"
        "with VectorCache(Path(sys.argv[2]), user='killed') as cache:\n"
        "    print('begun', flush=True)\n"
        "    for lot in range(1000):\n"
        "        encode_cached(encoder, cache, [f'春眠{lot}不觉晓{n}' for n in range(16)])\n"
    )
    running = subprocess.Popen([sys.executable, "-c", code, tiny_bert, path], stdout=subprocess.PIPE, cwd=ROOT)
    with running, contextlib.closing(sqlite3.connect(path, timeout=30)) as seen:
        assert running.stdout is not None and running.stdout.readline() == b"begun\n"
        while seen.execute("SELECT count(*) FROM vectors").fetchone()[0] < 64 and running.poll() is None:
            time.sleep(0.005)
        os.kill(running.pid, signal.SIGKILL)
    counting = Counting(load_encoder(str(tiny_bert)))
    texts = [f"春眠{lot}不觉晓{n}" for lot in range(4) for n in range(16)]
    with VectorCache(path) as cache:
        vectors = encode_cached(counting, cache, texts)
        kept = cache.connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
        assert cache.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert counting.asked == [] and kept % 16 == 0, "lots are kept whole or not at all"
    assert np.allclose(vectors, counting.inner.encode_passages(texts), atol=1e-5)
    assert not list(tmp_path.glob("*.damaged-*"))


def test_vectors_that_no_generation_needs_any_more_are_forgotten(counting: Counting, tmp_path: Path) -> None:
    first, second, third = (TEXTS, [*TEXTS[:2], "夜来风雨声"], ["夜来风雨声", "图书馆"])
    for user, texts in (("g1", first), ("g2", second), ("g3", third)):
        with VectorCache(tmp_path / "vectors.db", user=user) as cache:
            encode_cached(counting, cache, texts)
            gone = cache.keep_only([generation for generation in ("g1", "g2", "g3") if generation <= user][-2:])
    assert gone == len(set(first) - set(second))
    counting.asked.clear()
    with VectorCache(tmp_path / "vectors.db") as cache:
        encode_cached(counting, cache, [*second, *third])
        assert counting.asked == []
        encode_cached(counting, cache, first)
    assert sorted(counting.asked) == sorted(set(first) - set(second))


def test_a_cache_does_not_grow_with_every_rebuild(counting: Counting, tmp_path: Path) -> None:
    path, sizes = tmp_path / "vectors.db", []
    for turn in range(8):
        with VectorCache(path, user=f"g{turn}") as cache:
            encode_cached(counting, cache, [f"第{turn}次，第{n}段" for n in range(400)])
            cache.keep_only([f"g{turn - 1}", f"g{turn}"])
        sizes.append(path.stat().st_size)
    assert sizes[-1] < 1.2 * sizes[2]
    with VectorCache(path, user="g8") as cache:
        cache.keep_only(["g8"])
    assert path.stat().st_size < sizes[0] / 2, "an emptied file gives its room back"


def test_after_one_more_article_a_rebuild_encodes_that_articles_passages_alone(
    tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(load_encoder(str(tiny_bert)))
    monkeypatch.setattr("retriever.rebuild.load_encoder", lambda name, options: counting)
    papers, root = tmp_path / "papers", tmp_path / "index"
    papers.mkdir()

    def write(name: str, text: str) -> None:
        record = {"title": f"{name}开馆", "text": text}
        (papers / f"{name}.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")

    for name in ("图书馆", "体育馆", "博物馆"):
        write(name, f"市{name}八月二日开馆，读者凭身份证入馆。" * 20)
    rebuild([papers], root, encoder=str(tiny_bert))
    counting.asked.clear()
    before = rebuild([papers], root, encoder=str(tiny_bert)).passages
    assert counting.asked == [], "nothing changed, nothing encoded"
    write("美术馆", "市美术馆九月一日开馆，每天展出名家画作三百幅。" * 30)
    added = rebuild([papers], root, encoder=str(tiny_bert)).passages - before
    assert added > 1 and len(counting.asked) == len(set(counting.asked)) <= added
    assert counting.asked and all(text.startswith("美术馆开馆") for text in counting.asked)
    assert len(counting.asked) == len({text for text in texts_of(root) if text.startswith("美术馆开馆")})


def texts_of(root: Path) -> list[str]:
    """What an encoder is given for each passage of the live generation."""
    with contextlib.closing(open_snapshot(root)) as snapshot:
        listing = snapshot.store.articles(Filters(), 1, 100).articles
        found = [snapshot.store.article(info.id) for info in listing]
    articles = [article for article in found if article is not None]
    return [simplify(encoded_text(article, passage)) for article in articles for passage in split(article)]
