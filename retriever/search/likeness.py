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
from retriever.search.pieces import Numbers, pieces_of

Values = NDArray[np.float32]
Rows = NDArray[np.int64]


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
        pieces = np.concatenate([cut[n] for n in told])
        every, places = self._each_once(pieces)
        # A row a piece: neither the product nor what follows has to read across the rows of the copied weights.
        cosines = self._weights.take(every, axis=0) @ self._pieces.vectors(words).T / self._lengths[every, None]
        starts = np.cumsum([0, *(len(cut[n]) for n in told[:-1])])
        result[:, told] = np.maximum.reduceat(cosines.take(places, axis=0), starts, axis=0).T
        return np.minimum(np.maximum(result, 0), 1)

    def _each_once(self, pieces: Numbers) -> tuple[Rows, Rows]:
        """The numbers of the pieces, each once and ascending, and where each of ``pieces`` stands among them."""
        # As np.unique does, by marking instead of sorting: the vocabulary is small.
        is_there, place = np.zeros(len(self._lengths), np.bool_), np.empty(len(self._lengths), np.int64)
        is_there[pieces] = True
        every = np.flatnonzero(is_there)
        place[every] = np.arange(len(every))
        return every, place[pieces]
