"""How like a question's words are to what stands in a text: 娃娃 is like 儿童, though no list of synonyms says so.

The shipped kind of encoder has a vector for every piece of a word. A word is as like a text as it is like the likest piece
of it (late interaction: Khattab & Zaharia, ColBERT, SIGIR 2020, with vectors that are looked up). Other encoders have no
vectors of pieces that mean something alone; with them nothing is alike but what matches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.static import StaticEncoder
from retriever.search.pieces import pieces_of

Values = NDArray[np.float32]


class Likeness:
    """Safe to call from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._pieces = pieces_of(encoder) if isinstance(encoder, StaticEncoder) else None
        if isinstance(encoder, StaticEncoder):
            squares = np.einsum("pd,pd->p", encoder.weights, encoder.weights)
            self._weights, self._lengths = encoder.weights, np.maximum(np.sqrt(squares), np.float32(1e-6))

    def of(self, words: Sequence[str], texts: Sequence[str]) -> Values:
        """The cosine of each word and the likest piece of each text, 0 to 1; shape (words, texts)."""
        result = np.zeros((len(words), len(texts)), np.float32)
        if self._pieces is None or not words:
            return result
        cut = self._pieces.of(texts)
        told = [n for n, pieces in enumerate(cut) if len(pieces)]
        if not told:
            return result
        every, places = np.unique(np.concatenate([cut[n] for n in told]), return_inverse=True)
        # A row a piece: neither the product nor what follows has to read across the rows of the copied weights.
        cosines = self._weights.take(every, axis=0) @ self._pieces.vectors(words).T / self._lengths[every, None]
        starts = np.cumsum([0, *(len(cut[n]) for n in told[:-1])])
        result[:, told] = np.maximum.reduceat(cosines[places], starts, axis=0).T
        return np.clip(result, 0, 1)
