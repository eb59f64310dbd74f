"""What some articles come to before it is written: made anywhere, in any process, and handed on as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import ArticleInfo, Passage
from retriever.index.postings import Run, pairs_run
from retriever.index.sketches import SKETCH, Sketches, sketch
from retriever.index.snapshot import matching_text
from retriever.index.words import words_run
from retriever.text.lexicon import Lexicon

Spans = NDArray[np.int64]  # shape (passages, 3): start, end, paragraph


@dataclass(frozen=True, slots=True)
class Lot:
    """The passages of some articles one after the other, what these are found by, and what shows copies of the articles."""

    counts: NDArray[np.int64]  # passages of each article
    spans: Spans
    words: Run
    pairs: Run
    sketches: Sketches
    vectors: Vectors | None = None  # None where they are made elsewhere

    def to_bytes(self) -> bytes:
        """As it crosses from one process to another."""
        vectors = np.empty((0, 0), np.float32) if self.vectors is None else self.vectors
        shape = np.array([self.vectors is not None, *vectors.shape], np.int64)
        arrays = (self.counts, self.spans, self.sketches, shape, vectors)
        return joined([*(array.tobytes() for array in arrays), self.words.to_bytes(), self.pairs.to_bytes()])

    @classmethod
    def from_bytes(cls, data: bytes) -> Lot:
        counts, spans, sketches, told, vectors, words, pairs = parted(data)
        has_vectors, *shape = np.frombuffer(told, np.int64).tolist()
        return cls(
            np.frombuffer(counts, np.int64),
            np.frombuffer(spans, np.int64).reshape(-1, 3),
            Run.from_bytes(words),
            Run.from_bytes(pairs),
            np.frombuffer(sketches, SKETCH),
            np.frombuffer(vectors, np.float32).reshape(shape) if has_vectors else None,
        )


def lot_of(
    articles: Sequence[tuple[str | None, str]],
    cut: Sequence[Sequence[Passage]],
    lexicon: Lexicon,
    vectors: Vectors | None = None,
) -> Lot:
    """From headline and text of each article, and its passages."""
    matched = [
        matching_text(ArticleInfo("", "", title), passage)
        for (title, _), passages in zip(articles, cut, strict=True)
        for passage in passages
    ]
    spans = [(passage.start, passage.end, passage.paragraph) for passages in cut for passage in passages]
    return Lot(
        np.array([len(passages) for passages in cut], np.int64),
        np.array(spans, np.int64).reshape(-1, 3),
        words_run(matched, lexicon.cutter),
        pairs_run(matched),
        np.frombuffer(b"".join(sketch(text) for _, text in articles), SKETCH),
        vectors,
    )


def joined(parts: Sequence[bytes]) -> bytes:
    """Several parts as one: how many, how long each is, and they.

    >>> parted(joined([b"one", b"", b"three"]))
    [b'one', b'', b'three']
    """
    return np.array([len(parts), *map(len, parts)], np.int64).tobytes() + b"".join(parts)


def parted(data: bytes) -> list[bytes]:
    count = int.from_bytes(data[:8], "little")
    at, parts = 8 * (count + 1), list[bytes]()
    for length in np.frombuffer(data, "<i8", count, 8).tolist():
        parts.append(data[at : at + length])
        at += length
    return parts
