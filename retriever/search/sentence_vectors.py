"""The vectors of sentences that were lately looked at for an answer: questions come back to the same few articles."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.static import StaticEncoder
from retriever.search.pieces import pieces_of
from retriever.text.folding import simplify

REMEMBERED = 8_192  # 16 MiB at 512 dimensions


class SentenceVectors:
    """Encodes sentences, each once as long as it is remembered. Safe to call from several threads."""

    def __init__(self, encoder: Encoder, remembered: int = REMEMBERED) -> None:
        self._encoder, self._remembered = encoder, remembered
        self._pieces = pieces_of(encoder) if isinstance(encoder, StaticEncoder) else None
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()  # least lately used first
        self._lock = threading.Lock()

    def of(self, sentences: Sequence[str]) -> Vectors:
        """Shape (len(sentences), dimensions); traditional characters are read as simplified ones."""
        with self._lock:
            found = {text: self._vectors[text] for text in sentences if text in self._vectors}
        if missing := [text for text in dict.fromkeys(sentences) if text not in found]:
            encoded = self._encoded(missing)
            # A row of its own: a view would keep all rows of its lot as long as one of them is remembered.
            found |= {text: vector.copy() for text, vector in zip(missing, encoded, strict=True)}
        self._remember(found)
        if not sentences:
            return np.zeros((0, self._encoder.dimensions), np.float32)
        return np.stack([found[text] for text in sentences])

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        if self._pieces is not None:
            return self._pieces.vectors(texts)
        return self._encoder.encode_passages([simplify(text) for text in texts])

    def _remember(self, found: dict[str, Vectors]) -> None:
        with self._lock:
            for text, vector in found.items():
                self._vectors[text] = vector
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._remembered:
                self._vectors.popitem(last=False)
