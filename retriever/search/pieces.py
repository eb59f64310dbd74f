"""The pieces of its vocabulary that a static encoder cuts texts into, each text cut once: what encodes sentences and what
finds their words alike read the same sentences for one question."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.static import StaticEncoder, unit
from embeddings.sums import sum_pieces
from retriever.text.character_forms import SIMPLIFIED

Numbers = NDArray[np.int32]
Bounds = NDArray[np.int64]
REMEMBERED_TEXTS = 1 << 13  # a few hundred bytes each


class Pieces:
    """Of the texts that were lately looked at. Safe to call from several threads."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self._encoder = encoder  # held, so that no other encoder gets its id
        self._known: dict[str, Numbers] = {}

    def of(self, texts: Sequence[str]) -> list[Numbers]:
        """The numbers of each text's pieces, in order; traditional characters are read as simplified ones."""
        known = self._known
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            if len(known) + len(missing) > REMEMBERED_TEXTS:
                # All others are forgotten at once: to keep count of who asked last would cost every look-up more.
                self._known = known = {text: known[text] for text in texts if text in known}
            pieces, bounds = self._encoder.cut([SIMPLIFIED.of(text) for text in missing])
            ends = bounds.tolist()
            for text, start, end in zip(missing, ends[:-1], ends[1:], strict=True):
                known[text] = pieces[start:end].copy()  # a view would keep those of its whole lot
        return [known[text] for text in texts]

    def together(self, texts: Sequence[str]) -> tuple[Numbers, Bounds]:
        """The pieces of all texts, one after the other, and where each text's begin: shapes (pieces,), (texts + 1,)."""
        cut = self.of(texts)
        bounds = np.zeros(len(cut) + 1, np.int64)
        np.cumsum(list(map(len, cut)), out=bounds[1:])
        return np.concatenate(cut) if cut else np.empty(0, np.int32), bounds

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What the encoder makes of each text, shape (len(texts), dimensions)."""
        return unit(sum_pieces(self._encoder.weights, *self.together(texts)))


_SHARED: WeakValueDictionary[int, Pieces] = WeakValueDictionary()
_SHARING = threading.Lock()


def pieces_of(encoder: StaticEncoder) -> Pieces:
    """The same object for everybody who reads with this encoder, as long as one of them holds it."""
    with _SHARING:
        shared = _SHARED.get(id(encoder))
        if shared is None:
            shared = _SHARED[id(encoder)] = Pieces(encoder)
        return shared
