"""What each side says of the passages that may be the one asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retriever.search.places import Places

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sides:
    """Of ``n`` passages; the question's words are those that were typed, then what stands for them."""

    rows: NDArray[np.int64]  # (n,) ascending
    by_word: Values  # (words, n) BM25
    by_pair: Values  # (pairs, n)
    cosines: Values  # (n,)
    word_weights: Values  # (words,) each term's own, times its rarity
    pair_weights: Values  # (pairs,)
    places: Places
