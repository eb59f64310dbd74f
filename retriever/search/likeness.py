"""How like a question's words are to what stands in a text: 娃娃 is like 儿童, though no list of synonyms says so.

The shipped kind of encoder has a vector for every piece of a word. A word is as like a text as it is like the likest piece
of it (late interaction: Khattab & Zaharia, ColBERT, SIGIR 2020, with vectors that are looked up). Other encoders have no
vectors of pieces that mean something alone; with them nothing is alike but what matches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors
from embeddings.kernels import faster
from embeddings.static import StaticEncoder
from retriever.search.pieces import Bounds, Numbers, pieces_of

Values = NDArray[np.float32]
LANES = 16  # sums of products are made side by side


class Likeness:
    """Safe to call from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._pieces = pieces_of(encoder) if isinstance(encoder, StaticEncoder) else None
        if isinstance(encoder, StaticEncoder):
            squares = np.einsum("pd,pd->p", encoder.weights, encoder.weights)
            self._weights, self._lengths = encoder.weights, np.maximum(np.sqrt(squares), np.float32(1e-6))

    def of(self, words: Sequence[str], texts: Sequence[str]) -> Values:
        """The cosine of each word and the likest piece of each text, 0 to 1; shape (words, texts)."""
        if self._pieces is None or not words or not texts:
            return np.zeros((len(words), len(texts)), np.float32)
        vectors = self._pieces.vectors(words)
        return np.minimum(_likest(self._weights, self._lengths, vectors, *self._pieces.together(texts)), np.float32(1))


def likest(weights: Vectors, lengths: Values, words: Vectors, pieces: Numbers, bounds: Bounds) -> Values:
    """The best cosine of each word with a piece of each text, none below nothing; shape (words, texts)."""
    result = np.zeros((len(words), len(bounds) - 1), np.float32)
    told = np.flatnonzero(bounds[1:] > bounds[:-1])
    if len(words) and len(told):
        every, places = np.unique(pieces, return_inverse=True)
        cosines = _products(weights[every], words) / lengths[every, None]
        # A row a piece: what follows has not to read across the rows.
        result[:, told] = np.maximum.reduceat(cosines[places], bounds[told], axis=0).T
    return np.maximum(result, 0)


_likest = faster("retriever.search._likeness", "likest", likest)


def _products(rows: Vectors, words: Vectors) -> Values:
    """Of each row with each word, shape (rows, words); summed up in the kernel's order."""
    sums = np.zeros((len(rows), len(words), LANES), np.float32)
    for start in range(0, rows.shape[1], LANES):
        part = rows[:, None, start : start + LANES] * words[None, :, start : start + LANES]
        sums[..., : part.shape[-1]] += part
    while sums.shape[-1] > 1:
        half = sums.shape[-1] // 2
        sums = sums[..., :half] + sums[..., half:]
    products: Values = sums[..., 0]
    return products
