"""Vectors of costly encoders are kept beside the generations, so that not even a rebuild from nothing makes them again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from embeddings.cache import VectorCache, encode_cached
from embeddings.encoder import Encoder, Vectors
from retriever.index.generations import VECTOR_CACHE, generation_of, generations

Encode = Callable[[Sequence[str]], Vectors]


@contextlib.contextmanager
def passage_encoder(folder: Path, grown_from: str | None, encoder: Encoder) -> Iterator[Encode]:
    """Encodes passages, a costly encoder's only where no generation of this index had them before."""
    if not encoder.costly:
        yield encoder.encode_passages
        return
    root, generation = folder.parent, generation_of(folder)
    with VectorCache(root / VECTOR_CACHE, user=generation) as cache:
        if grown_from is not None:
            _use_what(grown_from, generation, cache)
        yield partial(encode_cached, encoder, cache)
        cache.keep_only(generations(root))  # not reached where anything was raised: by now the new one is live


def _use_what(before: str, generation: str, cache: VectorCache) -> None:
    """Vectors that are taken over are not looked up, and count as used: all, for which ones stay nobody asks."""
    with cache.connection as db:
        db.execute("INSERT OR IGNORE INTO uses SELECT ?, key FROM uses WHERE user = ?", (generation, before))
