"""The way back to the raw page as the store keeps it: zlib of int64 triples, clean start, raw start, length."""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from retriever.domain import OffsetMap

LEVEL = 6


def packed_map(offsets: OffsetMap) -> bytes:
    """
    >>> unpacked_map(packed_map(OffsetMap(((0, 3, 5), (5, 9, 2)))))
    OffsetMap(runs=((0, 3, 5), (5, 9, 2)))
    """
    return _of_one(offsets.runs) if len(offsets.runs) == 1 else _packed(offsets.runs)


def unpacked_map(packed: bytes) -> OffsetMap:
    """Raises zlib.error or ValueError where it is damaged."""
    triples = np.frombuffer(zlib.decompress(packed), np.int64).reshape(-1, 3).tolist()
    return OffsetMap(tuple((clean, raw, length) for clean, raw, length in triples))


def _packed(runs: tuple[tuple[int, int, int], ...]) -> bytes:
    return zlib.compress(np.asarray(runs, np.int64).tobytes(), LEVEL)


# A ready-made article is one run, as long as it is: most lengths come again.
_of_one = lru_cache(maxsize=8192)(_packed)
