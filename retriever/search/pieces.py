"""The pieces of its vocabulary that a static encoder cuts texts into, each text cut once: what encodes sentences and what
finds their words alike read the same sentences for one question."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache, partial
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.encoder import Vectors, whole
from embeddings.static import StaticEncoder, unit
from retriever.text.folding import simplify

Numbers = NDArray[np.int32]
REMEMBERED_TEXTS = 1 << 13  # a few hundred bytes each


class Pieces:
    """Of the texts that were lately looked at. Safe to call from several threads."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self._encoder = encoder  # held, so that no other encoder gets its id
        # No method of its own: one that is remembered in it would keep both alive until the garbage is collected, 100 MB.
        self._of_text = lru_cache(maxsize=REMEMBERED_TEXTS)(partial(_cut, encoder.tokenizer))

    def of(self, texts: Sequence[str]) -> list[Numbers]:
        """The numbers of each text's pieces, in order; traditional characters are read as simplified ones."""
        return [self._of_text(text) for text in texts]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What the encoder makes of each text, shape (len(texts), dimensions)."""
        # Text by text: numpy sums up the rows of one in a third of the time that reduceat takes for those of all.
        weights, summed = self._encoder.weights, np.zeros((len(texts), self._encoder.dimensions), np.float32)
        for row, pieces in zip(summed, self.of(texts), strict=True):
            weights.take(pieces, axis=0).sum(axis=0, out=row)
        return unit(summed)


def _cut(tokenizer: Tokenizer, text: str) -> Numbers:
    # Text by text: for the few of a question, to wake other threads takes longer than they save.
    (found,) = tokenizer.encode_batch_fast([whole(simplify(text))], add_special_tokens=False)
    return np.array(found.ids, np.int32)


_SHARED: WeakValueDictionary[int, Pieces] = WeakValueDictionary()
_SHARING = threading.Lock()


def pieces_of(encoder: StaticEncoder) -> Pieces:
    """The same object for everybody who reads with this encoder, as long as one of them holds it."""
    with _SHARING:
        shared = _SHARED.get(id(encoder))
        if shared is None:
            shared = _SHARED[id(encoder)] = Pieces(encoder)
        return shared
