"""What some articles come to before it is written: made anywhere, in any process, and handed on as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retriever.domain import ArticleInfo, Passage
from retriever.index.pairs import pairs_of_folded
from retriever.index.phrases import packed_text
from retriever.index.runs import Run
from retriever.index.sketches import SKETCH, Sketches, sketches_of
from retriever.index.snapshot import matching_text
from retriever.index.words import words_of_folded
from retriever.text.folding import fold_all
from retriever.text.lexicon import Lexicon

Spans = NDArray[np.int64]  # shape (passages, 3): start, end, paragraph
Bytes = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Lot:
    """The passages of some articles one after the other, what these are found by, and what shows copies of the articles."""

    counts: NDArray[np.int64]  # passages of each article
    spans: Spans
    words: Run
    pairs: Run
    sketches: Sketches
    texts: Sequence[Bytes]  # of each article, as phrases.packed_text gives it
    vectors: Vectors | None = None  # None where they are made elsewhere

    def pieces(self) -> list[Bytes]:
        """As it crosses from one process to another, piece by piece: a lot is some five megabytes, and none is copied here."""
        vectors = np.empty((0, 0), np.float32) if self.vectors is None else self.vectors
        shape = np.array([self.vectors is not None, *vectors.shape], np.int64)
        arrays = (self.counts, self.spans, self.sketches, shape, vectors)
        return pieces([*map(_view, arrays), self.words.to_bytes(), self.pairs.to_bytes(), joined(self.texts)])

    @classmethod
    def from_bytes(cls, data: bytes) -> Lot:
        """From all pieces together."""
        counts, spans, sketches, told, vectors, words, pairs, texts = parted(data)
        has_vectors, *shape = np.frombuffer(told, np.int64).tolist()
        return cls(
            np.frombuffer(counts, np.int64),
            np.frombuffer(spans, np.int64).reshape(-1, 3),
            _run(words),
            _run(pairs),
            np.frombuffer(sketches, SKETCH),
            parted(texts),
            np.frombuffer(vectors, np.float32).reshape(shape) if has_vectors else None,
        )


def _run(data: Bytes) -> Run:
    run = Run.from_bytes(data)
    # What a writer keeps of it: otherwise the bytes of the whole lot would stay with them.
    return run._replace(frequencies=run.frequencies.copy(), lengths=run.lengths.copy())


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
    folded = fold_all(matched)
    spans = [(passage.start, passage.end, passage.paragraph) for passages in cut for passage in passages]
    return Lot(
        np.array([len(passages) for passages in cut], np.int64),
        np.array(spans, np.int64).reshape(-1, 3),
        words_of_folded(*folded, lexicon.cutter),
        pairs_of_folded(*folded),
        sketches_of([text for _, text in articles]),
        [packed_text(text) for _, text in articles],
        vectors,
    )


def _view(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def pieces(parts: Sequence[Bytes]) -> list[Bytes]:
    """Several parts to be read as one: how many, how long each is, and they, each from a multiple of eight bytes on."""
    told: list[Bytes] = [np.array([len(parts), *map(len, parts)], np.int64).tobytes()]
    for part in parts:
        told += (part, bytes(-len(part) % 8))
    return told


def joined(parts: Sequence[Bytes]) -> bytes:
    """The same in one.

    >>> list(map(bytes, parted(joined([b"one", b"", b"three"]))))
    [b'one', b'', b'three']
    """
    return b"".join(pieces(parts))


def parted(data: Bytes) -> list[memoryview]:
    """The parts as they stand in ``data``: no byte is copied, and all of it stays as long as one of them."""
    view = memoryview(data)
    count = int.from_bytes(view[:8], "little")
    at, parts = 8 * (count + 1), list[memoryview]()
    for length in np.frombuffer(data, "<i8", count, 8).tolist():
        parts.append(view[at : at + length])
        at += length + -length % 8
    return parts
