"""How like a question's words are to what stands in a text: 娃娃 is like 儿童, though no list of synonyms says so.

The shipped kind of encoder has a vector for every piece of a word. A word is as like a text as it is like the likest piece
of it (late interaction: Khattab & Zaharia, ColBERT, SIGIR 2020, with vectors that are looked up). Other encoders have no
vectors of pieces that mean something alone; with them nothing is alike but what matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors
from embeddings.static import StaticEncoder
from retriever.text.folding import simplify

Values = NDArray[np.float32]
REMEMBERED_TEXTS = 1 << 13
REMEMBERED_WORDS = 1 << 11


class Likeness:
    """Safe to call from several threads. Pieces of texts are remembered: a few hundred bytes each."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder if isinstance(encoder, StaticEncoder) else None
        if self._encoder is not None:
            squares = np.einsum("pd,pd->p", self._encoder.weights, self._encoder.weights)
            self._lengths = np.maximum(np.sqrt(squares), np.float32(1e-6))
        self._pieces_of = lru_cache(maxsize=REMEMBERED_TEXTS)(self._cut)
        self._vector_of = lru_cache(maxsize=REMEMBERED_WORDS)(self._encoded)

    def of(self, words: Sequence[str], texts: Sequence[str]) -> Values:
        """The cosine of each word and the likest piece of each text, 0 to 1; shape (words, texts)."""
        result = np.zeros((len(words), len(texts)), np.float32)
        if self._encoder is None or not words:
            return result
        cut = [self._pieces_of(text) for text in texts]
        told = [n for n, pieces in enumerate(cut) if len(pieces)]
        if not told:
            return result
        every, places = np.unique(np.concatenate([cut[n] for n in told]), return_inverse=True)
        vectors = np.stack([self._vector_of(word) for word in words])
        cosines = vectors @ self._encoder.weights[every].T / self._lengths[every]
        starts = np.cumsum([0, *(len(cut[n]) for n in told[:-1])])
        result[:, told] = np.maximum.reduceat(cosines[:, places], starts, axis=1)
        return np.clip(result, 0, 1)

    def _encoded(self, word: str) -> Vectors:
        assert self._encoder is not None
        vector: Vectors = self._encoder.encode_question(simplify(word))[0]
        return vector

    def _cut(self, text: str) -> NDArray[np.int64]:
        """The numbers of the text's pieces, each once."""
        assert self._encoder is not None
        found = self._encoder.tokenizer.encode(simplify(text), add_special_tokens=False).ids
        return np.unique(np.array(found, np.int64))
