"""The vectors of sentences that were lately looked at for an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.static import StaticEncoder
from retriever.search.lately import Lately
from retriever.search.pieces import pieces_of
from retriever.text.folding import simplify

REMEMBERED = 8_192  # 16 MiB at 512 dimensions


class SentenceVectors:
    """Encodes sentences, each once as long as it is remembered. Safe to call from several threads."""

    def __init__(self, encoder: Encoder, remembered: int = REMEMBERED) -> None:
        self._dimensions = encoder.dimensions
        # No method of its own makes them: the two would hold each other, and the encoder, until the garbage is collected.
        encode = pieces_of(encoder).vectors if isinstance(encoder, StaticEncoder) else partial(_encoded, encoder)
        self._vectors = Lately(partial(_apart, encode), remembered)

    def of(self, sentences: Sequence[str]) -> Vectors:
        """Shape (len(sentences), dimensions); traditional characters are read as simplified ones."""
        if not sentences:
            return np.zeros((0, self._dimensions), np.float32)
        return np.array(self._vectors.of(sentences))


def _apart(encode: Callable[[list[str]], Vectors], texts: list[str]) -> Iterable[Vectors]:
    """Each vector for itself: a view would keep all rows of its lot as long as one of them is remembered."""
    return (vector.copy() for vector in encode(texts))


def _encoded(encoder: Encoder, texts: list[str]) -> Vectors:
    return encoder.encode_passages([simplify(text) for text in texts])
